"""Latency side by side, by a clock that the test turns."""

from types import SimpleNamespace

import numpy as np
import pytest

from seatrial.harden.timing import FEWEST, MOST, ROUNDS, measured, side_by_side
from seatrial.records.batch import Batch


class Clock:
    """A stopwatch that answers move on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self):
        begun = self.now
        return lambda: self.now - begun


def model(clock, *seconds):
    """A target whose answers take these times in turn."""
    asked = []

    def respond(inputs):
        asked.append(len(inputs))
        clock.now += seconds[len(asked) % len(seconds)]
        return inputs

    return SimpleNamespace(respond=respond, face=SimpleNamespace(home=lambda column: column)), asked


def cases(count):
    return Batch(tuple(bytes([at]) * 32 for at in range(count)), np.zeros((count, 2)))


def test_a_child_that_takes_twice_as_long_is_told_so() -> None:
    clock = Clock()
    (child, asked), (parent, _) = model(clock, 0.004), model(clock, 0.002)
    found = side_by_side(child, parent, cases(20), watch=clock)
    assert (found.cases, found.rounds) == (20, ROUNDS)
    assert (found.ratio, found.low, found.high) == pytest.approx((2, 2, 2))
    assert (found.child, found.parent) == pytest.approx((0.004, 0.002))
    assert set(asked) == {1}
    assert found.to_json()["ratio"] == 2.0


def test_a_busy_moment_does_not_count() -> None:
    clock = Clock()
    (child, _), (parent, _) = model(clock, 0.002, 0.002, 0.9), model(clock, 0.002)
    assert side_by_side(child, parent, cases(10), watch=clock).ratio == pytest.approx(1)


def test_too_few_cases_have_no_interval_and_slow_ones_are_not_waited_for() -> None:
    clock = Clock()
    (child, _), (parent, _) = model(clock, 5.0), model(clock, 5.0)
    assert side_by_side(child, parent, cases(FEWEST - 1), watch=clock) is None
    assert side_by_side(child, parent, cases(MOST), watch=clock).cases == FEWEST


def test_the_interval_of_a_median_covers_it_as_often_as_it_says() -> None:
    """Order statistics of 20 values: the 6th and the 15th, 95.9 %."""
    random = np.random.default_rng(4)
    hits, rounds = 0, 2000
    for _ in range(rounds):
        times = np.exp(random.standard_t(2, 20))
        found = measured([(float(one), 1.0) for one in times])
        hits += found.low <= 1.0 <= found.high
    assert 0.945 <= hits / rounds <= 0.972
    found = measured([(float(at + 1), 1.0) for at in range(20)])
    assert (found.low, found.high) == pytest.approx((6, 15))
