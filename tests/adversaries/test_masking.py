"""What hides its gradient is found out and attacked all the same; what is honest is not accused."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from tests.adversaries import honest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.standard import Standard
from seatrial.adversaries.masking import COLD, SCORES, Approach, Stretch, approached, reviewed
from seatrial.records.batch import plain
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.masked import BALL, RECIPES, victim
from seatrial.testing.victims import Constant, cases, linear

SLOW = ("ode", "purified", "crossed", "resized", "pruned", "scatter")
SIGNS = {
    "saturated": {"saturated"},
    "winners": {"shattered", "black-box", "transfer"},
    "distances": {"vanishing"},
    "interpolation": {"imbalanced"},
    "scatter": {"imbalanced"},
    "sensible": {"more-room"},
    "bilateral": {"vanishing", "transfer"},
    "ode": {"vanishing", "unbounded"},
    "sparse": {"vanishing", "transfer"},
    "thermometer": {"vanishing", "unbounded", "planted", "transfer"},
    "pruned": {"unstable"},
    "compressed": {"vanishing", "unbounded", "planted", "transfer"},
    "resized": {"unstable"},
    "purified": {"unstable", "vanishing", "planted", "transfer"},
    "crossed": {"unstable"},
}
"""Victim -> signs that must be seen of it; there may be more."""


def bench(batch, threat=BALL, *, left=0, seed=b"m"):
    return Bench(threat, Random(seed * 32, batch.ids), left)


def asked(target, batch, threat=BALL, **more):
    """Return the approach and what it cost."""
    ledger = Ledger.empty(len(batch))
    return approached(meter(target, ledger), batch.moved(target.face.home), bench(batch, threat, **more)), ledger


def found(findings):
    return {one.name for one in findings if one.found}


def held(target, batch, stimuli):
    keys = [bytes([40 + at] * 32) for at in range(8)]
    draws = [target.fresh(key) for key in keys] if target.face.sampled else [target]
    said = [plain(one.respond(torch.as_tensor(plain(stimuli)))).argmax(axis=1) for one in draws]
    return np.mean([np.asarray(one) == batch.labels for one in said], axis=0)


def played(target, batch, threat=BALL, tier="standard"):
    """Return robust accuracy under the standard set, and its findings."""
    metered = meter(target, Ledger.empty(len(batch)))
    made = Standard(tier).attack(metered, batch.moved(target.face.home), bench(batch, threat))
    return held(target, batch, made.stimuli).mean(), made.findings


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in SLOW])
def test_every_hidden_gradient_shows_and_its_twin_is_not_accused(name) -> None:
    made = victim(name, 32)
    approach, ledger = asked(made.masked, made.batch)
    assert found(approach.findings) >= SIGNS[name]
    assert approach.masked
    assert approach.patience > 1
    assert all(one.answer for one in approach.findings if one.found)
    assert np.array_equal(approach.spent, ledger.forwards)
    twin, _ = asked(made.twin, made.batch)
    assert found(twin.findings) == set()
    assert twin.patience == 1
    assert not any(one.answer for one in twin.findings)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_the_slow_ones_show_too(name) -> None:
    test_every_hidden_gradient_shows_and_its_twin_is_not_accused(name)


@pytest.mark.parametrize("name", ["saturated", "thermometer"])
def test_the_standard_set_comes_to_the_truth_where_plain_gradients_do_not(name) -> None:
    made = victim(name, 16)
    rate, findings = played(made.masked, made.batch, tier="quick")
    assert abs(rate - made.truth) <= 0.02
    assert found(findings) >= SIGNS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_all_fifteen_come_to_the_truth_and_are_flagged(name) -> None:
    made = victim(name, 48)
    rate, findings = played(made.masked, made.batch)
    assert abs(rate - made.truth) <= 0.02
    assert found(findings) >= SIGNS[name]
    twin, none = played(made.twin, made.batch)
    assert abs(twin - made.twin_held.mean()) <= 0.02
    assert found(none) == set()


@pytest.mark.parametrize("name", ["relu", "relu trained", "sigmoid"])
def test_honest_models_are_not_accused(name) -> None:
    target, batch, ball = honest.trained(name)
    for size in (1.0, 1.5):
        approach, _ = asked(target, batch, replace(ball, eps=size * ball.eps))
        assert found(approach.findings) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", honest.MODELS)
@pytest.mark.parametrize("size", [0.5, 1.0, 1.5])
def test_no_honest_model_is_accused_by_the_standard_set(name, size) -> None:
    target, batch, ball = honest.trained(name)
    _, findings = played(target, batch, replace(ball, eps=size * ball.eps))
    assert found(findings) == set()


@pytest.mark.parametrize("norm", ["linf", "l2", "l1"])
def test_a_plane_is_not_accused_in_any_norm(norm) -> None:
    plane = linear((6, 6))
    approach, ledger = asked(plane, cases(plane, 40), Ball(norm, {"linf": 0.005, "l2": 0.03, "l1": 0.15}[norm]))
    assert found(approach.findings) == set()
    assert len(approach.findings) >= 12
    assert (ledger.forwards > 0).sum() == 16


def test_a_sample_that_the_gradient_breaks_costs_little() -> None:
    plane = linear((6, 6))
    _, ledger = asked(plane, cases(plane, 40), Ball("linf", 0.2))
    assert ledger.forwards.max() < 25


def test_a_constant_model_is_a_finding_and_never_robust() -> None:
    class Flat:
        face = replace(Constant().face, low=0.0, high=1.0)

        def respond(self, inputs):
            return Constant().respond(inputs)

        def linearise(self, inputs):
            return self.respond(inputs), lambda slope: np.zeros_like(inputs)

    batch = cases(linear((4, 4)), 12)
    approach, _ = asked(Flat(), replace(batch, labels=np.zeros(12, dtype=np.int64)), Ball("linf", 0.1))
    assert found(approach.findings) >= {"vanishing", "unbounded"}


def test_a_model_that_looks_at_its_whole_batch_is_found_out() -> None:
    plane = linear((4, 4))

    class Crowd:
        face = plane.face

        def respond(self, inputs):
            return plane.respond(inputs - inputs.mean(axis=0))

        def linearise(self, inputs):
            return self.respond(inputs), plane.linearise(inputs)[1]

    approach, _ = asked(Crowd(), cases(plane, 24), Ball("linf", 0.01))
    assert "company" in found(approach.findings)


def test_logits_that_are_no_numbers_are_survived() -> None:
    plane = linear((4, 4))

    class Broken:
        face = plane.face

        def respond(self, inputs):
            return np.full((len(inputs), 3), np.nan, dtype=np.float32)

        def linearise(self, inputs):
            return self.respond(inputs), lambda slope: np.full_like(inputs, np.nan)

    approach, _ = asked(Broken(), cases(plane, 8), Ball("linf", 0.01))
    assert isinstance(approach, Approach)


def test_nobody_is_probed_where_queries_are_dear_and_nothing_goes_beyond_a_budget() -> None:
    plane = linear((4, 4))
    batch = cases(plane, 8)
    approach, ledger = asked(plane, batch, Ball("linf", 0.001), left=500)
    assert not ledger.forwards.any()
    assert approach.findings == ()
    made = victim("thermometer", 8)
    _, ledger = asked(made.masked, made.batch, left=5000)
    assert ledger.forwards.max() <= 5000


def test_no_case_one_case_and_wrong_cases_are_survived() -> None:
    plane = linear((4, 4))
    batch = cases(plane, 8)
    for part in (batch.take([]), batch.take([3]), replace(batch, labels=(batch.labels + 1) % 3)):
        approach, _ = asked(plane, part, Ball("linf", 0.001))
        assert found(approach.findings) == set()
    approach, ledger = asked(plane, batch, Ball("linf", 0.0))
    assert approach.findings == ()
    assert not ledger.forwards.any()


def test_the_probes_are_a_function_of_the_shard_in_any_order() -> None:
    made = victim("bilateral", 32)
    order = np.random.default_rng(5).permutation(32)
    one, ledger = asked(made.masked, made.batch)
    other, moved = asked(made.masked, made.batch.take(order))
    assert one.findings == other.findings
    assert np.array_equal(ledger.forwards[order], moved.forwards)


def test_a_late_cold_search_is_a_question_of_its_own() -> None:
    met = np.arange(20) < 12
    stretches = tuple(Stretch(name, SCORES, met, np.arange(20) < 4) for name in ("square", COLD))
    approach = Approach(None)
    assert found(reviewed(approach, stretches)) == {"late-breaks"}
    assert reviewed(approach, stretches[:1]) == ()
