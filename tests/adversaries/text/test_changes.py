"""Single edits, and many at places of their own."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.adversaries.text.changes import (
    ALIKE,
    BESIDE,
    KINDS,
    UNSEEN,
    Change,
    changed,
    draws,
    known,
    scattered,
)
from seatrial.errors import PlanError
from seatrial.records.random import Random
from seatrial.trial.distance import edits

ONE = Random(bytes(32), (b"\1" * 32,))
TEXT = "Please cancel order 4417, the harbour is closed"


@given(st.text(max_size=60), st.integers(0, 20), st.integers(0, 255))
def test_so_many_edits_are_at_most_that_distance(text, most, seed) -> None:
    random = Random(bytes([seed]) * 32, ONE.ids)
    made = scattered(text, tuple(KINDS), most, random, "test")
    assert len(made) <= most
    assert edits(text, changed(text, made)) <= len(made)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_edit_wherever_it_can_be_made(kind) -> None:
    made = [change for at in range(len(TEXT)) if (change := KINDS[kind](TEXT, at, 3)) is not None]
    assert len(made) > 10
    assert {edits(TEXT, changed(TEXT, [change])) for change in made} == {1}


def test_what_each_kind_does() -> None:
    def made(kind, text, at):
        change = KINDS[kind](text, at, 0)
        return None if change is None else changed(text, [change])

    assert made("swap", "form", 1) == "from"
    assert made("swap", "too", 1) is None, "two alike cannot be swapped"
    assert made("swap", "a b", 0) is None, "spaces stay where they are"
    assert made("drop", "abc", 1) == "ac"
    assert made("double", "abc", 1) == "abbc"
    assert made("lookalike", "cat", 1) == "c\u0430t"
    assert made("lookalike", "7", 0) is None
    assert made("unseen", "ab", 0) == "a\u200bb"
    assert made("neighbour", "Q", 0) in "12WA"
    assert made("drop", "a b", 1) is None


def test_keys_touch_their_neighbours_and_no_others() -> None:
    assert set(BESIDE["g"]) == set("tyfhvb")
    assert set(BESIDE["q"]) == set("12wa")
    assert set(BESIDE["P"]) == {"O", "0", "L"}
    assert all(key in BESIDE[other] for key in BESIDE for other in BESIDE[key] if other in BESIDE and key.islower())


def test_lookalikes_are_letters_of_other_scripts_and_the_unseen_have_no_width() -> None:
    for letter, other in ALIKE.items():
        assert letter.isascii()
        assert not other.isascii()
        assert unicodedata.category(other)[0] in "LN"
        assert letter.isupper() == other.isupper() or not other.isalpha() or letter == letter.lower()
    assert {unicodedata.category(char) for char in UNSEEN} == {"Cf"}


def test_edits_are_applied_at_places_of_the_original() -> None:
    assert changed("abcdef", [Change(0, 1, ""), Change(4, 2, "fe"), Change(2, 1, "cc")]) == "bccdfe"


def test_all_places_are_reached_and_fewer_edits_are_made_where_there_is_no_room() -> None:
    assert len(scattered("abcdef", ("drop",), 99, ONE, "test")) == 6
    assert scattered("... !", ("drop", "swap"), 3, ONE, "test") == ()
    firsts = {
        scattered(TEXT, ("drop",), 1, Random(seed.to_bytes(32, "big"), ONE.ids), "test")[0].at for seed in range(400)
    }
    assert firsts == {at for at, char in enumerate(TEXT) if char.isalnum()}


def test_draws_go_on_and_repeat() -> None:
    one, again, other = draws(ONE, "a"), draws(ONE, "a"), draws(ONE, "b")
    first = [next(one) for _ in range(200)]
    assert first == [next(again) for _ in range(200)]
    assert first != [next(other) for _ in range(200)]
    assert first == list(ONE.words("a", (200,), np.zeros(1))[0])


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(PlanError, match=r"no kind 'swop'.*did you mean swap"):
        known(("swop",), "text.typos")
    with pytest.raises(PlanError, match="no kind of edit"):
        known((), "text.typos")
