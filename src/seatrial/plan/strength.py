"""How large a change a first charter allows an attacker: rules of thumb by modality, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from seatrial.targets.target import Face

SMALL, MIDDLE = 32, 64
"""Pixels on the longer side."""
GREY, COLOUR, LARGE, ROW, SIGNAL = (
    Fraction(1, 10),
    Fraction(8, 255),
    Fraction(4, 255),
    Fraction(1, 20),
    Fraction(1, 50),
)
"""Shares of the range of the inputs."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Radius of a ball around each input."""

    eps: float
    """In units of the inputs."""
    written: Any
    """As a charter writes it: a number, or a fraction of whole numbers as text."""
    about: str
    """The rule that it follows, and why."""


def strength(face: Face, what: str, eps: float | None = None) -> Strength:
    """Return the radius of a linf ball for a target whose inputs have a range.

    Pictures follow what is usual in the literature: the more pixels, the smaller a change of each adds up to something
    that is seen, and the more an attacker gains from it.  Grey pictures of few pixels carry shapes, not shades.

    Args:
        face: Its shape and range.
        what: `picture`, `row` or `signal` (`plan.suggest.modality`).
        eps: What the user chose instead.
    """
    assert face.low is not None
    assert face.high is not None
    if eps is not None:
        return Strength(eps, eps, "chosen with --eps, in units of the input")
    share, about = _rule(face.shape or (), what)
    wide = Fraction(face.high) - Fraction(face.low)
    radius = share * wide
    tidy = radius.denominator in (1, 255)
    fraction = f"{radius.numerator}/{radius.denominator}" if radius.denominator == 255 else None
    written: Any = fraction or (int(radius) if tidy else float(f"{float(radius):.4g}"))
    return Strength(float(radius), written, about)


def _rule(shape: tuple[int, ...], what: str) -> tuple[Fraction, str]:
    if what == "row":
        return ROW, "a twentieth of the range: what readings are ordinarily off by"
    if what == "signal":
        return SIGNAL, "a fiftieth of the range: lost among the noise of an ordinary recording"
    side = max(shape[-2:])
    grey = len(shape) < 3 or shape[0] == 1
    if grey and side <= SMALL:
        return GREY, "a tenth of the range: small grey pictures show shapes, not shades"
    if side <= MIDDLE:
        return COLOUR, "usual for colour pictures of 32 to 64 pixels: nobody sees it"
    return LARGE, "usual for large pictures: the more pixels, the less of each is needed"
