"""From rows to units: differences, clusters, groups, and what is unknown of them."""

from fractions import Fraction

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import claims
from seatrial.proof.criterion import parse
from seatrial.proof.tally import kind, repeated, tally

DELTA = parse("held_rate - baseline >= -0.05 at 95%")
SCORES = parse("mean(score) - baseline >= 0 at 95%")
PEOPLE = parse("held_rate >= 0.8 at 95% per person")
GAP = parse("gap(held_rate) <= 0.1 at 95%")


def row(held, unknown=0, **more):
    return {"held": held, "draws": 1, "unknown": unknown, **more}


def pair(own, base):
    """Return a row in which a side held (1), broke (0) or is unknown (None)."""
    sides = {"": own, "base:": base}
    return {
        f"{side}{name}": value
        for side, came in sides.items()
        for name, value in (("held", int(came == 1)), ("draws", 1), ("unknown", int(came is None)))
    }


@pytest.mark.parametrize(
    ("own", "base", "ends"),
    [
        (1, 1, (0.5, 0.5)),
        (1, 0, (1.0, 1.0)),
        (0, 1, (0.0, 0.0)),
        (0, 0, (0.5, 0.5)),
        (None, 1, (0.0, 0.5)),
        (1, None, (0.5, 1.0)),
        (None, None, (0.0, 1.0)),
    ],
)
def test_a_difference_lies_between_what_unknown_sides_could_have_been(own, base, ends) -> None:
    assert tally(DELTA, [pair(own, base)], 1).spread == {ends: 1}


def test_a_row_without_its_baseline_is_unknown() -> None:
    assert tally(DELTA, [row(1)], 1).spread == {(0.5, 1.0): 1}


def test_differences_of_means_are_taken_case_by_case() -> None:
    rows = [{"value:score": 0.75, "base:value:score": 0.25}, {"value:score": 0.5, "base:value:score": 1.0}]
    seen = tally(SCORES, rows, 3)
    assert seen.spread == {(0.75, 0.75): 1, (0.25, 0.25): 1, (0.0, 1.0): 1}
    assert (seen.n, seen.unknown, seen.total) == (3, 1, Fraction(1))


def test_the_count_of_a_difference_is_that_of_the_candidate() -> None:
    assert tally(DELTA, [pair(1, 0), pair(1, 1), pair(0, 1)], 3).held == 2


def test_a_person_is_one_unit_however_many_cases_there_are() -> None:
    rows = [
        row(1, group=b"ann"),
        row(0, group=b"ann"),
        row(1, group=b"bob"),
        row(0, 1, group=b"cy"),
        row(1, group=b"cy"),
    ]
    seen = tally(PEOPLE, rows, 5)
    assert seen.spread == {(0.5, 0.5): 1, (1.0, 1.0): 1, (0.5, 1.0): 1}
    assert (seen.n, seen.unknown) == (3, 1)


def test_a_missing_case_may_be_a_person_of_its_own() -> None:
    assert tally(PEOPLE, [row(1, group=b"ann")], 4).spread == {(1.0, 1.0): 1, (0.0, 1.0): 3}


def test_one_name_in_two_slices_is_two_units() -> None:
    assert tally(PEOPLE, [[row(1, group=b"ann")], [row(0, group=b"ann")]], 2).n == 2


def test_rows_without_a_group_cannot_be_counted_by_it() -> None:
    for criterion in (PEOPLE, GAP):
        with pytest.raises(EvidenceError, match="name no group"):
            tally(criterion, [row(1)], 1)


def test_a_gap_counts_every_group() -> None:
    seen = tally(GAP, [row(1, group=b"n"), row(0, group=b"n"), row(0, 1, group=b"s")], 5)
    assert seen.groups == {b"n": (2, Fraction(1), 0), b"s": (1, Fraction(0), 1)}
    assert (seen.n, seen.held, seen.unknown) == (5, 1, 3)
    assert not claims.proved(GAP, seen, Fraction(1, 2))


def test_means_are_judged_by_bets_where_a_plan_stops_early() -> None:
    mean = parse("mean(score) >= 0.5 at 95%")
    assert (kind(mean, early=False), kind(mean, early=True)) == ("mean", "bets")
    assert tally(mean, [{"value:score": 0.9}], 1, early=True).spread == {(0.9, 0.9): 1}
    assert tally(parse("held_rate >= 0.5 at 95%"), [row(1)], 1, early=True).early


def test_more_of_the_same_is_no_more_certain_than_it_is() -> None:
    seen = tally(DELTA, [pair(1, 0), pair(1, 1), pair(0, 1)], 4)
    more = repeated(seen, Fraction(5, 2))
    assert more.n == 10
    assert sum(more.spread.values()) == 10
    assert more.spread[0.5, 0.5] == 2
    groups = repeated(tally(GAP, [row(1, group=b"n"), row(0, 1, group=b"s")], 2), Fraction(3)).groups
    assert groups == {b"n": (3, Fraction(3), 0), b"s": (3, Fraction(0), 3)}
