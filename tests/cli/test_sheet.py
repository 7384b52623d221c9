"""Tables that fit: in columns, or row by row, and never with a broken word."""

import io

import pytest
from rich.console import Console

from seatrial.cli.sheet import Sheet


def shown(width, *, title=1):
    sheet = Sheet("name", "~about", ">count", title=title)
    sheet.add("corruption/gaussian-noise@1", "A cheap camera sees the same thing", "1,200")
    sheet.add("clean", "", "7")
    out = io.StringIO()
    sheet.show(Console(file=out, width=width))
    return out.getvalue()


def test_there_are_columns_where_there_is_room() -> None:
    head, first, second = shown(90).splitlines()
    assert head.split() == ["name", "about", "count"]
    assert first.split("  ") == ["corruption/gaussian-noise@1", "A cheap camera sees the same thing", "1,200"]
    assert len(head) == len(first) == len(second)


def test_a_wrapping_column_wraps_between_words() -> None:
    assert "A cheap" in shown(50)
    assert "corruption/gaussian-noise@1" in shown(50)
    assert max(map(len, shown(50).splitlines())) <= 50


@pytest.mark.parametrize("width", [20, 30, 40])
def test_rows_stand_below_each_other_where_there_is_no_room(width) -> None:
    lines = shown(width).splitlines()
    assert "  count: 1,200" in lines
    assert "clean" in lines
    assert not [line for line in lines if line.startswith("  about:") and not line[8:].strip()]
    assert max(map(len, lines)) <= max(width, len("corruption/gaussian-noise@1"))


def test_a_title_may_be_several_cells() -> None:
    assert "corruption/gaussian-noise@1  A cheap" in " ".join(shown(33, title=2).split("\n"))
