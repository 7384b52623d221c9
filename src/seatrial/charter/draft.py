"""A first charter as text: what was found about a model and its data, in YAML with comments that teach.

The same facts give the same text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 118
"""Longest line, in characters."""
_NOTE = 46
"""Column where comments beside a value begin."""
_NAMED = 9
"""Scenarios that are named as fitting too."""
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./ -]*[A-Za-z0-9_./-]|[A-Za-z_]|[0-9]+/[0-9]+|[0-9]+%")
_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "none"}
"""What some readers of YAML take for something else than a text."""

HEAD = """\
# What must hold before {system} answers anyone.  A first draft of `seatrial init`: it is yours to change.
# `seatrial lint` says what is wrong with it, `seatrial plan` what a gate would cost, `seatrial gate` decides.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One key of a block, its value, and what to say of it."""

    key: str
    value: Any
    note: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """One clause to be written."""

    name: str
    because: str
    scenario: Any
    """Id of a scenario, `{use: id, eps: 0.1}`, or one described inline."""
    require: str
    severity: str
    otherwise: str = ""
    pilot: str = ""
    """Where the threshold comes from."""
    about: str = ""
    """What to say of the scenario's strength."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a first charter says."""

    system: str
    release: str
    owner: str
    target: Sequence[Line]
    about_target: str
    cases: Sequence[Line]
    about_cases: str
    promises: Sequence[Promise]
    about_promises: str
    minutes: int
    more: Sequence[str] = ()
    """Scenarios that would fit as well."""


def text(draft: Draft) -> str:
    """Return the charter, a YAML file that ends in a newline."""
    system = {"name": draft.system, "release": draft.release, "owner": draft.owner}
    clauses = [line for promise in draft.promises for line in _clause(promise)]
    parts = [
        HEAD.format(system=draft.system).rstrip("\n"),
        "charter: 1",
        f"system: {flow(system)}",
        "",
        *_comment(draft.about_target),
        "target:",
        *_block(draft.target),
        "",
        *_comment(draft.about_cases),
        "cases:",
        *_block(draft.cases),
        "",
        *_comment(draft.about_promises),
        "clauses:",
        *clauses,
        *_comment(_more(draft.more), 2),
        *_beside(f"budget: {{minutes: {draft.minutes}}}", "stops a run; never weakens an attack"),
    ]
    return "\n".join(parts) + "\n"


def _more(ids: Sequence[str]) -> str:
    if not ids:
        return ""
    left = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return f"What else fits this model: {', '.join(ids[:_NAMED])}{left}; `seatrial catalog show ID` says what each is."


def flow(value: Any) -> str:
    """Return a value as YAML on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return _number(value) if isinstance(value, int | float) else _quoted(str(value))


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    digits, exponent, power = repr(float(value)).partition("e")
    return f"{digits}{'.0' if exponent and '.' not in digits else ''}{exponent}{power}"


def _quoted(value: str) -> str:
    """Return a text as it is where YAML reads it as the same text, else in double quotes (JSON is YAML)."""
    plain = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
    return value if plain else json.dumps(value, ensure_ascii=False)


def _sentence(value: str) -> str:
    """Return a text as a value on a line of its own, where commas mean nothing."""
    return value if _PLAIN.fullmatch(value.replace(", ", " ")) else flow(value)


def _block(lines: Iterable[Line]) -> list[str]:
    return [row for line in lines for row in _line(line)]


def _line(line: Line) -> list[str]:
    """Return one key with its value: on one line if it fits, else the items of a list or mapping wrapped."""
    head, value = f"  {flow(line.key)}: ", line.value
    whole = f"{head}{flow(value)}"
    if len(whole) <= WIDTH or not isinstance(value, Mapping | list | tuple) or not value:
        return _beside(whole, line.note)
    if isinstance(value, Mapping):
        pairs = [f"{flow(key)}: {flow(part)}" for key, part in value.items()]
        return [*_comment(line.note, 2), *_filled(head + "{", pairs, "}")]
    return [*_comment(line.note, 2), *_filled(head + "[", [flow(one) for one in value], "]")]


def _filled(head: str, items: Sequence[str], closing: str) -> list[str]:
    rows, margin = [head], " " * len(head)
    for at, item in enumerate(items):
        piece = item + ("," if at < len(items) - 1 else closing)
        if len(rows[-1]) + 1 + len(piece) > WIDTH and rows[-1].strip():
            rows.append(margin + piece)
        else:
            rows[-1] += piece if rows[-1] in (head, margin) else f" {piece}"
    return rows


def _clause(promise: Promise) -> list[str]:
    fields = [
        (f"    because: {_sentence(promise.because)}", ""),
        (f"    scenarios: [{flow(promise.scenario)}]", promise.about),
        (f"    require: {promise.require}", promise.pilot),
        (f"    severity: {promise.severity}", ""),
    ]
    if promise.otherwise:
        fields.append((f"    otherwise: {promise.otherwise}", "what `seatrial harden` applies"))
    return [f"  {promise.name}:", *(row for field in fields for row in _beside(*field))]


def _beside(line: str, note: str) -> list[str]:
    """Return a line with a comment at its right, all comments in one column; above it, if the line gets too long."""
    beside = f"{line:{_NOTE}}  # {note}" if note else line
    return [beside] if len(beside) <= WIDTH or not note else [*_comment(note, len(line) - len(line.lstrip())), line]


def _comment(note: str, margin: int = 0) -> list[str]:
    """Return a comment as lines of their own."""
    rows, words = [""], note.split()
    for word in words:
        if len(rows[-1]) + len(word) + 1 > WIDTH - margin - 2:
            rows.append("")
        rows[-1] += f" {word}" if rows[-1] else word
    return [f"{' ' * margin}# {row}" for row in rows if row]
