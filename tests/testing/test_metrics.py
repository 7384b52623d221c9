"""`check_metric` finds each kind of broken metric."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from seatrial.records.card import Card
from seatrial.testing.metrics import check_metric, cut, observation


@dataclass(frozen=True)
class Metric:
    rule: Any

    def measure(self, observation):
        return self.rule(observation)


def card(rule, **more) -> Card[Any]:
    return Card(lambda: Metric(rule), title="sample", **more)


def sound(seen):
    return seen.computed["held"] / seen.computed["draws"]


def test_a_sound_metric_passes() -> None:
    check_metric(card(sound))
    check_metric(card(lambda seen: np.array(seen.measured["seconds"]), measured=True))


CALLS = iter(range(100))
BROKEN = {
    "float64": lambda seen: sound(seen).astype(np.float32),
    "must return": lambda seen: list(sound(seen)),
    "infinite": lambda seen: np.where(sound(seen) == 1, np.inf, sound(seen)),
    "other numbers": lambda seen: sound(seen) + next(CALLS),
    "hands out": lambda seen: seen.computed["score"],
    "depends on the other cases": lambda seen: sound(seen) - sound(seen).mean() if len(seen.cases) else sound(seen),
    "order": lambda seen: np.maximum.accumulate(sound(seen)),
    "measured=True": lambda seen: np.array(seen.measured["seconds"]),
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_broken_metric_is_named(said) -> None:
    with pytest.raises(AssertionError, match=said):
        check_metric(card(BROKEN[said]))


def test_a_metric_that_writes_into_the_observation_is_named_and_spoils_only_a_copy() -> None:
    seen = observation()

    def spoils(shown):
        shown.computed["score"][:] = 0
        return sound(shown)

    with pytest.raises(AssertionError, match="changes"):
        check_metric(card(spoils), seen)
    assert np.isnan(seen.computed["score"][2])


def test_one_case_is_too_few() -> None:
    with pytest.raises(AssertionError, match="two cases"):
        check_metric(card(sound), cut(observation(), [0]))
