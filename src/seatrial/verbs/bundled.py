"""The log in a bundle that somebody sent, checked against the keys that are pinned here."""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.export import restored
from seatrial.evidence.log import Log
from seatrial.verbs.project import TRUST

_MAGIC = slice(257, 262)
"""Where a ustar file says what it is."""


def is_bundle(file: Path) -> bool:
    """Return whether a file is an archive of the kind that bundles are."""
    with file.open("rb") as opened:
        return opened.read(_MAGIC.stop)[_MAGIC] == b"ustar"


def unbundled(file: Path, folder: Path, path: Path, trust: Path | None) -> Log:
    """Return the log of a bundle.

    Args:
        file: The bundle.
        folder: An empty folder to lay it out in.
        path: The charter, or its folder: a trust.json may lie beside it.
        trust: The pinned trust.json; by default the one beside the bundle, or beside the charter.

    Raises:
        InputError: If no trust.json is pinned.
        EvidenceError: If it is no bundle, was changed, or is not of that log.
    """
    return restored(file.read_bytes(), folder, _pinned(file, path, trust))


def _pinned(bundle: Path, path: Path, trust: Path | None) -> bytes:
    folder = path if path.is_dir() else path.parent
    for place in (trust,) if trust else (bundle.parent / TRUST, folder / TRUST):
        if place.is_file():
            return place.read_bytes()
    hint = "name it with --trust; it must come from the project, never from the bundle"
    raise InputError(Problem(str(bundle), "there is no pinned trust.json for this bundle", hint))
