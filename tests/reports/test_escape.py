import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from tests.reports.strangers import NASTY

from seatrial.reports.escape import block, clipped, code, line, markup, prose
from seatrial.reports.wording import visible

PAGE = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
PLAIN = {"text", "text_special", "code_inline"}


def shown(text: str) -> list:
    """The inline pieces of a table cell, the hardest place there is."""
    tokens = PAGE.parse(f"| a | b |\n|---|---|\n| before {text} after | {text} |\n")
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4, "the text broke the table"
    return cells[2].children


@given(text=NASTY)
def test_prose_shows_the_text_and_nothing_else(text) -> None:
    pieces = shown(prose(text, 10**6))
    assert {piece.type for piece in pieces} <= PLAIN
    told = "".join(piece.content for piece in pieces)
    assert told.split() == f"before {line(text)} after".split()


@given(text=NASTY)
def test_code_shows_the_text_as_it_is(text) -> None:
    pieces = shown(code(text, 10**6, table=True))
    assert [piece.type for piece in pieces if piece.type not in ("text", "text_special")] == ["code_inline"]
    told = next(piece.content for piece in pieces if piece.type == "code_inline")
    assert told.split() == line(text).split()


@given(text=NASTY)
def test_a_block_cannot_be_closed_from_inside(text) -> None:
    tokens = PAGE.parse(f"{block(text, 10**6)}\n\nafter\n")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert tokens[0].content == visible(text) + "\n"


@pytest.mark.parametrize("call", ["@team", "#12", "!7", "GH-9", "https://a.b", "www.a.b", "mailto:x", "@@a", "##1"])
def test_nobody_is_called(call) -> None:
    pieces = shown(prose(f"see {call} now"))
    outside = "".join(piece.content for piece in pieces if piece.type != "code_inline")
    assert call not in outside
    assert call in "".join(piece.content for piece in pieces)


def test_a_summary_holds_no_element() -> None:
    assert markup("<b>&@x") == "&lt;b&gt;&amp;<code>@</code>x"


def test_plain_words_stay_as_they_are() -> None:
    assert prose("a change nobody can see, in 1 of 9 cases: 2.5 %") == "a change nobody can see, in 1 of 9 cases: 2.5 %"
    assert prose("1.0") == "1.0"
    assert prose("12. item") == r"12\. item"
    assert clipped("abc", 3) == "abc"
    assert clipped("abcd", 3) == "ab…"
