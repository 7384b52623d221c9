"""Broken cases made ready to be looked at: pictures, rows of a table, texts, conversations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Message
from seatrial.reports.pictures import Picture, difference, image, scale, shown
from seatrial.reports.reporter import Example
from seatrial.reports.texts import Piece, foreign, marked, shortened, woven
from seatrial.reports.waves import Wave, signals, waves
from seatrial.reports.wording import visible

_BRIEF = 40
"""Characters of an answer that is a class rather than a text."""
_ROWS = 12
"""Columns of a row that a report shows of one case: those that changed most."""
_MOST = 40
"""Turns of a conversation that a report shows of one case."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a row, before and after."""

    name: str
    before: str
    after: str
    change: str
    """`+0.2`, or empty where nothing changed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One broken case as a page shows it; `kind` says which of the parts is filled."""

    example: Example
    kind: str
    """`picture`, `wave`, `row`, `talk`, `text` or `other`."""
    pictures: tuple[tuple[str, Picture], ...] = ()
    """Caption and picture."""
    waves: tuple[Wave, ...] = ()
    cells: tuple[Cell, ...] = ()
    omitted: str = ""
    """What is left out, in a sentence."""
    talks: tuple[tuple[str, tuple[Turn, ...]], ...] = ()
    """Heading and turns, the model's answer last."""
    pieces: tuple[Piece, ...] = ()
    """The changed text, with what was added and removed."""
    answers: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
    """Heading and what the model said, with leaks marked; empty where it said a class."""
    plain: tuple[tuple[str, str], ...] = ()
    """Heading and a description of a thing that has no picture."""


def exhibit(example: Example) -> Exhibit:
    """Return a broken case ready for a page."""
    before, after = example.original, example.perturbed
    if _talk(after):
        return _conversation(example)
    if isinstance(after, str):
        return _text(example, before if isinstance(before, str) else "", after)
    if isinstance(after, Mapping):
        return _row(example, before if isinstance(before, Mapping) else {}, after)
    return _array(example, before, after) if _arrays(before, after) else _other(example)


def _array(example: Example, before: npt.NDArray[Any], after: npt.NDArray[Any]) -> Exhibit:
    if before.shape == after.shape and (signal := signals(after)) is not None:
        return _signal(example, signal)
    if after.ndim == 1 and before.shape == after.shape:
        return _row(example, _named(before), _named(after))
    return _pictured(example)


def _text(example: Example, before: str, after: str) -> Exhibit:
    answers = (("Answer to the original", example.before), ("Answer to the changed text", example.after))
    brief = all(len(text) <= _BRIEF and "\n" not in text for _, text in answers) and not example.marks
    said = () if brief else tuple((name, marked(text, example.marks)) for name, text in answers if text)
    pieces = woven(before, after)
    return Exhibit(example, "text", pieces=pieces, answers=said, omitted=foreign(pieces))


def described(value: Any) -> str:
    """Return what a thing is, in one line."""
    if not isinstance(value, np.ndarray):
        return "nothing" if value is None else visible(repr(value))[:300]
    shape = " x ".join(str(side) for side in value.shape) or "a single value"
    text = f"{value.dtype} array, {shape}"
    if value.size and value.dtype.kind in "biuf":
        odd = int((~np.isfinite(value.astype(np.float64))).sum())
        text += f", from {_shown(value.min())} to {_shown(value.max())}" if not odd else f", {odd} not finite"
    return text if value.size else text + ", empty"


def _other(example: Example) -> Exhibit:
    pair = (("Original", described(example.original)), ("Changed", described(example.perturbed)))
    return Exhibit(example, "other", plain=pair)


def _talk(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(turn, Message) for turn in value)


def _arrays(before: Any, after: Any) -> bool:
    return isinstance(before, np.ndarray) and isinstance(after, np.ndarray)


def _named(row: Any) -> dict[str, Any]:
    return {f"column {at}": value for at, value in enumerate(row)}


def _signal(example: Example, after: npt.NDArray[np.float64]) -> Exhibit:
    before = signals(example.original)
    if before is None:
        return _other(example)
    drawn, omitted = waves(before, after)
    return Exhibit(example, "wave", waves=drawn, omitted=omitted)


def _pictured(example: Example) -> Exhibit:
    before, after = image(example.original), image(example.perturbed)
    there = [picture for picture in (before, after) if picture is not None]
    if not there:
        return _other(example)
    low, high = scale(before) if before is not None else scale(*there)
    named = (("Original", before, example.original), ("Changed", after, example.perturbed))
    pictures = [(name, shown(picture, low, high)) for name, picture, _ in named if picture is not None]
    if before is not None and after is not None and (change := difference(before, after)) is not None:
        pictures.append(("Difference, magnified", change))
    plain = tuple((name, described(value)) for name, picture, value in named if picture is None)
    return Exhibit(example, "picture", pictures=tuple(pictures), plain=plain)


def _row(example: Example, before: Mapping[str, Any], after: Mapping[str, Any]) -> Exhibit:
    names = list({**before, **after})
    cells = {name: _cell(name, before.get(name), after.get(name)) for name in names}
    changed = [name for name in names if cells[name].change]
    if len(names) <= _ROWS:
        return Exhibit(example, "row", cells=tuple(cells.values()))
    most = sorted(changed, key=lambda name: -_size(before.get(name), after.get(name)))[:_ROWS]
    alike, more = len(names) - len(changed), len(changed) - len(most)
    omitted = [(more, "that changed less are not shown"), (alike, "others did not change")]
    said = ", ".join(f"{count} {what}" for count, what in omitted if count)
    shown = tuple(cells[name] for name in names if name in set(most))
    return Exhibit(example, "row", cells=shown, omitted=f"Of {len(names)} columns {said}." if said else "")


def _size(before: Any, after: Any) -> float:
    """Return how large a change is; what is no difference of numbers comes first."""
    moved = abs(float(after) - float(before)) if _number(before) and _number(after) else math.inf
    return moved if math.isfinite(moved) else math.inf


def _cell(name: str, before: Any, after: Any) -> Cell:
    old, new = _shown(before), _shown(after)
    if _number(before) and _number(after):
        moved = float(after) - float(before)
        change = f"{moved:+.4g}" if math.isfinite(moved) else "changed"
        change = "" if moved == 0 or old == new == "missing" else change
    else:
        change = "" if old == new else "changed"
    return Cell(visible(name), old, new, change)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.complexfloating))


def _shown(value: Any) -> str:
    if value is None or (_number(value) and math.isnan(value)):
        return "missing"
    return f"{float(value):.5g}" if _number(value) else visible(shortened(str(value), 300)) or "empty"


def _conversation(example: Example) -> Exhibit:
    original = example.original if _talk(example.original) else ()
    changed = _turns(example.perturbed, example.after, example.marks)
    talks = [("Under attack", changed)]
    if original and original != example.perturbed:
        talks.insert(0, ("Asked plainly", _turns(original, example.before, example.marks)))
    more = len(changed) - _MOST
    return Exhibit(
        example,
        "talk",
        talks=tuple((name, turns[-_MOST:]) for name, turns in talks),
        omitted=f"The first {more} turns are not shown." if more > 0 else "",
    )


def _turns(talk: tuple[Message, ...], answer: str, marks: Sequence[str]) -> tuple[Turn, ...]:
    spoken = [
        Turn(visible(turn.role), marked(turn.content, marks if turn.role == "assistant" else ())) for turn in talk
    ]
    return (*spoken, Turn("assistant", marked(answer, marks))) if answer else tuple(spoken)
