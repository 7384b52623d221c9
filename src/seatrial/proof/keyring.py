"""Whose keys count at which entry of a log: the trust file, and the key-events that the log holds.

A position is an entry's index; no clock is believed.  A key-event that breaks a rule changes nothing here.
"""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, final

from seatrial.errors import EvidenceError, Problem
from seatrial.proof.checkpoint import read as read_checkpoint
from seatrial.proof.key import ED25519, Key, decoded, key_id
from seatrial.proof.statement import Statement, log_digest
from seatrial.proof.trust import Trust

__all__ = ["Key", "Keyring"]

EVENT: Final = "key-event"
LOG: Final = ""
"""Stands for the log where a key's owner is named."""
_PARTS: Final = tuple(
    base64.b64encode(bytes(before) + b"/key-event/v1")[4 if before else 0 : -4] for before in range(3)
)
"""The name of the kind in base64, for each place that it can begin at."""
_SHAPES: Final = {"add": (False, True), "rotate": (True, True), "revoke": (True, False)}


@final
class Keyring:
    """Every key that a trust file and the key-events of a log name, and the entries that each may sign."""

    def __init__(self, trust: Trust) -> None:
        self.trust: Final = trust
        self.closed: int | None = None
        """Entry that revoked the log key without another one; there is none after it."""
        self.events: dict[int, Statement] = {}
        """The key-events that were learned."""
        self._log = [trust.log_keys[0]]
        self._places = {self._log[0].id: 0}
        """Id of each log key -> its place in `_log`."""
        self._people: dict[str, tuple[str, Key]] = {}
        self._first: dict[str, int] = {}
        """Role -> first entry that somebody with it could sign."""
        for name, person in trust.people.items():
            for key in person.keys:
                self._take(name, key)

    def keys(self, seq: int, among: Iterable[str] | None = None) -> Mapping[str, Key]:
        """Return key id -> key of everybody who may sign an entry; only those of the ids that are named, if any are."""
        named = (key.id for _, key in self.history()) if among is None else among
        found = ((one, self.find(one)) for one in named)
        return {one: owned[1] for one, owned in found if owned is not None and owned[1].holds(seq)}

    def log_key(self, seq: int) -> bytes:
        """Return the raw public key of the log that signs an entry, and the checkpoint that it is the last entry of."""
        at = bisect_right(self._log, seq, key=lambda key: key.since)
        return self._log[max(0, at - 1)].public

    def log_key_id(self, seq: int) -> str:
        """Return the id of that key."""
        return key_id(self.log_key(seq))

    def checkpoint_key(self, size: int) -> bytes:
        """Return the raw public key that signs the checkpoint over so many entries."""
        return self.log_key(size - 1)

    def person(self, key_id: str, seq: int) -> str | None:
        """Return whose key an id names, if that key may sign an entry; None if it is no person's."""
        name, key = self._people.get(key_id, (None, None))
        return name if key is not None and key.holds(seq) else None

    def ever(self, role: str, seq: int) -> bool:
        """Return whether somebody with a role had a key that was valid for an entry or for one before it."""
        return role in self._first and self._first[role] <= seq

    def signers(self, role: str, key_ids: Sequence[str], seq: int) -> tuple[str, ...]:
        """Return the people with a role behind the signatures under an entry, sorted: people, not keys."""
        names = {name for one in key_ids if (name := self.person(one, seq)) is not None}
        return tuple(sorted(name for name in names if role in self.trust.people[name].roles))

    def history(self) -> tuple[tuple[str, Key], ...]:
        """Return everybody's keys, (name, key), the log's first (under an empty name), in the order they came."""
        return (*((LOG, key) for key in self._log), *self._people.values())

    def began(self, key_id: str) -> int | None:
        """Return the entry that brought a key; None if the trust file did."""
        return self._event("new", key_id)

    def ended(self, key_id: str) -> int | None:
        """Return the entry that ended a key; None if none did."""
        return self._event("key", key_id)

    def find(self, key_id: str) -> tuple[str, Key] | None:
        """Return whose key an id names and the key, wherever it is valid; the log's under an empty name."""
        place = self._places.get(key_id)
        return self._people.get(key_id) if place is None else (LOG, self._log[place])

    def why_not(self, key_id: str, seq: int) -> str:
        """Return why a key may not sign an entry, for a hint; empty if nothing is known of it."""
        found = self.find(key_id)
        if found is None or found[1].holds(seq):
            return ""
        name, key = found
        whose = f"{name}'s key" if name else "the log key"
        if seq < key.since:
            return f"{whose} is valid only from entry {key.since} on"
        return f"{whose} is valid no more from entry {key.until} on"

    def wrong(self, seq: int, said: Statement, key_ids: Sequence[str]) -> Iterator[Problem]:
        """Find what is wrong with a key-event, signed by these keys, if it stood at this entry."""
        event, origin = said.predicate, self.trust.origin
        if said.model != log_digest(origin):
            yield Problem("subject", f"is about another log than {origin!r}", "a key-event counts in its own log only")
            return
        if _SHAPES[event["action"]] != (event["key"] is not None, event["new"] is not None):
            what = "adding names `new`, revoking `key`, rotating both"
            yield Problem("key", f"what ends and what begins does not fit {event['action']!r}: {what}")
            return
        yield from self._wrong_new(seq, event, key_ids)
        yield from (self._wrong_log if event["role"] == "log" else self._wrong_person)(seq, event, key_ids)

    def learn(self, seq: int, said: Statement, key_ids: Sequence[str]) -> tuple[Problem, ...]:
        """Take a key-event into account, and return what is wrong with it; if anything is, it changes nothing.

        Key-events are learned in the order of the log.
        """
        problems = tuple(self.wrong(seq, said, key_ids))
        if not problems:
            self._apply(seq, said, key_ids)
        return problems

    def _wrong_new(self, seq: int, event: Mapping[str, Any], key_ids: Sequence[str]) -> Iterator[Problem]:
        """Find a new key that is none, has been here before, or whose holder did not sign."""
        if event["new"] is None:
            return
        try:
            new = key_id(decoded(event["new"], event["algorithm"]))
        except ValueError as error:
            yield Problem("new", str(error))
            return
        if self._known(new) and not self._expected(new, event["name"], seq):
            yield Problem("new", f"key {new} has been in this log before", "a key does not come back: make a new one")
        if new not in key_ids:
            yield Problem("new", f"key {new} has not signed: nobody showed to hold it")

    def _wrong_person(self, seq: int, event: Mapping[str, Any], key_ids: Sequence[str]) -> Iterator[Problem]:
        name = event["name"]
        if name not in self.trust.people:
            yield Problem("name", f"{name!r} is nobody in the trust file", "the trust file says who has which role")
        if event["checkpoint"] is not None:
            yield Problem("checkpoint", "stands only where the log key changes")
        if event["key"] is not None:
            ended = key_id(_raw(event["key"]))
            if self.person(ended, seq) != name:
                yield Problem("key", f"{ended} is no key of {name} that is valid here")
            if event["new"] is not None and ended not in key_ids:
                yield Problem("key", f"the old key {ended} has not signed", "without it: revoke it, and add a new one")
        if event["action"] == "add":
            yield from self._too_few(seq, key_ids, name)

    def _wrong_log(self, seq: int, event: Mapping[str, Any], key_ids: Sequence[str]) -> Iterator[Problem]:
        now, lost = self._log[-1].public, self._pinned(seq)
        if event["action"] == "add":
            yield Problem("action", "a log has one key", "rotate it")
            return
        if event["name"] or event["algorithm"] != ED25519:
            yield Problem("name", "a log has no other name, and its key is an Ed25519 key")
        if event["key"] is not None and _raw(event["key"]) != now:
            yield Problem("key", f"is not the log key at entry {seq}, which is {key_id(now)}")
            return
        if self.closed is not None and lost is None:
            yield Problem("key", f"was revoked at entry {self.closed}: a log that was closed is not opened again")
            return
        if event["new"] is None:
            if key_id(now) not in key_ids:
                yield Problem("key", "the log key has not signed")
            return
        yield from self._wrong_checkpoint(seq, event, now)
        if 0 < self.trust.log_since >= seq and lost != _raw(event["new"]):
            yield Problem("new", f"the trust file names no such log key from entry {seq} on")
        if lost is None:
            if key_id(now) not in key_ids:
                hint = "if it is lost, the trust file must name the new key and the entry from which it counts"
                yield Problem("key", f"the old log key {key_id(now)} has not signed", hint)
            yield from self._too_few(seq, key_ids, "")

    def _wrong_checkpoint(self, seq: int, event: Mapping[str, Any], now: bytes) -> Iterator[Problem]:
        """Find a change of the log key without the old key's word for all entries before it."""
        if event["checkpoint"] is None:
            yield Problem("checkpoint", "the old log key's checkpoint over all entries before is missing")
            return
        try:
            size = read_checkpoint(_raw(event["checkpoint"]), self.trust.origin, now).size
        except EvidenceError as error:
            yield from error.problems
            return
        if size != seq:
            yield Problem("checkpoint", f"is over {size} entries, and {seq} stand before", "events are not kept back")

    def _too_few(self, seq: int, key_ids: Sequence[str], concerned: str) -> Iterator[Problem]:
        """Find a change of keys that too few approvers signed who are neither concerned nor hold the log key.

        Where the trust file names nobody, the log key alone may change itself.
        """
        if not self.trust.people:
            return
        apart = {concerned, self.trust.holder}
        agreed = [name for name in self.signers("approver", key_ids, seq) if name not in apart]
        needed = self.trust.needed("keys")
        if len(agreed) < needed:
            who = f"{needed} approver{'' if needed == 1 else 's'} other than {' and '.join(sorted(apart - {''}))}"
            yield Problem("signatures", f"{who.removesuffix(' other than ')} must sign, {len(agreed)} did")

    def _pinned(self, seq: int) -> bytes | None:
        """Return the log key that the trust file says counts from this very entry on."""
        return next((key.public for key in self.trust.log_keys if key.since == seq and seq), None)

    def awaited(self, seq: int) -> tuple[bytes, ...]:
        """Return the log key that the trust file says counts from this entry on, where no key-event said so yet."""
        pinned = self._pinned(seq)
        return () if pinned is None or self._known(key_id(pinned)) else (pinned,)

    def _event(self, field: str, named: str) -> int | None:
        texts = ((seq, said.predicate[field]) for seq, said in self.events.items())
        return next((seq for seq, text in texts if text is not None and key_id(_raw(text)) == named), None)

    def _known(self, key_id: str) -> bool:
        return key_id in self._people or key_id in self._places

    def _expected(self, key_id: str, name: str, seq: int) -> bool:
        """Return whether the trust file already names a new key: this person's, from this entry on."""
        owner, key = self._people.get(key_id, (None, None))
        return owner == name and key is not None and key.since == seq

    def _apply(self, seq: int, said: Statement, key_ids: Sequence[str]) -> None:
        ended, new = (None if said.predicate[name] is None else _raw(said.predicate[name]) for name in ("key", "new"))
        name = said.predicate["name"]
        if said.predicate["role"] == "log":
            last = self._log[-1]
            if last.until is None:
                self._log[-1] = replace(last, until=seq + (last.id in key_ids))
            self.closed = seq if new is None else None
            if new is not None:
                self._log.append(Key(new, since=seq))
                self._places[key_id(new)] = len(self._log) - 1
        else:
            if ended is not None:
                self._people[key_id(ended)] = (name, replace(self._people[key_id(ended)][1], until=seq + 1))
            if new is not None and not self._known(key_id(new)):
                self._take(name, Key(new, said.predicate["algorithm"], since=seq))
        self.events[seq] = said

    def _take(self, name: str, key: Key) -> None:
        self._people[key.id] = (name, key)
        for role in self.trust.people[name].roles:
            self._first[role] = min(key.since, self._first.get(role, key.since))


def mentions(line: bytes) -> bool:
    """Return whether an envelope may hold a key-event, told from its bytes; one that does is never missed."""
    return any(part in line for part in _PARTS)


def _raw(text: str) -> bytes:
    return base64.b64decode(text)
