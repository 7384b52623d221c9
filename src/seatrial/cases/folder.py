"""Images in folders: `{kind: folder, path: images, size: [28, 28], mode: L, classes: [cat, dog]}`.

`images/cat/*.png` and so on, at any depth; the first folder is the class.  Each image is opened once for its digest,
and again when it is taken: nothing stays in memory.  What is done to an image stands in `seatrial.cases.pictures`.
Files that are no images by their ending are passed over, and the log says so.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.listed import unknown_settings
from seatrial.cases.pictures import MODES, BrokenImageError, Listing, listing, pixels
from seatrial.errors import CasesError, Problem, meant
from seatrial.records.batch import Batch
from seatrial.records.card import Card
from seatrial.records.digest import column_digests

MOST = 20
"""Broken images that are named."""
_LOG = logging.getLogger(__name__)


class Folder:
    """A source of cases over images in files."""

    def __init__(self, found: Listing, classes: tuple[str, ...], size: tuple[int, int], mode: str) -> None:
        """Open every image once.

        Args:
            found: What is in the folder.
            classes: Names of the class folders, in the model's order.
            size: Height and width.
            mode: `L` or `RGB`.

        Raises:
            CasesError: Naming the images that cannot be read, up to a limit.
        """
        self._path, self._size, self._mode = found.path, size, mode
        where = {name: at for at, name in enumerate(classes)}
        chosen = [(name, where[kind]) for kind, names in found.classes.items() if kind in where for name in names]
        self._names = tuple(name for name, _ in chosen)
        self._labels = np.array([label for _, label in chosen], dtype=np.int64)
        self._ids = self._digests()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._names)

    def take(self, first: int, last: int, /) -> Batch[Any]:
        """Return the cases from `first` up to, not including, `last`: float32 `(n, channels, height, width)` in 0..1.

        Raises:
            CasesError: If an image has changed since it was opened first.
        """
        last = max(first, min(last, len(self)))
        made = [self._opened(name) for name in self._names[first:last]]
        shape = (3 if self._mode == "RGB" else 1, *self._size)
        inputs = np.stack(made) if made else np.empty((0, *shape), dtype=np.float32)
        for at, case in enumerate(column_digests(inputs), first):
            if case != self._ids[at]:
                raise CasesError(
                    Problem(str(self._path / self._names[at]), "has changed since it was read", "begin again")
                )
        return Batch(self._ids[first:last], inputs, self._labels[first:last].copy())

    def _opened(self, name: str) -> Any:
        try:
            return pixels(self._path / name, self._size, self._mode)
        except BrokenImageError as error:
            raise CasesError(Problem(str(self._path / name), f"cannot be read: {error}")) from error

    def _digests(self) -> tuple[bytes, ...]:
        """Return the digest of every image, one in memory at a time."""
        found, broken, more = list[bytes](), list[Problem](), 0
        for name in self._names:
            try:
                found.append(column_digests(pixels(self._path / name, self._size, self._mode)[None])[0])
            except BrokenImageError as error:
                more += 1
                if len(broken) < MOST:
                    hint = "" if broken else "repair it, or take it out of the folder"
                    broken.append(Problem(str(self._path / name), f"cannot be read: {error}", hint))
        if more > MOST:
            broken.append(Problem(str(self._path), f"{more - MOST} more images cannot be read"))
        if broken:
            raise CasesError(*broken)
        return tuple(found)


def make(settings: Mapping[str, Any], folder: Path) -> Folder:
    """Return the images of a folder.

    Args:
        settings: `path`, `size` (height, width); `mode` (`RGB` or `L`), `classes`.
        folder: Where a relative path starts.

    Raises:
        CasesError: With all that is wrong: no folder, no or one class, classes that are not there or not named, class
            folders without an image, broken images.
        MissingExtra: If pillow is not installed.
    """
    unknown_settings(settings, {"path", "size", "mode", "classes"})
    problems = list(_unset(settings))
    if problems:
        raise CasesError(*problems)
    found = listing(folder / str(settings["path"]))
    classes = tuple(map(str, settings.get("classes") or found.classes))
    if problems := _classless(found, classes):
        raise CasesError(*problems)
    _tell(found)
    height, width = settings["size"]
    return Folder(found, classes, (int(height), int(width)), str(settings.get("mode", "RGB")))


def _unset(settings: Mapping[str, Any]) -> list[Problem]:
    problems = []
    if not settings.get("path"):
        problems.append(Problem("cases.path", "is missing", "the folder that holds a folder for each class"))
    size = settings.get("size")
    if not isinstance(size, list | tuple) or len(size) != 2 or not all(type(n) is int and n > 0 for n in size):
        problems.append(Problem("cases.size", "is missing or no height and width", "write size: [28, 28]"))
    if settings.get("mode", "RGB") not in MODES:
        problems.append(Problem("cases.mode", f"{settings['mode']!r} is no mode", f"write {' or '.join(MODES)}"))
    return problems


def _classless(found: Listing, classes: tuple[str, ...]) -> list[Problem]:
    """Return what is wrong with the class folders."""
    there = tuple(found.classes)
    problems = [
        Problem("cases.classes", f"{found.path} has no folder {c!r}", meant(c, there))
        for c in classes
        if c not in there
    ]
    if rest := [name for name in there if name not in classes]:
        what = f"does not name the folder {', '.join(map(repr, rest[:10]))} in {found.path}"
        problems.append(Problem("cases.classes", what, "add it in the model's order, or move the folder away"))
    empty = [name for name in classes if name in there and not found.classes[name]]
    problems += [Problem(str(found.path / name), "holds no image", "add some, or remove the folder") for name in empty]
    if len(there) == 1:
        what = f"holds the images of one class only, {there[0]!r}"
        problems.append(Problem(str(found.path), what, "a trial needs cases of two classes or more"))
    return problems


def _tell(found: Listing) -> None:
    """Say in the log which files are passed over."""
    for what, names in (("no images", found.strange), ("images outside of a class folder", found.outside)):
        if names:
            _LOG.warning(
                "%s: %d files are %s and are passed over, the first %s", found.path, len(names), what, names[0]
            )


CARD: Card[Cases] = Card(make, "images in folders, one folder a class", extra="data")
