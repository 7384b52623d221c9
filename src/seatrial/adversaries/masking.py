"""Whether a model hides its gradient, and how it is then attacked: probes before a cascade, questions after it.

A robust model and one that hides its gradient look the same to an attack that follows gradients.  `approached` asks a
few cases beforehand and returns the target as gradients are best taken from it; `reviewed` looks at what the cascade
saw.  Both return findings (`records.finding`), which travel with the attempts into the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Bench, narrowed
from seatrial.adversaries.aims import aim
from seatrial.adversaries.norms import Room
from seatrial.adversaries.soundings import (
    Floats,
    Sounded,
    counted,
    floats,
    least,
    pushed,
    scattered,
    searched,
    sought,
    walk,
)
from seatrial.adversaries.ways import Way
from seatrial.diagnoses import answers, failure, planted, slopes, steps
from seatrial.records.batch import Array, Batch
from seatrial.records.finding import Finding
from seatrial.records.threat import Ball
from seatrial.targets.target import Approximable, Fresh

GRADIENT, SCORES = "gradient", "scores"
"""What a stretch of a cascade goes by."""
COLD = "cold square"
"""Name of the stretch that searches by scores, from the untouched inputs, when all else is over."""
STEPS, LONG = 10, 20
"""Gradient steps of a walk, and of the one that nothing holds back."""
WAYS, QUERIES, AROUND = 6, 40, 5
"""Random directions, queries of a search by scores, and points around a case of the planted test."""
CHOSEN = 5
"""Classes that cases are pushed to, nearest first, after the nearest."""
ANSWERED = ("unstable", "company", "saturated")
"""Signs that no stand-in answers: they have an answer already, or none."""
ENOUGH = 1000
"""Rows per case from which on a query budget leaves room for probes."""
CONFIDENT = 16.0
"""A lead in logits from which on a float32 cross-entropy loses part of its gradient: then they are rescaled."""
LONGER = 4
"""By how much a search by scores goes on longer where gradients are not to be trusted."""


@dataclass(frozen=True)
class Approach:
    """How a target is best attacked with what was seen of it."""

    target: Any
    """The target to take gradients from: itself, or with its useless steps passed straight through, its logits
    rescaled, in expectation over its draws.  It is metered and has `at`, `face`, `respond` and `linearise`; its
    margins have the signs of the target's own (in expectation: of the mean of its draws)."""
    patience: int = 1
    """By how much to multiply the queries of a search by scores, and the cases it goes to."""
    findings: tuple[Finding, ...] = ()
    """What was asked and what was seen, found or not."""
    spent: Any = None
    """Rows that the probes forwarded per case `(n,)`, in numpy; None is none.  The cascade counts them where the
    threat has a query budget."""
    price: int = 1
    """Rows that one pass through `target` forwards per case (draws of an expectation)."""

    @property
    def masked(self) -> bool:
        """Whether any sign of masking was found."""
        return any(one.found for one in self.findings)


@dataclass(frozen=True)
class Stretch:
    """What one part of a cascade did to the cases of a shard; both masks are `(n,)` of bool in numpy."""

    name: str
    """For the reader: `apgd-ce`, `square`."""
    sees: str
    """`GRADIENT` or `SCORES`."""
    met: Any
    """Cases that it attacked: standing when it began."""
    broke: Any
    """Cases that it broke."""


