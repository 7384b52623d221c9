"""The files that are there today, against those that were decided about: by name, by bytes, none more and none less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import file_digest
from os.path import commonpath
from pathlib import Path, PurePosixPath

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.proof import manifest
from seatrial.proof.manifest import Manifest
from seatrial.proof.reading import Reading, Today

LINK = "a symbolic link"
OTHER = "no plain file"
"""In place of a digest, of what is never opened."""


def files_of(folder: Path) -> Today:
    """Return the files below a folder that holds a model and nothing else; links are not followed.

    Raises:
        InputError: If there is no such folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise InputError(
            Problem(str(folder), "there is no such folder", "name the folder that holds the model's files")
        )
    found: dict[str, str] = {}
    waiting = [folder]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
            else:
                found[path.relative_to(folder).as_posix()] = state_of(path)
    return Today(found, whole=False)


def state_of(path: Path) -> str:
    """Return the SHA-256 of a plain file in hexadecimal digits, or why it is not opened.

    Raises:
        InputError: If it cannot be read.
    """
    if path.is_symlink():
        return LINK
    if not path.is_file():
        return OTHER
    try:
        with path.open("rb") as stream:
            return file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None


def files(reading: Reading) -> Iterator[Problem]:
    """Find files that are not those of the model that was decided about, where files of today were given."""
    today = reading.question.today
    if today is None:
        return
    named = reading.plan(reading.chain.run_plans[-1]).get("manifest")
    if not named:
        raise EvidenceError(Problem("files", "the plan names no manifest, so that its files cannot be compared"))
    decided = manifest.read(reading.blob(named))
    if decided.declared and not today.whole:
        raise EvidenceError(Problem("files", "the model has no files: its identity is declared"))
    expected = decided.files if today.whole else _shipped(decided)
    yield from _different(today.files, expected)
    if today.model and today.model != reading.decision.model:
        yield Problem("model", f"is {today.model} today, and {reading.decision.model} was decided about")


def _shipped(decided: Manifest) -> dict[str, str]:
    """Return the files that are distributed as the model, named from the folder that all of them lie in."""
    shared = PurePosixPath(commonpath([PurePosixPath(name).parent for name in decided.signed]))
    return {PurePosixPath(name).relative_to(shared).as_posix(): decided.files[name] for name in decided.signed}


def _different(today: Mapping[str, str], decided: Mapping[str, str]) -> Iterator[Problem]:
    extra = {today[name]: name for name in sorted(today.keys() - decided.keys())}
    for name, digest in sorted(decided.items()):
        if name not in today:
            other = extra.pop(digest, None)
            what = f"is there under another name, {other}" if other else "was decided about, and is not there"
            yield Problem(name, what)
        elif today[name] in (LINK, OTHER):
            yield Problem(name, f"is {today[name]}, and was a file when it was decided about")
        elif today[name] != digest:
            yield Problem(name, "holds other bytes than those that were decided about")
    yield from (Problem(name, "is there, and nobody decided about it") for name in sorted(extra.values()))
