"""Rules of engagement: what an adversary may do.

A threat is part of the promise in a charter.  The adversary receives it on its bench, the
referee (`trial/referee.py`) enforces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import ceil
from typing import Any, TypeAlias

from seatrial.errors import InputError, Problem

NORMS = ("linf", "l2", "l1", "l0")
"""Norms of a `Ball`."""


@dataclass(frozen=True, slots=True)
class Ball:
    """A perturbation of bounded norm around the input."""

    norm: str = "linf"
    """`linf`, `l2`, `l1` or `l0`."""
    eps: float = 8 / 255
    """Radius, in the units of the input; for `l0` how many numbers of a case may be changed, each to anything."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0
    """Queries allowed per case over the whole cascade; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Corruption:
    """A named, non-adversarial change of a stated severity; the result stays inside the input range."""

    severity: int = 1
    """1 (light) to 5 (heavy)."""
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Patch:
    """One rectangle of the image may be overwritten, nothing else."""

    share: float = 0.1
    """Largest area of the rectangle, as a share of height times width."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0


@dataclass(frozen=True, slots=True)
class Untouched:
    """Nothing may be changed: the cases as they are."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """Inputs that no client should send: NaN, wrong shape, wrong dtype, empty, huge."""


@dataclass(frozen=True, slots=True)
class Turns:
    """A conversation of at most so many user turns."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Outage:
    """A dependency that answers late, or not at all, for this long."""

    seconds: float = 1.0


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The attacker may ask and then claim; it changes no input."""

    queries: int = 0


@dataclass(frozen=True, slots=True)
class Swap:
    """These columns of a row may be changed, nothing else."""

    columns: tuple[int | str, ...] = ()
    """Positions from 0, in the order of the model's columns; of a `Frame`, names as well."""


@dataclass(frozen=True, slots=True)
class Motion:
    """The image may be turned, moved and scaled as a whole; what comes into view repeats the border."""

    degrees: float = 30.0
    """Largest rotation to either side."""
    shift: float = 0.1
    """Largest translation, as a share of height and of width."""
    zoom: float = 0.0
    """Largest change of scale: 0.1 allows 0.9 to 1.1."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0
    """Queries allowed per case over the whole cascade; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Every pixel may be taken from a little beside its place, neighbours almost alike: the image is bent."""

    pixels: float = 1.5
    """Largest displacement of a pixel along each side, in pixels."""
    smooth: float = 0.5
    """Largest difference between the displacements of two neighbours along each side, in pixels; below 1 nothing
    folds over."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0
    """Queries allowed per case over the whole cascade; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Colour:
    """The whole image may be made brighter, duller, of another hue: the same for all of its pixels."""

    brightness: float = 0.1
    """Largest amount that is added everywhere, as a share of the input range."""
    contrast: float = 0.1
    """Largest change of contrast about the middle of the range: 0.2 allows 0.8 to 1.2."""
    hue: float = 0.0
    """Largest turn of the hue to either side, in degrees; of images of three channels (red, green, blue)."""
    saturation: float = 0.0
    """Largest change of saturation: 0.3 allows 0.7 to 1.3; of images of three channels."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0
    """Queries allowed per case over the whole cascade; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Groups:
    """So many groups of pixels of the image may be overwritten, in all channels, and nothing else."""

    count: int = 1
    """Groups at most."""
    unit: str = "row"
    """What a group is: a `pixel`, a `row`, a `column`, or a `frame` (the pixels at one distance from the border)."""
    low: float = 0.0
    high: float = 1.0
    queries: int = 0
    """Queries allowed per case over the whole cascade; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class Edits:
    """A text may be edited, character by character."""

    share: float = 0.1
    """Largest edit distance (insertions, deletions, substitutions, swaps of neighbours: optimal string alignment)
    as a share of the text's characters, rounded up; a text of one character and more may always have one edit."""
    queries: int = 0

    def most(self, text: str) -> int:
        """Return how many edits a text may have; 0 for an empty one."""
        return min(len(text), max(1, ceil(round(self.share * len(text), 9))))


@dataclass(frozen=True, slots=True)
class Missing:
    """So many fields of a table row may be emptied (NaN, or an empty text), nothing else."""

    fields: int = 1
    queries: int = 0


@dataclass(frozen=True, slots=True)
class Company:
    """The case is asked in one call together with others; its own row comes first and stays as it is."""

    rows: int = 16
    """Rows of the call at most, the case's own among them."""


Threat: TypeAlias = (
    Untouched
    | Ball
    | Corruption
    | Patch
    | Malformed
    | Turns
    | Outage
    | Knowledge
    | Swap
    | Motion
    | Flow
    | Colour
    | Groups
    | Edits
    | Missing
    | Company
)

KINDS: Mapping[str, type[Any]] = {
    "untouched": Untouched,
    "ball": Ball,
    "corruption": Corruption,
    "patch": Patch,
    "malformed": Malformed,
    "turns": Turns,
    "outage": Outage,
    "knowledge": Knowledge,
    "swap": Swap,
    "motion": Motion,
    "flow": Flow,
    "colour": Colour,
    "groups": Groups,
    "edits": Edits,
    "missing": Missing,
    "company": Company,
}


def threat_from(block: Mapping[str, Any]) -> Threat:
    """Return the threat that a mapping with a `kind` describes; its inverse is `threat_to`.

    Raises:
        InputError: If the kind or a field is unknown.
    """
    values = dict(block)
    kind = values.pop("kind", None)
    if kind not in KINDS:
        raise InputError(Problem("threat.kind", f"no threat {kind!r}", f"one of {', '.join(KINDS)}"))
    known = {f.name for f in fields(KINDS[kind])}
    if unknown := sorted(set(values) - known):
        raise InputError(Problem("threat", f"{kind} has no {', '.join(unknown)}", f"it has {', '.join(sorted(known))}"))
    made = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return KINDS[kind](**made)  # type: ignore[no-any-return]


def threat_to(threat: Threat) -> dict[str, Any]:
    """Return a threat as plain JSON values."""
    kind = next(name for name, cls in KINDS.items() if cls is type(threat))
    values = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(threat).items()}
    return {"kind": kind, **values}
