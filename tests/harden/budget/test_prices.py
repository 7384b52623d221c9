"""What things cost: seen, smoothed, and extrapolated."""

from dataclasses import replace

import pytest

from seatrial.harden.budget.prices import AT, CARES, Attack, Care, Prices, careful, prices_again, shaped

ATTACK = Attack(steps=10, long=20, queries=100)
SEEN = Prices(update=0.02, check=0.3, narrow=0.004, query=0.002, parent=0.5)


def test_one_wildly_expensive_update_hardly_moves_the_price() -> None:
    after = SEEN.paid(100.0)
    assert SEEN.update < after.update < 1.5 * SEEN.update


def test_a_price_that_stays_is_believed_after_a_while() -> None:
    prices = SEEN
    for _ in range(100):
        prices = prices.paid(0.04)
    assert prices.update == pytest.approx(0.04, rel=0.01)


def test_the_first_update_is_the_price() -> None:
    assert Prices().paid(0.7).update == 0.7


def test_differences_between_updates_that_are_noise_are_not_taken_for_a_shape() -> None:
    assert set(shaped([1.0, 1.3, 0.95, 1.0, 1.2])) == {1.0}
    assert shaped([1.0, 2.0, 3.0, 4.0, 4.0]) == (1.0, 2.0, 3.0, 4.0, 4.0)


def test_what_is_ahead_is_the_mean_of_the_rest_in_prices_of_now() -> None:
    growing = replace(SEEN, shape=(1.0, 2.0, 3.0, 4.0, 5.0))
    assert growing.mean(0.0) == pytest.approx(0.02 * 3)
    assert growing.mean(0.5) == pytest.approx(0.02 * 4 / 3)
    assert growing.mean(1.0) == pytest.approx(0.02)
    assert SEEN.mean(0.3) == SEEN.update


def test_a_last_check_of_more_cases_and_longer_attacks_costs_more() -> None:
    close, far = (SEEN.ending(ATTACK, care) for care in (CARES[0], CARES[-1]))
    assert close > 1.3 * far
    assert SEEN.ending(replace(ATTACK, rules=3), CARES[0]) > SEEN.ending(ATTACK, CARES[0])


def test_where_a_pass_costs_the_same_for_few_cases_the_last_check_costs_as_many_passes() -> None:
    """A tiny network: time goes by the number of passes, not of cases."""
    tiny = replace(SEEN, check=0.15, narrow=0.01, query=0.0, parent=0.0)
    only = tiny.ending(replace(ATTACK, queries=0), Care(finalists=1)) - 105 * 0.01
    assert only == pytest.approx(25 * 0.01 * 1.2, rel=0.01)


def test_a_parent_that_stands_nothing_is_cheap_to_compare_with() -> None:
    assert replace(SEEN, parent=0.0).ending(ATTACK, CARES[0]) < SEEN.ending(ATTACK, CARES[0])


def test_checks_are_no_more_than_the_recipe_asks_for_and_never_none() -> None:
    assert [care.times(8) for care in CARES] == [8, 6, 4, 3]
    assert [care.times(1) for care in CARES] == [1, 1, 1, 1]
    assert [care.times(3) for care in CARES] == [3, 2, 2, 2]


def test_how_closely_a_run_looks_follows_from_its_budget() -> None:
    levels = [careful(replace(SEEN, check=0.0, wide=0.02), one, ATTACK, checks=8) for one in (2, 10, 20, 1000)]
    assert levels == sorted(levels, reverse=True)
    assert levels[0] == len(CARES) - 1
    assert levels[-1] == 0


def test_prices_go_through_a_checkpoint() -> None:
    assert prices_again(SEEN.to_json()) == SEEN
    assert len(SEEN.to_json()["shape"]) == len(AT)
