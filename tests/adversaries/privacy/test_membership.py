import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.privacy.membership import CARD, Membership
from seatrial.errors import TrialError
from seatrial.records.batch import Array, Batch, Texts
from seatrial.records.random import Random
from seatrial.records.threat import Knowledge
from seatrial.targets.callable import CallableTarget
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Face
from seatrial.trial import referee

LABELS = np.array([0, 1, 0, 1, 0, 1, 0, 1])


def attacked(answers, *, gives="probabilities", labels=LABELS, signal="loss", seed=bytes(32), ledger=None):
    """Attack a target that answers case i with `answers[i]`."""
    table, size = np.asarray(answers), len(answers)
    ids = tuple(at.to_bytes(32, "big") for at in range(size))
    target = CallableTarget(lambda rows: table[rows[:, 0].astype(int)], Face(takes=Array, gives=gives))
    if ledger is not None:
        target = meter(target, ledger)
    batch = Batch(ids, np.arange(size, dtype=float)[:, None], labels)
    attempts = Membership(signal=signal).attack(target, batch, Bench(Knowledge(), Random(seed, ids)))
    referee.check(Knowledge(), batch, attempts)
    return attempts.claims.tolist()


SURE = [0.9, 0.1, 0.8, 0.2, 0.6, 0.4, 0.7, 0.3]
"""Probability of class 0: by loss cases 0 to 3 are surest of their label."""


def test_the_half_with_the_smaller_loss_is_claimed() -> None:
    chances = np.stack([SURE, 1 - np.array(SURE)], axis=1)
    assert attacked(chances) == [1, 1, 1, 1, 0, 0, 0, 0]
    assert attacked(np.log(chances) + 5.0, gives="logits") == attacked(chances)


def test_a_wrong_answer_is_a_large_loss_but_may_be_confident() -> None:
    chances = np.array([[0.99, 0.01], [0.99, 0.01], [0.6, 0.4], [0.45, 0.55]])
    assert attacked(chances, labels=np.array([0, 1, 0, 1])) == [1, 0, 1, 0]
    assert attacked(chances, labels=np.array([0, 1, 0, 1]), signal="confidence") == [1, 1, 0, 0]
    assert attacked(chances, labels=None) == [1, 1, 0, 0]


def test_labels_alone_give_the_gap_attack() -> None:
    assert attacked(np.array([0, 1, 1, 0]), gives="labels", labels=np.array([0, 1, 0, 1])) == [1, 1, 0, 0]


def test_ties_are_broken_by_chance_and_half_is_claimed_all_the_same() -> None:
    constant = np.tile([0.5, 0.5], (401, 1))
    claims = [attacked(constant, labels=np.zeros(401, dtype=int), seed=bytes([s]) * 32) for s in range(3)]
    assert [sum(one) for one in claims] == [200] * 3
    assert claims[0] != claims[1] != claims[2]
    assert 60 < sum(claims[0][:200]) < 140


def test_answers_that_are_not_numbers_are_claimed_last() -> None:
    chances = np.array([[np.nan, np.nan], [0.5, 0.5], [np.nan, 0.1], [0.1, 0.9]])
    assert attacked(chances, labels=np.zeros(4, dtype=int)) == [0, 1, 0, 1]


def test_each_case_is_asked_once() -> None:
    ledger = Ledger.empty(600)
    attacked(np.tile([0.4, 0.6], (600, 1)), labels=np.zeros(600, dtype=int), ledger=ledger)
    assert ledger.queries.tolist() == [1] * 600


def test_what_it_cannot_use_is_an_error() -> None:
    with pytest.raises(TrialError, match="signal"):
        attacked(np.ones((2, 2)), labels=None, signal="entropy")
    texts = CallableTarget(lambda rows: ("a",) * len(rows), Face(takes=Texts, gives="text"))
    batch = Batch((b"a" * 32,), Texts(("x",)))
    with pytest.raises(TrialError, match="gives text"):
        Membership().attack(texts, batch, Bench(Knowledge(), Random(bytes(32), batch.ids)))


def test_the_card_asks_for_the_whole_population_with_its_members() -> None:
    assert (CARD.scope, CARD.most, CARD.members) == ("whole", 2000, True)
