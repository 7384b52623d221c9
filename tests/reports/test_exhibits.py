from dataclasses import replace

import numpy as np
import pytest
from tests.reports import dossiers

from seatrial.records.batch import Message
from seatrial.reports.exhibits import described, exhibit, marked

EXAMPLE = dossiers.example(3, 8, 0)


def made(original, perturbed, **changes):
    return exhibit(replace(EXAMPLE, original=original, perturbed=perturbed, **changes))


def test_an_image_gets_three_pictures():
    shown = exhibit(EXAMPLE)
    assert shown.kind == "picture"
    assert [name for name, _ in shown.pictures] == ["Original", "Changed", "Difference, magnified"]
    assert len({picture.uri for _, picture in shown.pictures}) == 3


def test_pictures_of_two_shapes_have_no_difference():
    shown = made(np.zeros((4, 4)), np.zeros((5, 4)))
    assert [name for name, _ in shown.pictures] == ["Original", "Changed"]


def test_an_image_that_became_something_else_is_described():
    shown = made(np.zeros((4, 4), np.float32), np.zeros((0, 4), np.float32))
    assert [name for name, _ in shown.pictures] == ["Original"]
    assert shown.plain == (("Changed", "float32 array, 0 x 4, empty"),)


@pytest.mark.parametrize("odd", [None, object(), b"x", 3.5, np.array(["a"]), np.array(None), np.zeros((2, 2), complex)])
def test_anything_can_be_shown(odd):
    assert made(odd, odd).kind in ("other", "row")
    assert made(np.zeros((4, 4)), odd).kind in ("other", "picture")


def test_a_row_names_what_changed():
    shown = made({"age": 40.0, "job": "clerk"}, {"age": 41.5, "job": "baker"})
    assert [(cell.name, cell.before, cell.after, cell.change) for cell in shown.cells] == [
        ("age", "40", "41.5", "+1.5"),
        ("job", "clerk", "baker", "changed"),
    ]


def test_a_long_row_shows_only_what_changed():
    before = np.arange(30.0)
    after = before.copy()
    after[7] = np.nan
    shown = made(before, after)
    assert [cell.name for cell in shown.cells] == ["column 7"]
    assert shown.omitted == "Of 30 columns 29 others did not change."


def test_a_column_that_is_gone_is_missing():
    shown = made({"age": 40.0}, {})
    assert shown.cells[0].after == "missing"
    assert shown.cells[0].change == "changed"


def test_words_that_came_and_went():
    shown = made("a good film", "a bad film indeed", before="positive", after="negative")
    assert [(piece.text, piece.kind) for piece in shown.pieces] == [
        ("a ", ""),
        ("good", "removed"),
        ("bad", "added"),
        (" film", ""),
        (" indeed", "added"),
    ]


def test_invisible_letters_are_spelled():
    shown = made("refund", "re\u200bfund", before="", after="")
    assert [piece.text for piece in shown.pieces if piece.kind == "added"] == ["<U+200B>"]


def test_a_conversation_ends_with_the_answer():
    shown = made(
        (Message("user", "hi"),), (Message("user", "secret?"),), before="hello", after="It is X-1.", marks=("x-1",)
    )
    assert [name for name, _ in shown.talks] == ["Asked plainly", "Under attack"]
    last = shown.talks[1][1][-1]
    assert last.role == "assistant"
    assert [(piece.text, piece.kind) for piece in last.pieces] == [("It is ", ""), ("X-1", "leak"), (".", "")]


def test_an_endless_conversation_keeps_its_end():
    talk = tuple(Message("user", str(turn)) for turn in range(100))
    shown = made((), talk, after="no")
    assert len(shown.talks[0][1]) == 40
    assert shown.omitted == "The first 61 turns are not shown."


def test_marks_are_texts_and_not_patterns():
    assert [(piece.text, piece.kind) for piece in marked("a.c abc", ("a.c",))] == [("a.c", "leak"), (" abc", "")]
    assert marked("", ("x",)) == ()


def test_descriptions():
    assert described(np.array([[1.0, np.nan]])) == "float64 array, 1 x 2, 1 not finite"
    assert described(np.array([1, 5], np.uint8)) == "uint8 array, 2, from 1 to 5"
    assert described(None) == "nothing"
