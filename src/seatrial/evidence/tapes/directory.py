"""A log in a folder.

    log          one signed envelope a line, appended and synced
    checkpoint   signed size and Merkle root, renamed into place after the line is on disk
    blobs/       what the statements speak of, by digest
    trust.json   whose log it is and with which key
    lock         held while somebody appends

A killed process leaves a whole line that no checkpoint covers, or a torn one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, final

from filelock import FileLock, Timeout

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence.tapes.tape import CHECKPOINT, TRUST
from seatrial.stores.directory import DirectoryStore
from seatrial.stores.store import Store
from seatrial.stores.whole import write_whole

_BLOB: Final = re.compile(r"[0-9a-f]{64}")
PATIENCE: Final = 120.0
"""Seconds to wait for another process that is appending; one append takes milliseconds."""


@final
class DirectoryTape:
    """The files of a log; nothing is made before `create`.

    Attributes:
        folder: Where they lie.
        store: The blobs beside them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder: Final = folder
        self.store: Final[Store] = DirectoryStore(folder / "blobs")
        self._lock = FileLock(folder / "lock", timeout=PATIENCE)
        self._ends = [0]

    @property
    def address(self) -> str:
        """The folder."""
        return str(self.folder)

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.folder)

    def where(self, name: str) -> str:
        """Return the path of a file."""
        return str(self.folder / name)

    def create(self, documents: Mapping[str, bytes]) -> None:
        """Make the folder and its files; `trust.json`, the last, makes it a log."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.folder / "lock", timeout=PATIENCE):
                self._refuse_second()
                (self.folder / "log").touch()
                for name in sorted(documents, key=lambda name: name == TRUST):
                    write_whole(self.folder / name, documents[name])
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def read(self, name: str) -> bytes | None:
        """Return the bytes of a file, or None if it is not there."""
        return _read(self.folder / name)

    def write(self, name: str, data: bytes) -> None:
        """Write a file beside, sync it, and rename it into place; before a checkpoint, the lines that it covers."""
        try:
            if name == CHECKPOINT:
                _sync(self.folder / "log")
            write_whole(self.folder / name, data)
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def entries(self, start: int) -> list[bytes]:
        """Return the whole lines from this one on; where earlier ones end is remembered."""
        del self._ends[start + 1 :]
        data = _read(self.folder / "log", self._ends[start])
        if data is None:
            raise EvidenceError(Problem(self.where("log"), "is missing from the log", "restore it from a copy"))
        lines = data.split(b"\n")[:-1]
        for line in lines:
            self._ends.append(self._ends[-1] + len(line) + 1)
        return lines

    def blobs(self) -> Iterator[str]:
        """Yield the names of the files in `blobs/`."""
        try:
            names = sorted(path.name for path in (self.folder / "blobs").glob("*") if _BLOB.fullmatch(path.name))
        except OSError as error:
            raise _unusable(self.folder / "blobs", error) from error
        yield from (f"sha256:{name}" for name in names)

    def extend(self, start: int, entries: Sequence[bytes], checkpoint: bytes) -> None:
        """Append lines, sync them, and rename the checkpoint into place."""
        before = self.read(CHECKPOINT)
        self._cut(start)
        try:
            self._append(entries)
            write_whole(self.folder / CHECKPOINT, checkpoint)
        except OSError as error:
            self._undo(start, before)
            raise _unusable(self.folder, error) from error

    def mend(self) -> None:
        """Cut the file after its last whole line."""
        self._cut(len(self._ends) - 1)

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the file `lock`; the kernel lets go of it when a process dies."""
        outermost = not self._lock.is_locked
        try:
            self._lock.acquire()
        except Timeout as error:
            what = f"another seatrial has held the lock for {PATIENCE:g} seconds"
            raise LogError(Problem(self.place, what, "wait for it, or end it")) from error
        except OSError as error:
            raise _unusable(self.folder, error) from error
        try:
            yield outermost
        finally:
            self._lock.release()

    def _refuse_second(self) -> None:
        """Refuse where a log is; one without entries whose creation was killed before its last file is none."""
        log = self.folder / "log"
        if (self.folder / TRUST).exists() or (log.exists() and log.stat().st_size):
            raise LogError(Problem(self.place, "there is a log already", "open it, or name another folder"))

    def _append(self, lines: Sequence[bytes]) -> None:
        data = b"".join(line + b"\n" for line in lines)
        with (self.folder / "log").open("ab", buffering=0) as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        for line in lines:
            self._ends.append(self._ends[-1] + len(line) + 1)

    def _cut(self, count: int) -> None:
        del self._ends[count + 1 :]
        try:
            if (self.folder / "log").stat().st_size > self._ends[count]:
                os.truncate(self.folder / "log", self._ends[count])
        except OSError as error:
            raise _unusable(self.folder, error) from error

    def _undo(self, start: int, before: bytes | None) -> None:
        """After a full disk: take back lines that no checkpoint covers (if even that fails, they will be adopted)."""
        with suppress(LogError):
            if self.read(CHECKPOINT) == before:
                self._cut(start)


def _read(path: Path, start: int = 0) -> bytes | None:
    try:
        with path.open("rb") as file:
            file.seek(start)
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unusable(path, error) from error


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _unusable(path: Path, error: OSError) -> LogError:
    hint = "free some space or mend the permissions, then run the same command again: nothing is lost"
    return LogError(Problem(str(path), f"the log cannot be read or written: {error.strerror}", hint))
