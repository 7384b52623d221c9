"""The files that a release is made of, copied so that place, time and umask leave no trace."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

LONG_AGO = 1_577_836_800
"""2020-01-01, seconds UTC: the instant of a release that nobody can date."""
_MADE = {"build", "dist", "site", "__pycache__"}
_PACKED = {"PKG-INFO", "setup.cfg"}
"""What setuptools adds to an sdist."""


def files(root: Path) -> tuple[str, ...]:
    """Return the files of the tree, sorted, with `/`: those that Git tracks.

    Outside a repository they are all but what tools make.  Hidden files (`.gitignore` and the like) are no part of it.
    """
    listed = _git(root, "ls-files", "-z") if in_git(root) else None
    found = _walked(root) if listed is None else iter(listed.split("\0"))
    wanted = (name for name in found if name and not any(part.startswith(".") for part in name.split("/")))
    return tuple(sorted(name for name in wanted if (root / name).is_file()))


def changed(root: Path) -> str:
    """Return how the tree differs from the last commit, a file a line; empty if it does not or there is no Git."""
    return (_git(root, "status", "--porcelain") or "").rstrip() if in_git(root) else ""


def epoch(root: Path, variables: Mapping[str, str]) -> int:
    """Return the instant that the release carries, seconds UTC.

    It is `SOURCE_DATE_EPOCH`, else that of the last commit, else (in an unpacked sdist) that of its `PKG-INFO`.
    """
    if said := variables.get("SOURCE_DATE_EPOCH"):
        return int(said)
    if in_git(root) and (committed := _git(root, "log", "-1", "--format=%ct")):
        return int(committed)
    told = root / "PKG-INFO"
    return int(told.stat().st_mtime) if told.is_file() else LONG_AGO


def stage(root: Path, to: Path, when: int) -> None:
    """Copy the files of the tree to an empty folder: modes 0644 and 0755, all times `when`."""
    for name in files(root):
        source, target = root / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o755 if source.stat().st_mode & 0o100 else 0o644)
    for folder, _, names in os.walk(to, topdown=False):
        Path(folder).chmod(0o755)
        for name in names:
            os.utime(Path(folder, name), (when, when))
        os.utime(folder, (when, when))


def in_git(root: Path) -> bool:
    """Return whether the tree is a Git work tree of its own, and not merely inside somebody else's."""
    top = _git(root, "rev-parse", "--show-toplevel")
    return top is not None and Path(top.strip()).resolve() == root.resolve()


def _walked(root: Path) -> Iterator[str]:
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name not in _MADE and not name.endswith(".egg-info")]
        found = (Path(folder, name).relative_to(root).as_posix() for name in names)
        yield from (name for name in found if name not in _PACKED)


def _git(root: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
