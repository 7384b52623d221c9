"""Criteria: one grammar, one canonical text."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.errors import CriterionError
from seatrial.proof.criterion import bounded, parse

names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,8}", fullmatch=True)
units = names.filter(lambda name: name not in ("at", "per"))
spaces = st.sampled_from(["", " ", "  "])
decimals = st.decimals(0, 10**6, places=4).map(lambda number: f"{number:f}")
percents = st.decimals("50.01", "99.99", places=2).map(str)


@st.composite
def metrics(draw, depth: int = 2) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(names)
    inner = draw(st.lists(metrics(depth=depth - 1), min_size=1, max_size=3))
    return f"{draw(names)}({draw(spaces)}{(draw(spaces) + ',').join(inner)})"


@st.composite
def criteria(draw) -> str:
    minus = draw(st.sampled_from(["", "-baseline", " - baseline"]))
    unit = draw(st.just("") | st.just("%") | units.map(lambda unit: f" {unit}"))
    per = draw(st.just("") | names.map(lambda name: f" per {name}"))
    sign = draw(st.sampled_from(["", "-"]))
    gap = draw(spaces)
    left = f"{draw(metrics())}{minus}{gap}{draw(st.sampled_from(['>=', '<=']))}{gap}"
    return f"{left}{sign}{draw(decimals)}{unit} at {draw(percents)}{gap}%{per}"


@given(criteria())
def test_the_canonical_text_is_a_fixed_point(text) -> None:
    found = parse(text)
    assert parse(str(found)) == found
    assert str(parse(str(found))) == str(found)


def test_parts() -> None:
    found = parse("p99( latency )-baseline<=050.50ms at 99.0 % per session")
    assert str(found) == "p99(latency) - baseline <= 50.5 ms at 99% per session"
    assert (found.metric, found.arguments, found.baseline) == ("p99", ("latency",), True)
    assert (found.comparison, found.number, found.unit, found.per) == ("<=", "50.5", "ms", "session")
    assert (found.limit, found.alpha, found.quantile) == (
        Fraction("0.0505"),
        Fraction(1, 100),
        Fraction(99, 100),
    )
    assert parse("held_rate >= 60 % at 95%").limit == Fraction(3, 5)
    assert parse("gap(mean(score), group) <= .05 at 95%").arguments == ("mean(score)", "group")
    assert parse("held_rate >= 0.60 at 95%").quantile is None


def test_numbers_are_exact() -> None:
    assert parse("held_rate >= 0.1 at 99.9%").limit == Fraction(1, 10)
    assert parse("held_rate >= 0.1 at 99.9%").alpha == Fraction(1, 1000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "held_rate",
        "held_rate > 0.6 at 95%",
        "held_rate == 0.6 at 95%",
        "held_rate >= 0.6",
        "held_rate >= 0.6 at 95",
        "held_rate >= 0.6 at 50%",
        "held_rate >= 0.6 at 100%",
        "held_rate >= 0.6 at -95%",
        "held_rate >= 1e-3 at 95%",
        "held_rate >= 8/255 at 95%",
        "held_rate >= 0.6 at 95% per",
        "held_rate >= 0.6 at 95% each",
        "held_rate - champion >= 0 at 95%",
        "held_rate >= 0.6 at 95% at 95%",
        "held rate >= 0.6 at 95%",
        "mean() >= 0.6 at 95%",
        "mean(score >= 0.6 at 95%",
        "mean(score,) >= 0.6 at 95%",
        "0.6 <= held_rate at 95%",
        "held_rate >= 0.1234567890123456789 at 95%",
        "held_rate >= . at 95%",
        "held\u00e9 >= 0.6 at 95%",
        "held_rate >= \u0661 at 95%",
        "a(" * 100 + "b" + ")" * 100 + " >= 0.6 at 95%",
    ],
)
def test_what_is_no_criterion_is_refused_with_a_hint(text) -> None:
    with pytest.raises(CriterionError) as caught:
        parse(text)
    assert "held_rate >= 0.95 at 95%" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "held_rate >= 0.6 at 95%",
        "held_rate <= 30% at 95%",
        "mean(score) >= 0.5 at 99% per case",
        "p99(latency) <= 50 ms at 95%",
        "p5(score) >= -3 at 95%",
        "gap(held_rate) <= 5% at 95%",
        "gap(score) <= 0.05 at 95%",
        "held_rate - baseline >= -0.02 at 95%",
        "mean(score) - baseline >= 0 at 95%",
        "held_rate >= 0.6 at 95% per session",
        "p99(latency) <= 50 ms at 95% per person",
    ],
)
def test_what_this_release_judges(text) -> None:
    assert bounded(parse(text)) is None


@pytest.mark.parametrize(
    "text",
    [
        "gap(held_rate) >= 0.05 at 95%",
        "gap(held_rate) <= 0 at 95%",
        "gap(held_rate) <= 0.05 s at 95%",
        "gap(held_rate) <= 0.05 at 95% per person",
        "gap(held_rate) - baseline <= 0.05 at 95%",
        "gap(mean(score)) <= 0.05 at 95%",
        "gap <= 0.05 at 95%",
        "p99(latency) - baseline <= 1 s at 95%",
        "held_rate - baseline >= -1 at 95%",
        "held_rate - baseline >= 150% at 95%",
        "held_rate - baseline >= 0.1 s at 95%",
        "held_rate >= 1 at 95%",
        "held_rate >= 100% at 95%",
        "held_rate >= 60 at 95%",
        "held_rate >= -0.5 at 95%",
        "held_rate >= 0.5 s at 95%",
        "held_rate(x) >= 0.5 at 95%",
        "mean(gap(x)) >= 0.5 at 95%",
        "mean(a, b) >= 0.5 at 95%",
        "mean >= 0.5 at 95%",
        "p99(latency) <= 50 lightyears at 95%",
        "p99(mean(x)) <= 50 at 95%",
        "p100(x) <= 1 at 95%",
        "accuracy >= 0.5 at 95%",
    ],
)
def test_what_it_does_not_judge_it_says_why(text) -> None:
    assert bounded(parse(text))
