"""Fields of adversaries are told apart from what is none, one mistake each."""

import pytest

from seatrial.verbs.tactics import there, unfit


def said(**given):
    return [f"{one.where}: {one.what} ({one.hint})" for one in unfit("evasion.pgd", given)]


def test_what_it_has_fits():
    assert there("evasion.pgd") == ("steps", "step", "restarts", "random_start", "loss")
    assert said(steps=4, step=1, restarts=2, random_start=False, loss="margin") == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"steps": "many"}, "tactics: steps of evasion.pgd: is 'many' (a whole number from 0 on)"),
        ({"steps": 2.5}, "tactics: steps of evasion.pgd: is 2.5 (a whole number from 0 on)"),
        ({"steps": True}, "tactics: steps of evasion.pgd: is True (a whole number from 0 on)"),
        ({"steps": -4}, "tactics: steps of evasion.pgd: is -4 (a whole number from 0 on)"),
        ({"step": float("nan")}, "tactics: step of evasion.pgd: is nan (a number from 0 on)"),
        ({"step": -0.1}, "tactics: step of evasion.pgd: is -0.1 (a number from 0 on)"),
        ({"random_start": 1}, "tactics: random_start of evasion.pgd: is 1 (True or False)"),
        ({"loss": 3}, "tactics: loss of evasion.pgd: is 3 (a text)"),
    ],
)
def test_another_type_or_a_number_below_0_is_told(given, message):
    assert said(**given) == [message]


def test_unknown_fields_are_told_with_what_there_is_all_at_once():
    found = said(stepz=4, steps=-1)
    assert found[0].startswith("tactics: evasion.pgd has no 'stepz' (did you mean")
    assert "random_start" in found[0]
    assert len(found) == 2
