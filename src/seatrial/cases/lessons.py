"""Lessons: labelled cases that a model may learn from besides its training cases, kept by digest in a folder.

    lessons/<64 hex>    a pack of inputs, the manifest of a version, or its index; each named by its content
    lessons/history     a line for each version, oldest first: its digest, how many lessons, digest of its index

A manifest is canonical JSON and lists what is learned: digest, label, source, origin and group of each.  So equal
lessons make one version, whoever added them in whatever order.  The index says in which pack each lies, and in words
where it is from.  Nothing is ever pickled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout

from seatrial.cases.cases import Cases
from seatrial.cases.packs import packed, unlike, unpacked
from seatrial.errors import CasesError, EvidenceError, Problem, StoreError
from seatrial.proof import canonical
from seatrial.records.batch import Batch, joined, plain
from seatrial.records.digest import column_digests
from seatrial.stores.directory import DirectoryStore
from seatrial.stores.whole import write_whole

FOLDER, HISTORY, LOCK = "lessons", "history", "lock"
PATIENCE = 60.0
"""Seconds that somebody who adds waits for somebody else who does."""
SCHEMA = 1
SOURCES = ("production", "rehearsal", "gate")
"""Where a lesson may come from: labelled by people in service, made by an adversary in a rehearsal, or made by one of
gate cases that an attempt has opened."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One labelled input."""

    case: str
    """Digest of its content, hex."""
    label: int
    source: str
    """One of `SOURCES`."""
    origin: str = ""
    """Digest of the case that an adversary made it from, hex; empty if it is nobody's."""
    group: str = ""
    """Group of people that it belongs to."""
    pack: str = ""
    """Digest of the bytes that hold its input."""
    told: str = ""
    """Where it comes from, in words: a file and its row, or who made it."""

    @property
    def content(self) -> dict[str, Any]:
        """What is learned, as plain JSON values."""
        return {name: getattr(self, name) for name in ("case", "label", "source", "origin", "group")}


