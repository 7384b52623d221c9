import time

from hypothesis import given
from hypothesis import strategies as st

from seatrial.reports.texts import MOST, Piece, foreign, marked, shortened, woven


def rebuilt(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(st.text("ab \n", max_size=60), st.text("abc \n", max_size=60))
def test_both_texts_can_be_read_off(before, after):
    pieces = woven(before, after)
    assert rebuilt(pieces, "removed") == after
    if before:
        assert rebuilt(pieces, "added") == before


def test_letters_are_compared_in_words_that_are_alike():
    pieces = woven("the first scene", "the frist scene")
    assert Piece("the ") in pieces
    assert max(len(piece.text) for piece in pieces if piece.kind) < len("first")


def test_words_that_are_not_alike_are_replaced_whole():
    pieces = woven("it is good", "it is awful")
    assert Piece("good", "removed") in pieces
    assert Piece("awful", "added") in pieces


def test_letters_that_look_alike_are_named():
    assert foreign(woven("wonderful", "wond\u0435rful")) == "Added: \u0435 is cyrillic small letter ie (U+0435)."
    assert foreign(woven("wonderful", "wonderfull")) == ""


def test_a_long_text_is_cut_around_what_changed():
    words = [f"word{at}" for at in range(20_000)]
    changed = [*words[:15_000], "CHANGED", *words[15_001:]]
    began = time.process_time()
    pieces = woven(" ".join(words), " ".join(changed))
    assert time.process_time() - began < 5
    assert sum(len(piece.text) for piece in pieces) <= MOST + 200
    assert [piece.kind for piece in pieces if "CHANGED" in piece.text] == ["added"]
    assert any("characters) ..." in piece.text for piece in pieces)


def test_nothing_is_ever_longer_than_a_page_can_bear():
    for before, after in (("x" * 10**6, "y" * 10**6), ("a " * 10**5, "b " * 10**5), ("", "z" * 10**6)):
        assert sum(len(piece.text) for piece in woven(before, after)) <= 2 * MOST + 300
    assert sum(len(piece.text) for piece in marked("leak " * 10**5, ["leak"])) < MOST + 100


def test_a_short_text_is_left_alone():
    assert shortened("as it is") == "as it is"
    assert shortened("x" * 10, 4) == "xxxx ... (6 more characters)"
