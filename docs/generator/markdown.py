"""Small pieces of Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

NOTE = "<!-- Written by `make docs`; change the source, not this page. -->"


def page(title: str, *parts: str) -> str:
    """Return a page: title, a note that it is generated, parts; empty parts are left out."""
    return "\n\n".join([f"# {title}", NOTE, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, or an empty text if it has no rows."""
    lines = [_row(row) for row in rows]
    return "\n".join([_row(heads), _row(["---"] * len(heads)), *lines]) if lines else ""


def listing(items: Iterable[str]) -> str:
    """Return a list with a bullet per item."""
    return "\n".join(f"* {one_line(item)}" for item in items)


def section(title: str, *parts: str) -> str:
    """Return a section, or an empty text if it has nothing to say."""
    said = [part.strip("\n") for part in parts if part.strip()]
    return "\n\n".join([f"## {title}", *said]) if said else ""


def fence(kind: str, text: str) -> str:
    """Return a fenced block."""
    return f"```{kind}\n{text.rstrip()}\n```"


def code(text: object) -> str:
    """Return a text in code type, or an empty one."""
    return f"`{text}`" if str(text) else ""


def one_line(text: str) -> str:
    """Return a text without line breaks and with single spaces."""
    return " ".join(text.split())


def cited(reference: str) -> str:
    """Return a reference, linked where its scheme says where to."""
    scheme, _, rest = reference.partition(":")
    places = {"arXiv": "https://arxiv.org/abs/", "doi": "https://doi.org/"}
    return f"[{reference}]({places[scheme]}{rest})" if scheme in places else reference


def number(value: Any) -> str:
    """Return a number as people write it: `8/255`, `0.2`, `3`; a list in brackets."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(number(part) for part in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, int | float):
        return str(value)
    if value == int(value):
        return str(int(value))
    near = Fraction(value).limit_denominator(1000)
    return str(near) if len(repr(value)) > 8 and float(near) == value else repr(value)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(one_line(cell).replace('|', chr(92) + '|') for cell in cells)} |"
