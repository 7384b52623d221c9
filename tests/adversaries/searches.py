"""What is asked of every black-box search: what algebra says falls does, nothing else, and the budget is used whole."""

from typing import Any

import numpy as np
from tests.adversaries.arena import Fight, fight

from seatrial.records.batch import Batch
from seatrial.records.threat import Ball
from seatrial.testing.victims import Labels, cases, linear, reach


def near(adversary: Any, shape: tuple[int, ...], norm: str, share: float, *, labels: bool = False) -> Fight:
    """Check a search on a plane of known distance.

    Args:
        adversary: Its `queries` are its budget.
        shape: Of one case.
        norm: Of the ball.
        share: Every case within this share of the radius must fall.
        labels: Whether the victim says no more than the class.
    """
    victim, queries = linear(shape, 2), adversary.queries
    batch = cases(victim, 32)
    distance = reach(victim, batch, norm)
    eps = float(np.quantile(distance, 0.8))
    ball = Ball(norm, eps, -9, 9, queries=queries)
    shown = fight(adversary, Labels(victim) if labels else victim, batch, ball, left=queries)
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < share * eps].all(), f"only to {distance[~shown.fallen].min() / eps:.2f}"
    assert (distance < share * eps).sum() > 4
    assert set(shown.ledger.forwards[~shown.fallen].tolist()) == {queries}
    assert shown.ledger.backwards.sum() == 0
    return shown


def budget(adversary: Any, norm: str, queries: int, *, labels: bool = False) -> None:
    """Check that a case out of reach uses every query that the bench has left, and not one more."""
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 6)
    eps = float(reach(victim, batch, norm).min()) * 0.5
    ball = Ball(norm, eps, queries=queries)
    shown = fight(adversary, Labels(victim) if labels else victim, batch, ball, left=queries)
    assert set(shown.ledger.forwards.tolist()) == {queries}
    assert not shown.fallen.any()


def wrong(adversary: Any, norm: str) -> None:
    """Check that a case which is wrong as it is costs one query, and is handed back as it is."""
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 6)
    shown = fight(adversary, victim, Batch(batch.ids, batch.inputs, 1 - batch.labels), Ball(norm, 0.1))
    assert set(shown.ledger.forwards.tolist()) == {1}
    assert (shown.stimuli == batch.inputs).all()
