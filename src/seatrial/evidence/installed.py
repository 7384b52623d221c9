"""What is installed: every distribution with its version, and a digest of what its wheel brought.

The digest is over the lines of the distribution's RECORD (path, SHA-256, size) of all files that came out of the
wheel, sorted.  Left out is what an installer writes for its own machine: scripts, byte code and `*.dist-info/`; so two
machines with the same wheel have the same digest.  RECORD says what was installed, not what lies there now: that is
what `thorough` reads.
"""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_BETWEEN = re.compile(r"[-_.]+")
_FOLDER = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+?)(?P<rest>-.*)?\.(?P<kind>dist|egg)-info")
_LINE = re.compile(r'"?(?P<path>.+?)"?,sha256=(?P<hash>[A-Za-z0-9_-]{43}),(?P<size>\d*)')
EDITABLE = "editable"
"""Stands in place of a digest where the code lies in a working tree."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One installed distribution."""

    name: str
    """Normalised (PEP 503): `scikit-learn`."""
    version: str
    record: str
    """`sha256:...` of what its wheel brought, `editable`, or empty if nobody wrote it down."""
    place: Path
    """The `*.dist-info` folder."""


def installed(path: Sequence[str] | None = None) -> tuple[Distribution, ...]:
    """Return all distributions that a Python finds, by name; of two of one name, the one that is imported.

    Args:
        path: Folders to look in, in order; `sys.path` by default.
    """
    return _found(tuple((entry, _changed(entry)) for entry in (sys.path if path is None else path) if entry))


def altered(path: Sequence[str] | None = None) -> dict[str, int]:
    """Return how many files of each distribution are not what its RECORD says, where any are; reads all of them."""
    counts = {one.name: sum(_differs(one.place.parent, line) for line in _lines(one.place)) for one in installed(path)}
    return {name: count for name, count in counts.items() if count}


def code(folder: Path) -> str:
    """Return the digest of all Python sources under a folder: their paths and bytes."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).as_posix()):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + sha256(path.read_bytes()).digest())
    return f"sha256:{digest.hexdigest()}"


def _changed(entry: str) -> int:
    try:
        return Path(entry).stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=4)
def _found(entries: tuple[tuple[str, int], ...]) -> tuple[Distribution, ...]:
    """Return what lies in the folders of `sys.path`; the times at which these changed tell an old answer from a new."""
    known: dict[str, Distribution] = {}
    for entry, _ in entries:
        for folder in sorted(Path(entry).glob("*-info")) if Path(entry).is_dir() else ():
            matched = _FOLDER.fullmatch(folder.name)
            if matched:
                name = _BETWEEN.sub("-", matched["name"]).lower()
                known.setdefault(name, Distribution(name, matched["version"], _record(folder), folder))
    return tuple(known[name] for name in sorted(known))


def _record(folder: Path) -> str:
    """Return the digest of what the wheel brought."""
    lines = sorted(",".join(line) for line in _lines(folder))
    if any(line.startswith("__editable__") for line in lines):
        return EDITABLE
    return f"sha256:{sha256(chr(10).join(lines).encode()).hexdigest()}" if lines else ""


def _lines(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Yield path, hash and size of each file that came out of the wheel."""
    try:
        text = (folder / "RECORD").read_text(encoding="utf-8")
    except (OSError, ValueError):
        return
    for line in text.splitlines():
        matched = _LINE.fullmatch(line)
        if matched and not matched["path"].startswith("../") and ".dist-info/" not in matched["path"]:
            yield matched["path"], matched["hash"], matched["size"]


def _differs(base: Path, line: tuple[str, str, str]) -> bool:
    try:
        raw = sha256((base / line[0]).read_bytes()).digest()
    except OSError:
        return True
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != line[1]
