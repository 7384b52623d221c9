import numpy as np
import pytest
import torch

from seatrial.adversaries.losses import LOSSES, chained, cross_entropy, logits, loss, margin
from seatrial.errors import TrialError

LABELS = torch.tensor([0, 2, 1, 3])


def scores():
    return torch.tensor(
        [[3.0, 1.0, 2.5, -4.0], [0.0, 5.0, 1.0, 2.0], [-1.0, -2.0, 8.0, 3.0], [90.0, -80.0, 1.0, 2.0]],
        dtype=torch.float64,
        requires_grad=True,
    )


def objective(name, z):
    if name == "cross_entropy":
        return torch.nn.functional.cross_entropy(z, LABELS, reduction="sum")
    true = z.gather(1, LABELS[:, None])[:, 0]
    return (z.scatter(1, LABELS[:, None], -torch.inf).max(dim=1).values - true).sum()


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_are_those_of_autograd(name):
    z = scores()
    objective(name, z).backward()
    assert torch.allclose(loss(name)(z.detach(), LABELS), z.grad, atol=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_probabilities_are_attacked_through_their_logarithm(name):
    p = scores().detach().softmax(dim=1).clamp(min=1e-9).requires_grad_()
    objective(name, p.log()).backward()
    z = logits("probabilities", p.detach())
    assert torch.allclose(chained("probabilities", p.detach(), loss(name)(z, LABELS)), p.grad, rtol=1e-9)


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
