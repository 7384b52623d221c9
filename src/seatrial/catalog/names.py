"""Whether a plugin of some name stands on a shelf, without importing it."""

from __future__ import annotations

from difflib import get_close_matches

from seatrial import plugins
from seatrial.errors import Problem

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
    last = name.rpartition(".")[2]
    same = [there for there in known if there.rpartition(".")[2] == last]
    near = list(dict.fromkeys([*same, *get_close_matches(name, known, n=3)]))
    there = f"there are {', '.join(known)}" if known else "none is installed"
    return Problem("", f"there is no {ONE[shelf]} {name!r}", f"did you mean {', '.join(near)}?" if near else there)
