"""Amounts of money: exact, in one currency, shown with two digits that say something."""

from fractions import Fraction

import pytest

from seatrial.charter.lint import lint
from seatrial.charter.money import Money, Prices, prices, read
from tests.charter.charters import charter, said

BUDGET = "budget: {minutes: 10}"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("5", "5 USD"),
        ("5.10", "5.1 USD"),
        ("0.0004", "0.0004 USD"),
        ("0.096", "0.096 USD"),
        ("0", "0 USD"),
        ("1234.567", "1234.57 USD"),
        ("0.999", "1 USD"),
        ("0.000000001", "0.000000001 USD"),
        ("100", "100 USD"),
    ],
)
def test_an_amount_is_said_shortly(amount: str, text: str) -> None:
    assert str(Money(Fraction(amount), "USD")) == text


@pytest.mark.parametrize(
    "text", ["5", "5USD", "5 usd", "-5 USD", "1e3 USD", "5 DOLLARS", "5,5 USD", "01 USD", " 5 USD"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        read(text)


def test_sums_are_exact() -> None:
    cost = Prices("USD", Fraction("0.0001"), Fraction("3.6")).cost(3, 10)
    assert cost == Money(Fraction(3, 10_000) + Fraction(1, 100), "USD")
    assert cost.times(2).amount == 2 * cost.amount
    assert prices({}) is None
    assert prices({"per_hour": "2 EUR"}) == Prices("EUR", per_hour=Fraction(2))


def test_a_charter_without_money_keeps_its_bytes_and_one_with_it_says_so() -> None:
    assert charter().text["budget"] == {"minutes": 10.0}
    priced = charter((BUDGET, "budget: {money: 5 USD, prices: {per_call: 0.0004 USD}}"))
    assert priced.text["budget"] == {"minutes": None, "money": "5 USD", "prices": {"per_call": "0.0004 USD"}}
    assert (str(priced.money), priced.prices) == ("5 USD", Prices("USD", Fraction("0.0004")))
    assert priced.minutes is None


@pytest.mark.parametrize(
    ("budget", "what"),
    [
        ("{money: 5 USD}", "budget.money: can never be used up"),
        ("{money: 5 USD, prices: {}}", "budget.money: can never be used up"),
        (
            "{money: 5 USD, prices: {per_call: 1 EUR}}",
            "budget.prices.per_call: is in EUR, and what stands before it in USD",
        ),
        ("{prices: {per_call: 1 EUR, per_hour: 1 USD}}", "budget.prices.per_hour: is in USD"),
        ("{prices: {per_call: cheap}}", "budget.prices.per_call: is no amount of money (write 5 USD or 0.0004 USD)"),
        ("{prices: {per_token: 1 USD}}", "budget.prices.per_token: unknown key"),
    ],
)
def test_mistakes_have_their_place(budget: str, what: str) -> None:
    (problem,) = said((BUDGET, f"budget: {budget}"))
    assert problem.startswith(f"charter.yaml:28: {what}")


def test_a_budget_that_cannot_pay_for_one_answer_each_is_refused() -> None:
    poor = charter((BUDGET, "budget: {money: 1 USD, prices: {per_call: 0.01 USD}}"))
    (problem,) = lint(poor, 51)
    assert problem.where == "budget.money"
    assert "one answer to each case costs 1.02 USD already" in problem.what
    assert lint(poor, 50) == []
