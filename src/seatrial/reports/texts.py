"""Texts before and after: words and letters that were added, removed, or must not have been said."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seatrial.reports.wording import visible

MOST = 4000
"""Characters of one text that a report shows; a change further in is shown with what stands around it."""
_AROUND = 300
_TELLING = 6
_WORDS = 4000
_ALIKE = 0.4
"""Similarity of two words from which their letters are compared."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and what it is."""

    text: str
    kind: str = ""
    """Empty, `added`, `removed` or `leak`."""


def shortened(text: str, most: int = MOST) -> str:
    """Return a text of at most so many characters; of a longer one its beginning, and how much is left out."""
    return text if len(text) <= most else f"{text[:most]} ... ({len(text) - most:,} more characters)"


def marked(text: str, marks: Sequence[str]) -> tuple[Piece, ...]:
    """Return a text with every occurrence of a mark, in any case of letters, as a piece of its own."""
    text = shortened(text)
    wanted = sorted({mark for mark in marks if mark}, key=len, reverse=True)
    if not wanted:
        return (Piece(visible(text)),) if text else ()
    parts = re.split("(" + "|".join(re.escape(mark) for mark in wanted) + ")", text, flags=re.IGNORECASE)
    return tuple(Piece(visible(part), "leak" if at % 2 else "") for at, part in enumerate(parts) if part)


def woven(before: str, after: str) -> tuple[Piece, ...]:
    """Return one text out of two: what stayed, what was removed, what was added; letter by letter in similar words."""
    old, new = _words(before), _words(after)
    if not old:
        return (Piece(visible(shortened(after))),)
    head, tail = _common(old, new), _common(old[::-1], new[::-1])
    tail = min(tail, len(old) - head, len(new) - head)
    pieces = [Piece("".join(new[:head])), *_compared(old[head : len(old) - tail], new[head : len(new) - tail])]
    pieces.append(Piece("".join(new[len(new) - tail :])))
    pieces = [piece for piece in pieces if piece.text]
    return tuple(Piece(visible(piece.text), piece.kind) for piece in _trimmed(pieces))


def foreign(pieces: Sequence[Piece]) -> str:
    """Return the names of letters outside ASCII that were added: what looks alike is told apart by its name."""
    added = dict.fromkeys(sign for piece in pieces if piece.kind == "added" for sign in piece.text if ord(sign) > 127)
    told = [f"{sign} is {unicodedata.name(sign, 'unnamed').lower()} (U+{ord(sign):04X})" for sign in added]
    more = f"; and {len(told) - _TELLING} more" if len(told) > _TELLING else ""
    return f"Added: {'; '.join(told[:_TELLING])}{more}." if told else ""


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """Return with how many equal words two texts begin."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    """Yield what changed between two stretches of words; very long ones are not looked into."""
    if len(old) + len(new) > _WORDS:
        yield from (Piece("".join(words), kind) for words, kind in ((old, "removed"), (new, "added")) if words)
        return
    for what, first, last, start, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("".join(new[start:stop]))
        else:
            yield from _changed("".join(old[first:last]), "".join(new[start:stop]))


def _changed(gone: str, come: str) -> Iterator[Piece]:
    """Yield a replaced stretch letter by letter if the two are alike, else whole."""
    matcher = difflib.SequenceMatcher(None, gone, come, autojunk=False)
    if not gone or not come or len(gone) + len(come) > 400 or matcher.ratio() < _ALIKE:
        yield from (Piece(text, kind) for text, kind in ((gone, "removed"), (come, "added")) if text)
        return
    for what, first, last, start, stop in matcher.get_opcodes():
        if what == "equal":
            yield Piece(come[start:stop])
        else:
            yield from (
                Piece(text, kind) for text, kind in ((gone[first:last], "removed"), (come[start:stop], "added")) if text
            )


def _trimmed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces of a long text with its unchanged stretches cut, until there is no more room."""
    whole = sum(len(piece.text) for piece in pieces)
    left = MOST
    for piece in pieces:
        text = piece.text
        if whole > MOST and not piece.kind and len(text) > 2 * _AROUND:
            text = f"{text[:_AROUND]} ... ({len(text) - 2 * _AROUND:,} characters) ... {text[-_AROUND:]}"
        if left <= 0:
            yield Piece(" ... (more is not shown)")
            return
        text = shortened(text, max(left, 1))
        left -= len(text)
        yield Piece(text, piece.kind)
