"""One shard: the whole cascade of a clause over a fixed part of its cases, into one observation.

One of the two places with a broad `except`.  What an adversary, an oracle or a metric raises fails the shard, with
the reason; what the target raises is an outcome of the case.
"""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial import plugins
from seatrial.errors import RuleBroken, TrialError
from seatrial.plan.plan import Promise, Shard, Stage, Trying
from seatrial.plan.worst import metrics, worst_case
from seatrial.records.batch import YES, Answers, Attempts, Batch, Observation, rows
from seatrial.records.distance import distances
from seatrial.records.finding import Finding, united
from seatrial.records.threat import Ball
from seatrial.targets import accounted
from seatrial.targets.target import Target
from seatrial.trial.fold import WRONG, Fold, encoded, unknowns
from seatrial.trial.present import present, spoken
from seatrial.trial.stage import Cast, Ground, Played, cast, ground, judged, play, queries
from seatrial.trial.stimuli import packed

S = TypeVar("S")
R = TypeVar("R")
Rows = npt.NDArray[np.intp]

NOBODY: Mapping[str, Target[Any, Any]] = MappingProxyType({})
"""No models of the attacker's own."""

FRAMES = 4
"""Innermost frames of a traceback that a reason tells."""

_CALLS = frozenset({"respond", "linearise", "approximated", "serve", "pulled", "under", "fresh"})
"""Functions of an accounted target that call the target itself."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a shard showed: three blobs, or the reason why there are none."""

    status: str
    """`done` or `failed`."""
    reason: str
    """Why it failed; of a done shard, how many cases could not be tried, and why."""
    computed: bytes = b""
    measured: bytes = b""
    stimuli: bytes = b""
    held: int = 0


def observe(
    shard: Shard,
    promise: Promise,
    target: Target[Any, Any],
    batch: Batch[Any],
    seed: Callable[[Trying, Stage], bytes],
    *,
    helpers: Mapping[str, Target[Any, Any]] = NOBODY,
) -> Sight:
    """Return what a shard showed.

    Args:
        shard: Which part of the clause.
        promise: The clause.
        target: What answers.
        batch: The shard's cases, in numpy, with what is sealed.
        seed: Gives the 32 bytes of a stage.
        helpers: Other models that the attacker has at home, by name.
    """
    try:
        return _observed(shard, promise, target, batch, casts_of(promise, seed, helpers))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the shard fails, with the reason
        return Sight("failed", reason(error))


def _observed(
    shard: Shard,
    promise: Promise,
    target: Target[Any, Any],
    batch: Batch[Any],
    casts: Sequence[Cast],
) -> Sight:
    made = fought(casts, target, batch, worst=worst_case(promise.require), whole=promise.shard == 0)
    cases, fold, first, notes = made.cases, made.fold, made.first, made.notes
    seen = _measured(promise, fold.observation(cases.own, measured=any(one.card.measured for one in casts)))
    if _nearest(casts):
        seen = replace(seen, computed={**seen.computed, **fold.distances()})
    seen = seen if not casts[0].helpers else replace(seen, computed={**seen.computed, **fold.aided()})
    return Sight(
        "done",
        "; ".join(sorted(set(notes)))[:1000],
        encoded("computed", shard.clause, shard.index, seen),
        encoded("measured", shard.clause, shard.index, seen),
        packed(fold.specimens(cases.own, first, casts[0].seed)),
        held=int((fold.worst == 2).all(axis=1).sum()),
    )


