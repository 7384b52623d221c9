"""What the tests of minimal-norm attacks share: how far from the optimum an attack lands on victims of known reach."""

import numpy as np
from tests.adversaries.arena import fight

from seatrial.records.threat import Ball
from seatrial.testing.closed import gates, planes, round_one

WIDE = {"linf": 1.0, "l2": 10.0, "l1": 30.0, "l0": 24.0}
"""A radius that holds the whole input range."""
VICTIMS = {"planes": planes, "round": round_one, "gates": gates}


def found(adversary, victim, batch, ball):
    """Return what an attack showed, and the size of every change, infinite where the case still stands."""
    shown = fight(adversary, victim, batch, ball)
    change = (shown.stimuli.astype(np.float64) - batch.inputs).reshape(len(batch), -1)
    size = (
        (change != 0).sum(axis=1)
        if ball.norm == "l0"
        else np.linalg.norm(change, ord={"linf": np.inf, "l2": 2, "l1": 1}[ball.norm], axis=1)
    )
    return shown, np.where(shown.fallen, size, np.inf)


def excess(adversary, name, norm):
    """Return by which factor the change of each case is larger than the smallest that breaks it."""
    victim, batch = VICTIMS[name]() if (name, norm) != ("round", "l0") else round_one(radius=0.9)
    _, size = found(adversary, victim, batch, Ball(norm, WIDE[norm]))
    return size / victim.reach(batch, norm)
