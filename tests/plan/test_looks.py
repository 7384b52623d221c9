"""What a sequential plan is expected to take, against simulated gates."""

from dataclasses import replace

import numpy as np
import pytest
from tests.plan.test_size import plan_of, promise

from seatrial.plan.limits import chances, limits
from seatrial.plan.looks import ahead
from seatrial.plan.size import outlook
from seatrial.proof.criterion import parse

ASKED = parse("held_rate >= 0.9 at 95%")
SIZES = [32, 32, 64, 128, 256, 88]


def settles(cases: int) -> tuple[int | None, int]:
    return limits(ASKED, cases, early=True)


@pytest.mark.parametrize("rate", [0.99, 0.93, 0.9, 0.8])
def test_it_is_what_comes_of_simulated_gates(rate) -> None:
    drawn = np.random.default_rng(2).random((20_000, sum(SIZES))) < rate
    good = np.cumsum(drawn, axis=1)
    ends = np.cumsum(SIZES)
    open_, held, breached, cases = np.ones(len(drawn), dtype=bool), 0, 0, 0
    for size, end in zip(SIZES, ends.tolist(), strict=True):
        cases += size * int(open_.sum())
        least, most = settles(end)
        up = open_ & (good[:, end - 1] >= (end + 1 if least is None else least))
        down = open_ & (good[:, end - 1] <= most)
        held, breached, open_ = held + int(up.sum()), breached + int(down.sum()), open_ & ~up & ~down
    found = ahead(SIZES, rate, settles)
    assert found.held == pytest.approx(held / len(drawn), abs=0.015)
    assert found.breached == pytest.approx(breached / len(drawn), abs=0.015)
    assert found.expected == pytest.approx(cases / len(drawn), rel=0.02)
    assert sum(found.chances.values()) == pytest.approx(1)


def test_one_look_is_a_plan_of_fixed_size() -> None:
    found = ahead([400], 0.93, lambda cases: limits(ASKED, cases))
    whole = chances(400, 0.93, *limits(ASKED, 400))
    assert found.chances == pytest.approx(whole)
    assert found.expected == 400


def test_a_clear_cut_model_takes_less_than_a_seventh() -> None:
    sizes = [32, 32, 64, 128, 256, 256, 256]
    for rate in (1.0, 0.75):
        assert ahead(sizes, rate, settles).expected <= 0.15 * sum(sizes)


def test_a_plan_says_what_it_is_expected_to_take_where_it_stops_early_only() -> None:
    fixed = plan_of(promise(require=str(ASKED)))
    early = replace(fixed, stop="early", clauses=(replace(fixed.clauses[0], first=32),))
    (row,) = outlook(early, rates={"robust": 0.99})
    assert row.expected < 200 < row.cases
    assert row.shards > 4
    assert row.needed == 51
    (row,) = outlook(fixed, rates={"robust": 0.99})
    assert (row.expected, row.needed) == (None, 36)
    assert outlook(early, rates={"robust": 0.99}, slices=2)[0].chances is None


def test_few_that_hold_are_good_where_few_are_asked_for() -> None:
    (row,) = outlook(plan_of(promise(require="held_rate <= 0.3 at 95%")), rates={"robust": 0.1})
    assert row.chances["held"] > 0.999
    (row,) = outlook(plan_of(promise(require="held_rate <= 0.3 at 95%")), rates={"robust": 0.5})
    assert row.chances["breached"] > 0.999


@pytest.mark.parametrize(
    "require",
    ["held_rate - baseline >= -0.05 at 95%", "gap(held_rate) <= 0.1 at 95%", "held_rate >= 0.5 at 95% per person"],
)
def test_where_no_rate_tells_it_no_chance_is_named(require) -> None:
    (row,) = outlook(plan_of(promise(require=require)), rates={"robust": 0.9})
    assert (row.chances, row.least, row.most) == (None, None, -1)
    assert (row.alike is not None) == ("baseline" in require)
    assert limits(parse(require), 100) == (None, -1)


def test_a_mean_is_looked_at_by_bets_where_the_plan_stops_early() -> None:
    mean = parse("mean(score) >= 0.9 at 95%")
    assert limits(mean, 400, early=True)[0] > limits(ASKED, 400)[0]
