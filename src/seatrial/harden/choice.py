"""Which weights are kept: by attacks of another kind than those trained on, on cases that were never learned from.

On the way every check asks Auto-PGD on the margin and one step of the whole radius.  In the end the best few stand a
longer attack, a search by scores, and the questions of `adversaries.masking`: weights that hide their gradient are not
chosen, however good their figures are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench, narrowed
from seatrial.adversaries.evasion.autopgd import AutoPgd
from seatrial.adversaries.evasion.fgsm import Fgsm
from seatrial.adversaries.evasion.square import Square
from seatrial.adversaries.masking import approached
from seatrial.harden.foes import right
from seatrial.harden.ground import Ground
from seatrial.records.batch import Batch
from seatrial.records.finding import Finding
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.torch import TorchTarget

GAP, FALL = 0.15, 0.1
"""One step breaks so much less than many, and many break so much more than before: training has collapsed."""
WORSE = 0.03
"""Robust accuracy that fell by more than this, and by more than chance explains, is robust overfitting."""
SOME, TAIL = 0.1, 3
"""Share (and number) of the cases that stood the gradient and fell to a search by scores: a sign of masking."""
SAMPLE, LAST, BLACK = 256, 400, 64
"""Cases of a check on the way, of the last one, and of its search by scores."""
STEPS, LONG, QUERIES = 10, 20, 100
"""Steps of Auto-PGD on the way and in the end, and queries of the search by scores."""
PATIENCE = 4
"""By how much the search by scores is longer where there is a sign of masking."""
DECISIVE = ("black-box", "transfer", "one-step")
"""Signs that are breaks themselves: something less informed went further than the gradient."""
ANSWERED = ("saturated",)
"""Signs that say how to attack, not that something is hidden: the attack has answered them."""

Held = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """What a check saw."""

    step: int
    clean: float
    robust: float
    """Share of the cases that stood every attack of the check, the worst over all rules."""
    one_step: float
    """Share that stood one step of the whole radius."""
    held: Held
    """Which cases stood."""
    right: Held
    """Which cases are answered right without an attack."""

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain JSON values."""
        figures = {name: round(getattr(self, name), 4) for name in ("clean", "robust", "one_step")}
        return {"step": self.step, **figures, "cases": len(self.held)}

    def whole(self) -> dict[str, Any]:
        """Return all of it as plain JSON values."""
        told = {name: getattr(self, name) for name in ("step", "clean", "robust", "one_step")}
        return {**told, "held": _bits(self.held), "right": _bits(self.right)}


def seen_again(told: Mapping[str, Any]) -> Seen:
    """Return what `Seen.whole` told."""
    stood, clean = (np.array([one == "1" for one in told[name]], dtype=bool) for name in ("held", "right"))
    return Seen(told["step"], told["clean"], told["robust"], told["one_step"], stood, clean)


def _bits(which: Held) -> str:
    return "".join("1" if one else "0" for one in which)


@dataclass(frozen=True)
class Jury:
    """Who is asked, and about what: the same cases and the same chance at every check."""

    ground: Ground
    rules: tuple[Ball, ...]
    seed: bytes

    def sample(self, most: int) -> Batch[Any]:
        """Return so many of the cases kept for choosing, drawn by the seed."""
        kept = self.ground.kept
        order = np.argsort(Random(self.seed, kept.ids).keys("check"), kind="stable")
        return kept.take(np.sort(order[:most]))

    def target(self, module: Any) -> TorchTarget:
        """Return a module as attacks see it."""
        return TorchTarget(module, self.ground.face, device=str(self.ground.used.inputs.device))

    def look(self, module: Any, step: int, *, steps: int = STEPS, most: int = SAMPLE) -> Seen:
        """Return what attacks on a still module show."""
        target, batch = self.target(module), self.sample(most)
        clean = _right(target, batch, batch.inputs)
        held, one = clean.copy(), clean.copy()
        for ball in self.rules:
            bench = Bench(ball, Random(self.seed, batch.ids))
            climbed = AutoPgd(steps=steps, loss="margin").attack(target, batch, bench)
            held &= _right(target, batch, climbed.stimuli)
            one &= _right(target, batch, Fgsm().attack(target, batch, bench).stimuli)
        held &= one
        return Seen(step, float(clean.mean()), float(held.mean()), float(one.mean()), held, clean)

    def searched(self, module: Any, seen: Seen) -> Judged:
        """Return what a search by scores shows of a module, beside what was seen; nothing is asked about masking."""
        target, few = self.target(module), self._standing(seen)
        fell = np.zeros(len(few), dtype=bool)
        for ball in self.rules:
            made = Square(queries=QUERIES).attack(target, few, Bench(ball, Random(self.seed, few.ids)))
            fell |= ~_right(target, few, made.stimuli)
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
        for ball in self.rules:
            metered = meter(target, Ledger.empty(len(batch)))
            approach = approached(metered, batch.open(), Bench(ball, Random(self.seed, batch.ids)))
            found = [one for one in approach.findings if one.found and one.name not in ANSWERED]
            bench = Bench(ball, Random(self.seed, few.ids))
            searches: list[Any] = [(Square(queries=QUERIES * (PATIENCE if found else 1)), target)]
            if found:
                searches.append((AutoPgd(steps=LONG, loss="margin"), approach.target))
            for search, seen_by in searches:
                fell |= ~_right(target, few, search.attack(narrowed(seen_by, np.arange(len(few))), few, bench).stimuli)
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
        return {**figures, "masks": self.masks, "signs": [{"name": one.name, "said": one.said} for one in self.signs]}


def collapsed(now: Seen, best: Seen | None) -> bool:
    """Return whether training has collapsed: one step is stood, many are not any more (catastrophic overfitting)."""
    return best is not None and now.one_step - now.robust >= GAP and best.robust - now.robust >= FALL


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
    lost, won = int((one.held & ~other.held).sum()), int((~one.held & other.held).sum())
    return bool(lost - won > 2 * (lost + won) ** 0.5)


def shortlist(seen: Sequence[Seen], *, most: int) -> list[Seen]:
    """Return who comes into the last check: the best, and the newest that is not surely worse; newest first."""
    if not seen:
        return []
    best = max(seen, key=lambda one: (one.robust, one.step))
    near = [one for one in seen if not _surely_better(best, one)]
    ranked = sorted(near, key=lambda one: -one.step)
    return ranked[: most - 1] + ([best] if best not in ranked[: most - 1] else ranked[most - 1 : most])


def _right(target: TorchTarget, batch: Batch[Any], inputs: Any) -> Held:
    """Return which cases are answered right at some inputs: by a score strictly above all others, so never by NaN."""
    return right(target, inputs, batch.labels)
