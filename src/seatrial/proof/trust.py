"""The pinned keys: `trust.json`, the one thing that a verifier brings along."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.errors import EvidenceError, Problem, meant
from seatrial.proof import outside
from seatrial.proof.checkpoint import ORIGIN
from seatrial.proof.key import ED25519, Key, decoded, key_id
from seatrial.proof.note import VerifierKey

_MISSING = "is missing"
ROLES = ("approver", "waiver", "runner")
_ASKED = ("approve", "waive")
QUORUMS = (*_ASKED, "keys", "witness")
"""What is counted: people for approvals, for waivers of a breached critical clause and for changes of keys, and the
witnesses of a checkpoint.  The first two always stand in the file; a further one that is left out is 1."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose word counts."""

    keys: tuple[Key, ...]
    roles: tuple[str, ...]
    """Of `ROLES`."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose log it is and which keys count; keys come from here and from nowhere else."""

    origin: str
    """Name of the log; its last part, after `/`, is the name of the system."""
    log_key: bytes
    """Raw Ed25519 public key of the log; key-events in the log may replace it from some entry on."""
    holder: str
    """The person who holds the log key: never counts as an approver."""
    people: Mapping[str, Person] = field(default_factory=dict)
    quorum: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(_ASKED, 1))
    """How many each of `QUORUMS` needs."""
    log_since: int = 0
    """First entry that `log_key` signed; more than 0 where the log key was changed before."""
    earlier: tuple[Key, ...] = ()
    """Log keys before it, oldest first; each counts from its `since` on until the next one's."""
    witnesses: Mapping[str, VerifierKey] = field(default_factory=dict)
    """Name of each witness whose cosignatures count -> its key."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """Name of a witness -> where it listens, if it has a server."""
    timestamps: tuple[bytes, ...] = ()
    """Certificates (DER) of time-stamping authorities."""

    @property
    def log_key_id(self) -> str:
        """Id of the log key."""
        return key_id(self.log_key)

    @property
    def log_keys(self) -> tuple[Key, ...]:
        """Every pinned key of the log, oldest first; the first one names the log."""
        return (*self.earlier, Key(self.log_key, since=self.log_since))

    @property
    def keys(self) -> dict[str, Key]:
        """Key id -> key, of the log and of all people, whatever entries they are valid for."""
        return {key.id: key for _, key in _all(self)}

    def needed(self, quorum: str) -> int:
        """Return how many something of `QUORUMS` needs."""
        return self.quorum.get(quorum, 1)

    def person(self, key: str) -> str | None:
        """Return whose key an id names; None if it is no person's."""
        owned = ((name, one.id) for name, person in self.people.items() for one in person.keys)
        return next((name for name, named in owned if named == key), None)


def write(trust: Trust) -> bytes:
    """Return a trust file, for people to read and to commit.

    Raises:
        EvidenceError: If `read` would refuse it.
    """
    people = {
        name: {"keys": [_entry(key) for key in person.keys], "roles": list(person.roles)}
        for name, person in trust.people.items()
    }
    log: dict[str, Any] = {"origin": trust.origin, "key": _b64(trust.log_key), "holder": trust.holder}
    if trust.earlier:
        log |= {"from": trust.log_since, "earlier": [_entry(key) for key in trust.earlier]}
    vouch = outside.plain(trust.witnesses, trust.urls, trust.timestamps)
    said = {"log": log, "people": people, "quorum": dict(trust.quorum), **vouch}
    data = (json.dumps(said, indent=2) + "\n").encode()
    read(data)
    return data


def read(data: bytes) -> Trust:
    """Return what a trust file says.

    Raises:
        EvidenceError: With every field that is missing, unknown or unreadable, and every key that is there twice.
    """
    wrong: list[Problem] = []
    try:
        body = json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(Problem("trust file", f"cannot be read: {error}")) from None
    body = _block(body, "", wrong, ("log", "people", "quorum"), ("witnesses", "timestamps"))
    log = _block(body.get("log"), "log", wrong, ("origin", "key", "holder"), ("from", "earlier"))
    log_key = _key(log["key"] if isinstance(log.get("key"), str) else "", "log.key", wrong)
    trust = Trust(
        _text(log.get("origin"), "log.origin", wrong),
        log_key.public,
        _text(log.get("holder"), "log.holder", wrong),
        _people(body.get("people"), wrong),
        _quorum(body.get("quorum"), wrong),
        _count(log.get("from", 0), "log.from", wrong),
        _keys(log.get("earlier", []), "log.earlier", wrong),
        *outside.witnesses(body.get("witnesses", {}), wrong),
        outside.roots(body.get("timestamps", []), wrong),
    )
    if not wrong:
        wrong.extend(_clashes(trust))
    if wrong:
        absent = {problem.where for problem in wrong if problem.what == _MISSING}
        raise EvidenceError(*(one for one in wrong if one.what == _MISSING or one.where not in absent))
    return trust


def key(text: str, algorithm: str = ED25519) -> bytes:
    """Return the raw public key that base64 text stands for.

    Raises:
        EvidenceError: If it stands for none.
    """
    try:
        return decoded(text, algorithm)
    except ValueError as error:
        raise EvidenceError(Problem("key", str(error))) from None


def _all(trust: Trust) -> Iterator[tuple[str, Key]]:
    """Yield every key with the place where it stands in the file."""
    for at, key in enumerate(trust.earlier):
        yield f"log.earlier[{at}]", key
    yield "log.key", Key(trust.log_key, since=trust.log_since)
    for name, person in trust.people.items():
        for at, key in enumerate(person.keys):
            yield f"people.{name}.keys[{at}]", key


