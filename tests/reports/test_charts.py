import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.reports.charts import chart, share
from seatrial.reports.figures import Figures


def figures(low, high, limit, **changes):
    known = {"what": "held", "rate": True, "point": (low + high) / 2, "strict": low, "side": ">=", "digits": 1}
    return Figures(low=low, high=high, limit=limit, **{**known, **changes})


def at(position: str) -> float:
    assert position.endswith("%")
    return float(position[:-1])


def test_positions_on_the_whole_axis_are_the_shares_themselves():
    drawn = chart(figures(0.4, 0.46, 0.6), whole=True)
    assert (drawn.start, drawn.width, drawn.stop) == ("40.00%", "6.00%", "46.00%")
    assert (drawn.limit.at, drawn.good, drawn.good_width) == ("60.00%", "60.00%", "40.00%")
    assert [tick.label for tick in drawn.ticks] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_at_most_asks_for_the_left_side():
    drawn = chart(figures(0.02, 0.04, 0.1, side="<="), whole=True)
    assert (drawn.good, drawn.good_width) == ("0.00%", "10.00%")


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_everything_is_on_the_axis_in_its_order(a, b, limit):
    low, high = min(a, b), max(a, b)
    drawn = chart(figures(low, high, limit))
    places = [at(tick.at) for tick in drawn.ticks]
    assert 2 <= len(places) <= 8
    assert places == sorted(places)
    assert len({tick.label for tick in drawn.ticks}) == len(places)
    assert places[0] == 0.0
    assert places[-1] == 100.0
    assert at(drawn.start) <= at(drawn.stop)
    assert (limit <= low) == (at(drawn.limit.at) <= at(drawn.start)) or abs(limit - low) < 1e-3


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e3))
def test_any_number_can_be_drawn(low, span):
    drawn = chart(figures(low, low + span, low, rate=False))
    assert at(drawn.ticks[-1].at) == 100.0


def test_a_bound_that_is_missing_reaches_the_end():
    drawn = chart(Figures("held", True, None, 0.4, None, None, 0.6, ">=", 1), whole=True)
    assert drawn.stop == "100.00%"
    assert drawn.point == drawn.strict == ""


@pytest.mark.parametrize(("part", "whole", "length"), [(1, 4, "25.00%"), (0, 0, "0.00%"), (5, 4, "100.00%")])
def test_bars(part, whole, length):
    assert share(part, whole) == length
