"""The largest difference between groups, against bounds that scipy computes."""

from fractions import Fraction

import pytest
from scipy import stats

from seatrial.proof import gap

ALPHA = Fraction(1, 20)


def group(n: int, held: int, unknown: int = 0) -> gap.Group:
    return n, Fraction(held), unknown


@pytest.mark.parametrize(("n", "x"), [(60, 50), (60, 0), (60, 60), (1, 1), (400, 311)])
def test_the_bounds_of_a_group_are_clopper_and_pearsons_rounded_outward(n, x) -> None:
    low, high = gap.span(group(n, x), ALPHA, rate=True)
    least = stats.beta.ppf(0.05, x, n - x + 1) if x else 0.0
    most = stats.beta.ppf(0.95, x + 1, n - x) if x < n else 1.0
    assert least - 2e-6 <= low <= least + 1e-12
    assert most - 1e-12 <= high <= most + 2e-6


def test_unknown_cases_widen_it_on_both_sides() -> None:
    low, high = gap.span(group(100, 80), ALPHA, rate=True)
    less, more = gap.span(group(100, 75, 10), ALPHA, rate=True)
    assert less < low
    assert more > high


def test_equal_groups_prove_a_small_gap_when_there_are_enough_of_them() -> None:
    few = {b"a": group(200, 100), b"b": group(200, 100)}
    many = {b"a": group(4000, 2000), b"b": group(4000, 2000)}
    limit = Fraction(1, 20)
    assert not gap.proved(few, limit, ALPHA, rate=True)
    assert gap.proved(many, limit, ALPHA, rate=True)
    assert not gap.refuted(many, limit, ALPHA, rate=True)


def test_one_bad_group_among_many_is_found() -> None:
    groups = {bytes([at]): group(300, 270) for at in range(6)}
    assert not gap.refuted(groups, Fraction(1, 10), ALPHA, rate=True)
    groups[b"worst"] = group(300, 190)
    assert gap.refuted(groups, Fraction(1, 10), ALPHA, rate=True)
    assert not gap.proved(groups, Fraction(1, 10), ALPHA, rate=True)


def test_more_groups_ask_for_more_before_one_is_accused_and_not_before_all_are_cleared() -> None:
    two = {b"a": group(100, 90), b"b": group(100, 70)}
    ten = {**two, **{bytes([at]): group(100, 80) for at in range(8)}}
    narrow, wide = gap.interval(two, ALPHA, rate=True), gap.interval(ten, ALPHA, rate=True)
    assert wide[0] < narrow[0]
    assert wide[1] == narrow[1]


def test_one_group_has_no_gap() -> None:
    alone = {b"a": group(4000, 2000)}
    assert not gap.proved(alone, Fraction(1, 2), ALPHA, rate=True)
    assert not gap.refuted(alone, Fraction(1, 2), ALPHA, rate=True)
    assert gap.interval(alone, ALPHA, rate=True) == (0.0, 1.0)


def test_means_of_values_have_a_gap_too() -> None:
    near = {b"a": (9000, Fraction(4500), 0), b"b": (9000, Fraction(4510), 0)}
    far = {b"a": (9000, Fraction(4500), 0), b"b": (9000, Fraction(7000), 0)}
    assert gap.proved(near, Fraction(1, 10), ALPHA, rate=False)
    assert gap.refuted(far, Fraction(1, 10), ALPHA, rate=False)


def test_the_least_number_of_cases_is_that_of_two_perfect_groups() -> None:
    limit = Fraction(1, 20)
    needed = gap.groups_needed(limit, ALPHA)
    each = needed // 2
    assert gap.proved({b"a": group(each, each), b"b": group(each, each)}, limit, ALPHA, rate=True)
    assert not gap.proved({b"a": group(each - 1, each - 1), b"b": group(each - 1, each - 1)}, limit, ALPHA, rate=True)
