import numpy as np
import pytest
import torch
from tests.adversaries.faults.tables import attacked, table

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.faults.company import Company
from seatrial.controls.plants import Rule
from seatrial.controls.rules import FrameRule, TextRule
from seatrial.records.batch import Batch, Texts, count
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Company as Together
from seatrial.testing.victims import Constant, TorchLinear, linear

ROWS = np.array([[0.2, 0.4], [0.6, 0.8]])


def test_the_neighbours_come_from_the_corner_that_moves_the_answer_most() -> None:
    follows = Rule(lambda rows: rows.mean(axis=1) - 0.5 * rows.mean(), (2,))
    calls, ledger = attacked(Company(), follows, ROWS, Together(6))
    for case, call in zip(ROWS, calls, strict=True):
        assert (call[0] == case).all()
        assert (np.abs(call[1:] - (call[1] > 0.5)) <= 0.1).all(), "within a tenth of a corner"
        assert len(np.unique(call[1:, 0])) == 5, "each neighbour is a little different"
    assert calls[0][1:].mean() > 0.9
    assert calls[1][1:].mean() < 0.1
    assert (ledger.queries == 1 + 2 * 6).all()


def test_another_class_is_worse_than_any_change_of_scores() -> None:
    def score(rows):
        crowd = rows[1:].mean() if len(rows) > 1 else 0.5
        return np.full(len(rows), 0.1 if crowd == 0.5 else 5.0 if crowd > 0.5 else -0.1)

    calls, _ = attacked(Company(), Rule(score, (2,)), ROWS, Together(4))
    assert all(call[1:].mean() < 0.1 for call in calls)


def test_the_range_of_the_target_is_used() -> None:
    victim = linear((3,))
    inputs = np.full((2, 3), 0.5, dtype=np.float32) + np.array([[0], [0.1]], dtype=np.float32)
    calls, _ = attacked(Company(), victim, inputs, Together(3))
    assert all(call.dtype == np.float32 and call.min() >= 0 and call.max() <= 1 for call in calls)


def test_numpy_and_torch_ask_the_same() -> None:
    victim = linear((3,))
    inputs = np.array([[0.5, 0.4, 0.1], [0.2, 0.2, 0.9]], dtype=np.float32)
    here, _ = attacked(Company(), victim, inputs, Together(4))
    there, _ = attacked_torch(TorchLinear(victim), inputs)
    for one, other in zip(here, there, strict=True):
        assert isinstance(other, torch.Tensor)
        assert one.tobytes() == other.numpy().tobytes()


def attacked_torch(target, inputs):
    ids = column_digests(inputs)
    made = Company().attack(target, Batch(ids, torch.tensor(inputs)), Bench(Together(4), Random(bytes(32), ids)))
    return made.stimuli, None


def test_texts_are_very_short_or_very_long_and_tables_small_or_large() -> None:
    text = "the harbour opens at six"
    calls, _ = attacked(Company(), TextRule(len), Texts((text, "b")), Together(5))
    assert all(call[0] == own for call, own in zip(calls, (text, "b"), strict=True))
    assert all(len(other) <= 3 for other in calls[0][1:]) or all(len(other) > 40 for other in calls[0][1:])
    calls, _ = attacked(Company(), FrameRule(lambda rows: rows["age"].mean() - rows["age"]), table(3), Together(5))
    assert all(count(call) == 5 for call in calls)
    assert (calls[0]["job"] == "cook").all()
    assert (calls[0]["age"][1:] > 200).all()


@pytest.mark.parametrize("rows", [2, 3])
def test_a_model_that_ignores_its_company_is_asked_all_the_same(rows) -> None:
    calls, ledger = attacked(Company(), Constant(), ROWS, Together(rows))
    assert [len(call) for call in calls] == [rows, rows]
    assert (ledger.queries == 1 + 2 * rows).all()
