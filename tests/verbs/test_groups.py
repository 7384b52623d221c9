"""Counts per class and per group."""

import numpy as np

from seatrial.plan.plan import Plan
from seatrial.verbs.groups import MOST, called, class_names, groups
from seatrial.verbs.rows import Rows

ASKED = "held_rate >= 0.5 at 95%"


def seen(held, **columns):
    n = len(held)
    made = {"held": held, "draws": [1] * n, "unknown": [0] * n, **columns}
    arrays = {name: np.array(values) for name, values in made.items()}
    return Rows(tuple(at.to_bytes(32, "big") for at in range(n)), arrays, np.zeros(n, int), ())


def test_classes_have_the_names_of_the_charter():
    found = groups(seen([1, 0, 1, 1], label=[0, 0, 1, 1]), ASKED, ("no", "yes"))
    assert found == {"no": (2, 1), "yes": (2, 2)}


def test_a_class_without_a_name_keeps_its_number():
    assert groups(seen([1, 0], label=[0, 7]), ASKED, ("no",)) == {"no": (1, 1), "7": (1, 0)}
    assert called("-1", ("no",)) == "-1"
    assert called("a text", ("no",)) == "a text"


def test_groups_stand_beside_classes():
    people = np.array([b"women", b"men", "gr\u00fcn".encode()], dtype="S32")
    found = groups(seen([1, 1, 0], label=[0, 0, 0], group=people), ASKED, ())
    assert found == {"0": (3, 2), "group gr\u00fcn": (1, 0), "group men": (1, 1), "group women": (1, 1)}


def test_of_a_thousand_classes_the_lowest_are_told():
    held = [int(at % 10 != 0) for at in range(1000)]
    found = groups(seen(held, label=list(range(1000))), ASKED, ())
    assert len(found) == MOST
    assert set(found.values()) == {(1, 0)}


def test_a_mean_has_no_counts():
    assert groups(seen([1, 0], label=[0, 1]), "mean(score) >= 0.5 at 95%", ()) == {}


def test_names_come_from_the_block_of_cases():
    def plan(settings):
        return Plan("", "", {}, {"settings": settings}, "", "", 0, 0, {}, ())

    assert class_names(plan({"classes": ["no", "yes"]})) == ("no", "yes")
    assert class_names(plan({"classes": 3})) == ()
    assert class_names(plan({})) == ()
