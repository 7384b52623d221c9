"""One case on a terminal: rows, texts, conversations and signals, with and without colours."""

import io

import numpy as np
import pytest
from rich.console import Console
from tests.reports import dossiers

from seatrial.cli.casework import show_case
from seatrial.reports.reporter import Example
from seatrial.verbs.show import Shown


def example(original, perturbed, **more):
    return Example("ab" * 32, "text/typos@1", "text.typos", "pos", "pos", "neg", original, perturbed, **more)


def shown(example, *, width=80, color=None, values=None):
    out = io.StringIO()
    console = Console(file=out, width=width, color_system=color, force_terminal=bool(color), _environ={})
    values = {"draws": 1, "held": 0, "score": float("nan")} if values is None else values
    one = Shown("ab" * 32, "typing", "held_rate >= 0.5 at 95%", 4, "broken", "broken by x", "", values, example)
    show_case(console, (one,))
    return out.getvalue()


def test_changed_words_of_a_text_are_marked() -> None:
    told = example("the film was good and long", "the film was awful and long")
    assert "the film was [-good-]{+awful+} and long" in shown(told)
    colored = shown(told, color="standard")
    assert "[-" not in colored.replace("\x1b[", "")
    assert "\x1b[9;31mgood" in colored or "\x1b[31;9mgood" in colored


def test_what_a_model_says_cannot_move_the_cursor() -> None:
    told = example("plain", "\x1b[2Jgone \u202eback", marks=())
    assert "\x1b" not in shown(told)
    assert "<U+001B>[2Jgone" in shown(told)


def test_a_number_that_is_none_is_not_told() -> None:
    assert "nan" not in shown(example("a", "b"))


def test_a_conversation_stands_turn_by_turn_with_its_leak() -> None:
    leaked = next(one for clause in dossiers.leaked().clauses for one in clause.examples)
    said = shown(leaked)
    assert "user: " in said
    assert "assistant: " in said
    assert not leaked.marks or "<<" in said


def test_a_row_marks_the_cells_that_changed() -> None:
    row = next(one for clause in dossiers.tabular().clauses for one in clause.examples)
    lines = shown(row, width=100).splitlines()
    assert [line for line in lines if "* " in line]
    head = next(line for line in lines if line.startswith("column"))
    assert head.split() == ["column", "before", "after", "change"]


@pytest.mark.parametrize("width", [40, 80])
def test_a_signal_is_two_lines(width) -> None:
    before = np.sin(np.arange(200) / 9)
    said = shown(example(before, np.clip(before, -0.4, 0.4)), width=width)
    assert "before " in said
    assert "after  " in said
    assert "largest change" in said
    assert max(len(line) for line in said.splitlines() if line.startswith(("before", "after"))) <= width


def test_an_input_that_was_not_changed_is_drawn_once() -> None:
    picture = dossiers.picture(3)
    said = shown(example(picture, picture))
    assert "Original" in said
    assert "Changed" not in said


def test_what_has_no_picture_is_described() -> None:
    said = shown(example(None, np.zeros((2, 2, 2, 2))))
    assert "original" in said
    assert "nothing" in said
    assert "float64 array, 2 x 2 x 2 x 2" in said


def test_bytes_that_were_not_kept_are_not_drawn() -> None:
    assert "were not kept" in shown(None)