def approached(
    target: Any,
    batch: Batch[Array],
    bench: Bench[Ball],
    *,
    losses: Sequence[str] = ("cross_entropy", "margin"),
    sample: int = 16,
) -> Approach:
    """Probe a target on a few cases of a shard, and return how to attack it.

    A sample that the gradient breaks whole ends it after about 20 passes; one that stands costs about 140, and
    where a sign is found, those of the stand-ins that are tried.  A threat with a query budget below `ENOUGH`, or a
    radius of 0, is not probed.

    Args:
        target: Metered and differentiable.
        batch: The cases of the shard; those probed are the first `sample` of an order that only the seed decides.
        bench: Of the attack; the probes are charged to the cases that they ask about.
        losses: What the cascade would climb, keys of `losses.LOSSES`.
        sample: How many cases are probed.
    """
    plainly = Approach(target)
    if not len(batch) or not bench.threat.eps > 0 or 0 < bench.left < ENOUGH:
        return plainly
    counting = counted(target)
    keys = bench.random.keys("seatrial/masking/sample")
    probes = _Probes(counting, batch, bench, np.argsort(keys, kind="stable")[:sample])
    probes.run(tuple(losses))
    return _concluded(probes, target, counting.spent(len(batch)))


def _concluded(probes: _Probes, target: Any, spent: Any) -> Approach:
    """Return the approach that the findings of the probes ask for, and what was switched on with each of them."""
    hidden = any(one.found for one in probes.findings)
    patience = LONGER if hidden else 1
    done = [probes.way.said(), f"searches by scores went on {patience} times as long" if hidden else ""]
    said = ", ".join(part for part in done if part)
    told = (replace(one, answer=said[:1].upper() + said[1:] + ".") if one.found else one for one in probes.findings)
    made = probes.way.made(target, probes.batch, probes.bench)
    return Approach(made, patience, tuple(told), spent, probes.way.price)


def reviewed(approach: Approach, stretches: Iterable[Stretch]) -> tuple[Finding, ...]:
    """Return all findings about a robust claim: those of the probes, and what the cascade itself showed."""
    cold = [stretch for stretch in stretches if stretch.name == COLD]
    return (*approach.findings, *(steps.late_breaks(one.broke, one.met) for one in cold))