@dataclass(frozen=True, slots=True)
class Lessons:
    """One version: which lessons there are."""

    folder: Path
    rows: tuple[Lesson, ...] = ()
    """By digest."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    @property
    def manifest(self) -> bytes:
        """The bytes that name this version."""
        return canonical.dumps({"schema": SCHEMA, "lessons": [one.content for one in self.rows]})

    @property
    def index(self) -> bytes:
        """Where the inputs lie, and where they come from."""
        return canonical.dumps({one.case: [one.pack, one.told] for one in self.rows})

    @property
    def digest(self) -> str:
        """Digest of the manifest: equal lessons have equal digests."""
        return canonical.digest(self.manifest)

    @property
    def counts(self) -> dict[str, int]:
        """Source -> how many lessons are from there."""
        counted = Counter(one.source for one in self.rows)
        return {name: counted[name] for name in SOURCES if counted[name]}

    @property
    def ids(self) -> tuple[bytes, ...]:
        """Digest of each lesson, in order."""
        return tuple(bytes.fromhex(one.case) for one in self.rows)

    @property
    def origins(self) -> dict[bytes, bytes]:
        """Lesson -> the case that it was made from, where there is one."""
        return {bytes.fromhex(one.case): bytes.fromhex(one.origin) for one in self.rows if one.origin}

    def told(self) -> dict[str, Any]:
        """Return what a record says of them, as plain JSON values."""
        return {"digest": self.digest, "cases": len(self), "from": self.counts}

    def with_batch(
        self, batch: Batch[Any], source: str, *, origins: Mapping[bytes, bytes], told: Sequence[str]
    ) -> Lessons:
        """Return the version that has these lessons, too, and keep their inputs.

        Args:
            batch: New ones, none of which is there already, with labels.
            source: One of `SOURCES`.
            origins: Lesson -> the case that it was made from.
            told: Where each comes from, in words.
        """
        pack = _store(self.folder).put(packed(batch.inputs))
        groups = [""] * len(batch) if batch.groups is None else [str(one) for one in np.asarray(plain(batch.groups))]
        labels = np.asarray(plain(batch.labels))
        made = [
            Lesson(case.hex(), int(labels[at]), source, _hex(origins.get(case)), groups[at], pack, told[at])
            for at, case in enumerate(batch.ids)
        ]
        return replace(self, rows=tuple(sorted((*self.rows, *made), key=lambda one: one.case)))

    def batch(self, like: Batch[Any]) -> Batch[Any]:
        """Return the lessons as cases, in order, with groups where the source has them.

        Args:
            like: A case of the source: of which form inputs are.

        Raises:
            StoreError: If a pack is gone.
            EvidenceError: If one was changed.
            CasesError: If the source's cases have another form by now.
        """
        columns = {
            name: unpacked(_store(self.folder).get(name)) for name in dict.fromkeys(one.pack for one in self.rows)
        }
        parts = [
            Batch(ids, column, np.zeros(len(ids), dtype=np.int64))
            for column in columns.values()
            for ids in (column_digests(column),)
        ]
        if problems := [one for part in parts for one in unlike(part.inputs, like.inputs, str(self.folder))]:
            raise CasesError(*problems)
        whole = joined(parts)
        place = {case: at for at, case in enumerate(whole.ids)}
        if gone := [one.case for one in self.rows if bytes.fromhex(one.case) not in place]:
            what = f"{len(gone)} lessons are not in their packs, the first {gone[0][:12]}"
            raise EvidenceError(Problem(str(self.folder), what, "restore the folder"))
        found = whole.take([place[case] for case in self.ids])
        groups = np.array([one.group for one in self.rows]) if like.groups is not None else None
        return replace(found, labels=np.array([one.label for one in self.rows], dtype=np.int64), groups=groups)


@dataclass(frozen=True, slots=True)
class Version:
    """A line of the history."""

    digest: str
    lessons: int
    index: str


def versions(folder: Path) -> tuple[Version, ...]:
    """Return every version of the lessons in a folder, oldest first."""
    file = folder / HISTORY
    lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else []
    try:
        split = (line.split() for line in lines if line.strip())
        return tuple(Version(name, int(count), index) for name, count, index in split)
    except ValueError as error:
        raise CasesError(Problem(str(file), "is no history of lessons", "restore it")) from error


def lessons(folder: Path, name: str = "") -> Lessons:
    """Return a version of the lessons in a folder.

    Args:
        folder: Where they are; it need not be there.
        name: Its digest, or the beginning of it; the newest by default.

    Raises:
        CasesError: If there is no such version.
        EvidenceError: If its manifest was changed.
    """
    known = versions(folder)
    if not known and not name:
        return Lessons(folder)
    text = name.removeprefix("sha256:")
    meant = {one.digest: one for one in known if one.digest.removeprefix("sha256:").startswith(text)}
    if text and len(meant) != 1:
        what = f"{len(meant) or 'no'} versions of the lessons begin with {name!r}"
        raise CasesError(Problem("--lessons", what, "`seatrial lessons list` names them"))
    wanted = next(iter(meant.values())) if text else known[-1]
    said, index = (canonical.loads(_store(folder).get(one)) for one in (wanted.digest, wanted.index))
    if not isinstance(said, Mapping) or said.get("schema") != SCHEMA:
        raise CasesError(Problem(str(folder), "are lessons of a form that this release does not read"))
    places = {one["case"]: index.get(one["case"], ["", ""]) for one in said["lessons"]}
    return Lessons(
        folder,
        tuple(Lesson(**one, pack=places[one["case"]][0], told=places[one["case"]][1]) for one in said["lessons"]),
    )


def ever(folder: Path) -> frozenset[bytes]:
    """Return all that any version has taught: lessons, and the cases that they were made from."""
    known = [lessons(folder, one.digest) for one in versions(folder)]
    return frozenset(case for one in known for case in (*one.ids, *one.origins.values()))


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep others from adding until the end of the block, so that no version is made from one that is older.

    Args:
        folder: Where the lock lies: the same for all who add.

    Raises:
        StoreError: If somebody else does not come to an end, or nothing can be written there.
    """
    lock = FileLock(folder / LOCK, timeout=PATIENCE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        what = f"somebody else has been changing the lessons for {PATIENCE:g} seconds"
        raise StoreError(Problem(str(folder), what, "try again")) from error
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise StoreError(Problem(str(folder), what, "free some space, or mend the rights")) from error
    try:
        yield
    finally:
        lock.release()


def kept(version: Lessons) -> None:
    """Write a version down as the newest one; nothing if it is that already."""
    known = versions(version.folder)
    if known and known[-1].digest == version.digest:
        return
    _store(version.folder).put(version.manifest)
    newest = Version(version.digest, len(version), _store(version.folder).put(version.index))
    lines = [f"{one.digest} {one.lessons} {one.index}" for one in (*known, newest)]
    try:
        write_whole(version.folder / HISTORY, ("\n".join(lines) + "\n").encode())
    except OSError as error:
        raise StoreError(Problem(str(version.folder), f"cannot be written: {error.strerror}")) from error


@dataclass(frozen=True, slots=True)
class Together:
    """Training cases and, after them, lessons, as one source."""

    cases: Cases
    lessons: Batch[Any] = field(repr=False)
    origins: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    """Lesson -> the case that it was made from."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.cases) + len(self.lessons)

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`."""
        own, last = len(self.cases), min(last, len(self))
        parts = [self.cases.take(min(first, own), min(last, own))] if first < own or first >= len(self) else []
        if last > own:
            parts.append(self.lessons.take(np.arange(max(first - own, 0), last - own)))
        return joined(parts)


def made_from(cases: Cases) -> Mapping[bytes, bytes]:
    """Return lesson -> the case that it was made from, of a source that holds such."""
    return cases.origins if isinstance(cases, Together) else {}


def _hex(case: bytes | None) -> str:
    return "" if case is None else case.hex()


@lru_cache(maxsize=8)
def _store(folder: Path) -> DirectoryStore:
    return DirectoryStore(folder)
