"""Every attack of the table is found, by the check that is there for it; without that check it passes."""

from functools import cache

import pytest

from seatrial.proof.checks import CHECKS
from tests.proof.attacks import ATTACKS, LAYOUT, TRUST_FILE, Attack, Shown, honest, look

BEFORE = (TRUST_FILE, LAYOUT)


@cache
def presented(one: Attack) -> Shown:
    return one.show(honest())


def test_the_honest_log_is_accepted() -> None:
    assert look(Shown(honest().evidence())) == set()


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.show.__name__)
def test_an_attack_is_found_by_its_check_and_by_no_other(one) -> None:
    assert look(presented(one)) == {one.finds, *one.also}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_without_a_check_exactly_its_attacks_pass(check) -> None:
    rest = tuple(one for one in CHECKS if one is not check)
    passing = {one.name for one in ATTACKS if not look(presented(one), rest)}
    assert passing == {one.name for one in ATTACKS if one.finds == check.name and not one.also}
    assert passing, f"nobody needs the check {check.name}"


def test_an_attack_that_more_checks_find_passes_without_all_of_them() -> None:
    for one in ATTACKS:
        rest = tuple(check for check in CHECKS if check.name not in (one.finds, *one.also))
        if one.also:
            assert look(presented(one), rest) == set(), one.name


def test_the_table_is_whole() -> None:
    names = {check.name for check in CHECKS}
    assert len({one.name for one in ATTACKS}) == len(ATTACKS)
    assert {one.finds for one in ATTACKS} - names <= set(BEFORE)
    assert all(one.done and one.closes and one.who for one in ATTACKS)
    assert {1, 2, 3, 4, 5, 6, 7, 8} <= {one.row for one in ATTACKS}
