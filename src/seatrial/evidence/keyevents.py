"""Keys that come and go, written into the log: add, rotate and revoke a person's, change or close the log's own.

Every function looks at the rules before it writes, and refuses with all of them that are broken.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.signers.signer import Signer
from seatrial.proof import statement
from seatrial.proof.key import algorithm_of, key_id
from seatrial.proof.keyring import EVENT


@dataclass(frozen=True, slots=True)
class Why:
    """What is said of a change of keys besides what changes."""

    reason: str
    at: int
    """When, by the writer's clock: seconds UTC, believed by nobody."""


def add(log: Log, name: str, new: Signer, why: Why, *, approvers: Sequence[Signer] = ()) -> int:
    """Log that a person of the trust file has one more key, and return the entry.

    Args:
        log: Open for writing.
        name: The person.
        new: The key; it signs, to show that somebody holds it.
        why: What is said of it.
        approvers: People other than this one and the holder of the log key.

    Raises:
        InputError: With everything that speaks against it.
    """
    fields = {"action": "add", "role": "person", "name": name, "key": None, "new": _b64(new.public)}
    return _said(log, fields | {"algorithm": algorithm_of(new.public)}, why, (*approvers, new))


def rotate(log: Log, old: Signer, new: Signer, why: Why) -> int:
    """Log that a person has another key in place of one, signed by both, and return the entry; errors as in `add`."""
    name = _owner(log, old.public)
    fields = {"action": "rotate", "role": "person", "name": name, "key": _b64(old.public), "new": _b64(new.public)}
    return _said(log, fields | {"algorithm": algorithm_of(new.public)}, why, (old, new))


def revoke(log: Log, public: bytes, why: Why) -> int:
    """Log that a person's key signs nothing after this entry, and return the entry; errors as in `add`.

    The log key signs it alone: who lost a key cannot sign with it, and a revocation gives nobody a right.
    """
    name = _owner(log, public)
    fields = {"action": "revoke", "role": "person", "name": name, "key": _b64(public), "new": None}
    return _said(log, fields | {"algorithm": algorithm_of(public)}, why, ())


def hand_over(log: Log, old: Signer | None, new: Signer, why: Why, *, approvers: Sequence[Signer] = ()) -> int:
    """Log that the log has another key from this entry on, and return the entry; errors as in `add`.

    Args:
        log: Open for writing with the old key, or with the new one where the trust file names it from this entry on.
        old: The log key of now; None if it is lost.
        new: The next log key.
        why: What is said of it.
        approvers: People other than the holder of the log key; none where the trust file names nobody.
    """
    with log.locked():
        public = log.keyring.log_key(len(log.entries()))
        fields = {"action": "rotate", "role": "log", "name": "", "key": _b64(public), "new": _b64(new.public)}
        fields |= {"algorithm": algorithm_of(new.public), "checkpoint": _b64(log.checkpoint)}
        return _said(log, fields, why, (*approvers, *([old] if old else [])), successor=new)


def close(log: Log, why: Why) -> int:
    """Log that the log key is revoked, so that nothing can follow, and return the entry; errors as in `add`."""
    public = log.keyring.log_key(len(log.entries()))
    fields = {"action": "revoke", "role": "log", "name": "", "key": _b64(public), "new": None}
    return _said(log, fields | {"algorithm": algorithm_of(public)}, why, ())


def _owner(log: Log, public: bytes) -> str:
    """Return whose key it is, or was; refuse one that is nobody's."""
    found = log.keyring.find(key_id(public))
    if found is None or not found[0]:
        what = "is the log key" if found else "is nobody's key here"
        raise InputError(Problem("key", f"{key_id(public)} {what}", "`seatrial keys list` shows all"))
    return found[0]


def _said(
    log: Log, fields: dict[str, Any], why: Why, signers: Sequence[Signer], *, successor: Signer | None = None
) -> int:
    with log.locked():
        seq = len(log.entries())
        predicate = {"checkpoint": None, **fields, "reason": why.reason, "at": why.at}
        payload = statement.write(EVENT, statement.log_digest(log.origin), predicate)
        writer = successor.public if successor else log.keyring.log_key(seq)
        ids = [key_id(public) for public in (*(one.public for one in signers), writer)]
        if wrong := tuple(log.keyring.wrong(seq, statement.read(payload), ids)):
            raise InputError(*wrong)
        return log.append(payload, signers=signers, successor=successor)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
