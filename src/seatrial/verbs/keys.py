"""Who signs: the log key, and keys of people."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from seatrial.errors import InputError, Problem, meant
from seatrial.evidence import environment, place
from seatrial.evidence.signers.ed25519 import create
from seatrial.proof import trust
from seatrial.proof.key import Key, key_id
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import TRUST, charter_file


def shown() -> tuple[str, ...]:
    """Return lines that show the public half of the log key.

    Raises:
        LogError: If there is no key.
    """
    variables = environment.variables()
    public = place.log_signer(variables).public
    return (
        f"log key     {key_id(public)}",
        f"public      {base64.b64encode(public).decode()}",
        f"private in  {place.key_path(variables)}",
    )


def make(path: Path, password: str) -> str:
    """Make a personal key, encrypted, and return the line that a trust.json needs.

    Raises:
        LogError: If the file is there already or cannot be written.
    """
    public = create(path, password=password.encode()).public
    return f"{path}: key {key_id(public)}, for trust.json: {base64.b64encode(public).decode()}"


def trusted(path: Path | str, name: str, public: str, *, roles: Sequence[str] = ()) -> trust.Trust:
    """Put a person's public key and roles into the project's trust file, and return what it says now.

    Whoever may commit that file decides whose word counts: review its changes like code.

    Args:
        path: The charter, or the folder that it lies in.
        name: The person; one who is there gets the key and the roles besides those that are there.
        public: Base64 of the raw Ed25519 public key, as `seatrial keys new` prints it.
        roles: Of `approver`, `waiver`.

    Raises:
        InputError: If there is no trust file, the name is empty or a role unknown.
        EvidenceError: If the key cannot be read, or is there already.
    """
    file, said = _trust(path)
    unknown = [
        Problem("role", f"no role {role!r}", meant(role, trust.ROLES)) for role in roles if role not in trust.ROLES
    ]
    if not name.strip():
        unknown.append(Problem("name", "is empty", "whose key is it?"))
    if unknown:
        raise InputError(*unknown)
    before = said.people.get(name, trust.Person((), ()))
    raw = trust.key(public)
    keys = before.keys if raw in {one.public for one in before.keys} else (*before.keys, Key(raw))
    person = trust.Person(keys, tuple(role for role in trust.ROLES if role in {*before.roles, *roles}))
    return _written(file, replace(said, people={**said.people, name: person}))


def quorum(path: Path | str, counts: Mapping[str, int]) -> trust.Trust:
    """Say how many people an approval, or a waiver of a breached critical clause, needs; return the trust file.

    Args:
        path: The charter, or the folder that it lies in.
        counts: `approve` or `waive` -> people, from 1.

    Raises:
        InputError: If there is no trust file, or nothing of that name is counted.
        EvidenceError: If a number is below 1.
    """
    file, said = _trust(path)
    if unknown := [name for name in counts if name not in trust.QUORUMS]:
        raise InputError(*(Problem("quorum", f"no quorum {name!r}", meant(name, trust.QUORUMS)) for name in unknown))
    return _written(file, replace(said, quorum={**said.quorum, **counts}))


def _trust(path: Path | str) -> tuple[Path, trust.Trust]:
    file = charter_file(path).parent / TRUST
    if not file.is_file():
        raise InputError(Problem(str(file), "there is no trust file", "`seatrial init` makes it, with the log"))
    return file, trust.read(file.read_bytes())


def _written(file: Path, said: trust.Trust) -> trust.Trust:
    write_whole(file, trust.write(said))
    return said