@dataclass
class _Probes:
    """The probes of one shard, in progress."""

    target: Any
    """It counts what it is asked."""
    batch: Batch[Array]
    bench: Bench[Ball]
    rows: Any
    """Positions of the cases that are probed."""
    way: Way = field(default_factory=Way)
    findings: list[Finding] = field(default_factory=list)

    def run(self, losses: tuple[str, ...]) -> None:
        """Probe, on the way along the first of these losses that sees a slope."""
        self._answers()
        cases = self._sounded(self.rows)
        clean = cases.margins(cases.room.x)
        right = np.flatnonzero(clean > 0)
        if not right.size:
            return
        self.rows = self.rows[right]
        losses = self._slopes(cases.at(right), clean[right], losses)
        cases = self._sounded(self.rows)
        path, _ = walk(cases, losses[0], STEPS)
        stands = np.flatnonzero(~(least(path) < 0))
        self.findings.append(failure.silent(path))
        if stands.size:
            self.rows = self.rows[stands]
            self._stands(cases.at(stands), path[:, stands], losses)

    def _sounded(self, rows: Any, way: Way | None = None) -> Sounded:
        """Return cases as a way asks them; the way found so far, if no other is named."""
        made = (way or self.way).made(self.target, self.batch, self.bench)
        x, wanted = self.batch.inputs[rows], aim(self.target.face, self.batch.labels).at(rows)
        room = Room.around(self.bench.threat, x)
        return Sounded(narrowed(made, rows), wanted, room, self.bench.random.at(rows))

    def _answers(self) -> None:
        """Ask twice, and in other company."""
        here, x = narrowed(self.target, self.rows), self.batch.inputs[self.rows]
        drawn = [here.fresh(bytes([key] * 32)) if isinstance(here, Fresh) else here for key in range(2)]
        first, again = (floats(one.respond(x)) for one in drawn)
        self.findings.append(answers.unstable(first, again))
        if self.findings[-1].found:
            self.way = replace(self.way, chance=True)
            return
        few = np.arange(0, len(self.rows), 2)
        apart = narrowed(drawn[0], few).respond(x[few])
        self.findings.append(answers.company(first[few], floats(apart)))

    def _slopes(self, cases: Sounded, clean: Floats, losses: tuple[str, ...]) -> tuple[str, ...]:
        """Look at the gradients of every loss at the untouched cases; return the losses that have one."""
        found = {name: floats(cases.slope(cases.room.x, name)[1]) for name in dict.fromkeys((*losses, "margin"))}
        self.findings.append(slopes.vanishing(found["margin"]))
        if "cross_entropy" in found:
            self.findings.append(slopes.saturated(found["cross_entropy"], found["margin"]))
        lead = float(np.median(clean))
        if cases.target.face.gives == "logits" and lead > CONFIDENT:
            self.way = replace(self.way, scale=lead / 4)
            return losses
        seen = tuple(name for name in losses if (found[name] != 0).reshape(len(clean), -1).any(axis=1).mean() >= 0.5)
        return seen or losses

    def _stands(self, cases: Sounded, path: Floats, losses: tuple[str, ...]) -> None:
        """Look at why cases stand, and choose another way if there is reason to."""
        x, clean, low = cases.room.x, path[0], np.fmin(least(path), least(walk(cases, "margin", STEPS)[0]))
        _, slope = cases.slope(x, losses[0])
        margin_slope = floats(cases.slope(x, "margin")[1])
        one = cases.margins(cases.room.uphill(x, slope, 1.0))
        random = scattered(cases, 0.25, WAYS)
        seen = np.abs(np.concatenate([path, one[None], random.T]) - clean).max(axis=0)
        promised = _promised(self.bench.threat, margin_slope)
        found, able = sought(cases, AROUND, STEPS)
        self.findings += [
            slopes.exploding(margin_slope, promised, seen),
            slopes.shattered(path[1], random),
            steps.one_step(clean, one, low),
            steps.black_box(clean, searched(cases, QUERIES), low),
            steps.imbalanced(pushed(cases, CHOSEN, STEPS), low),
            steps.more_room(clean, low, least(walk(cases.within(2.0), losses[0], STEPS)[0])),
            steps.unbounded(least(walk(cases.within(np.inf), losses[0], LONG)[0])),
            planted.planted(found, able),
            failure.wandering(path),
            failure.unfinished(path),
        ]
        if any(one.found and one.name not in ANSWERED for one in self.findings):
            self._chosen(clean)

    def _chosen(self, clean: Floats) -> None:
        """Try the stand-ins on the cases that stand, and take the one that goes furthest, if any does."""
        own = least(walk(self._sounded(self.rows), "margin", STEPS)[0])
        best, reached = self.way, own
        for way in self._ways():
            if way.kind == "estimated" and best != self.way:
                break
            low = least(walk(self._sounded(self.rows, way), "margin", STEPS)[0])
            if _depth(clean, low) > _depth(clean, reached) + 0.05:
                best, reached = way, low
        self.findings.append(steps.transfer(clean, reached, own))
        self.way = best

    def _ways(self) -> Iterator[Way]:
        through = replace(self.way, through=True) if isinstance(self.target.target, Approximable) else None
        if through:
            yield through
        yield replace(self.way, kind="averaged")
        yield replace(self.way, kind="estimated")


def _depth(clean: Floats, low: Floats) -> float:
    """Return how far cases came: 1 for each that fell, and for the others the share of the lead that is gone."""
    with np.errstate(invalid="ignore", divide="ignore"):
        gone = np.clip((clean - low) / clean, 0.0, 0.9)
    return float(np.where(low < 0, 1.0, np.nan_to_num(gone)).mean())


def _promised(ball: Ball, slope: Floats) -> Floats:
    """Return by how much the gradient says that the margin changes over the whole radius."""
    flat = np.abs(slope.reshape(len(slope), -1))
    size = {"linf": flat.sum(axis=1), "l2": np.sqrt((flat**2).sum(axis=1))}.get(ball.norm, flat.max(axis=1))
    return np.asarray(ball.eps * size)
