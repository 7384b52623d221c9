"""A file that somebody wrote: its values, and the line where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from seatrial.errors import Problem

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top of a page down to a value."""


@dataclass(frozen=True, slots=True)
class Page:
    """The plain values of a file, and where they stand in it."""

    name: str
    """The file, as it is shown to people."""
    values: Any
    """Mappings, lists, texts, numbers, booleans and None."""
    keys: Mapping[Path, int] = field(default_factory=dict)
    """Line of each key (of each item, in a list), from 1."""
    lines: Mapping[Path, int] = field(default_factory=dict)
    """Line where each value begins, from 1."""
    raw: Mapping[Path, str] = field(default_factory=dict)
    """How each unquoted number, truth value and empty value is written."""
    problems: tuple[Problem, ...] = ()
    """What is wrong already: keys that are there twice, numbers that nobody can keep."""

    def problem(self, path: Path, what: str, hint: str = "", *, key: bool = False) -> Problem:
        """Return a problem with its place, `file:line: path`.

        Args:
            path: Where it is; if nothing is there, the line is that of the nearest part around it.
            what: What is wrong.
            hint: What to write instead.
            key: True for the line of the key, False for that of its value.
        """
        place = f"{self.name}:{self.line(path, key=key)}"
        return Problem(f"{place}: {dotted(path)}" if path else place, what, hint)

    def line(self, path: Path, *, key: bool = False) -> int:
        """Return the line of a value or its key, or of the nearest part around it."""
        for end in range(len(path), -1, -1):
            part = path[:end]
            whole = end == len(path)
            if part in self.lines:
                scalar = not isinstance(self.at(part), Mapping | list)
                return self.lines[part] if whole and scalar and not key else self.keys[part]
        return 1

    def at(self, path: Path) -> Any:
        """Return the value at a path, or None."""
        value = self.values
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def moved(self, path: Path, problems: Iterable[Problem]) -> list[Problem]:
        """Return problems that know only a key (or nothing) with their place below `path`."""
        return [self.problem((*path, *((p.where,) if p.where else ())), p.what, p.hint) for p in problems]


def dotted(path: Path) -> str:
    """Return a path in words: `clauses.stickers.scenarios[0].eps`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
