"""One statement of every kind that no plain story says: what can be written, by example."""

from typing import Any

from seatrial.proof.canonical import digest
from seatrial.proof.fields import ABOUT_LOG
from seatrial.proof.statement import log_digest

ORIGIN = "example.org/golden"
NOON = 1_795_262_400
_D = digest(b"d")
_BOUND = {"decision": _D, "entry": 4, "log": ORIGIN, "root": "00" * 32}

SAID: dict[str, dict[str, Any]] = {
    "waiver": {
        **_BOUND,
        "clause": "drift",
        "model": digest(b"m"),
        "reason": "why\nso",
        "owner": "ada",
        "expires": NOON + 86_400,
        "at": NOON,
    },
    "approval": {**_BOUND, "at": NOON},
    "revocation": {"entry": 4, "of": _D, "reason": "signed in haste", "at": NOON},
    "lineage": {
        "parent": digest(b"p"),
        "data": digest(b"t"),
        "revision": "0123abc",
        "remedy": "training.pgd",
        "record": None,
        "answers": _D,
        "clause": "drift",
        "by": "bob",
        "at": NOON,
    },
    "finding": {
        "id": "drift-0a1b2c",
        "action": "assign",
        "decision": _D,
        "clause": "drift",
        "severity": "major",
        "title": "",
        "step": None,
        "owner": "ada",
        "due": NOON + 86_400,
        "evidence": None,
        "rests_on": None,
        "note": "by Friday",
        "by": "bob",
        "at": NOON,
    },
    "rollout-event": {
        "decision": _D,
        "entry": 4,
        "event": "live",
        "environment": "production",
        "share": 10,
        "licensed": True,
        "reason": "",
        "by": "bob",
        "at": NOON,
    },
    "incident": {
        "id": "INC-7",
        "action": "open",
        "what": "wrong digits after sunset",
        "severity": "major",
        "since": NOON - 3600,
        "decision": _D,
        "clauses": ["drift"],
        "scenarios": [],
        "cases": ["00" * 32],
        "evidence": [_D],
        "finding": "drift-0a1b2c",
        "by": "bob",
        "at": NOON,
    },
    "risk-entry": {
        "id": "R-1",
        "title": "stickers on meters",
        "exploit": "a printed patch",
        "likelihood": "unlikely",
        "impact": "severe",
        "owner": "ada",
        "treatment": "mitigate",
        "residual": "whoever reads the meter by eye",
        "status": "open",
        "scenarios": ["evasion/patch"],
        "clauses": ["drift"],
        "findings": [],
        "review": "2027-03-01",
        "note": "",
        "by": "ada",
        "at": NOON,
    },
    "key-event": {
        "action": "revoke",
        "role": "person",
        "name": "ada",
        "key": "AAAA",
        "new": None,
        "algorithm": "ed25519",
        "checkpoint": None,
        "reason": "laptop lost",
        "at": NOON,
    },
}


def subject(kind: str, model: str) -> str:
    """Return what a statement of a kind is about: this model, or the log."""
    return log_digest(ORIGIN) if kind in ABOUT_LOG else model
