"""Checks of keys: that key-events follow the rules, and that no change of the log key hides what was before it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from seatrial.errors import Problem
from seatrial.proof import merkle
from seatrial.proof.checkpoint import read as read_checkpoint
from seatrial.proof.key import key_id
from seatrial.proof.reading import Reading


def keys(reading: Reading) -> Iterator[Problem]:
    """Find key-events that break a rule, and changes of the log key that the old key's checkpoint or the pin belie."""
    yield from reading.key_mistakes
    tree = merkle.Tree()
    for seq, old in _changes(reading):
        for leaf in reading.leaves[tree.size : seq]:
            tree.append(leaf)
        signed = base64.b64decode(reading.keyring.events[seq].predicate["checkpoint"])
        if read_checkpoint(signed, reading.trust.origin, old).root != tree.root():
            what = "the entries before it are not those that the old log key signed"
            yield Problem(f"entry {seq}", what, "the new key's holder rewrote what was before it")
    yield from _pins(reading)


def notes(reading: Reading) -> Iterator[str]:
    """Say of each change of the log key on whose word it rests, where no person's is among it."""
    for seq, old in _changes(reading):
        one = reading.envelopes[seq]
        signed = () if isinstance(one, Exception) else one.key_ids
        if key_id(old) not in signed:
            yield f"the log key was changed at entry {seq} without the old one, as the trust file says"
        elif not reading.trust.people:
            yield f"the log key was changed at entry {seq} on its own word: the trust file names nobody who could agree"
    if reading.keyring.closed is not None:
        yield f"the log was closed at entry {reading.keyring.closed}, by revoking its key"


def _changes(reading: Reading) -> Iterator[tuple[int, bytes]]:
    """Yield the entries that changed the log key, and the key before each."""
    for seq, said in reading.keyring.events.items():
        if said.predicate["role"] == "log" and said.predicate["new"] is not None:
            yield seq, base64.b64decode(said.predicate["key"])


def _pins(reading: Reading) -> Iterator[Problem]:
    """Find a log without the changes of its key that the trust file knows of: an older state, or another history."""
    changed = {seq: base64.b64decode(reading.keyring.events[seq].predicate["new"]) for seq, _ in _changes(reading)}
    for key in reading.trust.log_keys[1:]:
        if changed.get(key.since) != key.public:
            what = f"does not hold the change to log key {key.id} that the trust file names at entry {key.since}"
            yield Problem("log", what, "it is an older state of the log, or another history: ask for the newest one")
