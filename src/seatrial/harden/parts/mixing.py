"""What the names of a mixture stand for, once the target is there: parts, and what a model is checked against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from seatrial.errors import Problem, meant
from seatrial.harden.constraints import Constraints
from seatrial.harden.foes import Foe
from seatrial.harden.parts.ball import Clean, InBall
from seatrial.harden.parts.corruption import Corrupted
from seatrial.harden.parts.features import Features, Rows
from seatrial.harden.parts.part import Part
from seatrial.harden.parts.played import Played
from seatrial.harden.parts.rectangle import Covered, Patched
from seatrial.harden.rule import COVER, Rule
from seatrial.harden.space import NORMS
from seatrial.plan.fit import misfits
from seatrial.plugins import names
from seatrial.records.threat import (
    Ball,
    Colour,
    Corruption,
    Flow,
    Groups,
    Missing,
    Motion,
    Patch,
    Swap,
    Threat,
    Untouched,
)
from seatrial.targets.target import Face

CLEAN, THREAT, OCCLUSION, PATCH, FEATURES = "clean", "threat", "occlusion", "patch", "features"
CORRUPTIONS = "corruption."
"""How the names of corruptions begin: ids on the shelf of adversaries."""
KNOWN = (CLEAN, THREAT, *NORMS, OCCLUSION, PATCH, FEATURES)
"""What may stand in a mixture besides corruptions."""
ANSWERED = (Ball, Colour, Corruption, Flow, Groups, Missing, Motion, Patch, Swap, Untouched)
"""Threats that a mixture answers."""
FREE: tuple[Foe, ...] = (("evasion.patch", {}),)
COVERS: tuple[Foe, ...] = ((COVER, {}),)


@dataclass(frozen=True)
class Sizes:
    """How far each part of a mixture goes."""

    radii: Mapping[str, float]
    """Norm -> radius."""
    severity: int
    """Of corruptions, 1 to 5."""
    area: float
    """Of rectangles, as a share of the image."""
    columns: Constraints
    """What may become of the columns of a row."""
    steps: int
    """Gradient steps."""
    stride: float
    """Length of a step, in radii; of patches as a share of the input range."""


@dataclass(frozen=True)
class Asked:
    """What a mixture answers."""

    face: Face
    """Of the target."""
    threat: Threat
    """What the model failed against."""
    failed: tuple[Rule, ...] = ()
    """The same with who broke it; may be several."""

    @property
    def span(self) -> tuple[float, float]:
        """The input range: the threat's, else the target's, else 0 to 1."""
        low, high = (getattr(self.threat, name, getattr(self.face, name)) for name in ("low", "high"))
        return 0.0 if low is None else low, 1.0 if high is None else high


def parts(name: str, sizes: Sizes, asked: Asked) -> tuple[Part, ...]:
    """Return what a name stands for: one part, or as many as there are threats to be answered.

    Args:
        name: Of a part, a known one.
        sizes: How far it goes.
        asked: Target and threats.
    """
    if name == THREAT:
        failed = _told_apart(asked.failed or (Rule(asked.threat, THREAT),))
        return tuple(_answer(rule, sizes, asked.face) for rule in failed)
    return (_part(name, sizes, asked),)


def _part(name: str, sizes: Sizes, asked: Asked) -> Part:
    """Return the part of a name."""
    span = asked.span
    if name == CLEAN:
        return Clean(Rule(Untouched(), name))
    if name in NORMS:
        return InBall(Rule(_ball(name, sizes, asked), name), sizes.steps, sizes.stride)
    if name == FEATURES:
        rule = Rule(_ball("linf", sizes, asked), name, views=lambda inputs: Rows(inputs, sizes.columns))
        return Features(rule, sizes.columns, sizes.steps, sizes.stride)
    if name == OCCLUSION:
        return Covered(Rule(Patch(sizes.area, *span), name, COVERS))
    if name == PATCH:
        return Patched(Rule(Patch(sizes.area, *span), name, FREE), sizes.steps, sizes.stride)
    return Corrupted(Rule(Corruption(sizes.severity, *span), name, ((name, {}),)))


def _ball(norm: str, sizes: Sizes, asked: Asked) -> Ball:
    """Return the ball of a norm: the threat itself where it is one of that norm."""
    threat = asked.threat
    same = isinstance(threat, Ball) and threat.norm == norm
    return threat if same else Ball(norm, sizes.radii[norm], *asked.span)  # type: ignore[return-value]


def _answer(rule: Rule, sizes: Sizes, face: Face) -> Part:
    """Return how a threat is learned from: by what is made for its kind, else by who broke the clause."""
    if isinstance(rule.threat, Ball):
        return InBall(rule, sizes.steps, sizes.stride)
    if isinstance(rule.threat, Corruption):
        return Corrupted(rule)
    if isinstance(rule.threat, Patch):
        return Patched(rule, sizes.steps, sizes.stride) if rule.free else Covered(rule)
    return Clean(rule) if isinstance(rule.threat, Untouched) else Played(rule, face)


def _told_apart(failed: Sequence[Rule]) -> list[Rule]:
    """Return rules whose names differ; who plays by equal threats is put together."""
    joined: dict[Threat, Rule] = {}
    for rule in failed:
        there = joined.get(rule.threat, replace(rule, played=()))
        more = (one for one in rule.played if one not in there.played)
        joined[rule.threat] = replace(there, played=(*there.played, *more))
    found: dict[str, Rule] = {}
    for rule in joined.values():
        name, count = rule.called, 1
        while name in found or (name in KNOWN and name != THREAT):
            count += 1
            name = f"{rule.called} ({count})"
        found[name] = replace(rule, name=name)
    return list(found.values())


def unfit(wanted: Sequence[str], severity: int, target: Any) -> list[Problem]:
    """Return why parts of a mixture make no sense of a target.

    Args:
        wanted: Their names.
        severity: The largest of a corruption.
        target: What is to be trained.
    """
    shape: tuple[int, ...] = target.face.shape or ()
    found = list[Problem]()
    for name in wanted:
        if name in (OCCLUSION, PATCH) and len(shape) != 3:
            what = f"it is for images, and one case of the target has shape {shape}"
            found.append(Problem(f"parts.{name}", what, "leave it out; `features` is for rows of tables"))
        elif name == FEATURES and len(shape) != 1:
            what = f"it is for rows of tables, and one case of the target has shape {shape}"
            found.append(Problem(f"parts.{name}", what, "leave it out; `occlusion` and `patch` are for images"))
        elif name.startswith(CORRUPTIONS):
            found += [replace(one, where=f"parts.{name}") for one in misfits(name, target, Corruption(severity))]
    return found


def unknown(wanted: Sequence[str]) -> list[Problem]:
    """Return which names stand for nothing."""
    shelf = [name for name in names("adversaries") if name.startswith(CORRUPTIONS) and name != COVER]
    return [
        Problem(f"parts.{name}", "nothing of a mixture is called so", meant(name, (*KNOWN, *shelf)))
        for name in wanted
        if name not in KNOWN and name not in shelf
    ]
