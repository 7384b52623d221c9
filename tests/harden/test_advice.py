"""What pilots say: differences with their intervals, what is at stake, and the order that follows."""

import numpy as np
import pytest

from seatrial.harden.advice import Change, Pilot, Stake, Tip, piloted
from seatrial.harden.paired import Pairs

STAKE = Stake("near", "breached", "critical", weight=9, gap=0.3, exposure=1.0)


def tip(name="training.one", *, won=30, lost=5, right=0, wrong=2, full=120.0, stake=STAKE) -> Tip:
    pilot = Pilot(Change(100, Pairs(lost, won)), Change(100, Pairs(wrong, right)), 10.0, full)
    return Tip(name, stake, pilot, 3.0, "seatrial harden")


def test_a_gain_is_what_was_won_less_what_was_lost() -> None:
    assert Change(100, Pairs(lost=5, won=30)).gain == pytest.approx(0.25)


def test_the_interval_of_a_gain_is_exact_on_both_sides() -> None:
    """Clopper-Pearson of 30 and of 5 in 100, each at 97.5 %: 0.203 to 0.414 and 0.013 to 0.124."""
    low, high = Change(100, Pairs(lost=5, won=30)).ends
    assert (low, high) == pytest.approx((0.203 - 0.124, 0.414 - 0.013), abs=0.003)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    """Of 400 draws in which a tenth is won and a twentieth lost, 95 % and more of the intervals hold the difference."""
    drawn = np.random.default_rng(3).multinomial(60, [0.1, 0.05, 0.85], size=400)
    ends = [Change(60, Pairs(int(lost), int(won))).ends for won, lost, _ in drawn]
    assert np.mean([low <= 0.05 <= high for low, high in ends]) >= 0.95


def test_nothing_that_differs_is_no_gain_and_not_sure() -> None:
    change = Change(40, Pairs(0, 0))
    assert change.gain == 0
    assert change.ends[0] < 0 < change.ends[1]
    assert not tip(won=0, lost=0).sure


def test_no_more_risk_is_taken_away_than_there_is() -> None:
    assert STAKE.risk == pytest.approx(2.7)
    assert STAKE.taken(0.1) == pytest.approx(0.9)
    assert STAKE.taken(0.9) == pytest.approx(2.7)
    assert STAKE.taken(-0.2) == pytest.approx(-1.8)


def test_clean_answers_that_are_lost_are_taken_off_and_those_won_are_no_excuse() -> None:
    assert tip(wrong=2).relief == pytest.approx(9 * 0.25 - 3 * 0.02)
    assert tip(right=50, wrong=0).relief == pytest.approx(9 * 0.25)
    assert tip(won=2, lost=2, wrong=40).relief < 0


def test_the_order_is_by_minute_so_a_slow_remedy_must_win_more() -> None:
    fast, slow = tip(won=15, full=60.0), tip(won=30, full=600.0)
    assert slow.relief > fast.relief
    assert fast.score > slow.score


def test_a_severe_clause_comes_first() -> None:
    minor = Stake("noise", "breached", "minor", weight=1, gap=0.3, exposure=1.0)
    assert tip(stake=STAKE).score > tip(stake=minor).score


def test_a_record_that_compares_nothing_is_no_pilot() -> None:
    assert piloted({}, 3.0) is None
    assert piloted({"before": {"cases": 0, "pairs": {}}}, 3.0) is None
    assert piloted({"before": {"cases": 9, "pairs": {"clean": {"lost": 0, "won": 0}}}}, 3.0) is None


def test_a_record_says_what_a_whole_run_would_take() -> None:
    pairs = {"clean": {"lost": 2, "won": 1}, "robust": {"lost": 0, "won": 7}}
    record = {"before": {"cases": 50, "pairs": pairs}, "full_cpu_seconds": 90.0}
    found = piloted(record, 3.0)
    assert (found.full, found.seconds) == (90.0, 3.0)
    assert (found.robust.pairs.won, found.clean.pairs.lost, found.robust.cases) == (7, 2, 50)
    assert piloted({"before": record["before"]}, 3.0).full == 3.0


def test_it_is_told_in_plain_values() -> None:
    told = tip().to_json()
    assert told["robust"]["gain"] == 0.25
    assert told["minutes"] == 2
    assert told["sure"] is True
