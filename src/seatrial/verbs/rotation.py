"""Keys that come and go: who has which, since and until when; one more, another one, or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence import environment, keyevents, place
from seatrial.evidence.keyevents import Why
from seatrial.evidence.log import Log
from seatrial.evidence.signers import keyfile
from seatrial.evidence.signers.signer import Signer
from seatrial.proof import trust
from seatrial.proof.key import Key
from seatrial.proof.keyring import Keyring
from seatrial.stores.whole import write_whole
from seatrial.verbs.keys import signer_at
from seatrial.verbs.project import TRUST, Project, open_log, opened, pin, remember

FILE = "the trust file"
LOG = "the log"


@dataclass(frozen=True, slots=True)
class Row:
    """One key."""

    who: str
    """The person, or `the log`."""
    roles: tuple[str, ...]
    id: str
    algorithm: str
    since: int
    """First entry that it may sign."""
    until: int | None
    """First entry that it may sign no more."""
    by: str
    """What says so: the trust file, or an entry of the log."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Given:
    """What a change of keys is signed with and said to be for."""

    reason: str
    keys: Sequence[Path | str] = ()
    """Files or URIs of keys of people who sign."""
    passwords: Sequence[str] = ()
    """One per key, then that of the new one; none where nothing is encrypted."""
    log: str | None = None
    """Place of the log, if not the default."""
    now: Callable[[], float] = field(default=time.time)

    @property
    def why(self) -> Why:
        """What the entry says."""
        if not self.reason.strip():
            raise InputError(Problem("reason", "is empty", "why is it changed?"))
        return Why(self.reason, int(self.now()))

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signs.

        Raises:
            LogError: If a key cannot be read.
        """
        return tuple(self.load(key, at) for at, key in enumerate(self.keys))

    def load(self, key: Path | str, at: int) -> Signer:
        """Return the signer of a key, opened with the password at a place."""
        word = self.passwords[at] if at < len(self.passwords) else ""
        return keyfile.load(key, password=word.encode() or None)


def listed(path: Path | str, *, log: str | None = None) -> tuple[Row, ...]:
    """Return every key of the log and of its people, the log's first, in the order in which they came.

    Args:
        path: The charter, or the folder that it lies in.
        log: Place of the log, if not the default.

    Raises:
        LogError: If there is no log.
        EvidenceError: If it was changed.

    Examples:
        >>> [(row.who, row.since, row.by) for row in listed("charter.yaml")]
        [('the log', 0, 'the trust file')]
    """
    return rows(open_log(opened(path), log, writing=False).keyring)


def rows(ring: Keyring) -> tuple[Row, ...]:
    """Return every key of a keyring."""
    return tuple(_row(ring, name, key) for name, key in ring.history())


def add(path: Path | str, name: str, new: Path | str, given: Given) -> int:
    """Log that a person has one more key, and return the entry.

    Args:
        path: The charter, or the folder that it lies in.
        name: Somebody in the trust file.
        new: File or URI of the new key; its password stands after those of the keys that sign.
        given: Keys of approvers other than this person and the holder of the log key, and a reason.

    Raises:
        InputError: With everything that speaks against it.
        LogError: If a key cannot be read.
    """
    project, log = _open(path, given)
    fresh = given.load(new, len(given.keys))
    seq = keyevents.add(log, name, fresh, given.why, approvers=given.signers)
    remember(project, log)
    return seq


def rotate(path: Path | str, new: Path | str, given: Given) -> int:
    """Log that a person has another key in place of one, and return the entry; errors as in `add`.

    Args:
        path: The charter, or the folder that it lies in.
        new: File or URI of the new key; its password stands after that of the old one.
        given: The old key, and a reason.
    """
    project, log = _open(path, given)
    if len(given.keys) != 1:
        raise InputError(Problem("key", f"{len(given.keys)} old keys were named", "--key OLD --new NEW, one of each"))
    (old,) = given.signers
    seq = keyevents.rotate(log, old, given.load(new, 1), given.why)
    remember(project, log)
    return seq


def revoke(path: Path | str, named: str, given: Given) -> tuple[int, str]:
    """Log that a key signs nothing from now on, and return the entry and the owner's name; errors as in `add`.

    What it signed before stands: look through `seatrial history`, and take back what its owner did not say.

    Args:
        path: The charter, or the folder that it lies in.
        named: Id of the key, or how it begins, as `seatrial keys list` shows it.
        given: A reason; the log key alone signs.
    """
    project, log = _open(path, given)
    name, key = _found(log, named)
    seq = keyevents.revoke(log, key.public, given.why)
    remember(project, log)
    return seq, name


def rotate_log(path: Path | str, new: Path, given: Given, *, lost: bool = False) -> int:
    """Log that the log has another key, pin it in the trust file, and return the entry; errors as in `add`.

    Args:
        path: The charter, or the folder that it lies in.
        new: File of the new log key, made without a password if it is not there.
        given: Keys of approvers other than the holder of the log key, and a reason.
        lost: Whether the old key cannot sign: then the trust file is changed first, and its word has to do.  Everybody
            who verifies needs that new trust file.
    """
    project, why = opened(path), given.why
    people = given.signers
    fresh = keyfile.load(new) if new.exists() else signer_at(new, "")
    if lost:
        log = _with_lost_key(project, fresh, given.log)
        old = None
    else:
        log = open_log(project, given.log)
        old = place.log_signer(environment.variables())
    seq = keyevents.hand_over(log, old, fresh, why, approvers=people)
    _pin(project, log.trust, _log_keys(log.keyring))
    remember(project, log)
    return seq


def close(path: Path | str, given: Given) -> int:
    """Log that the log key is revoked, so that nothing can ever follow, and return the entry; errors as in `add`."""
    project, log = _open(path, given)
    seq = keyevents.close(log, given.why)
    remember(project, log)
    return seq


def _open(path: Path | str, given: Given) -> tuple[Project, Log]:
    project = opened(path)
    return project, open_log(project, given.log)


def _row(ring: Keyring, name: str, key: Key) -> Row:
    by = ring.began(key.id)
    roles = ring.trust.people[name].roles if name else ("log",)
    return Row(name or LOG, roles, key.id, key.algorithm, key.since, key.until, _by(by, ring.ended(key.id)))


def _by(began: int | None, ended: int | None) -> str:
    told = FILE if began is None else f"entry {began}"
    return told if ended is None else f"{told}; ended by entry {ended}"


def _found(log: Log, named: str) -> tuple[str, Key]:
    """Return the person's key that an id names, and whose it is."""
    known = {key.id: (name, key) for name, key in log.keyring.history()}
    fits = [id_ for id_ in known if named and id_.startswith(named)]
    if len(fits) != 1:
        what = f"{len(fits)} keys begin with {named!r}" if fits else f"no key {named!r}"
        raise InputError(Problem("key", what, "`seatrial keys list` shows their ids"))
    name, key = known[fits[0]]
    if not name:
        hint = "`seatrial keys rotate --log-key NEW` changes it; `seatrial keys revoke --log-key` closes the log"
        raise InputError(Problem("key", f"{key.id} is the log key", hint))
    return name, key


def _with_lost_key(project: Project, fresh: Signer, named: str | None) -> Log:
    """Return the log open with a new key that only the trust file vouches for."""
    known = open_log(project, named, writing=False)
    seq = len(known.entries())
    if fresh.public not in known.keyring.awaited(seq):
        _pin(project, known.trust, (*_log_keys(known.keyring), Key(fresh.public, since=seq)))
    return Log.open(known.address, fresh, pinned=pin(project))


def _pin(project: Project, known: trust.Trust, keys: Sequence[Key]) -> None:
    """Write into the trust file which log key counts from which entry on."""
    file = project.folder / TRUST
    said = trust.read(file.read_bytes()) if file.is_file() else known
    *earlier, last = (Key(key.public, since=key.since) for key in keys)
    changed = replace(said, log_key=last.public, log_since=last.since, earlier=tuple(earlier))
    if changed != said:
        write_whole(file, trust.write(changed))


def _log_keys(ring: Keyring) -> tuple[Key, ...]:
    return tuple(key for name, key in ring.history() if not name)
