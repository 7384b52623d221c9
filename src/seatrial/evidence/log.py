"""The evidence log of one system: a folder that only ever grows.

    log          one signed envelope a line, appended and synced
    checkpoint   signed size and Merkle root, renamed into place after the line is on disk
    blobs/       what the statements speak of, by digest
    trust.json   whose log it is and with which key
    lock         held while somebody appends

A line beyond the checkpoint is what a killed process left: the next writer adopts it if it is whole and signed, and
cuts it if it is torn.  Readers take no lock: the checkpoint says how many lines count.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self, final

from filelock import FileLock, Timeout

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence.signers.signer import Signer
from seatrial.proof import checkpoint, envelope, merkle, statement, trust
from seatrial.proof.statement import Statement
from seatrial.stores.directory import DirectoryStore
from seatrial.stores.store import Store
from seatrial.stores.whole import write_whole

PATIENCE: Final = 120.0
"""Seconds to wait for another process that is appending; one append takes milliseconds."""


@final
class Log:
    """One system's log, open.  Made by `Log.create` and `Log.open`.

    Attributes:
        folder: Where it lives.
        trust: Whose log it is, its public key, and the people whose signatures it takes.
        store: The blobs beside it.
    """

    def __init__(self, folder: Path, trusted: trust.Trust, signer: Signer | None) -> None:
        self.folder: Final = folder
        self.trust: Final = trusted
        self.store: Final[Store] = DirectoryStore(folder / "blobs")
        self._signer = signer
        self._lock = FileLock(folder / "lock", timeout=PATIENCE)
        self._note = b""
        self._entries: list[bytes] = []
        self._statements: list[Statement] = []
        self._tree = merkle.Tree()
        self._end = 0

    @classmethod
    def create(cls, folder: Path, origin: str, signer: Signer, *, holder: str = "") -> Self:
        """Make an empty log and return it.

        Args:
            folder: Where; made if it is not there.
            origin: Name of the log; its last part, after `/`, is the system's name.
            signer: Who signs it, from now on.
            holder: Name of the person or runner who holds the key.

        Raises:
            LogError: If there is a log already, the origin cannot name one, or the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / "lock", timeout=PATIENCE):
                _refuse_second(folder)
                empty = checkpoint.write(origin, 0, merkle.root([]), signer.sign, signer.public)
                (folder / "log").touch()
                write_whole(folder / "checkpoint", empty)
                write_whole(folder / "trust.json", trust.write(trust.Trust(origin, signer.public, holder)))
        except (ValueError, EvidenceError) as error:
            raise LogError(Problem("origin", str(error))) from error
        except OSError as error:
            raise _unusable(folder, error) from error
        return cls.open(folder, signer)

    @classmethod
    def open(
        cls, folder: Path, signer: Signer | None = None, *, pinned: bytes | None = None, remembered: bytes | None = None
    ) -> Self:
        """Return the log in a folder, checked from its first byte to its last.

        With a signer, what a killed process left is adopted or cut.

        Args:
            folder: Where it lives.
            signer: Who appends; None opens it for reading.
            pinned: The project's `trust.json`, if it has one; it decides whose log this may be.
            remembered: The last checkpoint that the project committed; the log must still begin with it.

        Raises:
            LogError: If there is no log, it cannot be read, or the signer has another key.
            EvidenceError: If it was changed, shortened, or is not the pinned one.
        """
        if not (folder / "trust.json").is_file():
            hint = "`seatrial init` makes one; --log or SEATRIAL_LOG names another folder"
            raise LogError(Problem(str(folder), "there is no evidence log here", hint))
        kept = _read(folder / "trust.json")
        log = cls(folder, _agreed(folder, kept, pinned), signer)
        if signer and signer.public != log.trust.log_key:
            what = "this key is not the key of the log"
            raise LogError(Problem(str(folder), what, "name the right one in SEATRIAL_KEY; logs are not re-signed"))
        log._refresh()
        if signer:
            with log.locked():
                log._learn(trust.read(kept))
        if remembered is not None:
            log._check_remembered(remembered)
        return log

    @property
    def origin(self) -> str:
        """Name of the log; it ends in the system's name."""
        return self.trust.origin

    @property
    def checkpoint(self) -> bytes:
        """The signed checkpoint that the folder holds now."""
        self._refresh()
        return self._note

    def entries(self) -> tuple[bytes, ...]:
        """Return all envelopes under the checkpoint, oldest first."""
        self._refresh()
        return tuple(self._entries)

    def snapshot(self) -> tuple[tuple[bytes, ...], bytes]:
        """Return all envelopes and the checkpoint over exactly these."""
        self._refresh()
        return tuple(self._entries), self._note

    def statements(self) -> tuple[Statement, ...]:
        """Return what the envelopes say; the index of a statement is its `seq`.

        Raises:
            EvidenceError: If an entry was changed, or is signed by nobody who is trusted.
        """
        self._refresh()
        for seq in range(len(self._statements), len(self._entries)):
            self._statements.append(self._stated(seq, self._entries[seq]))
        return tuple(self._statements)

    def payload(self, seq: int) -> bytes:
        """Return the signed bytes of one statement: what an approval of it names by digest."""
        return envelope.parsed(self.entries()[seq]).payload

    def checkpoint_of_size(self, size: int) -> bytes:
        """Return the checkpoint that was signed when the log had so many entries; Ed25519 gives equal bytes again.

        Raises:
            LogError: If the log is open for reading, or never had that size.
        """
        leaves = [merkle.leaf_hash(entry) for entry in self.entries()[:size]]
        if len(leaves) != size:
            raise LogError(Problem(str(self.folder), f"the log has no {size} entries"))
        signer = self._writer()
        return checkpoint.write(self.origin, size, merkle.root(leaves), signer.sign, signer.public)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the log: what is read inside stays true until the end of the block.  May be nested.

        Raises:
            LogError: If another process holds it for minutes, it is open for reading, or cannot be written.
        """
        self._writer()
        outermost = not self._lock.is_locked
        try:
            self._lock.acquire()
        except Timeout as error:
            what = f"another seatrial has held the lock for {PATIENCE:g} seconds"
            raise LogError(Problem(str(self.folder), what, "wait for it, or end it")) from error
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            if outermost:
                self._recover()
            yield
        finally:
            self._lock.release()

    def append(self, payload: bytes, *, signers: Sequence[Signer] = ()) -> int:
        """Add a statement, signed by these people and by the log key, and return its `seq`.

        Raises:
            EvidenceError: If the payload is no statement.
            LogError: If it cannot be written; then the log is as it was.
        """
        statement.read(payload)
        writer = self._writer()
        line = envelope.seal(payload, [(who.public, who.sign) for who in (*signers, writer)])
        with self.locked():
            self._stated(len(self._entries), line)
            try:
                self._write(line)
                self._cover([line])
            except OSError as error:
                self._undo()
                raise _unusable(self.folder, error) from error
            return len(self._entries) - 1

    def _writer(self) -> Signer:
        if self._signer is None:
            raise LogError(Problem(str(self.folder), "the log is open for reading", "the log key is needed to append"))
        return self._signer

    def _refresh(self) -> None:
        """Read what was appended since the last look, and check it against the checkpoint."""
        note = _read(self.folder / "checkpoint")
        if note == self._note:
            return
        point = checkpoint.read(note, self.origin, self.trust.log_key)
        lines = _lines(_read(self.folder / "log", self._end))[0][: max(0, point.size - len(self._entries))]
        if len(self._entries) + len(lines) != point.size:
            what = f"the log has {len(self._entries) + len(lines)} entries, its checkpoint says {point.size}"
            raise EvidenceError(Problem(str(self.folder / "log"), what, "restore the whole folder from a copy"))
        tree = _grown(self._tree, lines)
        if tree.root() != point.root:
            raise EvidenceError(self._culprit(lines))
        self._take(lines, tree, note)

    def _take(self, lines: Sequence[bytes], tree: merkle.Tree, note: bytes) -> None:
        self._entries.extend(lines)
        self._end += sum(len(line) + 1 for line in lines)
        self._tree, self._note = tree, note

    def _recover(self) -> None:
        """Adopt whole signed lines beyond the checkpoint, and cut a torn one."""
        self._refresh()
        lines, torn = _lines(_read(self.folder / "log", self._end))
        for seq, line in enumerate(lines, len(self._entries)):
            self._stated(seq, line, covered=False)
        try:
            if torn:
                os.truncate(self.folder / "log", self._end + sum(len(line) + 1 for line in lines))
            if lines:
                self._cover(lines)
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def _cover(self, lines: Sequence[bytes]) -> None:
        """Sign and write the checkpoint over lines that are on disk."""
        signer = self._writer()
        tree = _grown(self._tree, lines)
        note = checkpoint.write(self.origin, tree.size, tree.root(), signer.sign, signer.public)
        write_whole(self.folder / "checkpoint", note)
        self._take(lines, tree, note)

    def _undo(self) -> None:
        """After a full disk: take back a line that no checkpoint covers (if even that fails, it will be adopted)."""
        with suppress(OSError):
            if _read(self.folder / "checkpoint") == self._note:
                os.truncate(self.folder / "log", self._end)

    def _write(self, line: bytes) -> None:
        with (self.folder / "log").open("ab", buffering=0) as file:
            rest = memoryview(line + b"\n")
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())

    def _stated(self, seq: int, line: bytes, *, covered: bool = True) -> Statement:
        """Return what an entry says; in errors, its line is named."""
        try:
            return self._opened(line, covered=covered)
        except EvidenceError as error:
            where = f"{self.folder / 'log'}:{seq + 1}"
            raise EvidenceError(*(Problem(where, str(problem)) for problem in error.problems)) from None

    def _opened(self, line: bytes, *, covered: bool) -> Statement:
        """Return what an entry says, its signatures checked; a checkpoint covers the log key's own."""
        log_key = self.trust.log_key_id
        found = envelope.parsed(line)
        envelope.check(found, self.trust.keys, covered=log_key if covered else "")
        if log_key not in found.key_ids:
            raise EvidenceError("the log key has not signed it")
        return statement.read(found.payload)

    def _culprit(self, lines: Sequence[bytes]) -> Problem:
        """Return which of the lines was changed, or that all are genuine and some are missing or moved."""
        for seq, line in enumerate(lines, len(self._entries)):
            try:
                self._stated(seq, line, covered=False)
            except EvidenceError as error:
                return error.problems[0]
        what = "every entry is signed, but together they are not what the checkpoint covers: some were moved or dropped"
        return Problem(str(self.folder / "log"), what, "restore the whole folder from a copy")

    def _learn(self, before: trust.Trust) -> None:
        """Keep the pinned keys beside the log if they are more than it knew, for readers without the project."""
        if before.keys.items() < self.trust.keys.items():
            write_whole(self.folder / "trust.json", trust.write(self.trust))

    def _check_remembered(self, note: bytes) -> None:
        point = checkpoint.read(note, self.origin, self.trust.log_key)
        entries = self.entries()
        if point.size > len(entries):
            what = f"the log has {len(entries)} entries, the project remembers {point.size}"
            raise EvidenceError(Problem(str(self.folder), what, "this is an older copy; find the newest one"))
        if merkle.root(merkle.leaf_hash(entry) for entry in entries[: point.size]) != point.root:
            what = f"its first {point.size} entries are not those that the project remembers"
            raise EvidenceError(Problem(str(self.folder), what, "this is another history under the same name"))


