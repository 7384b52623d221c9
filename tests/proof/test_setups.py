"""The matrix of nine attacks over verifiers that bring along more and more."""

import pytest

from seatrial.proof.__main__ import _parser
from tests.proof.attacks import ATTACKS
from tests.proof.setups import SETUPS, accepts_the_honest, asked, caught, least

MISSED = {"keys from the data": {6, 7, 8, 9}, "self-attested": {7, 8, 9}, "remembered": {9}, "witnessed": set()}
"""As it was measured with a prototype before any of this was built: with pinned keys, a memory, and a witness."""


@pytest.mark.parametrize("setup", SETUPS)
def test_the_honest_log_is_accepted_by_all(setup) -> None:
    assert accepts_the_honest(setup)


@pytest.mark.parametrize("setup", SETUPS)
def test_the_matrix_is_what_was_measured_before(setup) -> None:
    rows = [one for one in ATTACKS if one.row]
    assert sorted(one.row for one in rows) == list(range(1, 10))
    assert {one.row for one in rows if not caught(one, setup)} == MISSED[setup]


def test_every_attack_is_found_by_somebody_who_brings_enough() -> None:
    found = {one.name: least(one) for one in ATTACKS}
    assert all(found.values())
    assert set(found.values()) == {"self-attested", "remembered", "witnessed"}


def test_what_must_be_asked_for_is_an_option_of_the_command() -> None:
    options = {option for action in _parser()._actions for option in action.option_strings} | {"--model"}
    words = {word.strip("`") for one in ATTACKS for word in asked(one).split("` `") if word}
    assert {word.split()[0] for word in words} <= options
