import numpy as np
import pytest
from tests.adversaries.arena import SEED

from seatrial.adversaries import probing as room
from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.probing import Probing, column, together, unit
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import Tied, cases, linear, reach


def begun(victim, batch, ball, queries, *, left=0, **more):
    ledger = Ledger.empty(len(batch))
    bench = Bench(ball, Random(SEED, batch.ids), left)
    return Probing(meter(victim, ledger, most=left), batch, bench, queries, **more), ledger


def test_the_fallen_leave_with_their_point_and_the_rest_keep_their_best():
    victim = linear((6,), 2)
    batch = cases(victim, 8)
    ball = Ball("linf", 0.5, -9, 9)
    probing, ledger = begun(victim, batch, ball, 10)
    ahead = np.sign(victim.weights[1] - victim.weights[0]) * np.where(batch.labels == 0, 1, -1)[:, None]
    size = np.where(np.arange(8) < 4, 0.5, 1e-4)[:, None].astype(np.float32)
    points = np.stack([batch.inputs, (batch.inputs + ahead * size).astype(np.float32)], axis=1)
    margins, also = probing.ask(points, np.arange(8))
    assert margins.shape == (4, 2)
    assert also.tolist() == probing.rows.tolist() == [4, 5, 6, 7]
    assert (margins[:, 1] < margins[:, 0]).all()
    assert ledger.forwards.tolist() == [3] * 8
    stimuli = probing.attempts().stimuli
    assert (stimuli == points[:, 1]).all()
    assert (victim.respond(stimuli).argmax(axis=1) != batch.labels).tolist() == [True] * 4 + [False] * 4


@pytest.mark.parametrize(("queries", "left", "most"), [(5, 0, 5), (5, 3, 3), (3, 9, 3), (0, 0, 0)])
def test_more_points_than_are_left_are_cut(queries, left, most):
    victim = linear((6,), 2)
    batch = cases(victim, 4)
    probing, ledger = begun(victim, batch, Ball("linf", 1e-6, queries=left), queries, left=left)
    while not probing.over():
        (margins,) = probing.ask(np.repeat(batch.inputs[:, None], 4, axis=1))
        assert margins.shape[1] <= 4
    assert set(ledger.forwards.tolist()) == {most}


def test_what_is_presented_in_parts_is_the_same():
    victim = linear((6,), 3)
    batch = cases(victim, 9)
    probing, _ = begun(victim, batch, Ball("linf", 1e-6), 9)
    points = np.repeat(batch.inputs[:, None], 3, axis=1)
    whole = probing._margins(points, 3)
    assert together(batch.inputs, room.MOST[0] * 2) == 1
    parts = np.concatenate([probing._margins(points, 3)[at : at + 1] for at in range(9)])
    assert whole.tobytes() == parts.tobytes()


def test_a_slope_of_a_plane_points_along_its_normal():
    victim = linear((40,), 2)
    batch = cases(victim, 4)
    probing, _ = begun(victim, batch, Ball("l2", 0.01, -9, 9), 4000)
    drawn = probing.random.bell("p", (1500, 40), batch.inputs)
    found, point = probing.slope(batch.inputs, drawn, 1e-4)[:2]
    normal = (victim.weights[1] - victim.weights[0])[None] * np.where(batch.labels == 0, 1, -1)[:, None]
    cosine = (unit(found) * unit(normal)).sum(axis=1)
    assert (cosine > 0.95).all()
    assert point.shape == batch.inputs.shape


def test_ties_and_what_is_not_a_number_are_no_break_and_no_slope():
    batch = cases(linear((5,), 3), 3)
    probing, _ = begun(Tied(), batch, Ball("linf", 0.1), 20)
    found, _ = probing.slope(batch.inputs, np.ones((3, 2, 5), dtype=np.float32), 0.1)[:2]
    assert not found.any()
    assert len(probing.rows) == 3


def test_what_the_target_gave_is_kept_if_asked_for():
    victim = linear((6,), 3)
    batch = cases(victim, 5)
    probing, _ = begun(victim, batch, Ball("linf", 1e-6), 3, listen=True)
    assert [(a.shape, b.shape) for a, b in probing.heard] == [((5, 6), (5, 3))]
    assert begun(victim, batch, Ball("linf", 1e-6), 3)[0].heard is None


def test_columns():
    assert column([1, 2], np.zeros((2, 4, 4))).shape == (2, 1, 1)
    assert (unit(np.zeros((1, 3))) == 0).all()


def test_cases_without_labels_are_refused():
    victim = linear((4,), 2)
    batch = cases(victim, 2)
    with pytest.raises(CasesError, match="no labels"):
        begun(victim, Batch(batch.ids, batch.inputs), Ball("linf", 0.1), 5)
    assert reach(victim, batch, "linf").min() > 0
