"""Whether a threat makes sense: its fields are of the right kind, and leave something to try."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from seatrial.errors import Problem
from seatrial.records.threat import NORMS, Threat

UNITS = ("pixel", "row", "column", "frame")
MOTION = ("degrees", "shift", "zoom")
FLOW = ("pixels", "smooth")
COLOUR = ("brightness", "contrast", "hue", "saturation")
RELATIVE = ("shift", "zoom", "contrast", "saturation")
"""Fields that take the whole image away at 1."""


def unfit(threat: Threat) -> list[Problem]:
    """Return what is wrong with the fields of a threat; the place of each problem is the field's name."""
    values = asdict(threat)
    wrong = [Problem(name, *_kind(name, value, _default(threat, name))) for name, value in values.items()]
    if found := [problem for problem in wrong if problem.what]:
        return found
    return list(_senseless(values))


def _default(threat: Threat, name: str) -> Any:
    return next(field.default for field in fields(threat) if field.name == name)


def _kind(name: str, value: Any, default: Any) -> tuple[str, str]:
    """Return what is wrong with the kind of a value, and what to write; both empty if it is right."""
    if name == "norm":
        return ("", "") if value in NORMS else (f"{value!r} is no norm", f"one of {', '.join(NORMS)}")
    if name == "unit":
        return ("", "") if value in UNITS else (f"{value!r} is no unit", f"one of {', '.join(UNITS)}")
    if isinstance(default, tuple):
        whole = isinstance(value, tuple) and all(
            type(item) is str or (type(item) is int and item >= 0) for item in value
        )
        return (
            ("", "") if whole else ("must be a list of positions from 0, or names of columns", "like [0, 3] or [sex]")
        )
    if isinstance(default, int):
        return ("", "") if type(value) is int and value >= 0 else ("must be a whole number, not below 0", "")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return ("", "") if number else ("must be a number", "like 0.2 or 8/255")


def _senseless(values: dict[str, Any]) -> Iterator[Problem]:
    for name in ("eps", "share", "seconds", "count", "fields"):
        if name in values and values[name] <= 0:
            yield Problem(name, "must be more than 0, or there is nothing to try")
    for kind in (MOTION, FLOW, COLOUR):
        if kind[0] in values:
            yield from _motionless(values, *kind)
    if values.get("norm") == "l0" and values["eps"] > 0 and values["eps"] % 1:
        yield Problem("eps", "is no whole number", "in l0 it counts the numbers that may be changed")
    if values.get("share", 0) > 1:
        yield Problem("share", "is more than the whole", "a share is at most 1")
    if values.get("rows", 2) < 2:
        yield Problem("rows", "must be 2 or more: the case and somebody beside it")
    if "severity" in values and not 1 <= values["severity"] <= 5:
        yield Problem("severity", "must be from 1 to 5")
    if "low" in values and values["low"] >= values["high"]:
        yield Problem("low", "must be less than `high`")


def _motionless(values: dict[str, Any], *names: str) -> Iterator[Problem]:
    """Yield what is wrong with a change of the whole image: it must leave something to try, and something of it."""
    for name in names:
        if values[name] < 0:
            yield Problem(name, "must not be below 0", "it is allowed to either side")
        if name in RELATIVE and values[name] >= 1:
            yield Problem(name, "must be less than 1, or nothing is left of the image", "like 0.1")
    nothing = [name for name in names if values[name] == 0]
    if len(nothing) == len(names) or (names == FLOW and nothing):
        others = ", as is everything else" if len(nothing) > 1 else ""
        yield Problem(nothing[0], f"is 0{others}: there is nothing to try")
