"""One convention for every criterion: what proves it, what refutes it, and bounds that say the same."""

from fractions import Fraction

import pytest

from seatrial.proof import claims
from seatrial.proof.criterion import parse
from seatrial.proof.tally import Tally

ALPHA = Fraction(1, 20)


def values(*pairs, unknown=0):
    """Return a tally of bets: (value, units) each."""
    spread = {(value, value): count for value, count in pairs}
    if unknown:
        spread[0.0, 1.0] = unknown
    n = sum(spread.values())
    return Tally(n, 0, unknown, sum((Fraction(v) * c for v, c in pairs), Fraction(0)), spread)


GOOD = {
    "held_rate >= 0.9 at 95%": Tally(400, 390, 0),
    "held_rate <= 0.1 at 95%": Tally(400, 10, 0),
    "held_rate - baseline >= -0.05 at 95%": values((0.5, 380), (1.0, 10), (0.0, 10)),
    "held_rate - baseline <= 0.05 at 95%": values((0.5, 380), (1.0, 10), (0.0, 10)),
    "mean(score) - baseline >= 0.1 at 95%": values((0.6, 200), (0.7, 200)),
    "held_rate >= 0.8 at 95% per person": values((1.0, 100), (0.9, 100)),
    "held_rate <= 0.2 at 95% per person": values((0.0, 100), (0.1, 100)),
    "p90(latency) <= 0.2 s at 95%": Tally(400, 390, 0),
    "p10(score) >= 0.2 at 95%": Tally(400, 390, 0),
    "gap(held_rate) <= 0.1 at 95%": Tally(
        2000, 1900, 0, None, None, {b"a": (1000, Fraction(950), 0), b"b": (1000, Fraction(950), 0)}
    ),
}
BAD = {
    "held_rate >= 0.9 at 95%": Tally(400, 300, 0),
    "held_rate <= 0.1 at 95%": Tally(400, 100, 0),
    "held_rate - baseline >= -0.05 at 95%": values((0.5, 300), (0.0, 100)),
    "held_rate - baseline <= 0.05 at 95%": values((0.5, 300), (1.0, 100)),
    "mean(score) - baseline >= 0.1 at 95%": values((0.4, 200), (0.5, 200)),
    "held_rate >= 0.8 at 95% per person": values((0.5, 100), (0.6, 100)),
    "held_rate <= 0.2 at 95% per person": values((0.5, 100), (0.6, 100)),
    "p90(latency) <= 0.2 s at 95%": Tally(400, 300, 0),
    "p10(score) >= 0.2 at 95%": Tally(400, 300, 0),
    "gap(held_rate) <= 0.1 at 95%": Tally(
        2000, 1500, 0, None, None, {b"a": (1000, Fraction(950), 0), b"b": (1000, Fraction(550), 0)}
    ),
}


@pytest.mark.parametrize("text", GOOD)
def test_each_criterion_is_proved_by_what_proves_it(text) -> None:
    criterion, seen = parse(text), GOOD[text]
    assert claims.proved(criterion, seen, ALPHA)
    assert not claims.refuted(criterion, seen, ALPHA)
    limit, side = claims.compared(criterion)
    low, high = claims.interval(criterion, seen, ALPHA)
    assert low > limit if side == ">=" else high <= limit


@pytest.mark.parametrize("text", BAD)
def test_each_criterion_is_refuted_by_what_refutes_it(text) -> None:
    criterion, seen = parse(text), BAD[text]
    assert claims.refuted(criterion, seen, ALPHA)
    assert not claims.proved(criterion, seen, ALPHA)
    limit, side = claims.compared(criterion)
    low, high = claims.interval(criterion, seen, ALPHA)
    assert high < limit if side == ">=" else low > limit


@pytest.mark.parametrize("text", GOOD)
def test_the_more_is_unknown_the_less_is_claimed_either_way(text) -> None:
    criterion = parse(text)
    for seen in (GOOD[text], BAD[text]):
        if seen.spread is not None:
            lost = values(*((value, 1) for (value, _) in seen.spread), unknown=seen.n)
        else:
            lost = Tally(seen.n, 0, seen.n, None, None, seen.groups and dict.fromkeys(seen.groups, (9, Fraction(0), 9)))
        assert not claims.proved(criterion, lost, ALPHA)
        assert not claims.refuted(criterion, lost, ALPHA)


@pytest.mark.parametrize(("text", "early", "needed"), [
    ("held_rate >= 0.9 at 95%", False, 36),
    ("held_rate >= 0.9 at 95%", True, 51),
    ("held_rate <= 0.1 at 95%", True, 51),
    ("p90(latency) <= 1 s at 95%", True, 51),
    ("gap(held_rate) <= 0.1 at 95%", False, 84),
    ("held_rate >= 0.9 at 95% per person", False, 55),
])  # fmt: skip
def test_what_would_do_if_all_came_out_well(text, early, needed) -> None:
    assert claims.needed(parse(text), ALPHA / 2, early=early) == needed


def test_a_difference_can_be_shown_by_models_that_never_differ_only_if_it_may_be_negative() -> None:
    assert claims.alike(parse("held_rate - baseline >= -0.02 at 95%"), ALPHA / 2) == 284
    assert claims.alike(parse("held_rate - baseline >= 0 at 95%"), ALPHA / 2) is None
    assert claims.alike(parse("held_rate >= 0.5 at 95%"), ALPHA / 2) is None


def test_unknown_cases_widen_the_interval_on_both_sides() -> None:
    criterion = parse("held_rate >= 0.5 at 95%")
    low, high = claims.interval(criterion, Tally(100, 60, 0), ALPHA)
    wider = claims.interval(criterion, Tally(100, 60, 10), ALPHA)
    assert wider[0] == low
    assert wider[1] > high
    assert claims.interval(criterion, Tally(0, 0, 0), ALPHA) == (0.0, 1.0)
    assert claims.interval(parse("held_rate - baseline >= 0 at 95%"), Tally(0, 0, 0), ALPHA) == (-1.0, 1.0)


def test_looking_at_any_time_has_its_price_in_the_bounds() -> None:
    criterion = parse("held_rate >= 0.5 at 95%")
    fixed = claims.interval(criterion, Tally(400, 300, 0), ALPHA)
    early = claims.interval(criterion, Tally(400, 300, 0, early=True), ALPHA)
    assert early[0] < fixed[0] < fixed[1] < early[1]
