"""How a training run goes on, whatever the recipe: length, learning rate, growth of the attack, averages, precision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import wraps
from math import cos, floor, isfinite, pi
from typing import Any

from seatrial.errors import HardenError, Problem

SCHEDULES = ("triangle", "cosine", "piecewise", "cyclic", "constant")
"""Names of learning rate schedules."""
HALVES = ("auto", "yes", "no")
"""Whether passes are made in bfloat16; `auto` where the processor has units for it and the network is not tiny."""
DROPS = (0.5, 0.75, 0.9)
"""Shares of the run after which the rate of `piecewise` falls to a tenth."""
LEAST = 1e-3
"""Share of the highest rate that a schedule does not go below."""


@dataclass(frozen=True, slots=True)
class Course:
    """Settings of the loop, the same for every recipe.

    Attributes:
        epochs: Passes over the training cases, where neither minutes nor steps are given.
        batch: Cases per update; 0 is 32 on a CPU, where many small updates learn more in the same time, and 128
            elsewhere (64 below ten thousand training cases).
        rate: Highest learning rate of Adam.
        schedule: `triangle`, `cosine`, `piecewise`, `cyclic` or `constant`; each begins with `warm`.
        warm: Share of the run over which the rate rises.
        cycles: Triangles of `cyclic`, the first the highest.
        decay: Decoupled weight decay (AdamW), per unit of rate.
        growth: Share of the run over which the radius grows to its full size.
        climb: Share of the run over which the steps of the attack grow from one to all.
        plain: Share of the run, at its beginning, that trains on untouched inputs.
        smoothing: Label smoothing, 0 to below 1.
        ema: Decay of an exponential average of the weights per update; 0 is none.
        swa: Share of the run, at its end, over which weights are averaged evenly; 0 is none.
        awp: Size of an adversarial weight perturbation, in norms of each layer (arXiv:2004.05884); 0 is none.
        half: `auto`, `yes` or `no`: bfloat16 in forward and backward passes; weights stay float32.
        validation: Share of the training cases that is kept for choosing.
        checks: Times that the model is attacked on the part kept for choosing.
    """

    epochs: int = 30
    batch: int = 0
    rate: float = 4e-3
    schedule: str = "triangle"
    warm: float = 0.1
    cycles: int = 3
    decay: float = 0.0
    growth: float = 0.3
    climb: float = 0.0
    plain: float = 0.0
    smoothing: float = 0.0
    ema: float = 0.0
    swa: float = 0.0
    awp: float = 0.0
    half: str = "auto"
    validation: float = 0.1
    checks: int = 8

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises:
            HardenError: With all of them.
        """
        if problems := list(_odd(self)):
            raise HardenError(*problems)

    def rate_at(self, progress: float) -> float:
        """Return the learning rate after a share of the run, 0 to 1."""
        if progress < self.warm:
            return self.rate * max(progress / self.warm, 0.01)
        return self.rate * max(_fallen(self, (progress - self.warm) / (1 - self.warm)), LEAST)

    def reach_at(self, progress: float) -> float:
        """Return the share of the radius that is trained against after a share of the run."""
        return min(1.0, progress / self.growth + 0.2) if self.growth else 1.0

    def steps_at(self, progress: float, steps: int) -> int:
        """Return how many of the steps of an attack are made after a share of the run."""
        return steps if progress >= self.climb else min(steps, 1 + floor(progress / self.climb * steps))

    def sized(self, cases: int, *, device: str = "cpu") -> Course:
        """Return the same with a number of cases per update in it.

        Args:
            cases: That are learned from.
            device: The kind of device that the model lives on, as torch calls it.
        """
        if self.batch:
            return self
        few = 64 if cases < 10_000 else 128
        return replace(self, batch=32 if device == "cpu" else few)


def _fallen(course: Course, share: float) -> float:
    """Return the share of the highest rate after a share of what follows the warm-up."""
    if course.schedule == "cosine":
        return (1 + cos(pi * share)) / 2
    if course.schedule == "piecewise":
        return 0.1 ** sum(share >= drop for drop in DROPS)
    if course.schedule == "cyclic":
        cycle, inside = divmod(share * course.cycles, 1)
        height = 1 - min(cycle, course.cycles - 1) / course.cycles
        return height * (min(1.0, inside * 4) if cycle else 1.0) * (1 - inside)
    return 1.0 if course.schedule == "constant" else 1 - share


def _odd(course: Course) -> list[Problem]:
    """Return every value that means nothing."""
    shares = ("warm", "growth", "climb", "plain", "smoothing", "ema", "swa", "validation")
    above = {"epochs": 1, "batch": 0, "cycles": 1, "checks": 1}
    odd = [Problem(name, f"{getattr(course, name)} is no share", "0 to below 1") for name in shares
           if not 0 <= getattr(course, name) < 1]  # fmt: skip
    odd += [Problem(name, f"{getattr(course, name)} is too few", f"{least} or more") for name, least in above.items()
            if getattr(course, name) < least]  # fmt: skip
    if not (isfinite(course.rate) and course.rate > 0):
        odd.append(Problem("rate", f"{course.rate} does not learn", "a number above 0"))
    odd += [Problem(name, f"{getattr(course, name)} is below 0", "0 is none") for name in ("awp", "decay")
            if not getattr(course, name) >= 0]  # fmt: skip
    if course.validation == 0:
        odd.append(Problem("validation", "nothing would be kept for choosing", "0.1 is usual"))
    named = (("schedule", SCHEDULES), ("half", HALVES))
    odd += [Problem(name, f"no {name} {getattr(course, name)!r}", f"one of {', '.join(known)}") for name, known in named
            if getattr(course, name) not in known]  # fmt: skip
    return odd


def flat(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return a maker of recipes to which settings of the course are told beside those of the recipe: `epochs=9`.

    Args:
        make: A frozen dataclass with a field `course`; what it has by default is what is not told.
    """
    names = {one.name for one in fields(Course)}

    @wraps(make, updated=())
    def made(**told: Any) -> Any:
        own = {name: value for name, value in told.items() if name not in names}
        also = {name: value for name, value in told.items() if name in names}
        try:
            recipe = make(**own)
        except TypeError as error:
            known = sorted(names | {one.name for one in fields(make)} - {"course"})  # type: ignore[arg-type]
            raise HardenError(Problem(make.__name__, str(error), f"settings are {', '.join(known)}")) from error
        return replace(recipe, course=replace(recipe.course, **also)) if also else recipe

    return made
