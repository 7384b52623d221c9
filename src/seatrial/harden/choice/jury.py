"""Which weights are kept: by attacks of another kind than those trained on, on cases that were never learned from.

On the way every check asks, of a ball, Auto-PGD on the margin and one step of the whole radius; who plays by other
threats is said by `rule.Rule`.  In the end the best few stand a longer attack, a search by scores, and the questions of
`adversaries.masking`: weights that hide their gradient are not chosen, however good their figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench, narrowed
from seatrial.adversaries.masking import approached
from seatrial.harden.budget.prices import CARES, Care
from seatrial.harden.foes import right
from seatrial.harden.given import Given
from seatrial.harden.ground import Ground
from seatrial.harden.rule import ONE, QUERIES, Checked, Rule
from seatrial.harden.scores import Reliability
from seatrial.records.batch import Batch
from seatrial.records.finding import Finding
from seatrial.records.random import Random
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.torch import TorchTarget

GAP, FALL = 0.15, 0.1
"""One step breaks so much less than many, and many break so much more than before: training has collapsed."""
WORSE = 0.03
"""Robust accuracy that fell by more than this, and by more than chance explains, is robust overfitting."""
PROBED, PROBE = 24, 40
"""Cases that stood and are searched by scores at a check on the way, and queries of that search."""
SOON, FIRST = 0.15, 4
"""Share (and number) of them that falls: weights that hide their gradient are then no good ones to go back to."""
SOME, TAIL = 0.1, 3
"""Share (and number) of the cases that stood the gradient and fell to a search by scores: a sign of masking."""
SAMPLE, LAST, BLACK = CARES[0].sample, CARES[0].last, 64
"""Cases of a check on the way, of the last one, and of its search by scores, where the budget is not small."""
STEPS, LONG = 10, 20
"""Steps of Auto-PGD on the way and in the end."""
PATIENCE = 4
"""By how much the search by scores is longer where there is a sign of masking."""
DECISIVE = ("black-box", "transfer", "one-step")
"""Signs that are breaks themselves: something less informed went further than the gradient."""
ANSWERED = ("saturated",)
"""Signs that say how to attack, not that something is hidden: the attack has answered them."""

FIGURES = ("step", "clean", "robust", "one_step", "many", "asked", "fell")
"""Numbers of a check."""

Held = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """What a check saw."""

    step: int
    clean: float
    robust: float
    """Share of the cases that stood every attack of the check, over all rules as these say (`rule.Checked.by`); where
    they hide their gradient, less the share that a search by scores would break."""
    one_step: float
    """Share that stood one step of the whole radius, in every ball."""
    held: Held
    """Which cases stood every rule."""
    right: Held
    """Which cases are answered right without an attack."""
    stood: Mapping[str, Held] = field(default_factory=dict)
    """Where there are several rules: which cases stood each of them."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Where rules weigh: by how much; of the worst alone, 1."""
    many: float | None = None
    """Where there are several rules: share that stood every ball."""
    asked: int = 0
    """Cases that stood and were searched by scores; 0 at the last check, which asks more (`Judged`)."""
    fell: int = 0
    """How many of these fell."""
    sure: Mapping[str, Reliability] = field(default_factory=dict)
    """At the last check: what confidence is worth on cases as they are (`clean`) and on what attacks made of them
    (`attacked`).  It is no part of a checkpoint."""

    @property
    def masks(self) -> bool:
        """Whether so many of the cases that stood the gradient fell to a search by scores that it must be hidden."""
        return self.fell >= FIRST and self.fell > SOON * self.asked

    @property
    def gap(self) -> float:
        """By how much more cases stand one step than many, in the balls."""
        return self.one_step - (self.robust if self.many is None else self.many)

    @property
    def parts(self) -> dict[str, float]:
        """Share of the cases that stood each rule, where there are several."""
        return {name: float(held.mean()) for name, held in self.stood.items()}

    def worth(self, weights: Mapping[str, float]) -> npt.NDArray[np.float64]:
        """Return what each case counts for, 0 to 1; with no weights, 1 if it stood every rule."""
        if not weights:
            return self.held.astype(np.float64)
        return np.asarray(sum(share * self.stood[name] for name, share in weights.items()), dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        figures = {name: round(getattr(self, name), 4) for name in ("clean", "robust", "one_step")}
        parts = {"parts": {name: round(one, 4) for name, one in self.parts.items()}} if self.stood else {}
        black = {"black_box": {"cases": self.asked, "queries": PROBE, "fell": self.fell}, "masks": self.masks}
        return {"step": self.step, **figures, "cases": len(self.held), **parts, **(black if self.asked else {})}

    def whole(self) -> dict[str, Any]:
        """Return all of it as plain JSON values."""
        told = {name: getattr(self, name) for name in FIGURES}
        stood = {name: _bits(held) for name, held in self.stood.items()}
        return {
            **told,
            "held": _bits(self.held),
            "right": _bits(self.right),
            "stood": stood,
            "weights": dict(self.weights),
        }


def seen_again(told: Mapping[str, Any]) -> Seen:
    """Return what `Seen.whole` told."""
    held, clean = _unbits(told["held"]), _unbits(told["right"])
    stood = {name: _unbits(one) for name, one in told["stood"].items()}
    figures = {name: told[name] for name in (*FIGURES, "weights")}
    return Seen(**figures, held=held, right=clean, stood=stood)


def _bits(which: Held) -> str:
    return "".join("1" if one else "0" for one in which)


def _unbits(text: str) -> Held:
    return np.array([one == "1" for one in text], dtype=bool)


@dataclass(frozen=True)
class Jury:
    """Who is asked, and about what: the same cases and the same chance at every check."""

    ground: Ground
    asks: Checked
    seed: bytes
    care: Care = CARES[0]
    """How closely it looks."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What models are checked against."""
        return self.asks.rules

    def sample(self, most: int) -> Batch[Any]:
        """Return so many of the cases kept for choosing, drawn by the seed."""
        kept = self.ground.kept
        order = np.argsort(Random(self.seed, kept.ids).keys("check"), kind="stable")
        return kept.take(np.sort(order[:most]))

    def target(self, module: Any) -> TorchTarget:
        """Return a module as attacks see it."""
        return TorchTarget(module, self.ground.face, device=str(self.ground.device))

    def look(self, module: Any, step: int, *, steps: int = STEPS, most: int = 0) -> Seen:
        """Return what attacks on a still module show.

        Args:
            module: In evaluation mode.
            step: Updates that were made.
            steps: Of attacks by gradients; more than `STEPS` is the last check.
            most: Cases; as many as is usual on the way if 0.
        """
        target, batch, last = self.target(module), self.sample(most or self.care.sample), steps > STEPS
        given = Given(target, batch)
        clean, stood, one = given.right, dict[str, Held](), given.right.copy()
        many = clean.copy()
        for rule in self.rules:
            held = clean.copy()
            for foe in rule.foes(steps, last=last):
                held &= given.stands(rule.made(foe, target, batch, self.seed))
            if rule.sloped:
                single = given.stands(rule.made(ONE, target, batch, self.seed))
                held &= single
                one, many = one & single, many & held
            stood[rule.called] = held
        seen = self._seen(step, (clean, one, many), stood)
        return replace(seen, sure=given.sure()) if last else self._probed(target, batch, seen)

    def _probed(self, target: TorchTarget, batch: Batch[Any], seen: Seen) -> Seen:
        """Return what a check saw with what a short search by scores adds; what hides loses its figure."""
        few = batch.take(np.flatnonzero(seen.held)[:PROBED])
        fell = np.zeros(len(few), dtype=bool)
        for rule in (one for one in self.rules if one.sloped and len(few)):
            for foe in rule.blind(PROBE):
                fell |= ~_right(target, few, rule.made(foe, target, few, self.seed))
        found = replace(seen, asked=len(few), fell=int(fell.sum()))
        return replace(found, robust=seen.robust * (1 - found.fell / found.asked)) if found.masks else found

    def _seen(self, step: int, answers: tuple[Held, Held, Held], stood: Mapping[str, Held]) -> Seen:
        """Return what a check saw, its robust accuracy as the rules say."""
        clean, one, many = answers
        held = np.logical_and.reduce(list(stood.values()))
        weights = {
            "all": dict[str, float](),
            "worst": {min(stood, key=lambda name: float(stood[name].mean())): 1.0},
            "weights": self.asks.weights,
        }[self.asks.by]
        seen = Seen(step, float(clean.mean()), float(held.mean()), float(one.mean()), held, clean)
        if len(stood) == 1:
            return seen
        whole = replace(seen, stood=stood, weights=weights, many=float(many.mean()))
        return replace(whole, robust=float(whole.worth(weights).mean()))

    def searched(self, module: Any, seen: Seen) -> Judged:
        """Return what a search by scores shows of a module, beside what was seen; nothing is asked about masking."""
        target, few = self.target(module), self._standing(seen)
        fell = np.zeros(len(few), dtype=bool)
        for rule in self.rules:
            for foe in rule.blind():
                fell |= ~_right(target, few, rule.made(foe, target, few, self.seed))
        return Judged(seen, len(few), int(fell.sum()), ())

    def _standing(self, seen: Seen) -> Batch[Any]:
        """Return some of the cases that stood."""
        return self.sample(len(seen.held)).take(np.flatnonzero(seen.held)[:BLACK])

    def judge(self, module: Any, seen: Seen) -> Judged:
        """Return what a search by scores and the questions about masking show of a module, beside what was seen.

        Where there is a sign of masking, the search is longer, and gradients are taken as the signs advise.
        """
        target, batch, few = self.target(module), self.sample(len(seen.held)), self._standing(seen)
        fell, signs = np.zeros(len(few), dtype=bool), list[Finding]()
        for rule in self.rules:
            found: list[Finding] = []
            if rule.sloped:
                metered = meter(target, Ledger.empty(len(batch)))
                approach = approached(metered, batch.open(), Bench(rule.bounds, Random(self.seed, batch.ids)))
                found = [one for one in approach.findings if one.found and one.name not in ANSWERED]
            for foe in rule.blind(QUERIES * (PATIENCE if found else 1)):
                fell |= ~_right(target, few, rule.made(foe, target, few, self.seed))
            if found:
                seen_by = narrowed(approach.target, np.arange(len(few)))
                fell |= ~_right(target, few, rule.made(rule.foes(LONG)[0], seen_by, few, self.seed))
            signs += found
        return Judged(seen, len(few), int(fell.sum()), tuple(signs))


@dataclass(frozen=True)
class Judged:
    """What the last check saw of one candidate."""

    seen: Seen
    asked: int
    """Cases that stood the gradient and were searched by scores."""
    fell: int
    """How many of them fell."""
    signs: tuple[Finding, ...]
    """Signs that it hides its gradient."""

    @property
    def masks(self) -> bool:
        """Whether its figures are not to be trusted."""
        shown = any(one.name in DECISIVE for one in self.signs)
        return shown or (self.fell >= TAIL and self.fell > SOME * self.asked)

    @property
    def robust(self) -> float:
        """Robust accuracy, less the share that a search by scores would break too."""
        return self.seen.robust * (1 - self.fell / self.asked) if self.asked else self.seen.robust

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        black = {"cases": self.asked, "queries": QUERIES, "fell": self.fell}
        figures = {**self.seen.to_json(), "robust": round(self.robust, 4), "black_box": black}
        figures |= {"calibration": {part: one.to_json() for part, one in self.seen.sure.items()}}
        return {**figures, "masks": self.masks, "signs": [{"name": one.name, "said": one.said} for one in self.signs]}


def collapsed(now: Seen, best: Seen | None) -> bool:
    """Return whether training has collapsed: one step is stood, many are not any more (catastrophic overfitting)."""
    return best is not None and now.gap >= GAP and best.robust - now.robust >= FALL


def hides(now: Seen, best: Seen | None) -> bool:
    """Return whether training has begun to hide its gradient: a search by scores breaks what stands, as it did not."""
    return now.masks and best is not None and not best.masks


def overfitted(now: Seen, best: Seen | None) -> bool:
    """Return whether robust accuracy fell by more than `WORSE` and than chance explains (robust overfitting)."""
    if best is None or best.robust - now.robust < WORSE:
        return False
    return _surely_better(best, now)


def ranked(seen: Sequence[Seen]) -> list[Seen]:
    """Return the order in which candidates are judged: the newest of those that are not surely worse than the best.

    Chance would often prefer weights from the middle of a run, which a falling rate has not settled yet.
    """
    best = max(seen, key=lambda one: (one.robust, one.step))
    return sorted(seen, key=lambda one: (_surely_better(best, one), -one.step))


def _surely_better(one: Seen, other: Seen) -> bool:
    """Return whether one stands cases that the other does not, by two standard errors of the paired difference."""
    lead = one.worth(other.weights) - other.worth(other.weights)
    return bool(lead.sum() > 2 * float((lead**2).sum()) ** 0.5)


def shortlist(seen: Sequence[Seen], *, most: int) -> list[Seen]:
    """Return who comes into the last check: the best, and the newest that is not surely worse; newest first."""
    if not seen:
        return []
    best = max(seen, key=lambda one: (one.robust, one.step))
    near = [one for one in seen if not _surely_better(best, one)]
    ranked = sorted(near, key=lambda one: -one.step)
    if most == 1:
        return ranked[:1]
    return ranked[: most - 1] + ([best] if best not in ranked[: most - 1] else ranked[most - 1 : most])


def _right(target: TorchTarget, batch: Batch[Any], inputs: Any) -> Held:
    """Return which cases are answered right at some inputs: by a score strictly above all others, so never by NaN."""
    return right(target, inputs, batch.labels)
