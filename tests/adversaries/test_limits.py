from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from seatrial.adversaries.limits import limits, span
from seatrial.records.threat import Ball

unit = st.floats(0, 1, allow_subnormal=False)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(value=unit, eps=st.floats(0, 2), low=st.floats(-0.5, 0.3), high=st.floats(0.4, 1.5))
@example(value=0.1, eps=0.3, low=0.0, high=1.0)
@example(value=0.5, eps=8 / 255, low=0.1, high=0.7)
def test_limits_are_inside_in_exact_arithmetic_and_as_wide_as_can_be(dtype, value, eps, low, high):
    x = np.asarray([value], dtype=dtype)
    least, most = limits(Ball("linf", eps, low, high), x)
    assert least.dtype == most.dtype == x.dtype
    here, down, up, radius = (Fraction(float(v)) for v in (x[0], least[0], most[0], eps))
    if not Fraction(low) <= here <= Fraction(high):
        assert down == up == here
        return
    assert here - radius <= down <= here <= up <= here + radius
    assert Fraction(low) <= down
    assert up <= Fraction(high)
    wider_down, wider_up = np.nextafter(least, -np.inf, dtype=dtype), np.nextafter(most, np.inf, dtype=dtype)
    wider_down, wider_up = np.nextafter(wider_down, -np.inf, dtype=dtype), np.nextafter(wider_up, np.inf, dtype=dtype)
    assert Fraction(float(wider_down[0])) < max(here - radius, Fraction(low))
    assert Fraction(float(wider_up[0])) > min(here + radius, Fraction(high))


@given(st.lists(unit, min_size=1, max_size=5), st.floats(0, 1))
def test_numpy_and_torch_agree(values, eps):
    x = np.asarray(values, dtype=np.float32)
    for ours, theirs in zip(limits(Ball("linf", eps), x), limits(Ball("linf", eps), torch.tensor(x)), strict=True):
        assert ours.tobytes() == theirs.numpy().tobytes()


def test_span_rounds_inwards():
    low, high = span(0.1, 0.7, np.zeros(1, dtype=np.float32))
    assert low.dtype == np.float32
    assert 0.1 <= float(low) < 0.1 + 1e-7
    assert 0.7 - 1e-7 < float(high) <= 0.7
