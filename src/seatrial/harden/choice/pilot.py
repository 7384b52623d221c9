"""What looking will cost, measured on a model that has not learned anything yet.

Attacks end when a case breaks, and before training nearly all break at once.  So the pilot asks about the answers that
the model gives anyway, in a ball in which hardly anything can break: what it costs is what a robust model will cost.
"""

from __future__ import annotations

from dataclasses import replace
from time import process_time
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.autopgd import AutoPgd
from seatrial.adversaries.evasion.square import Square
from seatrial.harden.budget.prices import FEW, Prices
from seatrial.harden.choice.jury import BLACK, SAMPLE, Jury
from seatrial.records.batch import Batch, plain
from seatrial.records.random import Random

STEPS, QUERIES = 3, 10
"""Gradient steps and queries that are timed."""
TINY = 1e-3
"""Radius of the pilot, in that of the rules."""


def piloted(jury: Jury, module: Any, before: Prices, *, wide: bool = True) -> Prices:
    """Return prices with those of passes and queries in them, measured now.

    Args:
        jury: Who will look.
        module: At what, in evaluation mode.
        before: The prices so far.
        wide: Whether passes over all cases of a check are timed, too; later, checks themselves say it.
    """
    narrow, query = _climbed(jury, module, FEW), _searched(jury, module)
    found = replace(before, narrow=_smooth(before.narrow, narrow), query=_smooth(before.query, query))
    return replace(found, wide=_climbed(jury, module, SAMPLE)) if wide else found


def stands(jury: Jury, module: Any) -> float:
    """Return the share of a few cases that a module stands."""
    return jury.look(module, 0, most=BLACK).robust


def _smooth(before: float, now: float) -> float:
    """Return a price that was measured again: so short a measurement is half noise."""
    return (before + now) / 2 if before else now


def _climbed(jury: Jury, module: Any, cases: int) -> float:
    """Return CPU seconds of a gradient pass over so many cases that stand."""
    target, batch, bench = _easy(jury, module, cases)
    begun = process_time()
    AutoPgd(steps=STEPS, loss="margin").attack(target, batch, bench)
    passed = process_time() - begun
    return passed / (STEPS + 1) * cases / len(batch)


def _searched(jury: Jury, module: Any) -> float:
    """Return CPU seconds of a query about as many cases as are searched in the end."""
    target, batch, bench = _easy(jury, module, BLACK)
    begun = process_time()
    Square(queries=QUERIES).attack(target, batch, bench)
    return (process_time() - begun) / QUERIES


def _easy(jury: Jury, module: Any, cases: int) -> tuple[Any, Batch[Any], Bench[Any]]:
    """Return some cases, under labels as the module answers, and a ball in which they stand."""
    target, batch = jury.target(module), jury.sample(cases)
    answers = np.asarray(plain(target.respond(batch.inputs))).argmax(axis=1)
    batch = replace(batch, labels=batch.labels.new_tensor(answers))
    ball = replace(jury.ground.ball, eps=jury.ground.ball.eps * TINY)
    return target, batch, Bench(ball, Random(jury.seed, batch.ids))
