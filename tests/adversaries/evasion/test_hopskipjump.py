import numpy as np
import pytest
import torch
from tests.adversaries.arena import SEED, fight

from seatrial.adversaries.evasion.hopskipjump import HopSkipJump
from seatrial.adversaries.frontier import start as _start
from seatrial.controls.plants import Rule
from seatrial.errors import CasesError, TrialError
from seatrial.records.batch import Batch
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.testing.victims import Constant, Labels, TorchLinear, cases, linear, reach


@pytest.mark.parametrize(
    ("shape", "queries", "near"), [((5,), 1000, 0.9), ((1, 6, 6), 1000, 0.85), ((3, 8, 8), 2500, 0.75)]
)
@pytest.mark.parametrize("norm", ["l2", "linf"])
@pytest.mark.parametrize(("classes", "least"), [(2, 1.0), (4, 0.8)])
def test_it_breaks_what_is_near_and_nothing_that_algebra_forbids(shape, queries, near, norm, classes, least):
    """Between two classes all that is near falls; between four it may settle at one that is not the nearest."""
    victim = linear(shape, classes)
    batch = cases(victim, 32)
    distance = reach(victim, batch, norm)
    eps = float(np.quantile(distance, 0.8))
    shown = fight(HopSkipJump(queries=queries), Labels(victim), batch, Ball(norm, eps))
    assert not shown.fallen[distance > eps].any()
    assert shown.fallen[distance < near * eps].mean() >= least
    assert (distance < near * eps).sum() > 10
    assert shown.ledger.forwards.max() <= queries
    assert shown.ledger.backwards.sum() == 0


def test_more_queries_come_nearer():
    victim = linear((1, 12, 12), 2)
    batch = cases(victim, 24)
    eps = float(np.quantile(reach(victim, batch, "l2"), 0.8))
    fell = [
        fight(HopSkipJump(queries=queries), Labels(victim), batch, Ball("l2", eps)).fallen.sum()
        for queries in (60, 400, 1500)
    ]
    assert fell[0] < fell[1] < fell[2]


def test_it_reads_labels_only():
    victim = linear((1, 6, 6), 3)
    batch = cases(victim, 16)
    ball = Ball("l2", float(np.median(reach(victim, batch, "l2"))))
    scores, labels = (fight(HopSkipJump(queries=400), each, batch, ball) for each in (victim, Labels(victim)))
    assert scores.stimuli.tobytes() == labels.stimuli.tobytes()
    assert scores.ledger.forwards.tolist() == labels.ledger.forwards.tolist()


@pytest.mark.parametrize("norm", ["l2", "linf"])
def test_torch_has_the_outcomes_of_numpy(norm):
    victim = linear((3, 5, 5), 3)
    batch = cases(victim, 24)
    ball = Ball(norm, float(np.median(reach(victim, batch, norm))))
    ours, theirs = (fight(HopSkipJump(queries=600), each, batch, ball) for each in (victim, TorchLinear(victim)))
    assert 0 < ours.fallen.sum() < 24
    assert ours.fallen.tolist() == theirs.fallen.tolist()


def test_a_case_leaves_at_the_first_answer_inside_the_radius():
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 16)
    shown = fight(HopSkipJump(), Labels(victim), batch, Ball("linf", 0.9))
    assert shown.fallen.all()
    assert shown.ledger.forwards.max() <= 3
    wrong = Batch(batch.ids, batch.inputs, 1 - batch.labels)
    shown = fight(HopSkipJump(), Labels(victim), wrong, Ball("linf", 0.1))
    assert set(shown.ledger.forwards.tolist()) == {1}
    assert (shown.stimuli == batch.inputs).all()


def test_where_no_start_is_of_another_class_the_case_stands_as_it_is():
    batch = cases(linear((1, 6, 6), 3), 5)
    right = Batch(batch.ids, batch.inputs, np.zeros(5, dtype=int))
    shown = fight(HopSkipJump(starts=20), Constant(), right, Ball("l2", 1.0))
    assert not shown.fallen.any()
    assert set(shown.ledger.forwards.tolist()) == {21}
    assert (shown.stimuli == batch.inputs).all()


@pytest.mark.parametrize("queries", [0, 1, 2, 3, 17, 40])
def test_a_budget_is_kept_to_the_last_query(queries):
    victim = linear((1, 6, 6), 2)
    batch = cases(victim, 8)
    eps = float(reach(victim, batch, "l2").min()) * 0.5
    shown = (
        fight(HopSkipJump(), Labels(victim), batch, Ball("l2", eps, queries=queries), left=queries)
        if queries
        else (fight(HopSkipJump(queries=0), Labels(victim), batch, Ball("l2", eps)))
    )
    assert shown.ledger.forwards.max() <= queries
    assert not shown.fallen.any()


def test_other_ranges_and_curved_boundaries():
    """The boundary is a sphere of radius 40 round the middle of a range of -100 to 155: the distance is known too."""
    victim = Rule(lambda x: np.linalg.norm((x - 27.5).reshape(len(x), -1), axis=1) - 40.0, (1, 4, 4))
    drawn = Random(SEED, tuple(bytes([at]) * 32 for at in range(12))).normal("x", (1, 4, 4), np.zeros(1))
    size = np.linspace(5, 35, 12)[:, None, None, None]
    inputs = 27.5 + drawn / np.linalg.norm(drawn.reshape(12, -1), axis=1)[:, None, None, None] * size
    batch = Batch(column_digests(inputs), inputs, np.zeros(12, dtype=int))
    shown = fight(HopSkipJump(queries=800), Labels(victim), batch, Ball("l2", 20.0, -100, 155))
    distance = 40 - size.reshape(-1)
    assert shown.fallen[distance < 17].all()
    assert not shown.fallen[distance > 20].any()


def test_starts_fill_the_range_and_differ_from_case_to_case():
    random = Random(SEED, (b"a" * 32, b"b" * 32))
    x = np.full((2, 3, 9, 9), 0.25, dtype=np.float32)
    made = [_start(x, random, Ball("l2", 1.0, -1, 3), at) for at in range(12)]
    assert [one[0, 0, 0, 0].item() for one in made[:3]] == [1.75, -1, 3]
    for one in made[3:]:
        assert one.shape == x.shape
        assert one.dtype == np.float32
        assert one.min() < -0.5
        assert one.max() > 2.5
        assert (one[0] != one[1]).any()
    assert (made[6][:, :, :4, :4] == made[6][:, :, :1, :1]).all()
    for at in range(8):
        tensors = _start(torch.tensor(x), random, Ball("l2", 1.0, -1, 3), at)
        assert tensors.numpy().tobytes() == made[at].tobytes()
        assert _start(x[:, 0, 0], random, Ball("l2", 1.0), at).shape == (2, 9)


def test_what_it_cannot_do_is_said():
    victim = linear((4,), 2)
    batch = cases(victim, 4)
    with pytest.raises(TrialError, match="no l1 form"):
        fight(HopSkipJump(), victim, batch, Ball("l1", 1.0))
    with pytest.raises(CasesError, match="no labels"):
        fight(HopSkipJump(), victim, Batch(batch.ids, batch.inputs), Ball("l2", 1.0))
