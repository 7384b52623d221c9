"""Pictures of letters: light is ink, a change has its sign, and a large picture is made small by means."""

import io

import numpy as np
import pytest
from rich.console import Console

from seatrial.cli import pictured


def drawn(panels, *, width=80, color=None):
    out = io.StringIO()
    pictured.draw(Console(file=out, width=width, color_system=color, force_terminal=bool(color), _environ={}), panels)
    return out.getvalue()


def test_light_is_ink() -> None:
    picture = np.zeros((4, 6, 1))
    picture[:2, 3:] = 1.0
    panel = pictured.shown("A", picture, (0.0, 1.0), 40)
    assert drawn([panel]).splitlines() == ["A", "   @@@", ""]


def test_with_colours_two_rows_are_one_line_of_half_blocks() -> None:
    picture = np.zeros((2, 1, 3))
    picture[0, 0] = [1.0, 0.0, 0.5]
    said = drawn([pictured.shown("A", picture, (0.0, 1.0), 40)], color="truecolor")
    assert "\x1b[38;2;255;0;128;48;2;0;0;0m\N{UPPER HALF BLOCK}" in said.replace("127", "128")


def test_a_row_left_over_has_no_ground() -> None:
    said = drawn([pictured.shown("A", np.ones((3, 1, 1)), (0.0, 1.0), 40)], color="truecolor")
    assert said.count("\N{UPPER HALF BLOCK}") == 2
    assert said.count("48;2;") == 1


def test_a_change_has_its_sign() -> None:
    before = np.zeros((2, 4, 1))
    after = before + np.array([0.2, -0.2, 0.05, 0.0])[None, :, None]
    assert drawn([pictured.difference(before, after, 40)]).splitlines() == ["Difference, largest 0.2", "#=+"]


def test_no_change_is_blank() -> None:
    same = np.ones((2, 2, 1))
    assert drawn([pictured.difference(same, same, 40)]).splitlines() == ["Difference, largest 0", ""]


def test_what_is_no_number_has_a_colour_of_its_own() -> None:
    picture = np.array([[[np.nan], [0.0]]])
    assert pictured.grey(picture, 0.0, 1.0)[0].tolist() == [[214.0, 40.0, 160.0], [0.0, 0.0, 0.0]]


@pytest.mark.parametrize(("width", "columns"), [(100, 48), (30, 30), (9, 9)])
def test_a_large_picture_is_made_small(width, columns) -> None:
    picture = np.random.default_rng(0).random((96, 96, 1))
    console = Console(file=io.StringIO(), width=width)
    panel = pictured.shown("A", picture, (0.0, 1.0), pictured.width_of(1, picture, console))
    assert panel.pixels.shape[1] <= columns
    assert panel.pixels.mean() == pytest.approx(255 * picture.mean(), rel=0.02)


def test_pictures_stand_beside_each_other_as_far_as_there_is_room() -> None:
    panels = [pictured.shown(name, np.ones((4, 20, 1)), (0.0, 1.0), 20) for name in "ABC"]
    assert len(drawn(panels, width=64).splitlines()) == 3
    assert len(drawn(panels, width=42).splitlines()) == 6
    assert len(drawn(panels, width=20).splitlines()) == 9


def test_a_signal_is_a_line_of_its_peaks() -> None:
    values = np.repeat([0.0, 1.0, 0.5, 0.0], 25)
    assert pictured.line(values, 0.0, 1.0, 4) == "_█▄_"
    assert len(pictured.line(values, 0.0, 1.0, 60)) == 60
