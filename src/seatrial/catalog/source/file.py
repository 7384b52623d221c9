"""YAML in: a small, safe part of it, with the line of every key and value.

What is left out is what surprises people or can be abused: aliases and anchors (a few lines can
stand for gigabytes), tags (which can name code), merge keys, several documents in one file, keys
that are not text, and all implicit types but null, true, false and decimal numbers (so `no` is a
text, and so is a date).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.resolver import BaseResolver

from seatrial.catalog.source.page import Page, Path
from seatrial.errors import Problem

LARGEST = 256 * 1024
"""Longest file in bytes; reading one takes a few seconds at most."""
DEEPEST = 24
"""Deepest nesting."""
_WHOLE = 2**53 - 1

_PREFIX = "tag:yaml.org,2002:"
_IMPLICIT = {
    "null": (r"(?:~|null|)", ["~", "n", ""]),
    "bool": (r"(?:true|false)", list("tf")),
    "int": (r"[-+]?[0-9]+", list("-+0123456789")),
    "float": (r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
}


class _Nodes(Composer, BaseResolver):
    """PyYAML's nodes, with the implicit types of this file only, from events: to scan the text twice is slow."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own attribute

    def __init__(self, events: list[yaml.Event]) -> None:
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self._left = events[::-1]

    def check_event(self, *kinds: type[yaml.Event]) -> bool:
        return bool(self._left) and (not kinds or isinstance(self._left[-1], kinds))

    def peek_event(self) -> yaml.Event:
        return self._left[-1]

    def get_event(self) -> yaml.Event:
        return self._left.pop()


for _name, (_pattern, _first) in _IMPLICIT.items():
    _Nodes.add_implicit_resolver(_PREFIX + _name, re.compile(f"^{_pattern}$"), _first)


def parse(data: bytes, name: str) -> tuple[Page | None, list[Problem]]:
    """Return what a YAML file says, and what is wrong with it as YAML.

    Args:
        data: The file, UTF-8.
        name: What to call it in problems.

    Returns:
        The page (None if the file is no such YAML at all) and its problems.
    """
    if len(data) > LARGEST:
        return None, [Problem(f"{name}:1", f"is longer than {LARGEST // 1024} KiB", "split it, or check the file")]
    try:
        text = data.decode("utf-8-sig")
        events: list[yaml.Event] = []
        problems = list(_refused(text, name, events))
        node = None if problems else _Nodes(events).get_single_node()
    except UnicodeDecodeError as error:
        return None, [Problem(f"{name}:{_line(data[: error.start])}", "is not UTF-8 text", "save it as UTF-8")]
    except yaml.YAMLError as error:
        return None, [_broken(error, text, name)]
    if problems:
        return None, problems
    if node is None:
        return None, [Problem(f"{name}:1", "is empty")]
    reading = _Reading(name)
    values = reading.value(node, ())
    page = Page(name, values, reading.keys, reading.lines, reading.raw, tuple(reading.problems))
    return page, reading.problems


def _refused(text: str, name: str, events: list[yaml.Event]) -> Iterator[Problem]:
    """Yield what is YAML but not read here; a parser's events need no recursion, so depth is checked first.

    What was parsed is added to `events`.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        events.append(event)
        where = f"{name}:{event.start_mark.line + 1 if event.start_mark else 1}"
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST:
            yield Problem(where, f"is nested deeper than {DEEPEST}")
            return
        if documents > 1:
            yield Problem(where, "a second document begins here", "one file holds one document: remove the `---`")
            return
        if isinstance(event, yaml.AliasEvent):
            yield Problem(where, f"an alias (`*{anchor}`) is not read here", "write the value out")
        elif anchor:
            yield Problem(where, f"an anchor (`&{anchor}`) is not read here", "remove it")
        if tag:
            yield Problem(where, f"a tag (`{tag}`) is not read here", "remove it")


def _broken(error: yaml.YAMLError, text: str, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        line = _line(text[: getattr(error, "position", 0)].encode(errors="replace"))
        return Problem(f"{name}:{line}", "holds a character that no text has", "save it as plain UTF-8 text")
    what = str(getattr(error, "problem", None) or getattr(error, "context", None) or "cannot be read")
    hint = "indent with spaces" if "'\\t'" in what else "look at this line and the one before it"
    if "mapping values are not allowed" in what:
        hint = "put quotes around a text that holds `: `, and check the indentation"
    return Problem(f"{name}:{mark.line + 1}", f"is not YAML: {what}", hint)


def _line(before: bytes) -> int:
    return before.count(b"\n") + 1


@dataclass(slots=True)
class _Reading:
    """Nodes on their way to plain values."""

    name: str
    keys: dict[Path, int] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def value(self, node: yaml.Node, path: Path) -> Any:
        """Return the plain value of a node, and remember where it stands."""
        self.lines[path] = node.start_mark.line + 1
        self.keys.setdefault(path, self.lines[path])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        return self._scalar(node.tag.removeprefix(_PREFIX), str(node.value), path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            name = self._text(str(key.value), path, line)
            if not isinstance(key, yaml.ScalarNode):
                self._wrong(path, line, "a key must be text")
            elif key.value == "<<" and key.style is None:
                self._wrong(path, line, "a merge key (`<<`) is not read here", "write the keys out")
            elif name in made:
                first = self.keys[(*path, name)]
                self._wrong((*path, name), line, f"is there twice, first in line {first}", "keep one")
            else:
                self.keys[(*path, name)] = line
                made[name] = self.value(value, (*path, name))
        return made

    def _scalar(self, kind: str, text: str, path: Path) -> Any:
        if kind == "str":
            return self._text(text, path, self.lines[path])
        self.raw[path] = text
        if kind in ("null", "bool"):
            return {"null": None, "bool": text == "true"}[kind]
        return self._number(float(text), text, path) if kind == "float" else self._whole(text, path)

    def _text(self, text: str, path: Path, line: int) -> str:
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            self._wrong(path, line, "holds half a character", "remove the \\ud... escape")
        return text.encode(errors="replace").decode()

    def _whole(self, text: str, path: Path) -> int:
        number = int(text) if len(text) <= 20 else _WHOLE + 1
        if abs(number) > _WHOLE:
            self._wrong(path, self.lines[path], "has too many digits for a number", "quote it if it is a text")
            return 0
        return number

    def _number(self, number: float, text: str, path: Path) -> float:
        if not math.isfinite(number):
            self._wrong(path, self.lines[path], f"{text[:20]} is too large a number")
            return 0.0
        return number

    def _wrong(self, path: Path, line: int, what: str, hint: str = "") -> None:
        problem = Page(self.name, None, {path: line}, {path: line}).problem(path, what, hint, key=True)
        self.problems.append(problem)
