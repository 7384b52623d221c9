"""Whether a plugin of some name stands on a shelf, without importing it."""

from __future__ import annotations

from seatrial import plugins
from seatrial.errors import Problem, meant

ONE = {
    "adversaries": "adversary",
    "controls": "control",
    "metrics": "metric",
    "oracles": "oracle",
    "remedies": "remedy",
    "targets": "kind of target",
    "cases": "kind of cases",
}
"""Shelf -> what one of it is called."""


def absent(shelf: str, name: str) -> Problem | None:
    """Return what to say if there is no such plugin (without a place), or None if there is."""
    known = plugins.names(shelf)
    if name in known:
        return None
    return Problem("", f"there is no {ONE[shelf]} {name!r}", meant(name, known) if known else "none is installed")
