import numpy as np
import pytest
import torch

from seatrial.adversaries.losses import LOSSES, chained, cross_entropy, gaps, logits, loss, margin
from seatrial.errors import TrialError

LABELS = torch.tensor([0, 2, 1, 3])


def scores():
    return torch.tensor(
        [[3.0, 1.0, 2.5, -4.0], [0.0, 5.0, 1.0, 2.0], [-1.0, -2.0, 8.0, 3.0], [90.0, -80.0, 1.0, 2.0]],
        dtype=torch.float64,
        requires_grad=True,
    )


TOWARDS = torch.tensor([2, 0, 3, 1])


def objective(name, z):
    """Every loss as its paper writes it, for autograd."""
    pick = lambda column, at: column.gather(1, at[:, None])[:, 0]  # noqa: E731
    rival = z.scatter(1, LABELS[:, None], -torch.inf).argmax(dim=1)
    towards = TOWARDS if name.startswith("targeted_") else rival
    order = z.argsort(dim=1, descending=True)
    first, third, fourth = (pick(z, order[:, at]) for at in (0, 2, 3))
    kind = name.removeprefix("targeted_")
    if kind == "cross_entropy":
        return torch.nn.functional.cross_entropy(z, LABELS, reduction="none")
    if kind == "probability_margin":
        return pick(z.softmax(1), towards) - pick(z.softmax(1), LABELS)
    lead = pick(z, towards) - pick(z, LABELS)
    if kind == "margin":
        return lead
    return lead / (first - (third if kind == name else (third + fourth) / 2))


@pytest.mark.parametrize("name", LOSSES)
def test_heights_and_gradients_are_those_of_autograd(name):
    z = scores()
    made = objective(name, z)
    made.sum().backward()
    assert LOSSES[name].aimed == name.startswith("targeted_")
    assert torch.allclose(LOSSES[name].height(z.detach(), LABELS, TOWARDS), made.detach(), atol=1e-12)
    assert torch.allclose(loss(name)(z.detach(), LABELS, TOWARDS), z.grad, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_probabilities_are_attacked_through_their_logarithm(name):
    p = scores().detach().softmax(dim=1).clamp(min=1e-9).requires_grad_()
    objective(name, p.log()).sum().backward()
    z = logits("probabilities", p.detach())
    slope = loss(name)(z, LABELS, TOWARDS)
    assert torch.allclose(chained("probabilities", p.detach(), slope), p.grad, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("classes", [2, 3, 4, 7])
@pytest.mark.parametrize("make", [np.zeros, np.ones])
def test_ties_and_few_classes_give_finite_slopes(name, classes, make):
    z, labels = make((3, classes)), np.asarray([0, 1, 1])
    z[1, 0], z[2, -1] = 2.0, -1e4
    for classes_of in (None, (labels + 1) % classes):
        assert np.isfinite(loss(name)(z, labels, classes_of)).all()
        assert np.isfinite(LOSSES[name].height(z, labels, classes_of)).all()


@pytest.mark.parametrize("name", ["dlr", "targeted_dlr", "probability_margin"])
def test_with_two_classes_the_ratio_is_the_lead(name):
    z, labels = np.asarray([[3.0, 1.0], [0.5, 2.0]]), np.asarray([0, 0])
    slope = loss(name)(z, labels, 1 - labels)
    assert (np.sign(slope) == [[-1, 1], [-1, 1]]).all()


def test_the_ratio_does_not_know_the_scale_of_the_logits():
    z = scores().detach()
    for name in ("dlr", "targeted_dlr"):
        one, other = (LOSSES[name].height(z * by, LABELS, TOWARDS) for by in (1.0, 1000.0))
        assert torch.allclose(one, other)


def test_gaps_are_the_margins_of_every_class():
    z = scores().detach().numpy()
    made = gaps(z, LABELS.numpy())
    assert made.min(axis=1).tolist() == margin(z, LABELS.numpy()).tolist()
    assert np.isinf(made[np.arange(4), LABELS.numpy()]).all()
    assert made[0, 3] == 7.0


def test_numpy_and_torch_agree():
    z = scores().detach()
    assert np.allclose(cross_entropy(z.numpy(), LABELS.numpy()), cross_entropy(z, LABELS).numpy(), atol=1e-15)


def test_only_a_class_strictly_above_makes_the_margin_negative():
    z = np.asarray([[1.0, 1.0], [2.0, 1.0], [1.0, 2.0], [np.nan, 1.0], [1.0, np.nan], [np.inf, np.inf], [-np.inf, 0.0]])
    broken = margin(z, np.zeros(7, dtype=int)) < 0
    assert broken.tolist() == [False, False, True, False, False, False, True]


def test_a_probability_of_zero_is_finite():
    p = np.asarray([[1.0, 0.0]])
    z = logits("probabilities", p)
    assert np.isfinite(z).all()
    assert np.isfinite(chained("probabilities", p, cross_entropy(z, np.asarray([0])))).all()


@pytest.mark.parametrize("gives", ["labels", "value", "text"])
def test_a_target_without_scores_is_refused(gives):
    with pytest.raises(TrialError, match="needs logits or probabilities"):
        logits(gives, np.zeros(3))


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 2, 2)])
def test_scores_need_a_column_per_class(shape):
    with pytest.raises(TrialError, match="single sigmoid"):
        logits("logits", np.zeros(shape))


def test_an_unknown_loss_is_named():
    with pytest.raises(TrialError, match="no loss 'hinge'"):
        loss("hinge")
