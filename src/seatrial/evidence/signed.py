"""What an entry of the log says, and whether those who signed it may sign it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import envelope, statement
from seatrial.proof.keyring import EVENT, Keyring, mentions
from seatrial.proof.statement import Statement

Where = Callable[[int], str]
"""Names the place of an entry in messages."""


def said_in(line: bytes, seq: int, keyring: Keyring, where: Where, *, covered: bool = True) -> Statement:
    """Return what an entry says, its signatures checked; a checkpoint covers the log key's own (`covered`).

    Raises:
        EvidenceError: If it is malformed, or signed by somebody who may not sign this entry; with its place.
    """
    try:
        return _opened(line, seq, keyring, covered=covered)
    except EvidenceError as error:
        raise EvidenceError(*_placed(where(seq), error)) from None


def learned(keyring: Keyring, lines: Sequence[bytes], first: int, where: Where) -> Keyring:
    """Return the keyring with the key-events among further entries; the given one stays as it is.

    Raises:
        EvidenceError: If one breaks a rule; with its place.
    """
    events = [(seq, line) for seq, line in enumerate(lines, first) if mentions(line)]
    more = deepcopy(keyring) if events else keyring
    for seq, line in events:
        found = _parsed(line, where(seq))
        if found is None:
            continue
        said, key_ids = found
        if wrong := more.learn(seq, said, key_ids):
            raise EvidenceError(*_placed(where(seq), EvidenceError(*wrong)))
    return more


def _parsed(line: bytes, where: str) -> tuple[Statement, tuple[str, ...]] | None:
    """Return a key-event and who signed it; None if the entry is another thing."""
    try:
        found = envelope.parsed(line)
        said = statement.read(found.payload)
    except EvidenceError as error:
        raise EvidenceError(*_placed(where, error)) from None
    return (said, found.key_ids) if said.kind == EVENT else None


def _opened(line: bytes, seq: int, keyring: Keyring, *, covered: bool) -> Statement:
    log_key = keyring.log_key_id(seq)
    found = envelope.parsed(line)
    if refused := [why for one in found.key_ids if (why := keyring.why_not(one, seq))]:
        raise EvidenceError(*refused)
    envelope.check(found, keyring.keys(seq, found.key_ids), covered=log_key if covered else "")
    if log_key not in found.key_ids:
        raise EvidenceError("the log key has not signed it")
    return statement.read(found.payload)


def _placed(where: str, error: EvidenceError) -> Iterator[Problem]:
    return (Problem(where, str(problem)) for problem in error.problems)
