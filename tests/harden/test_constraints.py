"""Constraints of columns: an attack sees the model through them, and hands back nothing that they forbid."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.harden.listed import Listed

from seatrial.errors import HardenError
from seatrial.harden.constraints import Constraints, stated
from seatrial.harden.foes import right, stimuli
from seatrial.records.batch import Array, Texts
from seatrial.records.threat import Ball
from seatrial.targets.target import Face

FACE = Face(Array, "probabilities", (5,), 0.0, 10.0, 2)
TOLD = {"fixed": [0], "raised": ["1"], "lowered": [2], "ranges": {"3": [2, 6]}, "grid": {4: 1}}
ROWS = st.tuples(*(arrays(np.float64, (4, 5), elements=st.floats(0, 10)) for _ in range(2)))


@given(ROWS)
def test_nothing_leaves_the_constraints_and_what_is_inside_stays(pair) -> None:
    before, wished = pair
    columns = stated(TOLD, FACE)
    made = columns.inside(before, wished)
    change = made - before
    assert (change[:, 0] == 0).all()
    assert (change[:, 1] >= 0).all()
    assert (change[:, 2] <= 0).all()
    low, high = np.minimum(before[:, 3], 2), np.maximum(before[:, 3], 6)
    assert ((made[:, 3] >= low - 1e-9) & (made[:, 3] <= high + 1e-9)).all()
    steps = change[:, 4]
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    assert (np.abs(change) <= np.abs(wished - before) + 2e-6).all(), "never further than wished"
    np.testing.assert_allclose(columns.inside(before, made), made, atol=1e-9)
    np.testing.assert_array_equal(columns.inside(before, before), before)


class Sum:
    """Class 1 where the five numbers together are above 25."""

    face = FACE

    def respond(self, inputs, /):
        score = 1 / (1 + np.exp(25 - np.asarray(inputs).sum(axis=1)))
        return np.stack([1 - score, score], axis=1)


FOES = [
    ("evasion.square", {"queries": 60}),
    ("evasion.coordinates", {"queries": 60}),
    ("evasion.rays", {"queries": 60}),
    ("evasion.hopskipjump", {"queries": 60}),
]


@pytest.mark.parametrize("foe", FOES)
def test_an_attack_searches_within_the_constraints(foe) -> None:
    drawn = np.random.default_rng(3).uniform(3, 7, (40, 5))
    drawn[:, 4] = np.round(drawn[:, 4])
    labels = (drawn.sum(axis=1) > 25).astype(int)
    columns = stated({"fixed": [0, 1, 2], "raised": [3], "grid": {4: 1}}, FACE)
    made = stimuli(foe, Sum(), Listed(drawn, labels).batch, Ball("linf", 1.5, 0.0, 10.0), bytes(32), columns=columns)
    assert (made[:, :3] == drawn[:, :3]).all()
    assert (made[:, 3] >= drawn[:, 3]).all()
    assert (made[:, 4] == np.round(made[:, 4])).all()
    assert (np.abs(made - drawn) <= 1.5 + 1e-12).all()
    held = right(Sum(), made, labels)
    total, up = drawn.sum(axis=1), 1.5 + 1
    truly = np.where(labels == 1, total - 1 > 25, total + np.minimum(up, 10) <= 25)
    assert (held >= truly).all(), "nothing falls that cannot fall"
    if foe[0] != "evasion.hopskipjump":
        np.testing.assert_array_equal(held, truly)


@pytest.mark.parametrize(
    ("told", "where"),
    [
        ({"frozen": [1]}, "otherwise.columns.frozen"),
        ({"fixed": [5]}, "otherwise.columns.fixed"),
        ({"fixed": ["age"]}, "otherwise.columns.fixed"),
        ({"fixed": "age"}, "otherwise.columns.fixed"),
        ({"fixed": {1: 2}}, "otherwise.columns.fixed"),
        ({"grid": [1]}, "otherwise.columns.grid"),
        ({"grid": {1: 0}}, "otherwise.columns.grid"),
        ({"ranges": {1: [3, 2]}}, "otherwise.columns.ranges"),
    ],
)
def test_what_makes_no_sense_is_said(told, where) -> None:
    with pytest.raises(HardenError) as caught:
        stated({**told, "raised": [-1]}, FACE)
    assert [one.where for one in caught.value.problems] == [where, "otherwise.columns.raised"]


def test_texts_have_no_columns_and_no_constraint_is_none() -> None:
    assert stated({}, Face(Texts, "probabilities", None)) is None
    assert stated({"fixed": [1]}, FACE) == Constraints(fixed=(1,))
    with pytest.raises(HardenError, match="rows of numbers"):
        stated({"fixed": [1]}, Face(Texts, "probabilities", None))
