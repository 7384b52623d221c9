"""The standard set: the strongest complementary attacks as one cascade on those who stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.ascent import ascend
from seatrial.adversaries.board import Board, Rows
from seatrial.adversaries.evasion.square import Plan, first_guess, hunt
from seatrial.adversaries.masking import GRADIENT, SCORES, Approach, Outcome, Stretch, approached, reviewed
from seatrial.adversaries.pairs import Effort, worked
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SCORES as GIVES
from seatrial.targets.target import Differentiable

SCHEDULE, OFFSET = 5000, 1000
"""Windows are as large as after so many of so many queries of a cold search: the point to start from is good."""


@dataclass(frozen=True, slots=True)
class Tier:
    """What a tier stands for."""

    steps: int
    """Gradient steps of the first climb."""
    pushes: int
    """Gradient steps towards one class."""
    pairs: Effort
    """How long pairs of case and class are worked."""
    searched: int
    """Cases that the search by scores begins with, nearest first."""
    queries: int
    """Queries of each of them in a round."""
    rounds: int
    """Rounds; one that breaks nobody is followed by one with half as many cases."""
    cold: int = 16
    """Cases that a search by scores from the untouched input is tried on: an alarm for masked gradients."""
    restarts: int = 0
    """Random starts for those who stand at the end of the gradient attacks."""


TIERS = {
    "quick": Tier(30, 50, Effort(), 192, 300, 4),
    "standard": Tier(40, 60, Effort(), 128, 1000, 3),
    "thorough": Tier(100, 100, Effort(dry=1_000_000), 1_000_000, 5000, 1, restarts=1),
}
"""Name -> tier."""


@dataclass(frozen=True)
class Standard:
    """Break what can be broken, by the cheapest attack that can, and spend the rest on those who stand.

    Auto-PGD on the cross-entropy from the untouched case; then one queue of pairs of case and class, nearest first by
    the smallest margin seen inside the ball, until it runs dry, with a random audit that reopens it; then the Square
    attack from the best point that gradients found, for the nearest cases, halving their number when a round breaks
    nobody.  The parts are those of AutoAttack (Croce and Hein, arXiv:2003.01690); the order, what starts where, and
    when to stop are from our own measurements.  A case leaves in the pass that breaks it.  Cost depends on the other
    cases of the shard: this adversary allocates.
    """

    tier: str = "standard"
    """`quick`, `standard` or `thorough`."""

    def __post_init__(self) -> None:
        """Refuse a tier that there is not.

        Raises:
            TrialError: If the name is unknown.
        """
        if self.tier not in TIERS:
            raise TrialError(Problem("tier", f"no tier {self.tier!r}", f"one of {', '.join(TIERS)}"))

    def attack(self, target: Differentiable[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin; and what was found of masking."""
        approach = approached(target, batch, bench)
        board = Board(batch, bench, spent=approach.spent)
        cascade = _Cascade(TIERS[self.tier], approach, board, bench, target)
        seen = [_stretch(board, *stage) for stage in cascade.stages()]
        found = reviewed(approach, Outcome(tuple(seen), board.least))
        return replace(board.attempts(), findings=found, by=_credits(seen, len(batch)))


def _stretch(board: Board, name: str, sees: str, run: Any) -> Stretch:
    """Run a stage; return what it did to whom."""
    before, spent = board.least < 0, board.spent.copy()
    run()
    met = board.spent > spent
    return Stretch(name, sees, met, met & (board.least < 0) & ~before)


def _credits(seen: Iterable[Stretch], size: int) -> tuple[str, ...]:
    """Return the name of the stage that broke each case; empty where none did."""
    names = np.full(size, "", dtype=object)
    for one in seen:
        names[one.broke] = one.name
    return tuple(names.tolist())


@dataclass(frozen=True)
class _Cascade:
    """The stages of one attack on one shard."""

    tier: Tier
    approach: Approach
    board: Board
    bench: Bench[Ball]
    target: Any
    """What answers, for the searches by scores."""

    def stages(self) -> Iterable[tuple[str, str, Any]]:
        """Return name, kind and work of every stage, in order."""
        return (
            ("apgd-ce", GRADIENT, self._first),
            ("pairs", GRADIENT, self._pairs),
            ("restarts", GRADIENT, self._restarts),
            ("cold square", SCORES, self._cold),
            ("square", SCORES, self._square),
        )

    def _first(self) -> None:
        self._climb("cross_entropy", self.tier.steps, self.board.standing(), "")

    def _climb(self, loss: str, steps: int, rows: Rows, start: str, ways: Any = None) -> int:
        """Climb from the untouched cases, or from random points drawn for a purpose; return how many fell."""
        if not rows.size:
            return 0
        chase = self.board.chase(self.approach.target, rows, ways)
        chase.price = self.approach.price
        ascend(chase, loss, steps, chase.room.start(chase.random, start) if start else chase.room.x)
        return self.board.settle(rows, chase)

    def _pairs(self) -> None:
        worked(self.board, self.bench.random, self.tier.pairs, "evasion.standard/audit", self._push)

    def _push(self, rows: Rows, ways: Rows) -> int:
        return self._climb("targeted_margin", self.tier.pushes, rows, "", ways)

    def _restarts(self) -> None:
        for restart in range(self.tier.restarts):
            rows = self.board.standing()
            self._climb("probability_margin", self.tier.pushes, rows, f"evasion.standard/restart/{restart}")

    def _cold(self) -> None:
        """Search from the untouched input: what this finds and gradients did not speaks of masking."""
        rows = self.board.standing()[: self.tier.cold]
        if rows.size:
            chase = self.board.chase(self.target, rows)
            chase.forget()
            chase.ask(first_guess(chase))
            hunt(chase, Plan(SCHEDULE), range(2, 200 * self.approach.patience))
            self.board.settle(rows, chase)

    def _square(self) -> None:
        rows, done = self.board.standing()[: self.tier.searched * self.approach.patience], OFFSET
        for _ in range(self.tier.rounds):
            if not rows.size:
                return
            queries = self.tier.queries * self.approach.patience
            chase = self.board.chase(self.target, rows)
            hunt(chase, Plan(SCHEDULE), range(done, done + queries))
            fell, done = self.board.settle(rows, chase), done + queries
            able = self.board.standing()
            rows = able[np.isin(able, rows)]
            rows = rows if fell else rows[: (rows.size + 1) // 2]


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Standard,
    "The standard set",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=GIVES,
    cites=("arXiv:2003.01690", "arXiv:2103.01208", "arXiv:1912.00049"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box", "black-box"),
    allocates=True,
    prefers=1024,
    lies=(
        "It is the worst of several attacks, not a proof: what stands has not been broken yet. Its findings about "
        "masked gradients belong to its silence."
    ),
)
