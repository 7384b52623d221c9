"""What a difference between a child and its parent is called, and on which cases they are compared."""

from types import SimpleNamespace

import pytest

from seatrial.harden.paired import Pairs
from seatrial.proof.criterion import parse
from seatrial.verbs.beside import BETTER, BEYOND, OPEN, SAME, UNTRIED, WORSE, changed
from seatrial.verbs.descent import yardstick

RATE, DIFFERENCE = parse("held_rate >= 0.9 at 95%"), parse("held_rate - baseline >= -0.02 at 95%")
FEW, MANY, EVEN = Pairs(3, 0), Pairs(20, 2), Pairs(6, 6)


@pytest.mark.parametrize(
    ("verdicts", "pairs", "change"),
    [
        (("held", "breached"), FEW, BEYOND),
        (("held", "unproven"), MANY, BEYOND),
        (("unproven", "breached"), MANY, BEYOND),
        (("held", "unproven"), FEW, OPEN),
        (("unproven", "breached"), FEW, OPEN),
        (("held", "held"), MANY, WORSE),
        (("breached", "breached"), MANY, WORSE),
        (("held", "held"), EVEN, SAME),
        (("breached", "held"), Pairs(2, 40), BETTER),
        (("breached", "unproven"), EVEN, BETTER),
        (("held", "held"), Pairs(2, 20), BETTER),
        (("held", "untried"), MANY, UNTRIED),
        (("held", "breached"), None, BEYOND),
        (("held", "unproven"), None, OPEN),
    ],
)
def test_what_a_difference_is_called(verdicts, pairs, change) -> None:
    assert changed(RATE, verdicts, pairs, 0.05) == change


def test_a_fall_below_the_margin_that_the_charter_names_is_beyond_it() -> None:
    assert changed(DIFFERENCE, ("unproven", "breached"), FEW, 0.05) == BEYOND
    assert changed(DIFFERENCE, ("unproven", "unproven"), FEW, 0.05) == SAME


def test_the_more_clauses_the_surer_one_must_be() -> None:
    pairs = Pairs(9, 1)  # p = 0.021
    assert changed(RATE, ("held", "unproven"), pairs, 0.05) == BEYOND
    assert changed(RATE, ("held", "unproven"), pairs, 0.05 / 3) == OPEN


def named(letter, count):
    return tuple(f"{letter}{at:03d}".encode() for at in range(count))


def tried(rehearsal, training):
    return SimpleNamespace(pools=SimpleNamespace(rehearsal=rehearsal, training=training, index=dict.fromkeys(training)))


def test_rehearsal_cases_come_first_and_never_those_that_were_learned_from() -> None:
    rehearsal, training = named("r", 60), named("t", 90)
    what, cases = yardstick(tried(rehearsal, training), training[:80], frozenset(rehearsal[:5]), 50)
    assert what == "rehearsal"
    assert cases == rehearsal[5:55]


def test_where_there_are_few_of_them_training_cases_that_were_kept_aside_serve() -> None:
    rehearsal, training = named("r", 10), named("t", 90)
    assert yardstick(tried(rehearsal, training), training[:30], frozenset(training[:2]), 99) == (
        "kept",
        training[2:30],
    )
    assert yardstick(tried(rehearsal, training), training[:5], frozenset(), 99) == ("rehearsal", rehearsal)
    assert yardstick(tried((), training), (), frozenset(), 99) == ("rehearsal", ())
    assert yardstick(tried(rehearsal, training), (), frozenset(), 0)[1] == ()
