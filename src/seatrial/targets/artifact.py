"""The files of a model as they are distributed: walked by the rule of model signing, and hashed.

A model is one file, or a folder with all that lies in it, hidden files too.  Left out are `.git`, `.gitattributes`,
`.github` and `.gitignore` at its top, and what the caller names (the signature itself).  A symbolic link is refused,
for it would let bytes in that nobody signed; so is what is neither file nor folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import file_digest
from pathlib import Path, PurePosixPath

from seatrial.errors import Problem, TargetError

GIT = (".git", ".gitattributes", ".github", ".gitignore")
"""What model signing leaves out at the top of a folder unless told otherwise."""


def walked(place: Path, *, ignore: tuple[str, ...] = (), links: bool = False) -> dict[str, Path]:
    """Return the files of a model: path from its top, `.` for a model of one file -> where it lies.

    Args:
        place: The file or the folder.
        ignore: Further paths from its top that are left out, with all that is in them.
        links: Whether symbolic links are followed instead of refused.

    Raises:
        TargetError: With every entry that cannot be part of a model.
    """
    out = tuple(PurePosixPath(name) for name in (*GIT, *ignore))
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for path in _all(place):
        name = PurePosixPath(path.relative_to(place).as_posix())
        if path != place and any(name.is_relative_to(one) for one in out):
            continue
        if path.is_symlink() and not links:
            hint = "put the file itself there, or allow links where you sign and where you check"
            problems.append(Problem(str(path), "is a symbolic link: what it points to is not signed with it", hint))
        elif path.is_file():
            found[str(name)] = path
        elif not path.is_dir():
            what = "is neither a file nor a folder" if path.exists() else "there is no such file or folder"
            problems.append(Problem(str(path), what))
    if problems:
        raise TargetError(*problems)
    return found


def _all(place: Path) -> Iterator[Path]:
    yield place
    if place.is_dir() and not place.is_symlink():
        yield from sorted(place.rglob("*"))


def hashed(paths: Mapping[str, Path]) -> dict[str, str]:
    """Return name -> SHA-256 of the bytes of each file, in hexadecimal digits; files are read in pieces.

    Raises:
        TargetError: If one cannot be read.
    """
    return {name: _hash(path) for name, path in paths.items()}


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TargetError(Problem(str(path), f"cannot be read: {error.strerror}")) from error
