import numpy as np
import pytest
import torch

from seatrial.oracles.classes import compared
from seatrial.records.batch import NO, UNKNOWN, YES
from seatrial.targets.target import Differentiable, Fresh
from seatrial.testing.targets import check_target
from seatrial.testing.victims import Constant, Dice, Labels, Raising, Tied, TorchLinear, cases, linear, reach

VICTIM = linear((1, 4, 5), 3)
BATCH = cases(VICTIM, 20)


@pytest.mark.parametrize(
    "target",
    [
        VICTIM,
        linear((6,), 2, dtype=np.float64),
        linear((2, 3), 4, gives="probabilities"),
        Constant(),
        Tied(),
        Labels(VICTIM),
        Dice(),
        Raising(VICTIM, above=2.0),
    ],
    ids=lambda target: type(target).__name__,
)
def test_victims_keep_the_contract_of_targets(target):
    shape = target.face.shape or (4,)
    check_target(target, cases(linear(shape, 2), 20))


@pytest.mark.parametrize("gives", ["logits", "probabilities"])
def test_the_pull_back_is_the_gradient_and_torch_agrees(gives):
    victim = linear((7,), 3, dtype=np.float64, gives=gives)
    x = cases(victim, 5).inputs
    slope = np.asarray([[1.0, -2.0, 0.5]] * 5)
    answers, back = victim.linearise(x)
    theirs, their_back = TorchLinear(victim).linearise(torch.tensor(x))
    assert np.allclose(answers, theirs.numpy(), atol=1e-12)
    assert np.allclose(back(slope), their_back(torch.tensor(slope)).numpy(), atol=1e-12)
    bump = np.zeros_like(x)
    bump[:, 2] = 1e-6
    change = ((victim.respond(x + bump) - victim.respond(x - bump)) * slope).sum(axis=1) / 2e-6
    assert np.allclose(change, back(slope)[:, 2], atol=1e-7)


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_reach_is_the_distance_to_the_nearest_other_class(norm):
    """Walking the steepest way, each case changes class just beyond its reach, and nowhere on the way."""
    victim = linear((6,), 4, dtype=np.float64)
    batch = cases(victim, 30)
    distance = reach(victim, batch, norm)
    answers = victim.respond(batch.inputs)
    for at in range(30):
        first = np.inf
        for other in set(range(4)) - {int(batch.labels[at])}:
            way = victim.weights[other] - victim.weights[batch.labels[at]]
            step = {
                "linf": np.sign(way),
                "l2": way / np.linalg.norm(way),
                "l1": np.sign(way) * (np.abs(way) == np.abs(way).max()),
            }[norm]
            first = min(first, (answers[at, batch.labels[at]] - answers[at, other]) / (way @ step))
        assert distance[at] == pytest.approx(first)


def test_capabilities():
    assert isinstance(VICTIM, Differentiable)
    assert isinstance(TorchLinear(VICTIM), Differentiable)
    assert not isinstance(Labels(VICTIM), Differentiable)
    assert isinstance(Dice(), Fresh)


def test_what_they_are_for():
    assert set(compared(Tied().respond(BATCH.inputs), BATCH.labels)[0]) == {UNKNOWN}
    assert set(compared(Constant().respond(BATCH.inputs), np.zeros(20, dtype=int))[0]) == {YES}
    assert set(compared(Constant().respond(BATCH.inputs), np.ones(20, dtype=int))[0]) == {NO}
    assert (Labels(VICTIM).respond(BATCH.inputs) == BATCH.labels).all()
    assert (Dice().respond(BATCH.inputs) != Dice().fresh(b"k" * 32).respond(BATCH.inputs)).any()


def test_the_raising_one_raises_where_it_says():
    victim = Raising(VICTIM, above=0.55)
    bright = BATCH.inputs.reshape(20, -1)[:, 0] > 0.55
    assert 0 < bright.sum() < 20
    assert len(victim.respond(BATCH.inputs[~bright])) == 20 - bright.sum()
    with pytest.raises(ValueError, match=f"{bright.sum()} rows"):
        victim.respond(BATCH.inputs)