def _agreed(folder: Path, kept: bytes, pinned: bytes | None) -> trust.Trust:
    """Return the trust to go by: the pinned one, if it is about the log that is here."""
    mine = trust.read(kept)
    if pinned is None:
        return mine
    theirs = trust.read(pinned)
    if (theirs.origin, theirs.log_key) != (mine.origin, mine.log_key):
        what = f"this is the log {mine.origin!r}, the project trusts {theirs.origin!r} or another key"
        raise EvidenceError(Problem(str(folder), what, "name the right log with --log or SEATRIAL_LOG"))
    return theirs


def _refuse_second(folder: Path) -> None:
    """Refuse where a log is; one without entries whose creation was killed before its last file is none."""
    log = folder / "log"
    if (folder / "trust.json").exists() or (log.exists() and log.stat().st_size):
        raise LogError(Problem(str(folder), "there is a log already", "open it, or name another folder"))


def _grown(tree: merkle.Tree, lines: Sequence[bytes]) -> merkle.Tree:
    """Return the tree with more entries; the given one stays as it is."""
    more = copy.deepcopy(tree)
    for line in lines:
        more.append(merkle.leaf_hash(line))
    return more


def _lines(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the complete lines, and what stands after the last of them."""
    *lines, torn = data.split(b"\n")
    return lines, torn


def _read(path: Path, start: int = 0) -> bytes:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read()
    except FileNotFoundError as error:
        raise EvidenceError(Problem(str(path), "is missing from the log", "restore it from a copy")) from error
    except OSError as error:
        raise _unusable(path, error) from error


def _unusable(path: Path, error: OSError) -> LogError:
    hint = "free some space or mend the permissions, then run the same command again: nothing is lost"
    return LogError(Problem(str(path), f"the log cannot be read or written: {error.strerror}", hint))
