"""What is seen of a run on the way, and what follows: it goes on, or goes back to the last good weights.

Checks come in turn; between them glances look for a collapse (`watch`), and where one rings, a check follows at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch

from seatrial.errors import HardenError, Problem
from seatrial.harden.checkpoint import Checkpoints
from seatrial.harden.choice.jury import Jury, Seen, collapsed, hides, overfitted, seen_again
from seatrial.harden.ground import Ground
from seatrial.harden.ranks.place import Ranks, agreed
from seatrial.harden.state import State
from seatrial.harden.trainee import Trainee

TRIES = 3
"""Losses that are not finite before a run is given up."""
FALLS = 2
"""Checks in a row that see robust overfitting before it is rolled back."""
SETTLED = 0.3
"""Share of the run before which a fall is no overfitting: the radius still grows."""


class Running(Protocol):
    """A run, as far as it is guarded."""

    state: State
    jury: Jury
    trainee: Trainee
    ground: Ground
    ranks: Ranks
    kept: Checkpoints

    def event(self, found: str, /, **figures: Any) -> None:
        """Write down that something happened."""
        ...

    def tell(self, said: str, /) -> None:
        """Say something to whoever listens."""
        ...


def rings(run: Running, before: float, now: float) -> bool:
    """Return whether a check has to be made out of turn: a glance rang, or a fall is to be looked at again.

    Args:
        run: A run, after an update.
        before: Progress before the update.
        now: Progress after it.
    """
    watch, best, step = run.state.watch, run.state.best, run.state.step
    if best is None:
        return False
    if watch.doubted(now, step):
        return True
    if not watch.due(before, now, step, run.ground.course.batch):
        return False
    seen = agreed(run.ranks, lambda: watch.seen(run.trainee.still(averaged=False), run.jury, best))
    return watch.rings(seen, step)


def check(run: Running, progress: float, *, rang: bool = False) -> None:
    """Attack the model on what is kept for choosing; roll back what collapsed, hides or overfits.

    Args:
        run: The run; what is seen goes into its state.
        progress: Share of the run that is over.
        rang: Whether it is made out of turn.  An average of weights follows them late: then these are looked at first.
    """
    state, best = run.state, run.state.best
    early = _raw(run) if rang and run.trainee.averages else None
    seen = early if early is not None and collapsed(early, best) else look(run, run.trainee.still)
    state.checks.append(seen)
    if collapsed(seen, best) or hides(seen, best):
        state.answer = state.answer.stronger()
        state.watch.false = 0
        roll_back(run, "gradient masking" if hides(seen, best) else "catastrophic overfitting", seen, rang=rang)
        return
    fell = overfitted(seen, best) and progress > SETTLED
    state.falls = state.falls + 1 if fell else 0
    if state.falls == FALLS:
        state.falls, state.answer = 0, state.answer.slower()
        roll_back(run, "robust overfitting", seen, rang=rang)
        return
    _keep(run, seen, progress, rang=rang)


def look(run: Running, still: Callable[[], Any]) -> Seen:
    """Return what a check sees of a module: the first rank looks.

    Args:
        run: The run.
        still: Makes the module, in evaluation mode.
    """
    return seen_again(agreed(run.ranks, lambda: run.jury.look(still(), run.state.step).whole()))


def _raw(run: Running) -> Seen:
    """Return what a check sees of the weights themselves, not of their average."""
    return look(run, lambda: run.trainee.still(averaged=False))


def _keep(run: Running, seen: Seen, progress: float, *, rang: bool) -> None:
    """Let the run go on, with what was looked at as a candidate."""
    state, saved = run.state, run.ground.target.saved
    false = rang and not (state.falls or state.watch.again)
    if false:
        run.event("false alarm", clean=round(seen.clean, 4), robust=round(seen.robust, 4))
    state.watch.checked(progress, state.step, false=false, falls=state.falls)
    state.lost = 0
    state.keep(seen, run.ranks.first(lambda: run.kept.keep(saved(run.trainee.still())).encode()).decode())
    if state.best is seen:
        state.good = run.trainee.tensors()


def roll_back(run: Running, found: str, seen: Seen | None, *, rang: bool = False) -> None:
    """Return to the last good weights, and say so in the record.

    Args:
        run: The run.
        found: What was found, in words.
        seen: What a check saw; None if it was no check that found it.
        rang: Whether the check was made out of turn.
    """
    state, best = run.state, run.state.best
    run.trainee.restore(state.good)
    state.carried = {name: one for name, one in state.carried.items() if bool(torch.isfinite(one).all())}
    state.watch.checked(0.0, state.step)
    figures = {} if seen is None else {**seen.to_json(), "alarm": rang}
    back = 0 if best is None else best.step
    run.event(found, **{**figures, "back_to": back, "answer": state.answer.to_json()})
    run.tell(f"{found} at update {state.step}: back to update {back}")


def not_finite(run: Running, progress: float) -> None:
    """Roll back a loss that is no number, and end the run if that happens too often.

    Args:
        run: The run.
        progress: Share of it that is over.

    Raises:
        HardenError: If there are no weights to end with.
    """
    state = run.state
    state.lost += 1
    state.answer = state.answer.slower()
    roll_back(run, "the loss is not a finite number", None)
    if state.lost < TRIES:
        return
    if not state.candidates:
        hint = "lower `rate`, or look at the weights and the inputs that it begins with"
        raise HardenError(Problem(f"update {state.step}", "the loss is not a finite number", hint))
    state.ended = f"the loss was not a finite number {TRIES} times, the last at {progress:.0%} of the run"
