"""Promises that can never be kept with the cases at hand."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.charter.lint import last_attempt, lint, needed, provable
from seatrial.proof.bounds import alpha_at
from seatrial.proof.criterion import parse
from tests.charter.charters import charter

TABLE = [(".60", 8, 10, 13), (".92", 45, 58, 77), (".99", 368, 477, 637), (".995", 736, 956, 1277)]


@pytest.mark.parametrize(("rate", "first", "second", "fifth"), TABLE)
def test_the_published_table(rate, first, second, fifth) -> None:
    wanted = parse(f"held_rate >= {rate} at 95%")
    assert [needed(wanted, attempt) for attempt in (1, 2, 5)] == [first, second, fifth]


@pytest.mark.parametrize(("rate", "first", "second", "fifth"), TABLE)
def test_one_case_less_is_refused_with_the_number(rate, first, second, fifth) -> None:
    made = charter(("held_rate >= 0.90", f"held_rate >= {rate}"))
    for attempt, enough in ((1, first), (2, second), (5, fifth)):
        assert lint(made, {"clean": enough}, attempt=attempt) == []
        (problem,) = lint(made, {"clean": enough - 1}, attempt=attempt)
        assert problem.where == "clauses.clean.require"
        assert f"needs {enough} cases at attempt {attempt}, all held; there are {enough - 1}" in problem.what


def test_it_says_from_which_attempt_on() -> None:
    made = charter(("held_rate >= 0.90", "held_rate >= 0.99"))
    (problem,) = lint(made, {"clean": 400}, attempt=5)
    assert problem.what.endswith("out of reach from attempt 2 on")
    (problem,) = lint(made, {"clean": 300})
    assert problem.what.endswith("out of reach at any attempt")


def test_it_says_what_can_be_proved_and_that_is_true() -> None:
    made = charter(("held_rate >= 0.90", "held_rate >= 0.999"))
    (problem,) = lint(made, {"clean": 600})
    assert problem.hint == (
        "raise cases.per_attempt to 3688 or more, or ask for less: 600 cases can prove `held_rate >= 0.9938 at 95%`"
    )
    assert lint(charter(("held_rate >= 0.90", "held_rate >= 0.9938")), {"clean": 600}) == []


def test_one_number_stands_for_all_clauses() -> None:
    assert [p.where for p in lint(charter(), 5)] == ["clauses.stickers.require", "clauses.clean.require"]
    assert lint(charter(), 900) == []
    assert lint(charter(), {}) == []


@pytest.mark.parametrize(
    ("criterion", "same_as"),
    [
        ("p99(latency) <= 0.2 s at 95%", "held_rate >= 0.99 at 95%"),
        ("p90(latency) >= 0.2 s at 95%", "held_rate >= 0.1 at 95%"),
        ("mean(score) >= 0.7 at 95%", "held_rate >= 0.7 at 95%"),
        ("mean(score) <= 0.2 at 95%", "held_rate >= 0.8 at 95%"),
        ("held_rate <= 0.05 at 95%", "held_rate >= 0.95 at 95%"),
        ("held_rate >= 70% at 99%", "held_rate >= 0.7 at 99%"),
    ],
)
def test_every_bound_has_its_rate(criterion, same_as) -> None:
    assert needed(parse(criterion), 3) == needed(parse(same_as), 3)


@given(st.integers(1, 3000), st.integers(1, 6), st.sampled_from([Fraction(1, 20), Fraction(1, 100)]))
def test_what_is_provable_is_the_most(cases, attempt, alpha) -> None:
    rate = Fraction(provable(alpha, cases, attempt=attempt))
    assert rate == 0 or rate**cases <= alpha_at(alpha, attempt)
    assert (rate + Fraction(1, 10_000)) ** cases > alpha_at(alpha, attempt)


@given(st.integers(1, 3000), st.sampled_from(["0.6", "0.9", "0.99", "0.999"]))
def test_the_last_attempt_is_the_last(cases, rate) -> None:
    wanted = parse(f"held_rate >= {rate} at 95%")
    last = last_attempt(wanted, cases)
    after = needed(wanted, last + 1)
    assert last == 0 or (needed(wanted, last) or 0) <= cases
    assert last >= 1 << 19 or (after is not None and after > cases)
