"""Hardening in several processes: started here, each of which does what one would, and the first one hands out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from seatrial.errors import InputError, Problem
from seatrial.harden.ranks.launch import Work
from seatrial.harden.ranks.launchers import launcher
from seatrial.harden.ranks.place import ALONE, here
from seatrial.harden.remedy import Means, Shared
from seatrial.verbs.hardened import Hardened
from seatrial.verbs.outputs import placed

R = TypeVar("R")


def spread(work: Work, asked: Mapping[str, Any]) -> Hardened:
    """Return what several ranks make of a hardening.

    Args:
        work: What every rank does.
        asked: The arguments of `harden`.

    Raises:
        InputError: If there are fewer than one, no such launcher, or somebody has started ranks already.
        SeatrialError: What the ranks raised.
    """
    processes, hear = asked["processes"], asked["hear"]
    if processes < 1:
        raise InputError(Problem("--processes", f"{processes} is below 1", "1 trains here"))
    if here() != ALONE:
        raise InputError(Problem("--processes", "this is a rank that somebody has started already", "leave it out"))
    file = placed(Path(asked["output"]), "--out")
    told = {name: value for name, value in asked.items() if name not in ("processes", "launcher", "hear")}
    told |= {"path": str(Path(asked["path"]).absolute()), "output": str(file.absolute())}
    made: Hardened = launcher(asked["launcher"]).launch(work, told, processes, hear)
    return replace(made, weights=file)


def able(recipe: R, name: str, means: Means) -> R:
    """Return a remedy that can do with what it is given.

    Raises:
        InputError: If ranks or data workers are asked for, and the remedy does not train update by update.
    """
    wanted = {"--processes": means.place != ALONE, "--workers": means.workers != 0}
    if means.workers < 0:
        raise InputError(Problem("--workers", f"{means.workers} is below 0", "0 reads here"))
    if not isinstance(recipe, Shared):
        what, hint = f"{name} does not train update by update", "leave it out, or take a remedy for torch"
        if problems := [Problem(option, what, hint) for option, asked in wanted.items() if asked]:
            raise InputError(*problems)
    return recipe
