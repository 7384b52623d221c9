"""The court: a model that fools its judges falls to those who look again, and is not chosen."""

import numpy as np
import pytest
from tests.harden.listed import Listed

from seatrial.errors import HardenError
from seatrial.harden.fitted.court import Court
from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.target import Face

BALL = Ball("linf", 0.1, 0.0, 1.0)
FACE = Face(Array, "probabilities", (3,), 0.0, 1.0, 2)
ROWS = 0.3 + 0.4 * np.random.default_rng(2).random((60, 3))


class Rule:
    """Class 1 wherever the mean of a row is above 0.5 by so much; `told` makes probabilities of the distance."""

    def __init__(self, told, shift=0.0):
        self.told, self.shift, self.face = told, shift, FACE

    def respond(self, inputs, /):
        score = self.told(np.asarray(inputs).mean(axis=1) - 0.5 + self.shift)
        return np.stack([1 - score, score], axis=1)


def honest(distance):
    return 1 / (1 + np.exp(-20 * distance))


def flat(distance):
    """Two plateaus: a search by scores sees no progress before it has won."""
    return np.where(distance > 0, 0.9, 0.1)


LABELS = (ROWS.mean(axis=1) > 0.5).astype(int)


def court():
    return Court(Rule(honest), Listed(ROWS, LABELS).batch, BALL, bytes(32))


def test_an_honest_model_stands_where_it_stood() -> None:
    found = court().again(court().look(Rule(honest), 0), [])
    truly = np.abs(ROWS.mean(axis=1) - 0.5) > 0.1
    np.testing.assert_array_equal(found.held, truly)
    assert not found.masks
    assert sum(found.fell.values()) == 0


def test_what_broke_another_model_is_tried_on_this_one() -> None:
    judges = court()
    seen = judges.look(Rule(honest), 1)
    blind = type(seen)(Rule(flat), 0, seen.right, seen.right)
    found = judges.again(blind, [seen])
    assert found.fell["transfer"] == int((seen.right & ~seen.held).sum())
    assert found.masks
    np.testing.assert_array_equal(found.held, seen.held)


def test_a_model_that_fooled_its_judges_is_not_chosen() -> None:
    judges = court()
    seen = judges.look(Rule(honest), 0)
    fooled = type(seen)(Rule(flat), 1, seen.right, seen.right)
    chosen, asked = judges.chosen([seen, fooled], 0.5)
    assert chosen.seen is seen
    assert [one.masks for one in asked] == [True, False]
    assert asked[0].to_json()["masks"] is True
    assert asked[0].to_json()["robust"] < asked[0].to_json()["robust_at_first"]
    with pytest.raises(HardenError, match="falls to those who look longer"):
        judges.chosen([fooled], 0.5)


def test_judges_and_those_who_look_again_are_of_several_kinds() -> None:
    assert court().names == {
        "judges": ["evasion.coordinates", "evasion.square"],
        "late": ["evasion.coordinates", "evasion.hopskipjump", "evasion.rays", "evasion.square"],
    }
