"""The options of an attack, checked before anything runs, all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite, prod, sqrt
from numbers import Integral, Real
from typing import Any

from seatrial import plugins
from seatrial.errors import InputError, Problem, meant
from seatrial.records.threat import Ball, Threat
from seatrial.targets.target import AIMED

TIERS = ("quick", "standard", "thorough")
NORMS = ("linf", "l2", "l1", "l0")


@dataclass(frozen=True, slots=True)
class Rules:
    """What somebody asked for, as it was written."""

    norm: Any
    eps: Any
    bounds: Any
    queries: Any
    threat: Threat | None
    tier: Any
    adversary: str
    mean: Any
    std: Any
    gives: str
    draws: Any
    shard: Any
    minutes: Any


def ruled(rules: Rules) -> Threat:
    """Return the threat that is meant.

    Raises:
        InputError: With everything that is wrong.
    """
    problems = [*_ball(rules), *_normalised(rules), *_named(rules), *_counted(rules)]
    if problems:
        raise InputError(*problems)
    low, high = map(float, rules.bounds)
    return rules.threat or Ball(rules.norm, float(rules.eps), low, high, queries=int(rules.queries))


def ranged(rules: Rules) -> tuple[float, float]:
    """Return the bounds; any number is inside of ones that are wrong."""
    bounds = _numbers(rules.bounds)
    good = bounds is not None and len(bounds) == 2 and bounds[0] < bounds[1]
    return (bounds[0], bounds[1]) if good and bounds is not None else (-inf, inf)


def _ball(rules: Rules) -> Iterator[Problem]:
    if ranged(rules) == (-inf, inf):
        yield Problem("bounds", f"are {rules.bounds!r}", "two finite numbers, the smaller first: bounds=(0, 1)")
    if rules.threat is not None:
        return
    if rules.norm not in NORMS:
        yield Problem("norm", f"there is no norm {rules.norm!r}", meant(str(rules.norm), NORMS))
    if not _is_number(rules.eps) or rules.eps < 0:
        yield Problem("eps", f"is {rules.eps!r}", "a number from 0 on, in the units of x: 8 / 255")


def wide(threat: Threat, shape: tuple[int, ...]) -> Iterator[Problem]:
    """Yield what is wrong with a radius within which every case of this shape may become any other."""
    if not isinstance(threat, Ball):
        return
    numbers, span = prod(shape), threat.high - threat.low
    most = {"linf": span, "l2": span * sqrt(numbers), "l1": span * numbers, "l0": float(numbers)}[threat.norm]
    if threat.eps > most:
        what = f"is {threat.eps:g}, and no two inputs are further apart than {most:g}: anything may become anything"
        hint = f"it is in the units of x: {threat.eps:g} / 255?" if span <= 1 else "it is in the units of x"
        yield Problem("eps", what, hint)


def _normalised(rules: Rules) -> Iterator[Problem]:
    for name in ("mean", "std"):
        numbers = _numbers(getattr(rules, name))
        if numbers is None or (name == "std" and any(one <= 0 for one in numbers)):
            above = ", above 0" if name == "std" else ""
            yield Problem(name, f"is {getattr(rules, name)!r}", f"one number, or one for each channel{above}")


def _named(rules: Rules) -> Iterator[Problem]:
    if rules.tier not in TIERS:
        yield Problem("tier", f"there is no tier {rules.tier!r}", meant(str(rules.tier), TIERS))
    if rules.gives and rules.gives not in AIMED:
        yield Problem("gives", f"there is no {rules.gives!r}", meant(str(rules.gives), AIMED))
    known = plugins.names("adversaries")
    if rules.adversary and rules.adversary not in known:
        yield Problem("adversary", f"there is no adversary {rules.adversary!r}", meant(rules.adversary, known))


def _counted(rules: Rules) -> Iterator[Problem]:
    for name in ("queries", "draws", "shard"):
        value = getattr(rules, name)
        if not isinstance(value, Integral) or isinstance(value, bool) or int(value) < 0:
            yield Problem(name, f"is {value!r}", "a whole number from 0 on")
    if rules.minutes is not None and not (_is_number(rules.minutes) and rules.minutes > 0):
        yield Problem("minutes", f"is {rules.minutes!r}", "a number above 0, or leave it out")


def _numbers(value: Any) -> tuple[float, ...] | None:
    """Return one number, or several, as a tuple; None if it is something else."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    many = tuple(listed) if isinstance(listed, list | tuple) else (listed,)
    return tuple(map(float, many)) if all(_is_number(one) for one in many) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
