import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.sweep import UNTOUCHED, sweep
from seatrial.controls.plants import Rule
from seatrial.errors import CasesError
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import Labels

VICTIM = Rule(lambda x: x[:, 0], (2,))


def played(levels, *, left=0, labels=True, victim=VICTIM):
    """Sweep cases at 0.5 and 0.1 (class 1) over candidates that take away the given levels."""
    inputs = np.array([[0.5, 0.0], [0.1, 1.0]])
    batch = Batch((b"a" * 32, b"b" * 32), inputs, np.ones(2, dtype=int) if labels else None)
    ledger = Ledger.empty(2)
    bench = Bench(Ball("linf", 1.0, -9, 9), Random(bytes(32), batch.ids), left)
    candidates = [lambda rows, level=level: inputs[rows] - [level, 0] for level in levels]
    return *sweep(meter(victim, ledger), batch, bench, candidates), ledger.forwards


def test_a_case_leaves_at_the_first_that_breaks_it():
    found, which, asked = played([0.05, 0.2, 0.4, 0.6, 0.9])
    assert which.tolist() == [3, 1]
    assert asked.tolist() == [5, 3]
    assert found[:, 0].tolist() == pytest.approx([-0.1, -0.1])


def test_what_stands_keeps_the_best_or_the_first_where_margins_are_blind():
    _, which, _ = played([0.1, 0.3, 0.2, -0.5][:3], victim=Rule(lambda x: x[:, 0] + 9, (2,)))
    assert which.tolist() == [1, 1]
    _, which, _ = played([0.01, 0.02], victim=Labels(VICTIM))
    assert which.tolist() == [0, 0]


def test_a_candidate_that_only_helps_is_still_an_attempt():
    found, which, _ = played([-0.1, -0.2])
    assert which.tolist() == [0, 0]
    assert found[:, 0].tolist() == pytest.approx([0.6, 0.2])


def test_queries_end_it_and_one_query_tries_nothing():
    assert played([0.01] * 9, left=4)[2].tolist() == [4, 4]
    found, which, asked = played([0.01], left=1)
    assert which.tolist() == [UNTOUCHED, UNTOUCHED]
    assert asked.tolist() == [1, 1]
    assert found[:, 0].tolist() == [0.5, 0.1]


def test_it_needs_labels():
    with pytest.raises(CasesError, match="no labels"):
        played([0.1], labels=False)
