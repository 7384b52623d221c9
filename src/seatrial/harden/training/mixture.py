"""A mixture: what a case meets is drawn anew at every visit: a ball, dirt, a covered place, a patch, other columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np
import torch

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem
from seatrial.harden.constraints import Constraints, stated
from seatrial.harden.course import Course, flat
from seatrial.harden.ground import Ground
from seatrial.harden.lesson import Lesson
from seatrial.harden.loop import trained
from seatrial.harden.parts.mixing import ANSWERED, CLEAN, OCCLUSION, THREAT, Asked, Sizes, parts, unfit, unknown
from seatrial.harden.parts.part import Part
from seatrial.harden.parts.phases import Phases, named, staged
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.harden.rule import WAYS, Checked
from seatrial.harden.space import NORMS
from seatrial.records.card import Card
from seatrial.records.threat import Threat
from seatrial.targets.target import Face, Trainable

DIRT = ("corruption.noise", "corruption.blur", "corruption.brightness")
IMAGES = {THREAT: 0.5, **dict.fromkeys(DIRT, 0.1), OCCLUSION: 0.1, CLEAN: 0.1}
"""Shares for images, where none are given."""
ROWS = {THREAT: 0.6, "corruption.noise": 0.2, CLEAN: 0.2}
"""Shares for everything else, where none are given."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """Learn on several kinds of change in one batch: what a case meets is drawn anew at every visit.

    A model that was trained against one ball alone may stand noise, blur and dirt worse than before (compare Hendrycks
    et al., arXiv:1912.02781, who mix corruptions), and a patch no better.  Parts are named with their shares: `threat`
    is what failed, whatever it is; `linf`, `l2` and `l1` are balls; a corruption has its id; `occlusion` covers a
    rectangle anywhere (Zhong et al., arXiv:1708.04896), in a `patch` its contents follow the gradient (Rao et al.,
    arXiv:2005.02313); `features` changes columns of a row that may be changed; `clean` leaves a case alone.  Models are
    checked against every part, and chosen by the worst of them.

    Attributes:
        parts: Name -> share; they add up to 1.  Empty: half of the cases meet the threat, the others dirt or nothing.
        phases: Shares from some places of the run on, in place of `parts`: `[[0.0, {clean: 1}], [0.2, {threat: 1}]]`.
        glide: Whether shares move evenly from phase to phase.
        linf: Radius of that part.  The threat's own norm has the threat's own radius.
        l2: The same in L2.
        l1: The same in L1.
        severity: The largest of a corruption, 1 to 5.
        area: Largest area of a rectangle, as a share of the image.
        columns: What an attacker can make of the columns of a row in `features`, where the radius is that of `linf`:
            `fixed`, `raised`, `lowered`: lists of positions; `ranges`, `grid`: by position.
        choose: `worst`: by the part that fewest cases stand; `all`: by cases that stand every part; `weights`.
        weights: Name of a part -> what it counts for where `weights` choose; empty: the last shares.
        steps: Gradient steps per batch.
        stride: Length of a step, in radii.
        course: Settings of the loop.
    """

    parts: Mapping[str, float] = field(default_factory=dict)
    phases: Sequence[Any] = ()
    glide: bool = False
    linf: float = 0.1
    l2: float = 1.0
    l1: float = 8.0
    severity: int = 3
    area: float = 0.1
    columns: Mapping[str, Any] = field(default_factory=dict)
    choose: str = "worst"
    weights: Mapping[str, float] = field(default_factory=dict)
    steps: int = 2
    stride: float = 0.75
    course: Course = field(default_factory=Course)

    def __post_init__(self) -> None:
        """Refuse what is no mixture.

        Raises:
            HardenError: With all that is wrong.
        """
        problems = list(_odd(self))
        found = staged(self.parts, self.phases)[1] if self.parts or self.phases else []
        wanted = named(self.parts, self.phases)
        if problems := [*found, *unknown(wanted), *_odd_choice(self, wanted), *problems]:
            raise HardenError(*problems)

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Train a copy of the target's module and return its weights; see `Remedy`."""
        problems = unfit(self._phases(target.face).names, self.severity, target)
        try:
            stated(self.columns, target.face)
        except HardenError as error:
            problems += error.problems
        if problems:
            raise HardenError(*problems)
        mixed = self.settled(Asked(target.face, threat, means.failed))
        return trained(mixed, target, cases, threat, means, rules=mixed.rules, kinds=ANSWERED)

    def settled(self, asked: Asked) -> Mixed:
        """Return the mixture for a target and a threat.

        Args:
            asked: What it answers.
        """
        radii = {norm: float(getattr(self, norm)) for norm in NORMS}
        columns = stated(self.columns, asked.face) or Constraints()
        sizes = Sizes(radii, self.severity, self.area, columns, self.steps, self.stride)
        phases = self._phases(asked.face)
        return Mixed(self, phases, {name: parts(name, sizes, asked) for name in phases.names})

    def _phases(self, face: Face) -> Phases:
        """Return the shares, the usual ones for such a target where none are given."""
        usual = IMAGES if len(face.shape or ()) == 3 else ROWS
        return Phases(staged(self.parts or ({} if self.phases else usual), self.phases)[0], self.glide)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A mixture whose names are settled for a target and a threat: what the loop trains."""

    recipe: Mixture
    phases: Phases
    parts: Mapping[str, tuple[Part, ...]]
    """Name -> what it stands for."""

    @property
    def course(self) -> Course:
        """Settings of the loop."""
        return self.recipe.course

    def told(self) -> tuple[str, dict[str, Any]]:
        """Return the name of the recipe, and its settings with all that follows from them."""
        shares = [[start, dict(shares)] for start, shares in self.phases.stages]
        rules = [part.rule.to_json() for some in self.parts.values() for part in some]
        return type(self.recipe).__name__, {**asdict(self.recipe), "phases": shares, "rules": rules}

    def rules(self, base: Ground) -> Checked:  # noqa: ARG002 - rules of other recipes follow from the ground
        """Return what its models are checked against: every part that changes anything."""
        weights = self._weights() if self.recipe.choose == "weights" else {}
        named = {part.rule.called: part.rule for name in self.phases.names for part in self.parts[name]}
        changed = tuple(rule for name, rule in named.items() if name != CLEAN or name in weights)
        return Checked(changed or tuple(named.values()), self.recipe.choose, weights)

    def _weights(self) -> dict[str, float]:
        """Return what every rule counts for: of several that one name stands for, its even part."""
        told = self.recipe.weights or self.phases.at(1.0)
        each = {part.rule.called: told.get(name, 0) / len(some) for name, some in self.parts.items() for part in some}
        return {name: one / sum(each.values()) for name, one in each.items() if one}

    def visit(self, lesson: Lesson) -> float:
        """Let each case of a batch meet its part, learn on all of them, and return the loss."""
        if lesson.progress < lesson.course.plain:
            return lesson.learn_on(lesson.inputs)
        drawn = lesson.random.uniform(f"mixture/{lesson.epoch}", (2,), np.zeros(1))
        met, points = self.phases.met(lesson.progress, drawn[:, 0]), lesson.inputs.clone()
        for at, name in enumerate(self.phases.names):
            some = self.parts[name]
            for number, part in enumerate(some):
                rows = np.flatnonzero((met == at) & ((drawn[:, 1] * len(some)).astype(int) == number))
                if rows.size:
                    few = replace(lesson, part=lesson.part.take(rows), rows=lesson.rows[rows])
                    points[torch.from_numpy(rows)] = part.points(few)
        return lesson.learn_on(points)


def _odd(told: Mixture) -> Iterator[Problem]:
    """Yield every size that means nothing."""
    for name in (*NORMS, "stride"):
        if not (isfinite(getattr(told, name)) and getattr(told, name) > 0):
            yield Problem(name, f"{getattr(told, name)} is no length", "a number above 0")
    if isinstance(told.severity, bool) or told.severity not in range(1, 6):
        yield Problem("severity", f"{told.severity} is no severity", "1, 2, 3, 4 or 5")
    if not 0 < told.area <= 1:
        yield Problem("area", f"{told.area} is no share of an image", "above 0 and at most 1")
    if told.steps < 1:
        yield Problem("steps", f"{told.steps} is too few", "1 or more")


def _odd_choice(told: Mixture, wanted: Sequence[str]) -> Iterator[Problem]:
    """Yield what is wrong with how weights are chosen."""
    if told.choose not in WAYS:
        yield Problem("choose", f"no way {told.choose!r}", f"one of {', '.join(WAYS)}")
    if told.weights and told.choose != "weights":
        yield Problem("weights", "count only where `choose: weights` stands", "add it, or leave them out")
    for name, one in told.weights.items():
        if wanted and name not in wanted:
            yield Problem(f"weights.{name}", "is no part of the mixture", f"one of {', '.join(wanted)}")
        if isinstance(one, bool) or not isinstance(one, int | float) or not (isfinite(one) and one >= 0):
            yield Problem(f"weights.{name}", f"{one} is no weight", "0 or more")
    if told.weights and not sum(one for one in told.weights.values() if isinstance(one, int | float)) > 0:
        yield Problem("weights", "are all 0", "one of them at least above 0")


CARD: Card[Remedy] = Card(
    make=flat(Mixture),
    title="Adversarial training with a mixture: balls, corruptions, covered places, patches, columns",
    cites=("arXiv:1706.06083", "arXiv:1912.02781", "arXiv:1708.04896", "arXiv:2005.02313"),
    tags=("atlas:AML.M0003",),
    extra="torch",
)
