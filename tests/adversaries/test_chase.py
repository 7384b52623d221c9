import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.chase import Chase
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear

VICTIM = linear((4,), 2)
BATCH = cases(VICTIM, 8)


def begin(left=0, batch=BATCH):
    ledger = Ledger.empty(len(batch))
    bench = Bench(Ball("linf", 0.5), Random(b"c" * 32, batch.ids), left)
    return Chase(meter(VICTIM, ledger), batch.open(), bench), ledger


def broken_points(chase, which):
    """The chase's points, with these rows moved over the plane."""
    point = chase.room.x.copy()
    towards = (VICTIM.weights[1] - VICTIM.weights[0]) * np.where(chase.aim.labels == 1, -1, 1)[:, None]
    point[which] += towards[which]
    return point


def test_a_case_leaves_in_the_pass_that_breaks_it_and_costs_nothing_more():
    chase, ledger = begin()
    (kept,) = chase.ask(broken_points(chase, [2, 5]), np.arange(8))
    assert kept.tolist() == chase.rows.tolist() == [0, 1, 3, 4, 6, 7]
    gradient, point, also = chase.pull(broken_points(chase, [0]), "margin", np.arange(6))
    assert also.tolist() == [1, 2, 3, 4, 5]
    assert len(gradient) == len(point) == 5
    chase.ask(chase.room.x)
    assert ledger.forwards.tolist() == [2, 3, 1, 3, 3, 1, 3, 3]
    assert ledger.backwards.tolist() == [1, 1, 0, 1, 1, 0, 1, 1]


def test_the_fallen_are_handed_back_where_they_fell_and_the_others_at_their_smallest_margin():
    chase, _ = begin()
    fell = broken_points(chase, [2])
    chase.ask(fell)
    near, far = (chase.room.x * (1 - share) + broken_points(chase, slice(None)) * share for share in (0.001, -0.01))
    for point in (far, near, far):
        chase.ask(point)
    found = chase.attempts().stimuli
    assert (found[2] == fell[2]).all()
    assert (np.delete(found, 2, axis=0) == near).all()


def test_a_case_is_charged_the_same_whoever_falls_beside_it():
    chase, ledger = begin()
    gradient, point = chase.pull(broken_points(chase, slice(None)), "margin")
    assert len(gradient) == len(point) == 0
    assert chase.over()
    assert ledger.backwards.tolist() == [1] * 8


def test_it_ends_with_the_query_budget():
    chase, _ = begin(left=2)
    chase.ask(chase.room.x)
    assert not chase.over()
    chase.ask(chase.room.x)
    assert chase.over()


def test_nan_is_no_break_and_is_forgotten_for_a_number():
    chase, _ = begin()
    point = chase.room.x
    standing = chase.note(point, np.full((8, 2), np.nan))
    assert standing.all()
    chase.ask(broken_points(chase, [])[:] + np.float32(0.001))
    assert np.isfinite(chase.least).all()
    chase.note(point, np.full((8, 2), np.nan))
    assert np.isfinite(chase.least).all()


def test_cases_without_labels_are_refused():
    with pytest.raises(CasesError, match="no labels"):
        begin(batch=Batch(BATCH.ids, BATCH.inputs))
