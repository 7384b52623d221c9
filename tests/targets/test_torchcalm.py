import pytest
import torch

from seatrial.targets.torchcalm import calm


def state():
    return (
        torch.get_rng_state().tolist(),
        torch.get_num_threads(),
        torch.get_deterministic_debug_mode(),
        torch.backends.cudnn.benchmark,
        torch.is_grad_enabled(),
    )


def disturb():
    torch.rand(3)
    torch.set_num_threads(1)
    torch.set_deterministic_debug_mode("error")
    torch.backends.cudnn.benchmark = not torch.backends.cudnn.benchmark


def failing():
    with calm():
        disturb()
        raise ValueError("no")


def test_torch_is_as_it_was_even_after_an_error():
    with torch.no_grad():
        before = state()
        with calm():
            assert torch.is_grad_enabled()
            disturb()
        assert state() == before
        with pytest.raises(ValueError, match="no"):
            failing()
        assert state() == before


def test_gradients_can_be_taken_where_somebody_switched_them_off():
    with torch.inference_mode(), calm():
        x = torch.ones(2).requires_grad_()
        (x * x).sum().backward()
        assert x.grad.tolist() == [2.0, 2.0]
