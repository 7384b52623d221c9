"""What a plan takes, and how likely its verdicts are; scipy says the probabilities again."""

import pytest
from scipy.stats import binom

from seatrial.plan.limits import chances, limits
from seatrial.plan.plan import Plan, Promise
from seatrial.plan.size import outlook, price
from seatrial.proof.canonical import digest
from seatrial.proof.criterion import parse

NOTHING = digest(b"")


def promise(name="robust", require="held_rate >= 0.6 at 95%", *, count=1000, advisory=False, shard=256) -> Promise:
    return Promise(name, "", require, "major", advisory, "", (), count, 0, shard)


def plan_of(*clauses: Promise) -> Plan:
    return Plan(NOTHING, NOTHING, {}, {}, NOTHING, "", 1000, 256, {}, clauses)


def test_the_figures_of_the_demo() -> None:
    """DESIGN's table: n = 1000, two clauses, attempt 2 needs .672 and .956; reject within .532 surely."""
    plan = plan_of(promise(), promise("clean", "held_rate >= 0.92 at 95%"))
    rates = {"robust": 0.532, "clean": 0.956}
    first = {one.clause: one for one in outlook(plan, rates=rates)}
    second = {one.clause: one for one in outlook(plan, rates={"robust": 0.672, "clean": 0.956}, attempt=2)}
    assert first["robust"].chances["breached"] >= 0.99
    assert second["robust"].chances["held"] == pytest.approx(0.99, abs=1e-3)
    assert second["clean"].chances["held"] == pytest.approx(0.99, abs=1e-3)
    assert (first["robust"].needed, second["clean"].needed) == (8, 58)


@pytest.mark.parametrize("rate", [0.5, 0.58, 0.6, 0.62, 0.7])
def test_chances_are_exact_and_add_up(rate) -> None:
    least, most = limits(parse("held_rate >= 0.6 at 95%"), 400)
    found = chances(400, rate, least, most)
    assert sum(found.values()) == pytest.approx(1)
    assert found["held"] == pytest.approx(binom.sf(least - 1, 400, rate), rel=1e-9)
    assert found["breached"] == pytest.approx(binom.cdf(most, 400, rate), rel=1e-9, abs=1e-15)


def test_limits_are_where_the_verdict_turns() -> None:
    least, most = limits(parse("held_rate >= 0.6 at 95%"), 400)
    assert binom.sf(least - 1, 400, 0.6) <= 0.025 < binom.sf(least - 2, 400, 0.6)
    assert binom.cdf(most, 400, 0.6) <= 0.05 < binom.cdf(most + 1, 400, 0.6)
    assert limits(parse("held_rate >= 0.6 at 95%"), 400, blocking=2)[1] < most
    assert limits(parse("held_rate >= 0.6 at 95%"), 400, attempt=3)[0] > least


def test_too_few_cases_can_never_be_held_or_breached() -> None:
    assert limits(parse("held_rate >= 0.99 at 95%"), 100) == (None, 96)
    assert limits(parse("held_rate >= 0.05 at 95%"), 2)[1] == -1


def test_a_rate_that_must_stay_low_is_counted_in_what_does_not_hold() -> None:
    low = limits(parse("held_rate <= 0.4 at 95%"), 400)
    assert low == limits(parse("held_rate >= 0.6 at 95%"), 400)


def test_a_quantile_is_a_rate_of_cases_within_the_limit() -> None:
    assert limits(parse("p99(latency) <= 0.2 s at 95%"), 1000) == limits(parse("held_rate >= 0.99 at 95%"), 1000)


def test_a_mean_needs_more_than_a_rate() -> None:
    rate, mean = (limits(parse(f"{what} >= 0.6 at 95%"), 400) for what in ("held_rate", "mean(score)"))
    assert mean[0] > rate[0]
    assert mean[1] < rate[1]


def test_minutes_come_from_a_pilot() -> None:
    plan = plan_of(promise(count=1000, shard=256), promise("other", count=10, shard=0))
    first, second = outlook(plan, prices={"robust": 0.06})
    assert first.minutes == pytest.approx(1.0)
    assert (first.shards, second.shards) == (4, 1)
    assert second.minutes is None
    assert first.chances is None
    assert price(plan, {"robust": 0.06}) == pytest.approx(60)


def test_more_slices_settle_more() -> None:
    plan = plan_of(promise(count=300))
    once, twice = (outlook(plan, rates={"robust": 0.65}, slices=k)[0] for k in (1, 2))
    assert twice.cases == 600
    assert twice.chances["held"] > once.chances["held"]
