"""Whether the fields that somebody chose for an adversary are such as it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from math import isnan
from typing import Any, get_type_hints

from seatrial import plugins
from seatrial.errors import Problem, meant

WORDS = {bool: "True or False", int: "a whole number from 0 on", float: "a number from 0 on", str: "a text"}
"""Type of a field -> what it takes, in words."""


def there(name: str) -> tuple[str, ...]:
    """Return the fields of an adversary; none if it is no dataclass."""
    make: Any = plugins.find("adversaries", name).make
    return tuple(field.name for field in fields(make)) if is_dataclass(make) else ()


def unfit(name: str, given: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with fields that were chosen: unknown, of another type, or below 0.

    Args:
        name: Id on the shelf `adversaries`.
        given: Its fields, where they are not the defaults.
    """
    known: Any = plugins.find("adversaries", name).make
    hints = get_type_hints(known) if there(name) else {}
    for field, value in given.items():
        if field not in there(name):
            hint = f"{meant(field, there(name))}; it has {', '.join(there(name))}" if there(name) else "it has none"
            yield Problem("tactics", f"{name} has no {field!r}", hint)
        elif hints[field] in WORDS and not _fits(hints[field], value):
            yield Problem(f"tactics: {field} of {name}", f"is {value!r}", WORDS[hints[field]])


def _fits(wanted: type[Any], value: Any) -> bool:
    """Return whether a value is of a type; a whole number is a number too, and True is neither."""
    if wanted in (bool, str):
        return isinstance(value, wanted)
    if isinstance(value, bool) or not isinstance(value, int if wanted is int else int | float):
        return False
    return not isnan(value) and value >= 0
