"""Money becomes time by the charter's price of an hour; what cannot, says why."""

from dataclasses import dataclass
from fractions import Fraction

import pytest

from seatrial.charter.money import Money, Prices
from seatrial.errors import InputError
from seatrial.verbs.spending import Spending, spending

HOURLY = Prices("USD", per_hour=Fraction(5, 2))


@dataclass
class Charter:
    prices: Prices | None = None


def test_half_a_dollar_at_two_dollars_fifty_is_twelve_minutes() -> None:
    assert spending(Charter(HOURLY), money="0.50").minutes == pytest.approx(12)
    assert spending(Charter(HOURLY), money="0.5 USD").minutes == pytest.approx(12)


def test_what_time_costs_is_known_where_minutes_are_given_too() -> None:
    chosen = spending(Charter(HOURLY), minutes=6)
    assert (chosen.minutes, str(chosen.cost(360))) == (6, "0.25 USD")


def test_where_an_hour_has_no_price_nothing_is_said_of_money() -> None:
    assert spending(Charter(), minutes=6).cost(360) is None
    assert spending(Charter(Prices("USD", per_call=Fraction(1))), steps=6).hourly is None
    assert Spending(hourly=Money(Fraction(1), "USD")).cost(None) is None


@pytest.mark.parametrize("prices", [None, Prices("USD", per_call=Fraction(1, 1000))])
def test_money_without_a_price_of_an_hour_is_refused(prices) -> None:
    with pytest.raises(InputError, match=r"does not say what an hour costs.*per_hour: 2\.50 USD"):
        spending(Charter(prices), money="1")


@pytest.mark.parametrize("text", ["", "free", "1 dollar", "-1", "1e3", "nan", "1,50", "1 usd", "USD 1"])
def test_what_is_no_amount_is_refused_and_nothing_is_no_budget(text) -> None:
    if not text:
        assert spending(Charter(HOURLY), money=text).minutes == 0
        return
    with pytest.raises(InputError, match=r"is no amount.*0\.50 USD"):
        spending(Charter(HOURLY), money=text)


def test_nothing_of_a_currency_is_refused() -> None:
    with pytest.raises(InputError, match="nothing is no budget"):
        spending(Charter(HOURLY), money="0")


def test_another_currency_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"1 EUR is in another currency.*name it in USD"):
        spending(Charter(HOURLY), money="1 EUR")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"minutes": 1, "steps": 1}, "minutes and steps are both given"),
        ({"minutes": 1, "money": "1"}, "minutes and money are both given"),
        ({"steps": 1, "money": "1"}, "steps and money are both given"),
    ],
)
def test_two_budgets_are_refused(given, said) -> None:
    with pytest.raises(InputError, match=said):
        spending(Charter(HOURLY), **given)


@pytest.mark.parametrize(
    "given", [{"minutes": -1}, {"minutes": float("nan")}, {"minutes": float("inf")}, {"steps": -1}]
)
def test_a_budget_below_nothing_is_refused(given) -> None:
    with pytest.raises(InputError, match="below 0"):
        spending(Charter(HOURLY), **given)
