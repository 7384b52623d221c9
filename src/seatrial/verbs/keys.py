"""Who signs: the log key, and keys of people."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem, meant
from seatrial.evidence import environment, place
from seatrial.evidence.signers.signer import Signer
from seatrial.plugins import find
from seatrial.proof import trust
from seatrial.proof.key import ALGORITHMS, ED25519, Key, key_id
from seatrial.proof.runners import RUNNER
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import TRUST, charter_file, open_log, opened

_SHELF: Mapping[str, str] = {name: name.replace("-", "").removesuffix("44") for name in ALGORITHMS}
"""Algorithm -> the plugin that makes its keys."""


@dataclass(frozen=True, slots=True)
class Term:
    """The entries that a key may sign."""

    algorithm: str = ED25519
    since: int | None = None
    """First one; None is the first of the log, and the next one for a runner."""
    until: int | None = None
    """First one that it may sign no more."""


ALWAYS = Term()
"""An Ed25519 key that may sign every entry."""


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
        f"private in  {place.key_shown(variables)}",
    )


def make(path: Path, password: str, *, algorithm: str = ED25519) -> str:
    """Make a personal key, encrypted, and return the line that a trust.json needs.

    Args:
        path: File for it; a runner's, without a password, is not encrypted.
        password: It encrypts the key.
        algorithm: `ed25519`, or `ml-dsa-44`.

    Raises:
        InputError: If there is no such algorithm.
        LogError: If the file is there already, cannot be written, or the algorithm is not installed.
    """
    public = signer_at(path, password, algorithm).public
    return f"{path}: key {key_id(public)}, for trust.json: {base64.b64encode(public).decode()}"


def signer_at(path: Path, password: str, algorithm: str = ED25519) -> Signer:
    """Make a key in a new file and return its signer; errors as in `make`."""
    if algorithm not in ALGORITHMS:
        raise InputError(Problem("algorithm", f"no algorithm {algorithm!r}", meant(algorithm, ALGORITHMS)))
    made: Signer = find("signers", _SHELF[algorithm]).make(path, password=password.encode() or None, new=True)
    return made


def trusted(
    path: Path | str, name: str, public: str, *, roles: Sequence[str] = (), term: Term = ALWAYS, log: str | None = None
) -> trust.Trust:
    """Put a person's public key and roles into the project's trust file, and return what it says now.

    Whoever may commit that file decides whose word counts: review its changes like code.

    Args:
        path: The charter, or the folder that it lies in.
        name: The person; one who is there gets the key and the roles besides those that are there.
        public: Base64 of the raw public key, as `seatrial keys new` prints it.
        roles: Of `approver`, `waiver`, `runner`.
        term: Its algorithm, and the entries that it may sign.  A runner's key counts from the next entry on.
        log: Place of the log, if not the default; it is looked at for a runner's key only.

    Raises:
        InputError: If there is no trust file, the name is empty, a role unknown, or the key is none.
        EvidenceError: If the key is there already.
    """
    file, said = trust_file(path)
    unknown = [
        Problem("role", f"no role {role!r}", meant(role, trust.ROLES)) for role in roles if role not in trust.ROLES
    ]
    if not name.strip():
        unknown.append(Problem("name", "is empty", "whose key is it?"))
    try:
        raw = trust.key(public, term.algorithm)
    except EvidenceError as error:
        hint = "`seatrial keys new FILE` prints it when the key is made: the text after `for trust.json:`"
        unknown += [replace(one, hint=hint) for one in error.problems]
    if unknown:
        raise InputError(*unknown)
    before = said.people.get(name, trust.Person((), ()))
    since = term.since or 0
    if RUNNER in roles and term.since is None:
        since = _next(path, log)
        _refuse_older(name, before, since)
    known = raw in {one.public for one in before.keys}
    keys = before.keys if known else (*before.keys, Key(raw, term.algorithm, since, term.until))
    person = trust.Person(keys, tuple(role for role in trust.ROLES if role in {*before.roles, *roles}))
    return written(file, replace(said, people={**said.people, name: person}))


def quorum(path: Path | str, counts: Mapping[str, int]) -> trust.Trust:
    """Say how many people an approval, a waiver of a breached critical clause, or a change of keys needs.

    Args:
        path: The charter, or the folder that it lies in.
        counts: `approve`, `waive`, `keys` or `witness` -> how many, from 1.

    Returns:
        The trust file.

    Raises:
        InputError: If there is no trust file, or nothing of that name is counted.
        EvidenceError: If a number is below 1.
    """
    file, said = trust_file(path)
    if unknown := [name for name in counts if name not in trust.QUORUMS]:
        raise InputError(*(Problem("quorum", f"no quorum {name!r}", meant(name, trust.QUORUMS)) for name in unknown))
    return written(file, replace(said, quorum={**said.quorum, **counts}))


def _next(path: Path | str, log: str | None) -> int:
    """Return the index of the log's next entry: a runner signs from there on, and nothing before lacks it."""
    return len(open_log(opened(path), log, writing=False).entries())


def _refuse_older(name: str, before: trust.Person, since: int) -> None:
    """Refuse old keys of a runner: a signature is asked for from their first entry on, and old runs have none."""
    if RUNNER not in before.roles and any(key.since < since for key in before.keys):
        what = f"{name} has keys from before entry {since}, and what was run then bears no runner's signature"
        raise InputError(Problem("role", what, "give the runner a name of its own, as `ci`"))


def trust_file(path: Path | str) -> tuple[Path, trust.Trust]:
    """Return the trust file beside a charter, and what it says.

    Raises:
        InputError: If there is none.
    """
    file = charter_file(path).parent / TRUST
    if not file.is_file():
        raise InputError(Problem(str(file), "there is no trust file", "`seatrial init` makes it, with the log"))
    return file, trust.read(file.read_bytes())


def written(file: Path, said: trust.Trust) -> trust.Trust:
    """Write a trust file, and return what it says now.

    Raises:
        EvidenceError: With everything that does not go together.
    """
    write_whole(file, trust.write(said))
    return said
