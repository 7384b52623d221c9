"""What a data model refuses, in plain words: where it is, what is wrong, what to write instead.

It reads pydantic's errors and field tables but imports nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin

from seatrial.catalog.source import forms
from seatrial.catalog.source.page import Page, Path
from seatrial.errors import Problem, meant

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "string_type": "must be text",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "is not written as it must be",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of names to values",
    "model_attributes_type": "must be a mapping of names to values",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "greater_than": "must be more than {gt}",
    "too_short": "has too few items: {min_length} or more",
    "too_long": "has too many items: {max_length} or fewer",
    "literal_error": "must be {expected}",
}
_KEY = "[key]"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an error is: on the page, and in the model."""

    path: Path
    key: bool
    field: Any
    """Field that describes the value, if there is one."""
    names: tuple[str, ...]
    """Keys that the mapping around it may have."""


def problems(page: Page, model: Any, errors: Sequence[Mapping[str, Any]], start: Path = ()) -> list[Problem]:
    """Return pydantic's errors as problems of a page, in the order of its lines.

    Args:
        page: What was validated, or holds it.
        model: The model that it was validated against.
        errors: `ValidationError.errors()`.
        start: Where on the page the validated part begins.
    """
    found = [(_place(model, error["loc"], start), error) for error in errors]
    found.sort(key=lambda pair: page.line(pair[0].path, key=True))
    return [_problem(page, place, error) for place, error in found]


def paths(model: Any, errors: Sequence[Mapping[str, Any]]) -> list[Path]:
    """Return where on the page pydantic's errors are."""
    return [_place(model, error["loc"], ()).path for error in errors]


def _problem(page: Page, place: _Place, error: Mapping[str, Any]) -> Problem:
    kind, given = error["type"], error.get("ctx", {})
    what = _WORDS[kind].format(**given) if kind in _WORDS else error["msg"]
    raw = page.raw.get(place.path)
    if kind == "extra_forbidden":
        return page.problem(place.path, what, meant(str(place.path[-1]), place.names), key=True)
    if raw in {"", "~", "null"}:
        return page.problem(place.path, "is empty", _example(place), key=True)
    if kind == "string_type" and raw is not None:
        read = "as true or false" if raw in {"true", "false"} else "as a number"
        return page.problem(place.path, f"must be text, and YAML reads {raw} {read}", f'write "{raw}"')
    if kind == "string_pattern_mismatch" and given["pattern"] in forms.WORDS:
        return page.problem(place.path, *forms.WORDS[given["pattern"]], key=place.key)
    hint = str(given.get("hint", "")) or ("" if place.key else _example(place))
    return page.problem(place.path, what, hint, key=place.key or kind == "missing")


def _example(place: _Place) -> str:
    examples = getattr(place.field, "examples", None) or ()
    if not examples:
        return ""
    name = next((step for step in reversed(place.path) if isinstance(step, str)), "")
    return f"write for example `{name}: {_written(examples[0])}`"


def _written(value: Any) -> str:
    """Return a value in YAML's flow form."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_written(part) for part in value) + "]"
    if isinstance(value, str):
        quotes = not value or value[0].isdigit() or ": " in value or value[0] in "[{&*!%@`\"'"
        return f'"{value}"' if quotes and not value.endswith("%") else value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _place(model: Any, loc: tuple[str | int, ...], start: Path) -> _Place:
    """Return where an error is; tags of unions, which pydantic puts into the path, stand on no page."""
    path, shape, field, names = list(start), model, None, ()
    for step in loc:
        if step == _KEY:
            return _Place(tuple(path), key=True, field=None, names=())
        chosen = _tagged(shape).get(step)
        if chosen is not None:
            shape = chosen
            continue
        path.append(step)
        names = tuple(getattr(shape, "model_fields", ()))
        field = getattr(shape, "model_fields", {}).get(step)
        shape = _inner(shape, field)
    return _Place(tuple(path), key=False, field=field, names=names)


def _inner(shape: Any, field: Any) -> Any:
    """Return the annotation of what lies below one step."""
    if field is not None:
        return _bare(field.annotation)
    arguments = get_args(shape)
    return _bare(arguments[-1]) if get_origin(shape) in (list, dict) else None


def _bare(annotation: Any) -> Any:
    """Return an annotation without `Annotated` and `| None`."""
    if hasattr(annotation, "__metadata__"):
        return _bare(annotation.__origin__)
    if get_origin(annotation) in (Union, UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(parts[0]) if len(parts) == 1 else annotation
    return annotation


def _tagged(shape: Any) -> dict[str | int, Any]:
    """Return tag -> member of a union whose members are tagged."""
    members = get_args(shape) if get_origin(shape) in (Union, UnionType) else ()
    tags = {getattr(mark, "tag", None): member for member in members for mark in getattr(member, "__metadata__", ())}
    return {tag: _bare(member) for tag, member in tags.items() if tag is not None}
