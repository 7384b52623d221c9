from fractions import Fraction

import pytest
from scipy.stats import binom

from seatrial.decision.settle import Settlement, settle
from seatrial.proof.criterion import parse
from seatrial.proof.tally import Tally, repeated
from seatrial.proof.verdict import clause_verdict

ASKED = parse("held_rate >= 0.6 at 95%")


def _verdict(tally: Tally, attempt: int) -> str:
    state = {"control_missed": False, "failed": False, "not_done": False}
    return clause_verdict(ASKED, tally, attempt, 2, **state)


@pytest.mark.parametrize(("held", "comes"), [(190, "held"), (185, "held"), (175, "breached")])
def test_it_is_the_least_number_of_slices_that_decides(held: int, comes: str) -> None:
    tally = Tally(300, held, 0)
    assert _verdict(tally, 1) == "unproven"
    found = settle(ASKED, tally, 1, 2, slices=1)
    decided = [_verdict(repeated(tally, Fraction(1 + more)), 1 + more) for more in range(1, found.again + 1)]
    assert found.verdict == comes == decided[-1]
    assert set(decided[:-1]) <= {"unproven"}
    assert found.cases == 300 * found.again


def test_earlier_slices_count() -> None:
    once = settle(ASKED, Tally(300, 190, 0), 1, 2, slices=1)
    twice = settle(ASKED, Tally(600, 380, 0), 2, 2, slices=2)
    assert twice.again == once.again - 1


def test_at_the_limit_no_number_settles_it() -> None:
    found = settle(ASKED, Tally(300, 180, 0), 1, 2, slices=1)
    assert found == Settlement(0, 0, "unproven")
    assert "more cases alone" in str(found)


def test_what_stays_unknown_stays_open() -> None:
    assert settle(ASKED, Tally(300, 0, 300), 1, 2, slices=1).again == 0
    assert settle(ASKED, Tally(300, 170, 120), 1, 2, slices=1).again == 0


def test_a_mean_is_settled_too() -> None:
    asked = parse("mean(score) >= 0.5 at 95%")
    found = settle(asked, Tally(100, 55, 0, Fraction(555, 10)), 1, 1, slices=1)
    assert found.verdict == "held"
    assert found.again > 1


def test_it_is_said_in_words() -> None:
    assert str(Settlement(2, 600, "held")) == (
        "about 600 more cases (`seatrial gate --again`, 2 times) would show it held, if they come out as these did"
    )


def test_how_likely_it_is_and_what_it_takes_are_said() -> None:
    said = str(Settlement(1, 300, "held", chance=0.634, cost="that takes about 3 minutes and 0.72 USD"))
    assert said == (
        "about 300 more cases (`seatrial gate --again`, once) would show it held, if they come out as these did "
        "(probability 0.63 under the rate that was seen); that takes about 3 minutes and 0.72 USD"
    )


@pytest.mark.parametrize(("held", "comes"), [(190, "held"), (175, "breached")])
def test_the_chance_is_that_of_the_verdict_by_enumeration(held: int, comes: str) -> None:
    found = settle(ASKED, Tally(300, held, 0), 1, 2, slices=1)
    rate, more = held / 300, found.cases
    pairs = ((x, Tally(300 + more, held + x, 0)) for x in range(more + 1))
    hits = sum(float(binom.pmf(x, more, rate)) for x, seen in pairs if _verdict(seen, 1 + found.again) == comes)
    assert found.verdict == comes
    assert found.chance == pytest.approx(hits, abs=1e-6)


def test_where_counts_decide_nothing_no_chance_is_claimed() -> None:
    mean = settle(parse("mean(score) >= 0.5 at 95%"), Tally(100, 55, 0, Fraction(555, 10)), 1, 1, slices=1)
    assert (mean.verdict, mean.chance) == ("held", None)
    assert "probability" not in str(mean)