def _clashes(trust: Trust) -> Iterator[Problem]:
    """Find what does not go together: one key under two names, and log keys that do not follow each other."""
    if not ORIGIN.fullmatch(trust.origin):
        yield _at("log.origin", f"{trust.origin!r} cannot be the origin of a log")
    seen: dict[str, tuple[str, bytes]] = {}
    for where, key in _all(trust):
        place, public = seen.setdefault(key.id, (where, key.public))
        if place != where and public == key.public:
            yield _at(where, f"is the public key of {place}, too: one key would count as two")
        elif place != where:
            yield _at(where, f"has the id of {place}, another key: make a new one")
        if key.until is not None and key.until <= key.since:
            yield _at(where, "is valid for no entry: `until` is not after `from`")
    firsts = [key.since for key in trust.log_keys]
    if firsts[0] != 0 or sorted(set(firsts)) != firsts:
        yield _at("log", "its keys begin at entry 0 and each `from` is after the one before")
    if any(key.algorithm != ED25519 or key.until is not None for key in trust.earlier):
        yield _at("log.earlier", "an earlier log key is an Ed25519 key with `from`, valid until the next one's")
    yield from _outsiders(trust)


def _outsiders(trust: Trust) -> Iterator[Problem]:
    """Find a witness that is somebody of the project, and a quorum of witnesses that cannot be reached."""
    owners = {key.public: where for where, key in _all(trust)}
    for name, witness in trust.witnesses.items():
        if where := owners.get(witness.public):
            yield _at(f"witnesses.{name}", f"is the public key of {where}, too: a witness is somebody else")
    if trust.needed("witness") > max(1, len(trust.witnesses)):
        yield _at("quorum.witness", f"can never be reached by {len(trust.witnesses)} witnesses")


def _block(
    value: Any, where: str, wrong: list[Problem], fields: tuple[str, ...], optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the fields of an object that are known, and note those that are missing or are not."""
    if not isinstance(value, dict):
        wrong.append(_at(where, f"is an object with the fields {', '.join(fields)}"))
        return {}
    prefix = f"{where}." if where else ""
    wrong.extend(_at(prefix + name, _MISSING) for name in fields if name not in value)
    known = (*fields, *optional)
    wrong.extend(_at(prefix + name, "no such field", meant(name, known)) for name in value if name not in known)
    return {name: value[name] for name in known if name in value}


def _people(value: Any, wrong: list[Problem]) -> dict[str, Person]:
    if not isinstance(value, dict):
        wrong.append(_at("people", "is an object: name -> keys and roles"))
        return {}
    people = {}
    for name, said in value.items():
        where = f"people.{name}"
        if not name.strip():
            wrong.append(_at(where, "a person has a name"))
        body = _block(said, where, wrong, ("keys", "roles"))
        people[name] = Person(
            _keys(body.get("keys", []), f"{where}.keys", wrong), _roles(body.get("roles", []), f"{where}.roles", wrong)
        )
    return people


def _roles(value: Any, where: str, wrong: list[Problem]) -> tuple[str, ...]:
    if not isinstance(value, list):
        wrong.append(_at(where, f"is a list of {', '.join(ROLES)}"))
        return ()
    wrong.extend(
        _at(where, f"no role {str(role)[:60]!r}", meant(str(role), ROLES)) for role in value if role not in ROLES
    )
    return tuple(role for role in value if role in ROLES)


def _quorum(value: Any, wrong: list[Problem]) -> dict[str, int]:
    body = _block(value, "quorum", wrong, _ASKED, tuple(name for name in QUORUMS if name not in _ASKED))
    wrong.extend(
        _at(f"quorum.{name}", "a quorum is a whole number from 1")
        for name, count in body.items()
        if type(count) is not int or count < 1
    )
    return body


def _keys(value: Any, where: str, wrong: list[Problem]) -> tuple[Key, ...]:
    if not isinstance(value, list):
        wrong.append(_at(where, "is a list of keys"))
        return ()
    return tuple(_key(one, f"{where}[{at}]", wrong) for at, one in enumerate(value))


def _key(value: Any, where: str, wrong: list[Problem]) -> Key:
    """Return a key that stands there as base64, or as an object if it is of another algorithm or not valid always."""
    body = {"key": value}
    if isinstance(value, dict):
        body = _block(value, where, wrong, ("key",), ("algorithm", "from", "until"))
    algorithm = body.get("algorithm", ED25519)
    try:
        public = decoded(body.get("key", ""), algorithm)
    except (ValueError, TypeError) as error:
        wrong.append(_at(where, str(error)))
        public = b""
    since = _count(body.get("from", 0), f"{where}.from", wrong)
    until = _count(body["until"], f"{where}.until", wrong) if "until" in body else None
    return Key(public, algorithm, since, until)


def _count(value: Any, where: str, wrong: list[Problem]) -> int:
    if type(value) is not int or value < 0:
        wrong.append(_at(where, "names an entry by its index, a whole number from 0"))
        return 0
    return value


def _text(value: Any, where: str, wrong: list[Problem]) -> str:
    if not isinstance(value, str):
        wrong.append(_at(where, "is a text"))
        return ""
    return value


def _entry(key: Key) -> str | dict[str, Any]:
    """Return how a key stands in the file: only what is not plain is spelled out."""
    terms = {"algorithm": (key.algorithm, ED25519), "from": (key.since, 0), "until": (key.until, None)}
    said = {name: value for name, (value, plain) in terms.items() if value != plain}
    return {"key": _b64(key.public), **said} if said else _b64(key.public)


def _at(where: str, what: str, hint: str = "") -> Problem:
    return Problem(f"trust file, {where}".removesuffix(", "), what, hint)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return value


def _b64(key: bytes) -> str:
    return base64.b64encode(key).decode()
