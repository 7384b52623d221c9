"""The pinned keys: `trust.json`, the one thing that a verifier brings along."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof.checkpoint import ORIGIN
from seatrial.proof.envelope import key_id

ROLES = ("approver", "waiver")
QUORUMS = ("approve", "waive")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose word counts."""

    keys: tuple[bytes, ...]
    """Raw Ed25519 public keys."""
    roles: tuple[str, ...]
    """Of `ROLES`."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose log it is and which keys count; keys come from here and from nowhere else."""

    origin: str
    """Name of the log; its last part, after `/`, is the name of the system."""
    log_key: bytes
    """Raw Ed25519 public key of the log."""
    holder: str
    """The person who holds the log key: never counts as an approver."""
    people: Mapping[str, Person] = field(default_factory=dict)
    quorum: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(QUORUMS, 1))
    """How many people an approval and a waiver of a breached critical clause need."""

    @property
    def log_key_id(self) -> str:
        """Id of the log key."""
        return key_id(self.log_key)

    @property
    def keys(self) -> dict[str, bytes]:
        """Key id -> public key, of the log and of all people."""
        return {key_id(key): key for key in self._all()}

    def person(self, key: str) -> str | None:
        """Return whose key an id names; None if it is no person's."""
        owned = ((name, key_id(public)) for name, person in self.people.items() for public in person.keys)
        return next((name for name, named in owned if named == key), None)

    def _all(self) -> Iterator[bytes]:
        yield self.log_key
        for person in self.people.values():
            yield from person.keys


def write(trust: Trust) -> bytes:
    """Return a trust file, for people to read and to commit.

    Raises:
        EvidenceError: If `read` would refuse it.
    """
    people = {
        name: {"keys": [_b64(key) for key in person.keys], "roles": list(person.roles)}
        for name, person in trust.people.items()
    }
    log = {"origin": trust.origin, "key": _b64(trust.log_key), "holder": trust.holder}
    data = (json.dumps({"log": log, "people": people, "quorum": dict(trust.quorum)}, indent=2) + "\n").encode()
    read(data)
    return data


def read(data: bytes) -> Trust:
    """Return what a trust file says.

    Raises:
        EvidenceError: If a field is missing, unknown or cannot be read, or a public key appears twice.
    """
    try:
        body = json.loads(data.decode(), object_pairs_hook=_once)
        _exactly(body, "log", "people", "quorum")
        _exactly(body["log"], "origin", "key", "holder")
        _exactly(body["quorum"], *QUORUMS)
        people = {name: _person(value) for name, value in body["people"].items()}
        trust = Trust(
            body["log"]["origin"], _key(body["log"]["key"]), str(body["log"]["holder"]), people, body["quorum"]
        )
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise EvidenceError(Problem("trust file", f"cannot be read: {error}")) from None
    _check(trust)
    return trust


def _check(trust: Trust) -> None:
    if not isinstance(trust.origin, str) or not ORIGIN.fullmatch(trust.origin):
        raise EvidenceError(Problem("trust file", f"{trust.origin!r} cannot be the origin of a log"))
    every = [key for person in trust.people.values() for key in person.keys] + [trust.log_key]
    if len({key_id(key) for key in every}) != len(every):
        raise EvidenceError(Problem("trust file", "a public key appears twice: one key would count as two people"))
    if any(type(count) is not int or count < 1 for count in trust.quorum.values()):
        raise EvidenceError(Problem("trust file", "a quorum is a whole number from 1"))


def _person(value: Any) -> Person:
    _exactly(value, "keys", "roles")
    if not set(value["roles"]) <= set(ROLES):
        raise ValueError(f"roles are {' and '.join(ROLES)}")
    return Person(tuple(_key(text) for text in value["keys"]), tuple(value["roles"]))


def key(text: str) -> bytes:
    """Return the raw Ed25519 public key that base64 text stands for.

    Raises:
        EvidenceError: If it stands for none.
    """
    try:
        return _key(text)
    except ValueError as error:
        raise EvidenceError(Problem("key", str(error))) from None


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != 32 or _b64(key) != text:
        raise ValueError(f"{text[:60]!r} is not the base64 of a raw Ed25519 public key")
    return key


def _exactly(value: Any, *fields: str) -> None:
    if not isinstance(value, dict) or value.keys() != set(fields):
        raise ValueError(f"expected exactly the fields {', '.join(fields)}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return value


def _b64(key: bytes) -> str:
    return base64.b64encode(key).decode()
