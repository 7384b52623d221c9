"""The log as static files that any web server can hand out (C2SP tlog-tiles).

    checkpoint                 signed, with the lines of witnesses
    tile/<L>/<N>               256 hashes of level 8 L; `.p/<W>` after it while it has fewer
    tile/entries/<N>           256 entries, each after its length in two bytes
    entry/<N>                  one entry, where a bundle would hold one that is longer than two bytes can say

Full tiles never change, so writing again adds what is new.  The checkpoint comes last: who reads it finds all tiles
that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.witness import kept
from seatrial.proof import checkpoint, merkle
from seatrial.stores.whole import write_whole

WIDTH = 256
"""Hashes, or entries, in a full tile."""
HEIGHT = 8
"""Levels of the tree in a tile."""
LONGEST = 0xFFFF
"""Bytes of the longest entry that the format can hold."""


@dataclass(frozen=True, slots=True)
class Tiled:
    """What writing the tiles of a log did."""

    size: int
    """Entries under the checkpoint that was written."""
    new: int
    """Files that were not there before."""
    kept: int
    """Files that were there, and are as they must be."""
    long: tuple[int, ...] = ()
    """Entries that are too long for a bundle: theirs are left out, and their entries stand one by one."""


def tile(log: Log, folder: Path) -> Tiled:
    """Write the tiles of a log into a folder; what is there of the same log stays.

    Raises:
        LogError: If the folder cannot be written.
        EvidenceError: If the folder holds another log's files, or files of another history of this one.
    """
    entries, note = log.snapshot()
    _check_before(log, entries, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        wrote = [_put(folder / path, data) for path, data in (*_hashes(log, len(entries)), *_bundles(entries))]
        write_whole(folder / "checkpoint", kept.joined(log, note))
    except OSError as error:
        raise LogError(Problem(str(folder), f"the tiles cannot be written: {error.strerror}")) from error
    long = tuple(seq for seq, entry in enumerate(entries) if len(entry) > LONGEST)
    return Tiled(len(entries), sum(wrote), len(wrote) - sum(wrote), long)


def number(index: int) -> str:
    """Return a tile's number as a path.

    Examples:
        >>> number(1234067), number(5)
        ('x001/x234/067', '005')
    """
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def _hashes(log: Log, size: int) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every tile of hashes."""
    level, count = 0, size
    while count:
        for index, width in _tiles(count):
            start = index * WIDTH
            data = b"".join(log.subtrees(level * HEIGHT, start, start + width))
            yield _path(f"tile/{level}", index, width), data
        level, count = level + 1, count // WIDTH


def _bundles(entries: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield path and bytes of every bundle of entries; of one that the format cannot hold, of each entry."""
    for index, width in _tiles(len(entries)):
        some = entries[index * WIDTH :][:width]
        if max(map(len, some)) > LONGEST:
            yield from ((f"entry/{number(seq)}", entry) for seq, entry in enumerate(some, index * WIDTH))
        else:
            data = b"".join(len(entry).to_bytes(2, "big") + entry for entry in some)
            yield _path("tile/entries", index, width), data


def _tiles(count: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of the tiles over so many hashes."""
    full, rest = divmod(count, WIDTH)
    yield from ((index, WIDTH) for index in range(full))
    if rest:
        yield full, rest


def _path(top: str, index: int, width: int) -> str:
    return f"{top}/{number(index)}" + (f".p/{width}" if width < WIDTH else "")


def _put(path: Path, data: bytes) -> bool:
    """Write a file that is not there yet; return whether it was not.  One that is there must be the same."""
    if path.is_file():
        if path.stat().st_size != len(data) or path.read_bytes() != data:
            what = "holds other bytes than the log says, and a tile never changes"
            raise EvidenceError(Problem(str(path), what, "write into an empty folder, and find out who changed it"))
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    return True


def _check_before(log: Log, entries: Sequence[bytes], folder: Path) -> None:
    """Refuse a folder whose checkpoint is not of this log, or not of a beginning of it."""
    try:
        own, _ = checkpoint.split((folder / "checkpoint").read_bytes())
    except FileNotFoundError:
        return
    except OSError as error:
        raise LogError(Problem(str(folder), f"the tiles cannot be read: {error.strerror}")) from error
    where = str(folder / "checkpoint")
    try:
        size = checkpoint.claimed(own)
        before = checkpoint.read(own, log.origin, log.keyring.checkpoint_key(size))
    except EvidenceError as error:
        hint = "nothing was written; name another folder"
        raise EvidenceError(*(Problem(where, str(one), hint) for one in error.problems)) from None
    if size > len(entries):
        what = f"the tiles are of {size} entries, the log has {len(entries)}"
        raise EvidenceError(Problem(where, what, "this is an older copy of the log; find the newest one"))
    if merkle.root(map(merkle.leaf_hash, entries[:size])) != before.root:
        what = f"the first {size} entries of the log are not those that the tiles are of"
        raise EvidenceError(Problem(where, what, "this is another history under the same name"))
