"""From a scenario and what a charter chooses to a threat and its adversaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from seatrial.catalog.scenario import Against, Parameter, Scenario, Value
from seatrial.errors import CatalogError, Problem, meant
from seatrial.records.threat import KINDS, Threat, threat_from

VALUES = {
    "number": "a number",
    "whole": "a whole number",
    "numbers": "a list of numbers",
    "wholes": "a list of whole numbers",
    "columns": "a list of names of columns, or of positions",
    "values": "a list of texts, or of numbers",
}
"""Kind of a parameter -> what it is, in words."""
MANY, WHOLE = ("numbers", "wholes", "columns", "values"), ("whole", "wholes", "columns")
WORDS = ("columns", "values")
"""Kinds of parameters whose items may be texts."""


def complete(scenario: Scenario, parameters: Mapping[str, Value]) -> dict[str, Value]:
    """Return a value for every parameter of a scenario: the given one, else its default.

    Raises:
        CatalogError: If one is unknown, missing, of the wrong kind or outside its range; all of them at once.
    """
    found = [*_unknown(scenario, parameters)]
    values: dict[str, Value] = {}
    for name, parameter in scenario.parameters.items():
        value = parameters.get(name, parameter.default)
        if value is None:
            found.append(Problem(name, f"{scenario.name} has no default for it", f"choose {allowed(parameter)}"))
        elif wrong := misfit(parameter, value):
            found.append(Problem(name, wrong, f"it takes {allowed(parameter)}"))
        else:
            values[name] = _kept(parameter, value)
    if found:
        raise CatalogError(*found)
    return values


def settle(
    scenario: Scenario, parameters: Mapping[str, Value], *, bounds: tuple[float, float] | None = None
) -> tuple[Threat, tuple[Against, ...]]:
    """Return the threat and the adversaries of a scenario with every `$name` replaced by its value.

    Args:
        scenario: Its tactics are handed on as they are written; defaults of the adversary are not filled in.
        parameters: What the charter chooses; the rest are defaults.
        bounds: Smallest and largest legal input, for a threat that says neither `low` nor `high`.

    Raises:
        CatalogError: If a parameter does not fit.
        InputError: If the threat has no such kind or field.
    """
    values = complete(scenario, parameters)
    block = dict(resolved(scenario.threat, values))
    known = {field.name for field in fields(KINDS[block["kind"]])} if block.get("kind") in KINDS else set()
    if bounds is not None and {"low", "high"} <= known and not {"low", "high"} & set(block):
        block |= {"low": bounds[0], "high": bounds[1]}
    stages = tuple(Against(against.use, resolved(against.tactics, values)) for against in scenario.adversaries)
    return threat_from(block), stages


def settings(scenario: Scenario, parameters: Mapping[str, Value]) -> dict[str, Any]:
    """Return the oracle's settings with every `$name` replaced.

    Raises:
        CatalogError: If a parameter does not fit.
    """
    return dict(resolved(scenario.oracle_settings, complete(scenario, parameters)))


def resolved(value: Any, values: Mapping[str, Value]) -> Any:
    """Return plain JSON with every text `$name` replaced by the value of that name."""
    if isinstance(value, Mapping):
        return {key: resolved(part, values) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [resolved(part, values) for part in value]
    if isinstance(value, str) and value[:1] == "$" and value[1:] in values:
        return values[value[1:]]
    return value


def named(value: Any) -> set[str]:
    """Return the names that stand as `$name` anywhere in plain JSON."""
    if isinstance(value, Mapping):
        return set().union(*(named(part) for part in value.values()))
    if isinstance(value, list | tuple):
        return set().union(*(named(part) for part in value))
    return {value[1:]} if isinstance(value, str) and value[:1] == "$" else set()


def _kept(parameter: Parameter, value: Value) -> Value:
    """Return a fitting value with its numbers as the kind wants them."""
    make: type[float] = int if parameter.kind in WHOLE else float
    return [one if isinstance(one, str) else make(one) for one in value] if isinstance(value, list) else make(value)


def misfit(parameter: Parameter, value: Value) -> str:
    """Return what is wrong with a value for a parameter, or an empty text."""
    many = parameter.kind in MANY
    if isinstance(value, list) is not many:
        return f"is {'one value' if many else 'a list'}"
    items = value if isinstance(value, list) else [value]
    if many and (not items or len(set(items)) < len(items)):
        return "is empty" if not items else "names one twice"
    numbers = [one for one in items if not isinstance(one, str)]
    if len(numbers) < len(items) and parameter.kind not in WORDS:
        return "holds a text"
    if parameter.kind in WHOLE and any(number != int(number) for number in numbers):
        return "is no whole number"
    if outside := [number for number in numbers if not parameter.low <= number <= parameter.high]:
        return f"{plain(outside[0])} is outside the range"
    return ""


def allowed(parameter: Parameter) -> str:
    """Return in words what a parameter takes: `a number from 0.0001 to 1`."""
    what = VALUES[parameter.kind]
    unit = f" ({parameter.unit})" if parameter.unit else ""
    return f"{what} from {plain(parameter.low)} to {plain(parameter.high)}{unit}"


def plain(number: float) -> str:
    """Return a number without needless zeros."""
    return str(int(number)) if number == int(number) else repr(float(number))


def _unknown(scenario: Scenario, parameters: Mapping[str, Value]) -> list[Problem]:
    names = list(scenario.parameters)
    found = []
    for name in parameters:
        if name not in names:
            hint = meant(name, names) if names else "it has none"
            found.append(Problem(name, f"{scenario.name} has no parameter {name!r}", hint))
    return found
