"""Key-events in a ledger: what is said where keys are added, changed or revoked."""

import base64
from typing import Any

from seatrial.proof.statement import log_digest
from tests.proof import ledger
from tests.proof.ledger import Ledger


def named(key: str) -> str | None:
    """The public key of a name, as a statement has it."""
    return base64.b64encode(ledger.public(key)).decode() if key else None


def changed(log: Ledger, action: str, *people: str, key: str = "", new: str = "", **said: Any) -> int:
    """Write a key-event; `people` sign it, and the log key of now."""
    event = {"action": action, "role": "person", "name": "ann", "key": named(key), "new": named(new)}
    event |= {"algorithm": "ed25519", "checkpoint": None, "reason": "because", "at": 43_200, **said}
    return log.say("key-event", log_digest(ledger.ORIGIN), event, *people)


def handed(log: Ledger, new: str, *people: str, **said: Any) -> int:
    """Change the log key: the old one and these people sign, and the new one signs from this entry on."""
    old, note = log.key, base64.b64encode(log.checkpoint()).decode()
    log.key = new
    log_event = {"role": "log", "name": "", "checkpoint": note, **said}
    return changed(log, "rotate", old, *people, key=old, new=new, **log_event)
