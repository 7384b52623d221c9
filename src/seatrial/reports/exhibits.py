"""Broken cases made ready to be looked at: pictures, rows of a table, texts, conversations."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.records.batch import Message
from seatrial.reports.pictures import Picture, difference, image, scale, shown
from seatrial.reports.reporter import Example
from seatrial.reports.wording import visible

_MOST = 40
"""Rows of a table or turns of a conversation that a report shows of one case."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and what it is."""

    text: str
    kind: str = ""
    """Empty, `added`, `removed` or `leak`."""


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
    """`picture`, `row`, `talk`, `text` or `other`."""
    pictures: tuple[tuple[str, Picture], ...] = ()
    """Caption and picture."""
    cells: tuple[Cell, ...] = ()
    omitted: str = ""
    """What is left out, in a sentence."""
    talks: tuple[tuple[str, tuple[Turn, ...]], ...] = ()
    """Heading and turns, the model's answer last."""
    pieces: tuple[Piece, ...] = ()
    """The changed text, with what was added and removed."""
    answers: tuple[tuple[str, tuple[Piece, ...]], ...] = ()
    """Heading and what the model said, with leaks marked."""
    plain: tuple[tuple[str, str], ...] = ()
    """Heading and a description of a thing that has no picture."""


def exhibit(example: Example) -> Exhibit:
    """Return a broken case ready for a page."""
    before, after = example.original, example.perturbed
    if _talk(after):
        return _conversation(example)
    if isinstance(after, str):
        answers = (("Answer to the original", example.before), ("Answer to the changed text", example.after))
        said = tuple((name, marked(text, example.marks)) for name, text in answers if text)
        return Exhibit(example, "text", pieces=_woven(before if isinstance(before, str) else "", after), answers=said)
    if isinstance(after, Mapping):
        return _row(example, before if isinstance(before, Mapping) else {}, after)
    if _arrays(before, after):
        if after.ndim == 1 and before.shape == after.shape:
            return _row(example, _named(before), _named(after))
        return _pictured(example)
    return _other(example)


def marked(text: str, marks: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text with every occurrence of a mark, in any case of letters, as a piece of its own."""
    wanted = sorted({mark for mark in marks if mark}, key=len, reverse=True)
    if not wanted:
        return (Piece(visible(text)),) if text else ()
    parts = re.split("(" + "|".join(re.escape(mark) for mark in wanted) + ")", text, flags=re.IGNORECASE)
    return tuple(Piece(visible(part), "leak" if at % 2 else "") for at, part in enumerate(parts) if part)


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
    cells = [_cell(name, before.get(name), after.get(name)) for name in {**before, **after}]
    changed = [cell for cell in cells if cell.change]
    if len(cells) <= 12:
        return Exhibit(example, "row", cells=tuple(cells))
    alike, more = len(cells) - len(changed), max(0, len(changed) - _MOST)
    omitted = [(more, "more that changed are not shown"), (alike, "others did not change")]
    said = ", ".join(f"{count} {what}" for count, what in omitted if count)
    return Exhibit(
        example, "row", cells=tuple(changed[:_MOST]), omitted=f"Of {len(cells)} columns {said}." if said else ""
    )


def _cell(name: str, before: Any, after: Any) -> Cell:
    old, new = _shown(before), _shown(after)
    if _number(before) and _number(after):
        moved = float(after) - float(before)
        change = "" if moved == 0 or (math.isnan(before) and math.isnan(after)) else f"{moved:+.4g}"
    else:
        change = "" if old == new else "changed"
    return Cell(visible(name), old, new, change)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, (bool, np.complexfloating))


def _shown(value: Any) -> str:
    if value is None:
        return "missing"
    return f"{float(value):.6g}" if _number(value) else visible(str(value))


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


def _woven(before: str, after: str) -> tuple[Piece, ...]:
    """Return one text out of two: words that stayed, words removed, words added."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    if not old:
        return (Piece(visible(after)),)
    pieces = []
    for what, first, last, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            pieces.append(Piece(visible("".join(new[start:stop]))))
            continue
        gone, come = "".join(old[first:last]), "".join(new[start:stop])
        pieces += [Piece(visible(text), kind) for text, kind in ((gone, "removed"), (come, "added")) if text]
    return tuple(pieces)
