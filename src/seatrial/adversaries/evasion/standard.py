"""The standard set: the strongest complementary attacks as one cascade on those who stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.ascent import FIRST, ascend
from seatrial.adversaries.board import Board, Rows
from seatrial.adversaries.evasion.fab import Fab
from seatrial.adversaries.evasion.square import Plan, first_guess, hunt
from seatrial.adversaries.masking import COLD, GRADIENT, SCORES, Approach, Stretch, approached, reviewed
from seatrial.adversaries.pairs import Pairs
from seatrial.adversaries.turns import Arm, turns
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Ball
from seatrial.targets.target import SLOPED, Differentiable

SCHEDULE, OFFSET = 5000, 1000
"""Windows are as large as after so many of so many queries of a cold search: the point to start from is good."""
NEAR = 0.5
"""First step, in radii, of a climb that starts from a good point."""
PAYS = 64
"""A round of the search by scores that breaks less than one case in so many is followed by one with half as many."""
SLOPE = 3
"""What a pass with its gradient costs beside one without."""


@dataclass(frozen=True, slots=True)
class Tier:
    """What a tier stands for."""

    steps: int
    """Gradient steps of the first climb, from the untouched case."""
    pushes: int
    """Gradient steps towards one class, and from the best point."""
    queries: int
    """Queries per case in one round of the search by scores."""
    searched: int
    """Cases that the search by scores begins with; fewer of them when a round breaks few."""
    dry: int
    """Plays of an attack in a row that break nobody, after which it ends."""
    chunk: int = 128
    """Pairs, or nearest cases, that are worked together."""
    audit: float = 0.02
    """Share of the pairs left over that is tried in the end; a break among them starts everything again."""
    fab: int = 0
    """Nearest cases that the fast adaptive boundary attack tries."""
    cold: int = 8
    """Cases that a search by scores from the untouched input is tried on: an alarm for masked gradients."""
    restarts: int = 0
    """Random starts, with other losses, for all who stand; and every pair is worked."""


TIERS = {
    "quick": Tier(25, 20, 150, 128, 1, audit=0.01),
    "standard": Tier(40, 30, 300, 128, 3, fab=64, cold=16),
    "thorough": Tier(60, 40, 300, 512, 3, fab=128, cold=32, restarts=2),
}
"""Name -> tier."""
RESTARTED = ("probability_margin", "dlr", "margin")
"""Losses of the random starts, in turn."""


@dataclass(frozen=True)
class Standard:
    """Break what can be broken, by the cheapest attack that can, and spend the rest on those who stand.

    Auto-PGD on the cross-entropy from the untouched case; then, in turn and by what pays on this model: pairs of case
    and class, nearest first by the smallest margin seen inside the ball; the Square attack from the best point found;
    a climb from the best point; FAB.  Each ends when it breaks nobody any more, and a random audit of the pairs left
    over opens all again.  The parts are those of AutoAttack (Croce and Hein, arXiv:2003.01690); order, starting points
    and ends are ours.  A case leaves in the pass that breaks it.  What is spent on a case depends on the other cases of
    its shard: this adversary allocates.
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
        seen = _Cascade(TIERS[self.tier], approach, board, bench, batch, target).run()
        found = reviewed(approach, seen)
        return replace(board.attempts(), findings=found, by=_credits(seen, len(batch)))


def _credits(seen: Iterable[Stretch], size: int) -> tuple[str, ...]:
    """Return the name of the part that broke each case; empty where none did."""
    names = np.full(size, "", dtype=object)
    for one in seen:
        names[np.asarray(one.broke)] = one.name
    return tuple(names.tolist())


