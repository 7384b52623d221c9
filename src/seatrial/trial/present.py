"""Presenting attempts to a target afresh.  Whatever the target raises here is an outcome, not an error of ours.

One of the two places with a broad `except`: the call is repeated row by row, and a row that raises alone has an
error, which the oracle judges.
"""

from __future__ import annotations

import hashlib
import hmac
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial.records.batch import Answers, Attempts, Batch, Oddities, copied, count, plain, rows
from seatrial.targets.metered import stopwatch
from seatrial.targets.target import Face, Fresh, Service, Target

T = TypeVar("T")

LONGEST = 300
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a target said to a column: one entry per row."""

    responses: Any
    seconds: npt.NDArray[np.float64]
    errors: tuple[str, ...]


def present(
    target: Target[Any, Any],
    batch: Batch[Any],
    attempts: Attempts[Any],
    *,
    draws: int = 1,
    key: bytes = b"",
    clean: Any = None,
) -> Answers[Any]:
    """Return what a target says to attempts: in their condition, and with chance and memory reset for every draw.

    Args:
        target: What answers; it is not metered.
        batch: The cases as they are, in numpy.
        attempts: In numpy.  Attempts that only claim are not presented.
        draws: How often each is presented.
        key: The seed of the stage; the key of a draw is derived from it and unknown to the attacker.
        clean: Responses to the untouched inputs, handed on.
    """
    if attempts.claims is not None and attempts.stimuli is None and attempts.condition is None:
        return Answers(clean=clean, head=target.face.head)
    asked = batch.inputs if attempts.stimuli is None else attempts.stimuli
    said = [_draw(target, asked, attempts.condition, presentation_key(key, draw)) for draw in range(draws)]
    return Answers(
        clean=clean,
        tried=tuple(one.responses for one in said),
        seconds=tuple(one.seconds for one in said),
        errors=tuple(one.errors for one in said),
        refused=tuple(np.zeros(len(batch), dtype=np.bool_) for _ in said),
        head=target.face.head,
    )


def presentation_key(seed: bytes, draw: int) -> bytes:
    """Return the key of one draw: HMAC-SHA-256(seed of the stage, "seatrial/present/v1" 0x00 draw as u4)."""
    return hmac.digest(seed, b"seatrial/present/v1\x00" + draw.to_bytes(4, "little"), hashlib.sha256)


def _draw(target: Target[Any, Any], asked: Any, condition: Any, key: bytes) -> Said:
    ready, error = _guarded(lambda: _ready(target, condition, key))
    if ready is None:
        return _nothing(asked, target.face, error)
    if isinstance(asked, Oddities):
        return _odd(ready, asked)
    return _asked(ready, asked)


def _ready(target: Target[Any, Any], condition: Any, key: bytes) -> Target[Any, Any]:
    stated: Any = target if condition is None else target.under(condition)  # type: ignore[attr-defined]
    return stated.fresh(key) if isinstance(stated, Fresh) else stated


def _asked(target: Target[Any, Any], asked: Any) -> Said:
    """Ask for all rows at once; if that raises, row by row."""
    whole, error = _guarded(lambda: _answered(target, asked))
    if whole is not None:
        return whole
    if count(asked) == 1:
        return _nothing(asked, target.face, error)
    alone = [_asked(target, rows(asked, [row])) for row in range(count(asked))]
    return _stacked(alone, target.face)


def _answered(target: Target[Any, Any], asked: Any) -> Said:
    responses, seconds = _timed(target, target.face.home(copied(asked)), count(asked))
    given = _own(responses)
    if wrong := _misshapen(given, count(asked), target.face):
        return _nothing(asked, target.face, wrong)
    return Said(given, seconds, ("",) * count(asked))


def _odd(target: Target[Any, Any], asked: Oddities) -> Said:
    """Ask for every row on its own: each is a whole argument of `respond`."""
    found = [_guarded(lambda row=row: _timed(target, row, 1)) for row in asked]  # type: ignore[misc]
    return Said(
        Oddities(None if one is None else _own(one[0]) for one, _ in found),
        np.array([0.0 if one is None else float(one[1][0]) for one, _ in found]),
        tuple(error for _, error in found),
    )


def _timed(target: Target[Any, Any], asked: Any, size: int) -> tuple[Any, npt.NDArray[np.float64]]:
    """Return the responses and the seconds of each row; rows answered together share the time equally."""
    if isinstance(target, Service):
        responses, each = target.serve(asked)
        return responses, np.broadcast_to(np.asarray(each, dtype=np.float64), (size,)).copy()
    passed = stopwatch()
    responses = target.respond(asked)
    return responses, np.full(size, passed() / size)


def _own(responses: Any) -> Any:
    """Return responses as numpy that the target cannot change later."""
    made = plain(responses)
    return np.array(made) if isinstance(made, np.ndarray) else made


def _misshapen(given: Any, size: int, face: Face) -> str:
    """Return what is wrong with a column of responses; empty if it is what the face promises."""
    if face.gives in ("text", "talk"):
        fits = isinstance(given, tuple | list) and len(given) == size
        return (
            "" if fits else f"the target answered {size} rows with {_described(given)}, not with one {face.gives} each"
        )
    if not isinstance(given, np.ndarray) or given.dtype.kind not in ("iu" if face.gives == "labels" else "fiu"):
        return f"the target answered with {_described(given)}, not with {face.gives}"
    wanted = {"labels": 1, "value": given.ndim}.get(face.gives, 2)
    if given.ndim != wanted or given.ndim == 0 or len(given) != size or given.size < size:
        return f"the target answered {size} rows with {_described(given)}, not with {face.gives} of each"
    if wanted == 2 and face.gives != "value" and face.classes and given.shape[1] != face.classes:
        return f"the target answered with {given.shape[1]} classes, and says that it has {face.classes}"
    return ""


def _described(given: Any) -> str:
    if isinstance(given, np.ndarray):
        return f"{given.dtype} {given.shape}"
    return f"{type(given).__name__}" + (f" of {len(given)}" if hasattr(given, "__len__") else "")


def _stacked(alone: Sequence[Said], face: Face) -> Said:
    """Return one column from rows that were asked alone; a row of another width than the first good one is an error."""
    errors = [one.errors[0] for one in alone]
    seconds = np.concatenate([one.seconds for one in alone])
    if face.gives in ("text", "talk"):
        return Said(tuple(one.responses[0] for one in alone), seconds, tuple(errors))
    good = [one.responses for one in alone if not one.errors[0]]
    like = good[0] if good else alone[0].responses
    parts = []
    for at, one in enumerate(alone):
        if not errors[at] and one.responses.shape != like.shape:
            errors[at] = f"the target answered with shape {one.responses.shape}, and for another row with {like.shape}"
        parts.append(_filler(like.shape, face) if errors[at] else one.responses)
    return Said(np.concatenate(parts), seconds, tuple(errors))


def _nothing(asked: Any, face: Face, error: str) -> Said:
    """Return the responses of rows that all raised."""
    size = count(asked)
    if isinstance(asked, Oddities):
        responses: Any = Oddities((None,) * size)
    elif face.gives in ("text", "talk"):
        responses = ("",) * size
    else:
        responses = _filler((size,) if face.gives in ("labels", "value") else (size, face.classes or 1), face)
    return Said(responses, np.zeros(size), (error,) * size)


def _filler(shape: tuple[int, ...], face: Face) -> npt.NDArray[Any]:
    return np.full(shape, -1, dtype=np.int64) if face.gives == "labels" else np.full(shape, np.nan)


def _guarded(call: Callable[[], T]) -> tuple[T | None, str]:
    """Return what a call into the target gave, or what it raised: `SystemExit` and its like too.

    What the target's own code warns of is not shown, and does not become an error because of a setting here.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return call(), ""
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever the target raises is its outcome
        return None, spoken(error)


def spoken(error: BaseException) -> str:
    """Return an error in one short text; never empty, and whatever its `__str__` does."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - an error whose text raises is still told
        text = "(its text cannot be read)"
    return f"{type(error).__name__}: {text}"[:LONGEST]
