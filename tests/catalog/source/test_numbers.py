"""Numbers as people write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.catalog.source.numbers import fractions, number, per_mille


@given(st.integers(0, 10**9 - 1), st.integers(1, 10**9 - 1))
def test_a_fraction_is_the_nearest_float(over, under) -> None:
    assert number(f"{over}/{under}") == float(Fraction(over, under))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_itself(value) -> None:
    assert number(value) == value


@pytest.mark.parametrize("value", ["1/0", "1/0.0", "8 / 255", "-1/2", "1/2/3", "/2", "1/", "0.2", "", True, None, [1]])
def test_what_is_no_number(value) -> None:
    assert number(value) is None


@given(st.integers(0, 1000))
def test_every_share_in_tenths_of_a_percent_is_read_alike(share) -> None:
    text = f"{share // 10}.{share % 10}%"
    assert per_mille(text) == per_mille(share / 1000) == per_mille(f"{share}/1000") == share


@pytest.mark.parametrize(
    "value", ["100.1%", "33.33%", "40 %", "-1%", "40", "1/3", 40, 1.001, -0.1, 0.0005, True, None, "%", "1/0", [0.4]]
)
def test_what_is_no_share(value) -> None:
    assert per_mille(value) is None


@given(st.fractions(0, 1))
def test_a_share_is_exact_or_refused(value) -> None:
    text = f"{value.numerator}/{value.denominator}"
    found = per_mille(text) if value.denominator < 10**9 else None
    assert found is None or Fraction(found, 1000) == value


def test_fractions_are_found_everywhere() -> None:
    assert fractions({"a": ["1/4", {"b": "1/2"}], "c": "x/y", "d": True}) == {
        "a": [0.25, {"b": 0.5}],
        "c": "x/y",
        "d": True,
    }
