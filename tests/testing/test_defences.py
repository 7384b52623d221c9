import numpy as np
import torch

from seatrial.testing import defences


def test_directions_are_at_right_angles_and_balanced() -> None:
    rows = defences.rows()
    assert np.array_equal(rows @ rows.T, 64 * np.eye(4))
    assert not rows.sum(axis=1).any()


def test_the_jumps_of_a_layer_of_winners_are_never_higher_than_they_say() -> None:
    x = torch.rand(200, 1, 8, 8)
    assert (defences.Jagged(16, 0.08, 40.0)(x) - defences.Plane()(x)).abs().max() <= 0.08 + 1e-5


def test_a_decoy_comes_near_and_never_first() -> None:
    x = torch.rand(500, 1, 8, 8)
    made = defences.Decoys(3, 0.3)(x)
    assert (made[:, 4:].max(dim=1).values < made[:, :4].max(dim=1).values).all()
    assert (made[:, 4:].max(dim=1).values > made[:, :4].max(dim=1).values - 0.6).all()


def test_the_flow_ends_where_its_class_is_and_keeps_no_gradient() -> None:
    z = torch.tensor([[1.0, 0.2, 0.0, -1.0]], requires_grad=True)
    made = defences.Attractors(60.0)(z)
    assert torch.allclose(made, torch.tensor([[5.0, 0.0, 0.0, 0.0]]), atol=1e-4)
    (slope,) = torch.autograd.grad(made[:, 0].sum(), z)
    assert not slope.any()


def test_what_a_compressor_gives_is_close_to_what_came() -> None:
    x = torch.rand(20, 1, 8, 8)
    assert (defences.Compression(0.02)(x) - x).abs().max() < 0.08
