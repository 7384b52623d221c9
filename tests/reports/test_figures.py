import math
from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial.reports.charts import chart
from seatrial.reports.figures import Figures, figures, interval


def clause(**changes):
    return replace(dossiers.rejected().clauses[0], **changes)


def test_bounds_are_never_rounded_towards_the_promise():
    numbers = figures(clause(low=0.59996, high=0.60001, strict=0.59999))
    assert numbers is not None
    assert (numbers.floor, numbers.bound, numbers.ceiling) == ("59.9 %", "59.9 %", "60.1 %")


def test_a_bound_on_the_other_side_is_rounded_up():
    numbers = figures(clause(side="<=", strict=0.04001, limit=0.04, require="held_rate <= 0.04 at 95%"))
    assert numbers is not None
    assert numbers.bound == "4.1 %"
    assert numbers.required == "at most 4 %"


@pytest.mark.parametrize(
    ("held", "n", "words"),
    [
        (9999, 10000, "99.9 %"),
        (10000, 10000, "100.0 %"),
        (1, 10000, "0.1 %"),
        (0, 10000, "0.0 %"),
        (385, 900, "42.8 %"),
    ],
)
def test_nearly_all_is_not_all(held, n, words):
    numbers = figures(clause(held=held, n=n))
    assert numbers is not None
    assert numbers.measured == words


def test_a_fine_limit_gets_fine_numbers():
    numbers = figures(clause(require="held_rate >= 0.99995 at 95%", limit=0.99995, low=0.999912))
    assert numbers is not None
    assert numbers.required == "at least 99.995 %"
    assert numbers.floor == "99.991 %"


@pytest.mark.parametrize("changes", [{"verdict": "untried"}, {"n": 0}])
def test_no_data_no_number(changes):
    assert figures(clause(**changes)) is None


def test_a_bound_that_does_not_exist_is_not_printed():
    numbers = figures(clause(low=math.nan, high=math.inf, strict=math.nan))
    assert numbers is not None
    assert (numbers.floor, numbers.ceiling, numbers.bound) == ("", "", "")


def test_a_mean_has_no_measured_share():
    numbers = figures(clause(require="mean(score) >= 0.2 at 95%", limit=0.2, low=0.1234, high=0.5))
    assert numbers is not None
    assert not numbers.rate
    assert numbers.measured == ""
    assert numbers.floor == "0.123"
    assert numbers.what == "mean(score)"


@pytest.mark.parametrize(
    ("require", "share"), [("p99(latency) <= 0.25 s at 95%", 0.99), ("p10(latency) >= 1 ms at 95%", 0.9)]
)
def test_a_quantile_asks_for_a_share(require, share):
    numbers = figures(clause(require=require, side="<="))
    assert numbers is not None
    assert numbers.limit == share
    assert numbers.side == ">="
    assert numbers.rate


def test_the_two_sided_interval_is_named_for_what_it_is():
    assert interval(95.0) == "90"
    assert interval(97.5) == "95"


def test_a_difference_is_drawn_from_minus_one_to_one() -> None:
    numbers = Figures("held_rate - baseline", True, None, -0.025, 0.025, -0.03, -0.05, ">=", 1)
    assert (numbers.floor, numbers.ceiling, numbers.required) == ("-2.5 %", "2.5 %", "at least -5 %")
    drawn = chart(numbers, whole=True)
    assert [one.label for one in drawn.ticks] == ["-100 %", "-50 %", "0 %", "50 %", "100 %"]
    assert (drawn.limit.at, drawn.start, drawn.width) == ("47.50%", "48.75%", "2.50%")