@dataclass(frozen=True)
class _Cascade:
    """One attack on one shard."""

    tier: Tier
    approach: Approach
    board: Board
    bench: Bench[Ball]
    batch: Batch[Array]
    target: Any
    """What answers, for the searches by scores."""

    def run(self) -> list[Stretch]:
        """Run all of it; return what each part did."""
        first = turns(self.board, [Arm("apgd-ce", GRADIENT, self._first(), SLOPE, 1)])
        pairs = Pairs(self.board, self.bench.random, "evasion.standard/audit")
        seen = turns(self.board, self._arms(pairs))
        while self._pushed(*pairs.sample(self.tier.audit)):
            seen += turns(self.board, self._arms(pairs)[:3])
        cold = turns(self.board, [Arm(COLD, SCORES, self._cold(), 1, 1)])
        return [*first, *sorted(seen, key=lambda one: one.sees == SCORES), *cold]

    def _arms(self, pairs: Pairs) -> list[Arm]:
        dry = self.tier.dry
        three = [
            Arm("square", SCORES, self._square(), 1, dry),
            Arm("near", GRADIENT, self._near(), SLOPE, dry),
            Arm("pairs", GRADIENT, self._pairs(pairs), SLOPE, 1_000_000 if self.tier.restarts else dry),
        ]
        return [
            *(three if self.bench.threat.norm == "linf" else reversed(three)),
            Arm("fab", GRADIENT, self._fab(), SLOPE, 1),
            Arm("restarts", GRADIENT, self._restarts(), SLOPE, 1_000_000),
        ]

    def _climb(self, loss: str, steps: int, rows: Rows, start: str, ways: Any = None) -> int:
        """Climb from the untouched cases, their best points, or random ones drawn for a purpose; return who fell."""
        if not rows.size:
            return 0
        chase = self.board.chase(self.approach.target, rows, ways)
        chase.price = self.approach.price
        if start in ("untouched", "best"):
            point = chase.best if start == "best" else chase.room.x
        else:
            point = chase.room.start(chase.random, start)
        ascend(chase, loss, steps, point, first=NEAR if start == "best" else FIRST)
        return self.board.settle(rows, chase)

    def _first(self) -> Iterator[bool]:
        self._climb("cross_entropy", self.tier.steps, self.board.standing(), "untouched")
        yield True

    def _pairs(self, pairs: Pairs) -> Iterator[bool]:
        while (chosen := pairs.take(self.tier.chunk))[0].size:
            self._pushed(*chosen)
            yield True

    def _pushed(self, rows: Rows, ways: Rows) -> int:
        return self._climb("targeted_margin", self.tier.pushes, rows, "untouched", ways)

    def _near(self) -> Iterator[bool]:
        """Climb from the best points of the nearest cases, where these are not those of the last such climb."""
        known = np.full(len(self.board.least), np.inf)
        while True:
            rows = self.board.standing()
            rows = rows[self.board.least[rows] < known[rows]][: self.tier.chunk]
            if not rows.size:
                return
            self._climb("margin", self.tier.pushes, rows, "best")
            known[rows] = self.board.least[rows]
            yield True

    def _square(self) -> Iterator[bool]:
        """Search by scores from the best points of the nearest cases; fewer of them when a round breaks nobody."""
        patience = self.approach.patience
        size, queries, done = self.tier.searched * patience, self.tier.queries, OFFSET
        while done < OFFSET + SCHEDULE * patience:
            rows = self.board.standing()[:size]
            if not rows.size:
                return
            chase = self.board.chase(self.approach.target, rows)
            chase.price = self.approach.price
            hunt(chase, Plan(SCHEDULE), range(done, done + queries))
            size = size if self.board.settle(rows, chase) * PAYS >= rows.size else ceil(size / 2)
            done += queries
            yield True

    def _fab(self) -> Iterator[bool]:
        """Walk along the border for the nearest cases; where queries are limited they are better spent elsewhere."""
        rows = self.board.standing()[: self.tier.fab]
        if self.bench.left or not rows.size:
            return
        lent = replace(self.bench, random=self.bench.random.at(rows))
        walk = Fab(steps=self.tier.pushes, targets=3)
        made = walk.attack(self.bench.at(self.approach.target, rows), self.batch.take(rows), lent)
        self.board.spent[rows] += self.tier.pushes
        chase = self.board.chase(self.approach.target, rows)
        chase.ask(made.stimuli)
        self.board.settle(rows, chase)
        yield True

    def _restarts(self) -> Iterator[bool]:
        for at in range(self.tier.restarts):
            loss = RESTARTED[at % len(RESTARTED)]
            self._climb(loss, self.tier.pushes, self.board.standing(), f"evasion.standard/restart/{at}")
            yield True

    def _cold(self) -> Iterator[bool]:
        """Search from the untouched input: what this finds and gradients did not speaks of masking."""
        rows = self.board.standing()[: self.tier.cold]
        if rows.size:
            chase = self.board.chase(self.approach.target, rows)
            chase.price = self.approach.price
            chase.forget()
            chase.ask(first_guess(chase))
            hunt(chase, Plan(SCHEDULE), range(2, self.tier.queries * self.approach.patience))
            self.board.settle(rows, chase)
            yield True


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Standard,
    "The standard set",
    oracle="same_label",
    controls=("evasion.linear",),
    reads=SLOPED,
    cites=("arXiv:2003.01690", "arXiv:2103.01208", "arXiv:1912.00049", "arXiv:1907.02044"),
    tags=("atlas:AML.T0043.000", "nist:NISTAML.022", "white-box", "black-box"),
    allocates=True,
    prefers=1024,
    lies=(
        "It is the worst of several attacks, not a proof: what stands has not been broken yet. Its findings about "
        "masked gradients belong to its silence."
    ),
)
