"""Means over draws and over points, estimates and rescaled logits: each against what algebra says."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from seatrial.adversaries.aims import aim
from seatrial.adversaries.expectation import Averaged, Estimated, Expected, Rescaled
from seatrial.records.batch import Array
from seatrial.records.random import Random
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Face
from seatrial.testing.victims import cases, linear

CASES = 6
VICTIM = linear((4, 4))
BATCH = cases(VICTIM, CASES)
SLOPE = np.tile(np.array([1.0, -1.0, 0.5], dtype=np.float32), (CASES, 1))


def random() -> Random:
    return Random(b"s" * 32, BATCH.ids)


@dataclass(frozen=True)
class Noisy:
    """The linear victim with a number added to the first logit, which the key decides."""

    key: bytes = bytes(32)
    asked: list = field(default_factory=list)

    @property
    def face(self):
        return Face(Array, "logits", VICTIM.shape, 0.0, 1.0, 3, sampled=True)

    def respond(self, inputs):
        self.asked.append(self.key)
        return VICTIM.respond(inputs) + np.array([self.noise(), 0, 0], dtype=np.float32)

    def noise(self):
        return self.key[0] / 255 - 0.5

    def linearise(self, inputs):
        _, back = VICTIM.linearise(inputs)
        return self.respond(inputs), lambda slope: back(slope) * (1 + 4 * self.noise())

    def fresh(self, key):
        return Noisy(key, self.asked)


def test_an_expectation_is_the_mean_of_fresh_draws_and_every_one_is_charged() -> None:
    ledger, noisy = Ledger.empty(CASES), Noisy()
    made = Expected(meter(noisy, ledger), random(), 400)
    responses, back = made.linearise(BATCH.inputs)
    slope = VICTIM.linearise(BATCH.inputs)[1](SLOPE)
    assert len(set(noisy.asked)) == 400
    assert np.allclose(responses, VICTIM.respond(BATCH.inputs), atol=0.06)
    assert np.allclose(back(SLOPE), slope, rtol=0.25, atol=0.02)
    assert ledger.forwards.tolist() == [400] * CASES
    assert ledger.backwards.tolist() == [400] * CASES


def test_later_passes_have_other_draws_and_the_same_bench_has_the_same() -> None:
    first, again = Expected(Noisy(), random(), 4), Expected(Noisy(), random(), 4)
    one, two = first.respond(BATCH.inputs), first.respond(BATCH.inputs)
    assert not np.array_equal(one, two)
    assert np.array_equal(one, again.respond(BATCH.inputs))


def test_with_an_aim_a_case_falls_only_when_all_draws_do() -> None:
    wanted = aim(Noisy().face, BATCH.labels)
    keys = []
    made = Expected(Noisy(asked=keys), random(), 16, wanted)
    told = wanted.margin(made.respond(BATCH.inputs))
    every = [wanted.margin(Noisy(key).respond(BATCH.inputs)) for key in keys]
    assert np.allclose(told, np.max(every, axis=0))
    assert np.array_equal(made.at([2, 2, 0]).respond(BATCH.inputs[[2, 2, 0]]).shape, (3, 3))


def test_an_average_over_points_around_cancels_a_ripple() -> None:
    @dataclass(frozen=True)
    class Rippled:
        face = VICTIM.face

        def respond(self, inputs):
            return VICTIM.respond(inputs)

        def linearise(self, inputs):
            responses, back = VICTIM.linearise(inputs)
            return responses, lambda slope: back(slope) + 3 * np.sin(9e4 * inputs)

    slope = VICTIM.linearise(BATCH.inputs)[1](SLOPE)
    alone = Rippled().linearise(BATCH.inputs)[1](SLOPE)
    mean = Averaged(Rippled(), random(), 0.05, 200).linearise(BATCH.inputs)[1](SLOPE)
    assert np.abs(mean - slope).max() < 0.35 * np.abs(alone - slope).max()


def test_an_estimate_needs_answers_only_and_comes_near_the_gradient() -> None:
    ledger = Ledger.empty(CASES)
    made = Estimated(meter(VICTIM, ledger), random(), 0.05, 300)
    responses, back = made.linearise(BATCH.inputs)
    found, slope = back(SLOPE), VICTIM.linearise(BATCH.inputs)[1](SLOPE)
    cosine = (found * slope).sum(axis=(1, 2)) / np.sqrt((found**2).sum(axis=(1, 2)) * (slope**2).sum(axis=(1, 2)))
    assert cosine.min() > 0.95
    assert np.array_equal(responses, VICTIM.respond(BATCH.inputs))
    assert ledger.forwards.tolist() == [601] * CASES
    assert not ledger.backwards.any()


@pytest.mark.parametrize("rows", [np.array([3, 1]), np.array([1, 1]), np.arange(CASES) > 3])
def test_rescaled_logits_keep_their_order_and_their_slope(rows) -> None:
    scale = np.arange(1.0, CASES + 1)
    here, x = Rescaled(VICTIM, scale).at(rows), BATCH.inputs[rows]
    responses, back = here.linearise(x)
    assert np.allclose(responses * scale[rows][:, None], VICTIM.respond(x), rtol=1e-5)
    assert np.allclose(back(SLOPE[rows]), VICTIM.linearise(x)[1](SLOPE[rows] / scale[rows][:, None]), rtol=1e-4)
    assert np.array_equal(here.respond(x), responses)


def test_what_a_case_gets_is_its_own_whoever_else_is_there() -> None:
    for kind in (Averaged, Estimated):
        whole = kind(VICTIM, random(), 0.05, 3).linearise(BATCH.inputs)[1](SLOPE)
        part = kind(VICTIM, random(), 0.05, 3).at([4, 2]).linearise(BATCH.inputs[[4, 2]])[1](SLOPE[:2])
        assert np.allclose(whole[[4, 2]], part, rtol=1e-4, atol=1e-5)


def test_gradients_that_are_no_numbers_do_not_spoil_a_mean() -> None:
    @dataclass(frozen=True)
    class Spoilt:
        face = VICTIM.face

        def linearise(self, inputs):
            responses, back = VICTIM.linearise(inputs)
            return responses, lambda slope: np.where(np.arange(4) == 1, np.nan, back(slope))

    assert np.isfinite(Averaged(Spoilt(), random(), 0.1, 2).linearise(BATCH.inputs)[1](SLOPE)).all()
