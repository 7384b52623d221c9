"""What a difference between a child and its parent is called, and on which cases they are compared."""

from types import SimpleNamespace

import numpy as np
import pytest

from seatrial.harden.paired import Pairs
from seatrial.proof.criterion import parse
from seatrial.verbs.beside import BETTER, BEYOND, OPEN, SAME, UNTRIED, WORSE, Beside, Part, Stood, changed
from seatrial.verbs.descent import _pairs, yardstick
from seatrial.verbs.rows import Rows

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


def test_groups_of_all_clauses_share_one_doubt() -> None:
    stood = Stood("held", 40, 30, 0, 0.5, 0.9, 0.75)
    parts = (Part("a", 20, 15, 7, Pairs(9, 1)), Part("b", 20, 15, 15, Pairs(0, 0)))  # p = 0.021
    told = ("near", "held_rate >= 0.5 at 95%", "", "major", False, stood, stood, Pairs(9, 1), WORSE, parts, True)
    assert [one.name for one in Beside(*told).fallen] == ["a"]
    assert not Beside(*told, doubt=0.05 / 3).fallen


def test_sign_tests_keep_their_level_over_clauses_and_groups() -> None:
    chance, false = np.random.default_rng(11), 0
    stood = Stood("held", 40, 30, 0, 0.5, 0.9, 0.75)
    for _ in range(1500):
        split = chance.binomial(30, 0.5, (4, 3))
        clauses = [
            Beside(
                "near", "", "", "major", False, stood, stood, None, SAME,
                tuple(Part(str(at), 90, 0, 0, Pairs(int(one), 30 - int(one))) for at, one in enumerate(row)),
                True, doubt=0.05 / 4,
            )
            for row in split
        ]  # fmt: skip
        false += any(one.fallen for one in clauses)
    assert false / 1500 <= 0.05


def tally(held, people):
    columns = {
        "held": np.array(held), "draws": np.ones(len(held), int), "unknown": np.zeros(len(held), int),
        "group": np.array(people),
    }  # fmt: skip
    return Rows(tuple(bytes([at]) for at in range(len(held))), columns, np.zeros(len(held), int), ())


def test_cases_of_one_person_are_no_independent_evidence() -> None:
    people = [one.encode() for one in (["ann"] * 9 + ["bob"] * 3 + ["eve"])]
    parent, child = tally([1] * 12 + [0], people), tally([0] * 9 + [0, 1, 1] + [1], people)
    assert _pairs(parse("held_rate >= 0.5 at 95%"), child, parent) == Pairs(10, 1)
    assert _pairs(parse("held_rate >= 0.5 at 95% per person"), child, parent) == Pairs(2, 1)
