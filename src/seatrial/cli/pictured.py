"""Arrays as pictures of letters: half blocks where the terminal has colours, ASCII where it has none."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

from seatrial.cli.screen import colored

Pixels = npt.NDArray[np.float64]
"""`(height, width, 3)` in 0..255."""

RAMP = " .:-=+*#%@"
"""Darkest first: a letter whose ink stands for light, as on a dark terminal."""
WIDEST = 48
"""Columns of one picture at most."""
GAP = 2
_ODD = (214.0, 40.0, 160.0)
_LESS, _MORE, _NONE = np.array([0.0, 92.0, 175.0]), np.array([190.0, 72.0, 0.0]), np.array([60.0, 60.0, 60.0])


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture with its caption."""

    caption: str
    pixels: Pixels
    ascii: npt.NDArray[np.str_]
    """One letter for two pixels, one above the other: `(height / 2, width)`."""


def grey(picture: npt.NDArray[np.float64], low: float, high: float) -> Pixels:
    """Return `(height, width, 1 or 3)` floats as pixels; what is not finite has a colour that nothing else has.

    Args:
        picture: The picture.
        low: Value that is black.
        high: Value that is white.
    """
    scaled = 255 * (picture - low) / ((high - low) or 1.0)
    whole = np.repeat(scaled, 3, axis=2) if picture.shape[2] == 1 else scaled
    odd = ~np.isfinite(picture).all(axis=2)
    pixels: Pixels = np.clip(np.nan_to_num(whole), 0, 255)
    pixels[odd] = _ODD
    return pixels


def shown(caption: str, picture: npt.NDArray[np.float64], scale: tuple[float, float], width: int) -> Panel:
    """Return a picture at most so many columns wide."""
    pixels = _fit(grey(picture, *scale), width)
    light = _halved(pixels.mean(axis=2)) / 255
    return Panel(caption, pixels, _letters(light))


def difference(before: npt.NDArray[np.float64], after: npt.NDArray[np.float64], width: int) -> Panel:
    """Return the change, magnified to its own largest: blue is less and vermilion more; in ASCII - and +."""
    moved = np.nan_to_num((after - before).mean(axis=2))
    most = np.abs(moved).max(initial=0.0)
    strength = moved / most if most > 0 else moved
    ends = np.where((strength < 0)[:, :, None], _LESS, _MORE)
    pixels = _fit(_NONE + (ends - _NONE) * np.abs(strength)[:, :, None], width)
    small = _halved(_fit(strength[:, :, None], width)[:, :, 0])
    letters = np.select([small > 0.5, small > 0.1, small < -0.5, small < -0.1], ["#", "+", "=", "-"], " ")
    return Panel(f"Difference, largest {most:.3g}", pixels, letters)


def width_of(count: int, picture: npt.NDArray[np.float64], console: Console) -> int:
    """Return how many columns each of so many pictures gets beside each other."""
    room = (console.width - GAP * (count - 1)) // count
    own = int(picture.shape[1])
    return max(4, min(own, room if room >= min(own, 20) else console.width, WIDEST))


def draw(console: Console, panels: Sequence[Panel]) -> None:
    """Print pictures beside each other as far as there is room, the rest below."""
    blocks = colored(console) and _has_blocks()
    row: list[Panel] = []
    for one in panels:
        if row and sum(_wide(panel) + GAP for panel in row) + _wide(one) > console.width:
            _row(console, row, blocks=blocks)
            row = []
        row.append(one)
    if row:
        _row(console, row, blocks=blocks)


def _has_blocks() -> bool:
    """Return whether standard output can take half blocks."""
    try:
        "\N{UPPER HALF BLOCK}".encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _wide(panel: Panel) -> int:
    return max(int(panel.ascii.shape[1]), len(panel.caption))


def _row(console: Console, panels: Sequence[Panel], *, blocks: bool) -> None:
    heads = Text((" " * GAP).join(panel.caption.ljust(_wide(panel)) for panel in panels).rstrip(), style="dim")
    console.print(heads, soft_wrap=True)
    for at in range(max(len(panel.ascii) for panel in panels)):
        line = Text()
        for number, panel in enumerate(panels):
            line.append(" " * GAP if number else "")
            part = _colors(panel, at) if blocks else _plain(panel, at)
            line.append_text(part)
            line.append(" " * (_wide(panel) - part.cell_len))
        line.rstrip()
        console.print(line, soft_wrap=True)


def _plain(panel: Panel, at: int) -> Text:
    return Text("".join(panel.ascii[at]) if at < len(panel.ascii) else "")


def _colors(panel: Panel, at: int) -> Text:
    """Return two rows of pixels as one line: the upper one is ink, the lower one is ground."""
    line = Text()
    if 2 * at >= len(panel.pixels):
        return line
    upper = panel.pixels[2 * at]
    lower = panel.pixels[2 * at + 1] if 2 * at + 1 < len(panel.pixels) else None
    for column in range(panel.pixels.shape[1]):
        ground = None if lower is None else Color.from_rgb(*lower[column])
        line.append("\N{UPPER HALF BLOCK}", Style(color=Color.from_rgb(*upper[column]), bgcolor=ground))
    return line


def _fit(pixels: Pixels, width: int) -> Pixels:
    """Return pixels at most so many columns wide: each the mean of a block."""
    step = -(-pixels.shape[1] // width)
    if step <= 1:
        return pixels
    height, wide = -(-pixels.shape[0] // step) * step, -(-pixels.shape[1] // step) * step
    padded = np.pad(pixels, ((0, height - pixels.shape[0]), (0, wide - pixels.shape[1]), (0, 0)), mode="edge")
    mean: Pixels = padded.reshape(height // step, step, wide // step, step, -1).mean(axis=(1, 3))
    return mean


def _halved(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of each two rows."""
    even = np.pad(values, ((0, len(values) % 2), (0, 0)), mode="edge")
    mean: npt.NDArray[np.float64] = even.reshape(-1, 2, even.shape[1]).mean(axis=1)
    return mean


def _letters(light: npt.NDArray[np.float64]) -> npt.NDArray[np.str_]:
    at = np.clip((light * len(RAMP)).astype(int), 0, len(RAMP) - 1)
    letters: npt.NDArray[np.str_] = np.array(list(RAMP))[at]
    return letters


def line(values: npt.NDArray[np.float64], low: float, high: float, width: int) -> str:
    """Return a signal as one line of letters: of each stretch its largest value, from `_` to a full block."""
    steps = np.array_split(np.nan_to_num(values), min(width, len(values)))
    heights = [(max(part) - low) / ((high - low) or 1.0) for part in steps]
    bars = "_▁▂▃▄▅▆▇█"
    return "".join(bars[int(np.clip(round(one * (len(bars) - 1)), 0, len(bars) - 1))] for one in heights)
