"""What plugins say about themselves in their files: docstrings, fields, the signature of `attack`."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from pathlib import Path
from textwrap import dedent
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from seatrial import plugins
from seatrial.records.card import Card
from seatrial.records.threat import KINDS
from seatrial.targets.target import Conditional, Differentiable, Fresh, Service, Target, Trainable

ROOT = Path(__file__).parents[2]
ABLE = {
    Target: "anything that answers",
    Differentiable: "one that has gradients (`Differentiable`)",
    Conditional: "one that can be put in a state (`Conditional`)",
    Fresh: "one that can be reset (`Fresh`)",
    Service: "one that says how long it took (`Service`)",
    Trainable: "one that can be trained (`Trainable`)",
}
"""What an adversary needs of its target, in words."""


def own(shelf: str) -> tuple[str, ...]:
    """Return the ids of the plugins that come with seatrial itself."""
    return tuple(name for name in plugins.names(shelf) if plugins.origin(shelf, name).startswith("seatrial "))


def home(card: Card[Any]) -> str:
    """Return the path of the file that a plugin is in, from the root of the project."""
    return Path(inspect.getfile(card.make)).resolve().relative_to(ROOT).as_posix()


def said(thing: Any) -> str:
    """Return a docstring as Markdown: indented blocks stay, `Args` and the like go."""
    text = inspect.getdoc(thing) or ""
    return re.split(r"\n\n(?:Args|Returns|Raises|Yields):\n", text)[0].strip()


def told(card: Card[Any]) -> str:
    """Return what a plugin's class says, or its module if it is made by a function."""
    return said(card.make if inspect.isclass(card.make) else inspect.getmodule(card.make))


def about(card: Card[Any]) -> str:
    """Return the first sentences of the file that a plugin is in."""
    return said(inspect.getmodule(card.make)).partition("\n\n")[0]


def tactics(card: Card[Any]) -> list[tuple[str, str, str, str]]:
    """Return name, type, default and meaning of every field of a plugin's class."""
    if not dataclasses.is_dataclass(card.make):
        return []
    meaning, types = _documented(card.make), {field.name: field.type for field in dataclasses.fields(card.make)}
    return [
        (field.name, str(types[field.name]), _default(field), meaning.get(field.name, ""))
        for field in dataclasses.fields(card.make)
    ]


def needs(card: Card[Any]) -> dict[str, str]:
    """Return what the signature of `attack` asks for: `target`, `cases`, `threat`, each in words."""
    hints = get_type_hints(card.make.attack)  # type: ignore[attr-defined]
    able = [ABLE[get_origin(kind) or kind] for kind in _choices(hints["target"])]
    cases = [_plain(kind) for kind in _choices(get_args(hints["batch"])[0])]
    rules = [_plain(kind) for kind in _choices(get_args(hints["bench"])[0])]
    return {"target": " or ".join(able), "cases": " or ".join(cases), "threat": " or ".join(rules)}


def _documented(made: Any) -> dict[str, str]:
    body = ast.parse(dedent(inspect.getsource(made))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(after, ast.Expr):
            found[field.target.id] = inspect.cleandoc(ast.literal_eval(after.value))
    return found


def _default(field: dataclasses.Field[Any]) -> str:
    if field.default is not dataclasses.MISSING:
        return repr(field.default)
    return repr(field.default_factory()) if field.default_factory is not dataclasses.MISSING else ""


def _choices(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _plain(kind: Any) -> str:
    if kind is Any or isinstance(kind, TypeVar):
        return "any"
    word = next((name for name, threat in KINDS.items() if threat is kind), "")
    return f"`{word or kind.__name__}`"
