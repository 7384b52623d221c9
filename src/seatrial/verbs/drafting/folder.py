"""A folder of pictures, as a model may take it."""

from __future__ import annotations

from math import isqrt

from seatrial.cases.survey import FolderSurvey
from seatrial.errors import InputError, Problem
from seatrial.targets.model import Model
from seatrial.verbs.drafting.wanted import Offer

_GREY = {"1", "L", "LA", "I;16", "I", "F"}
"""Modes of Pillow without colour."""
_LEAST = 1


def offers(seen: FolderSurvey, path: str, model: Model) -> list[Offer]:
    """Return the ways to hand pictures to a model: at the size and in the channels that its first layer wants.

    Args:
        seen: What is in the folder.
        path: The folder, as the charter names it.
        model: What is known of it.

    Raises:
        InputError: If there are no pictures, or some cannot be opened.
    """
    if seen.broken:
        names = ", ".join(seen.broken[:3])
        what = f"{len(seen.broken)} pictures cannot be opened, the first: {names}"
        raise InputError(Problem("--data", what, "repair or remove them"))
    classes = [name for name, count in seen.classes if count]
    if not classes or not seen.sizes:
        hint = f"put them into a folder for each class: {path}/cat/1.png"
        raise InputError(Problem("--data", f"{path} holds no pictures", hint))
    values = tuple(sorted(classes, key=_by_number))
    size, notes = _size(seen), []
    if len(seen.sizes) > _LEAST:
        notes.append(f"size: pictures have {len(seen.sizes)} sizes, all are resized to {size[0]} x {size[1]}")
    return [_offer(path, channels, shape, values, tuple(notes)) for channels, shape in _shapes(seen, model, size)]


def _offer(path: str, channels: int, size: tuple[int, int], values: tuple[str, ...], notes: tuple[str, ...]) -> Offer:
    cases = {"kind": "folder", "path": path, "size": list(size), "mode": "L" if channels == 1 else "RGB"}
    return Offer(cases, {"shape": [channels, *size], "range": [0, 1]}, values, notes=notes)


def _size(seen: FolderSurvey) -> tuple[int, int]:
    """Return the height and width that most pictures have."""
    return seen.sizes[0][0]


def _shapes(seen: FolderSurvey, model: Model, size: tuple[int, int]) -> list[tuple[int, tuple[int, int]]]:
    """Return channels and sizes to try, the likeliest first."""
    grey = all(mode in _GREY for mode, _ in seen.modes)
    usual = (1, 3) if grey else (3, 1)
    if model.layer == "channels":
        return [(model.width, size)] if model.width in usual else [(channels, size) for channels in usual]
    sized = [(channels, size) for channels in usual]
    if model.layer == "numbers":
        fitting = [(channels, size) for channels in usual if channels * size[0] * size[1] == model.width]
        square = [
            (channels, side)
            for channels in usual
            if (side := isqrt(model.width // channels)) ** 2 * channels == model.width
        ]
        return fitting or [(channels, (side, side)) for channels, side in square] or sized
    return sized


def _by_number(name: str) -> tuple[int, str]:
    """Folders that are numbers are in the order of numbers: 2 before 10."""
    return (int(name), "") if name.isdecimal() else (1 << 62, name)
