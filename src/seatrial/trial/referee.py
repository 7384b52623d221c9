"""Whether an attempt stayed inside the threat.  One outside fails its shard, loudly.

`limits(ball, x)` and its like give adversaries bounds that are rounded inwards, so an honest attack needs
none of the tolerance here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, RuleBroken
from seatrial.records.batch import Attempts, Batch, Frame, Talk, count
from seatrial.records.threat import (
    NORMS,
    Ball,
    Colour,
    Company,
    Corruption,
    Edits,
    Flow,
    Groups,
    Knowledge,
    Malformed,
    Missing,
    Motion,
    Outage,
    Patch,
    Swap,
    Turns,
    Untouched,
)
from seatrial.trial.breaches import accompanied, edited, emptied, swapped
from seatrial.trial.remade import beyond, grouped, made, wanted

T = TypeVar("T")
Numbers = npt.NDArray[Any]

RELATIVE = 1e-6
"""Tolerance of L1 and L2 radii."""
ROUNDING = 4
"""Roundings of the largest number in play by which a moved image may differ from the one that is made again."""


@singledispatch
def check(threat: Any, batch: Batch[Any], attempts: Attempts[Any]) -> None:  # noqa: ARG001 - all referees have one signature
    """Do nothing if the attempts obey the threat.

    Args:
        threat: The rules.
        batch: The cases as they are, in numpy, in the dtype of the target's home.
        attempts: What the adversary handed back, in numpy.

    Raises:
        RuleBroken: If one does not.
    """
    raise _broken(f"no referee knows the rules of {type(threat).__name__}")


def _of_arrays(rule: Callable[[T, Numbers, Numbers], None]) -> Callable[[T, Batch[Any], Attempts[Any]], None]:
    """Return the referee of a rule about inputs and stimuli that are arrays; nothing presented obeys it."""

    def referee(threat: T, batch: Batch[Any], attempts: Attempts[Any]) -> None:
        if attempts.stimuli is None:
            _only(attempts, "stimuli")
        else:
            rule(threat, *_pair(batch, attempts))

    return referee


@check.register(Ball)
@_of_arrays
def _ball(threat: Ball, before: Numbers, after: Numbers) -> None:
    _inside(threat.low, threat.high, before, after)
    change = np.abs(after.astype(np.float64) - before.astype(np.float64)).reshape(len(after), -1)
    if threat.norm == "linf":
        size = (change - _ulp(before, after).reshape(change.shape)).max(axis=1, initial=0.0)
        most = threat.eps
    elif threat.norm == "l0":
        size, most = (before != after).reshape(len(after), -1).sum(axis=1), threat.eps
    elif threat.norm in ("l1", "l2"):
        size = change.sum(axis=1) if threat.norm == "l1" else np.sqrt(np.square(change).sum(axis=1))
        most = threat.eps * (1 + RELATIVE)
    else:
        raise _broken(f"no norm {threat.norm!r}: a ball is {', '.join(NORMS[:-1])} or {NORMS[-1]}")
    _refuse(
        np.asarray(size > most),
        lambda i: f"its {threat.norm} size is {size[i]:.9g}, the threat allows {threat.eps:.9g}",
    )


@check.register(Corruption)
@_of_arrays
def _corruption(threat: Corruption, before: Numbers, after: Numbers) -> None:
    _inside(threat.low, threat.high, before, after)


@check.register(Patch)
@_of_arrays
def _patch(threat: Patch, before: Numbers, after: Numbers) -> None:
    if after.ndim < 3:
        raise _broken(f"a patch needs images, and the stimuli have shape {after.shape}")
    _inside(threat.low, threat.high, before, after)
    height, width = after.shape[-2:]
    changed = (before != after).reshape(len(after), -1, height, width).any(axis=1)
    area = _extent(changed.any(axis=2)) * _extent(changed.any(axis=1))
    most = threat.share * height * width * (1 + RELATIVE)
    _refuse(
        area > most, lambda i: f"the changed pixels span {int(area[i])} of {height * width}, allowed are {most:.0f}"
    )


@check.register(Motion)
@check.register(Flow)
@check.register(Colour)
def _remade(threat: Motion | Flow | Colour, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    if attempts.stimuli is None:
        return _only(attempts, "stimuli")
    before, after = _pair(batch, replace(attempts, recipe=None))
    recipe, name = attempts.recipe, type(threat).__name__.lower()
    if after.ndim < (3 if name == "motion" else 4) or after.dtype.kind != "f":
        raise _broken(f"a {name} needs images of floats, and the stimuli are {after.dtype} {after.shape}")
    shape, holds = wanted(threat, after.shape)
    if not isinstance(recipe, np.ndarray) or recipe.shape != shape or recipe.dtype != np.float64:
        raise _broken(f"a {name} needs a recipe of float64 {shape}: {holds}")
    _refuse(beyond(threat, recipe, after.shape), lambda _: f"its recipe is more than {threat} allows")
    differs = _differs(after, made(threat, before, recipe), float(np.abs(before).max(initial=0)))
    _refuse(differs, lambda _: "it is not what its recipe makes of the case")
    return None


@check.register(Groups)
@_of_arrays
def _groups(threat: Groups, before: Numbers, after: Numbers) -> None:
    if after.ndim < 4:
        raise _broken(f"groups of pixels need images, and the stimuli have shape {after.shape}")
    _inside(threat.low, threat.high, before, after)
    changed = (before != after).reshape(len(after), -1, *after.shape[-2:]).any(axis=1)
    used = grouped(threat.unit, changed)
    _refuse(np.asarray(used > threat.count), lambda i: f"it changes {used[i]} of its {threat.unit}s, of {threat.count}")


@check.register
def _turns(threat: Turns, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    _only(attempts, "stimuli")
    if attempts.stimuli is None:
        return
    _rows(batch, attempts.stimuli)
    for at, (script, talk) in enumerate(zip(batch.inputs, attempts.stimuli, strict=True)):
        pairs = zip(script, talk, strict=False)
        kept = next((i for i, (one, other) in enumerate(pairs) if one != other), min(len(script), len(talk)))
        if kept < len(script) and _user_turns(script) < threat.count:
            raise _broken(f"case {at}: the original script was changed, not continued, and there was room for a turn")
        if others := {message.role for message in talk[kept:]} - {"user"}:
            raise _broken(f"case {at}: an attacker writes as the user, not as {', '.join(sorted(others))}")
        if len(talk) > kept and _user_turns(talk) > threat.count:
            raise _broken(f"case {at}: {_user_turns(talk)} user turns, the threat allows {threat.count}")


@check.register
def _swap(threat: Swap, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    if isinstance(batch.inputs, Frame):
        return _worded(batch, attempts, lambda before, after: swapped(threat, before, after))
    if attempts.stimuli is None:
        return _only(attempts, "stimuli")
    before, after = _pair(batch, attempts)
    if after.ndim != 2:
        raise _broken(f"a swap needs rows of a table, and the stimuli have shape {after.shape}")
    if named := [name for name in threat.columns if isinstance(name, str)]:
        raise _broken(f"rows of an array have no column {named[0]!r}: name its position")
    fixed = np.setdiff1d(np.arange(after.shape[1]), threat.columns)
    wrong = (before[:, fixed] != after[:, fixed]).any(axis=1)
    _refuse(wrong, lambda _: f"a column other than {list(threat.columns)} was changed")
    return None


@check.register
def _edits(threat: Edits, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    _worded(batch, attempts, lambda before, after: edited(threat, before, after))


@check.register
def _missing(threat: Missing, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    _worded(batch, attempts, lambda before, after: emptied(threat, before, after))


@check.register
def _company(threat: Company, batch: Batch[Any], attempts: Attempts[Any]) -> None:
    _worded(batch, attempts, lambda before, after: accompanied(threat, before, after))


@check.register
def _untouched(threat: Untouched, batch: Batch[Any], attempts: Attempts[Any]) -> None:  # noqa: ARG001 - all referees have one signature
    _only(attempts, "")


@check.register
def _malformed(threat: Malformed, batch: Batch[Any], attempts: Attempts[Any]) -> None:  # noqa: ARG001 - all referees have one signature
    _only(attempts, "stimuli")
    if attempts.stimuli is not None:
        _rows(batch, attempts.stimuli)


@check.register
def _outage(threat: Outage, batch: Batch[Any], attempts: Attempts[Any]) -> None:  # noqa: ARG001 - all referees have one signature
    _only(attempts, "condition")
    planned = getattr(attempts.condition, "seconds", None)
    if isinstance(planned, int | float) and planned > threat.seconds:
        raise _broken(f"an outage of {planned} s, the threat allows {threat.seconds} s")


@check.register
def _knowledge(threat: Knowledge, batch: Batch[Any], attempts: Attempts[Any]) -> None:  # noqa: ARG001 - all referees have one signature
    _only(attempts, "claims")
    if attempts.claims is None or count(attempts.claims) != len(batch):
        raise _broken("an attacker under `knowledge` hands back one claim per case")


def _worded(batch: Batch[Any], attempts: Attempts[Any], breach: Callable[[Any, Any], str]) -> None:
    """Refuse stimuli of which `breach(inputs, stimuli)` says that something is wrong."""
    _only(attempts, "stimuli")
    if attempts.stimuli is not None:
        _rows(batch, attempts.stimuli)
        if what := breach(batch.inputs, attempts.stimuli):
            raise _broken(what)


def _user_turns(talk: Talk) -> int:
    return sum(message.role == "user" for message in talk)


def _broken(what: str) -> RuleBroken:
    return RuleBroken(Problem("referee", what, "use limits(threat, x), and hand back one row per case"))


def _only(attempts: Attempts[Any], part: str) -> None:
    """Refuse the parts of an attempt that this threat does not know."""
    for other in {"stimuli", "condition", "claims", "recipe"} - {part}:
        if getattr(attempts, other) is not None:
            raise _broken(f"an attempt under this threat has no {other}")


def _rows(batch: Batch[Any], stimuli: Any) -> None:
    if count(stimuli) != len(batch):
        raise _broken(f"{count(stimuli)} stimuli for {len(batch)} cases")


def _pair(batch: Batch[Any], attempts: Attempts[Any]) -> tuple[Numbers, Numbers]:
    """Return inputs and stimuli as arrays of one shape and dtype, finite wherever they differ."""
    _only(attempts, "stimuli")
    before, after = batch.inputs, attempts.stimuli
    if not isinstance(before, np.ndarray) or not isinstance(after, np.ndarray):
        raise _broken(f"stimuli under this threat are an array, not {type(after).__name__}")
    if after.shape != before.shape or after.dtype != before.dtype:
        raise _broken(f"stimuli are {after.dtype} {after.shape}, the cases {before.dtype} {before.shape}")
    if after.dtype.kind not in "fiub":
        raise _broken(f"stimuli are {after.dtype}: numbers are needed")
    finite = np.asarray(np.isfinite(after)).reshape(len(after), -1).all(axis=1)
    _refuse(np.logical_not(finite), lambda _: "it is not finite")
    return before, after


def _differs(after: npt.NDArray[Any], again: npt.NDArray[Any], largest: float) -> npt.NDArray[np.bool_]:
    """Return which stimuli are not what was made again, but for the rounding of numbers of some size."""
    room = ROUNDING * np.finfo(after.dtype).eps * largest
    away = np.abs(after.astype(np.float64) - again.astype(np.float64)).reshape(len(after), -1)
    return np.asarray((~(away <= room)).any(axis=1))


def _ulp(before: npt.NDArray[Any], after: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the distance to the next number of the stimulus's dtype, at every element; 0 for integers."""
    if after.dtype.kind != "f":
        return np.zeros(after.shape)
    return np.asarray(np.spacing(np.maximum(np.abs(after), np.abs(before))), dtype=np.float64)


def _inside(low: float, high: float, before: npt.NDArray[Any], after: npt.NDArray[Any]) -> None:
    """Refuse values that were moved outside the input range; a value that was outside before may stay."""
    exact = after.astype(np.float64)
    outside = ((exact < low) | (exact > high)) & (after != before)
    _refuse(outside.reshape(len(after), -1).any(axis=1), lambda _: f"it leaves the input range {low}..{high}")


def _extent(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Return from the first to the last mark of each row; 0 without one."""
    span = marked.shape[1] - marked[:, ::-1].argmax(axis=1) - marked.argmax(axis=1)
    return np.where(marked.any(axis=1), span, 0)


def _refuse(wrong: npt.NDArray[np.bool_], why: Any) -> None:
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        raise _broken(f"case {first}: {why(first)} ({int(wrong.sum())} of {len(wrong)} cases)")