@dataclass(frozen=True, slots=True)
class Fought:
    """What some cases came to, when all stages had been played with them."""

    cases: Ground
    fold: Fold
    first: Answers[Any] | None
    """What the target said to the untouched cases; None if it was not asked."""
    notes: tuple[str, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the adversaries of all stages saw that speaks against their own silence, each question once."""
        return united(self.fold.findings)


def fought(
    casts: Sequence[Cast], target: Target[Any, Any], batch: Batch[Any], *, worst: bool = True, whole: bool = False
) -> Fought:
    """Return what some cases come to when stages are played with them.

    Args:
        casts: The stages, in order; at least one.
        target: What answers; not metered.
        batch: In numpy, with what is sealed.
        worst: Whether a case that one stage broke in all its draws is spared the others.
        whole: Whether the cases are a population, so that a target that raises fails all of them.
    """
    cases, fold = ground(target, batch), Fold.empty(len(batch), max(one.draws for one in casts))
    first, notes = _untouched(casts, target, cases, fold), list[str]()
    for index, one in enumerate(casts):
        chosen = fold.alive() if worst else np.arange(len(batch))
        if chosen.size:
            notes += _stage(fold, index, one, (target, cases, chosen, first), whole=whole)
    return Fought(cases, fold, first, tuple(notes))


def _nearest(casts: Sequence[Cast]) -> bool:
    """Return whether an adversary looks for the smallest change in the norm that all of them are bound by."""
    norms = {one.threat.norm if isinstance(one.threat, Ball) else "" for one in casts}
    return len(norms) == 1 and "" not in norms and any(getattr(one.adversary, "minimise", False) for one in casts)


def casts_of(
    promise: Promise, seed: Callable[[Trying, Stage], bytes], helpers: Mapping[str, Target[Any, Any]] = NOBODY
) -> tuple[Cast, ...]:
    """Return the stages of a clause, ready to play, in order.

    A threat's queries are shared out equally among the stages of its scenario, so that what one case may spend does
    not depend on its neighbours.
    """
    return tuple(
        Cast(
            threat=trying.threat,
            seed=seed(trying, stage),
            draws=trying.presentations,
            share=queries(trying.threat) // len(trying.stages),
            helpers=helpers,
            **cast(stage.adversary, stage.tactics, trying.oracle, trying.settings),
        )
        for trying in promise.tries
        for stage in trying.stages
    )


def _untouched(casts: Sequence[Cast], target: Target[Any, Any], cases: Ground, fold: Fold) -> Answers[Any] | None:
    """Present the cases as they are, if an oracle asks for it, and settle those that are wrong or unknown already."""
    if not any(one.clean_first or one.card.clean for one in casts):
        return None
    first = present(target, cases.own, Attempts(), key=casts[0].seed)
    for one in casts:
        if one.clean_first:
            verdicts = judged(replace(one, draws=fold.worst.shape[1]), cases.own, Attempts(), first)
            wrong = np.flatnonzero(verdicts.held[:, 0] != YES)
            fold.judge(wrong, replace(verdicts, held=verdicts.held[wrong], score=verdicts.score[wrong]), WRONG)
            fold.seconds[wrong] = first.seconds[0][wrong]
    return first


def _stage(
    fold: Fold, index: int, one: Cast, scene: tuple[Target[Any, Any], Ground, Rows, Answers[Any] | None], *, whole: bool
) -> list[str]:
    """Play a stage with the chosen cases, take in what it showed, and return notes about cases it could not try."""
    target, cases, chosen, first = scene
    clean = None if first is None else rows(first.tried[0], chosen)
    notes = []
    for part, played in _played(one, target, cases.take(chosen), clean, whole=whole):
        here = chosen[part]
        if isinstance(played, str):
            fold.judge(here, unknowns(len(here), one.draws), index)
            notes.append(f"the target raised while it was attacked, so the case is unknown: {played}")
        else:
            _take_in(fold, index, here, played)
            if isinstance(one.threat, Ball) and played.attempts.stimuli is not None:
                away = distances(one.threat.norm, cases.own.take(here).inputs, played.attempts.stimuli)
                # Rounding that the referee lets pass is not counted.
                fold.near(here, played.verdicts, np.minimum(away, one.threat.eps))
    return notes


def _take_in(fold: Fold, index: int, here: Rows, played: Played) -> None:
    fold.judge(here, played.verdicts, index)
    fold.findings.extend(played.attempts.findings)
    fold.charge(here, played.ledger, played.aid)
    for seconds in played.answers.seconds:
        fold.seconds[here] = np.maximum(fold.seconds[here], seconds)
    fold.show(here, played.attempts, played.answers, index)


def _played(
    one: Cast, target: Target[Any, Any], cases: Ground, clean: Any, *, whole: bool
) -> Iterator[tuple[Rows, Played | str]]:
    """Yield what a stage showed, for all cases at once, or one by one if the target raised while it was attacked."""
    size = len(cases.own)
    try:
        yield np.arange(size), play(one, target, cases, clean)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if whole or not _of_target(error):
            raise
        if size == 1:
            yield np.arange(1), spoken(error)
            return
        for row in range(size):
            part = np.array([row])
            alone = _played(one, target, cases.take(part), None if clean is None else rows(clean, part), whole=False)
            yield from ((part, played) for _, played in alone)


def _of_target(error: BaseException) -> bool:
    """Return whether it was the target that raised, when an adversary asked it."""
    if isinstance(error, RuleBroken):
        return False
    names = [f.name for f in traceback.extract_tb(error.__traceback__) if f.filename == accounted.__file__]
    return bool(names) and names[-1] in _CALLS


def _measured(promise: Promise, seen: Observation) -> Observation:
    """Return the observation with the values of the metrics that the criterion asks for."""
    for name in metrics(promise.require):
        card = plugins.find("metrics", name)
        value = np.asarray(card.make().measure(seen), dtype=np.float64)
        if value.shape != (len(seen.cases),):
            raise TrialError(f"metric {name} gave {value.shape} numbers for {len(seen.cases)} cases")
        column = {f"value:{name}": np.where(np.isnan(value), np.nan, value)}
        if card.measured or "held" in seen.measured:
            seen = replace(seen, measured={**seen.measured, **column})
        else:
            seen = replace(seen, computed={**seen.computed, **column})
    return seen


def missed(control: Callable[[], bool]) -> str:
    """Return why a control was missed, empty if it was not; what it raises is one more reason."""
    try:
        return "" if control() else "the planted flaw was not found, or its twin was accused"
    except Exception as error:  # noqa: BLE001 - a control that stumbles is missed
        return reason(error)


def reason(error: BaseException) -> str:
    """Return what was raised and where, in one line without folders: the end of the traceback."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    place = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    return f"{spoken(error)} [{place}]"


@dataclass(frozen=True)
class Attempted(Generic[S, R]):
    """A work that never raises: for processes, whose errors must travel."""

    work: Callable[[S], R]

    def __call__(self, shard: S) -> tuple[bool, R | Exception]:
        """Return (True, result) or (False, what was raised)."""
        try:
            return True, self.work(shard)
        except Exception as error:  # noqa: BLE001 - it travels to the parent
            return False, self._sendable(error)

    def _sendable(self, error: Exception) -> Exception:
        """Return the error, or its text if it does not survive the way."""
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - its own bytes
        except Exception:  # noqa: BLE001 - whatever pickle says, its text travels
            return TrialError(reason(error))
        return error
