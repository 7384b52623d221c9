"""Every head is read as scores of classes: margins by hand, slopes against autograd, breaks against the oracle."""

import numpy as np
import pytest
import torch

from seatrial.adversaries.aims import aim, lead
from seatrial.adversaries.losses import LOSSES
from seatrial.errors import CasesError, TrialError
from seatrial.oracles.classes import compared
from seatrial.records.batch import NO, Array
from seatrial.targets.target import Face

MANY = np.array([[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0]])
NUMBERS = np.array([0.5, -1.0, 2.0, 0.0])


def face(gives, **more):
    return Face(Array, gives, **more)


def answers(rows, columns, *, low=-3.0, high=3.0):
    drawn = np.random.default_rng(rows * columns).uniform(low, high, (rows, columns))
    return torch.tensor(drawn, dtype=torch.float64)


HEADS = {
    "classes": (face("logits"), torch.tensor([0, 2, 1, 4]), answers(4, 5)),
    "shares": (face("probabilities"), torch.tensor([0, 2, 1, 4]), answers(4, 5).softmax(dim=1)),
    "two classes": (face("logits"), torch.tensor([0, 1, 1, 0]), answers(4, 2)),
    "flags": (face("logits", many=True), torch.tensor(MANY), answers(4, 3)),
    "shares of flags": (face("probabilities", many=True), torch.tensor(MANY), answers(4, 3).sigmoid()),
    "watched": (face("logits", many=True, watched=(2, 0)), torch.tensor(MANY), answers(4, 3)),
    "number": (face("value", tolerance=0.75), torch.tensor(NUMBERS), answers(4, 1)[:, 0]),
    "numbers": (face("value", tolerance=0.75), torch.tensor(np.stack([NUMBERS, -NUMBERS], 1)), answers(4, 2)),
}


@pytest.mark.parametrize("name", [name for name, one in LOSSES.items() if not one.aimed])
@pytest.mark.parametrize("head", HEADS)
def test_every_loss_has_its_true_slope_on_every_head(head, name):
    """The height of the loss, followed back by torch through the reading, has the slope that the aim gives."""
    shown, labels, responses = HEADS[head]
    given, aimed = responses.clone().requires_grad_(), aim(shown, labels)
    scores = aimed.scores(given)
    LOSSES[name].height(scores, aimed.labels, None).sum().backward()
    assert torch.allclose(aimed.slope(name, responses), given.grad, atol=1e-9)
    assert aimed.slope(name, responses).shape == responses.shape


@pytest.mark.parametrize("head", HEADS)
def test_a_case_has_fallen_where_the_oracle_says_no(head):
    shown, labels, responses = HEADS[head]
    held, _ = compared(responses.numpy(), labels.numpy(), shown.head)
    margins = aim(shown, labels).margin(responses)
    assert ((margins < 0).numpy() == (held == NO)).all()
    assert (held == NO).sum() > 0


@pytest.mark.parametrize("head", HEADS)
def test_numpy_and_torch_agree_and_rows_are_cut(head):
    shown, labels, responses = HEADS[head]
    one, other = aim(shown, labels), aim(shown, labels.numpy())
    assert np.allclose(one.margin(responses).numpy(), other.margin(responses.numpy()), atol=1e-12)
    rows = np.array([3, 0, 0])
    assert np.allclose(other.at(rows).margin(responses.numpy()[rows]), other.margin(responses.numpy())[rows])
    cut = other.at(rows).slope("cross_entropy", responses.numpy()[rows])
    assert np.allclose(cut, other.slope("cross_entropy", responses.numpy())[rows])


def test_margins_of_many_labels_and_numbers_are_what_is_left():
    aimed = aim(face("logits", many=True), np.array([[1, 0, 1]]))
    assert aimed.margin(np.array([[2.0, -0.5, 3.0]])).tolist() == [0.5]
    assert aimed.margin(np.array([[2.0, 0.25, 3.0]])).tolist() == [-0.25]
    assert aim(face("value", tolerance=0.5), np.array([1.0, 1.0])).margin(np.array([1.25, 0.0])).tolist() == [0.5, -1.0]


def test_a_push_turns_one_output():
    """Targeted losses of many labels move one output; of a number, one side."""
    aimed = aim(face("logits", many=True), MANY[:1]).pushed(np.array([2]))
    slope = aimed.slope("targeted_margin", np.array([[2.0, -2.0, 3.0]]))
    assert slope.tolist() == [[0.0, 1.0, 0.0]]
    below = aim(face("value", tolerance=0.5), np.array([1.0])).pushed(np.array([2]))
    assert below.slope("targeted_margin", np.array([1.0])).tolist() == [-2.0]


def test_outputs_that_nobody_watches_have_no_slope():
    aimed = aim(face("logits", many=True, watched=(2, 0)), MANY[:1])
    slope = aimed.slope("cross_entropy", np.array([[2.0, 5.0, 1.0]]))
    assert slope[0, 1] == 0
    assert (slope[0, [0, 2]] < 0).all()


def test_labels_have_a_margin_and_no_slope():
    aimed = aim(face("labels"), np.array([1, 2]))
    assert aimed.margin(np.array([1, 0])).tolist() == [1.0, -1.0]
    assert lead(aimed, [1, 0]).tolist() == [1.0, -1.0]
    assert aim(face("labels"), torch.tensor([1, 2])).margin(torch.tensor([1, 0])).tolist() == [1.0, -1.0]
    with pytest.raises(TrialError, match="no slope"):
        aimed.slope("margin", np.array([1, 0]))


def test_not_a_number_is_no_break_and_no_lead():
    for shown, labels, said in (
        (face("logits"), [0], [[np.nan, 1.0]]),
        (face("logits", many=True), [[1, 0]], [[np.nan, -1.0]]),
        (face("value", tolerance=1.0), [0.0], [np.nan]),
    ):
        assert lead(aim(shown, np.array(labels)), np.array(said)).tolist() == [np.inf]


def test_a_thousand_classes_take_memory_by_the_class_and_not_by_its_square():
    responses, aimed = np.zeros((8, 1000)), aim(face("logits"), np.arange(8))
    for name, one in LOSSES.items():
        towards = np.arange(8) + 1 if one.aimed else None
        assert aimed.pushed(towards).slope(name, responses).shape == (8, 1000)


def test_what_an_aim_cannot_read_is_said():
    with pytest.raises(CasesError, match="no labels"):
        aim(face("logits"), None)
    with pytest.raises(TrialError, match=r"tolerance: 0\.5"):
        aim(face("value"), NUMBERS)
    with pytest.raises(TrialError, match="one column of labels for each output"):
        aim(face("logits", many=True), np.array([0, 1])).margin(np.zeros((2, 3)))
    with pytest.raises(TrialError, match="gives text"):
        aim(face("text"), np.array([0])).margin(np.zeros((1, 2)))
