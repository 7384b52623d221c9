"""A clear error or a safe answer; never a crash or a silent wrong type.

Held, per row and draw:

* the target raised an ordinary exception that says something: any class but those of `CRASHES`, with a message;
* a guard refused the row;
* it answered, and the answer is of the kind that it gives to the untouched input: text for text; for numbers an
  array of the same kind (floating, integer, truth value), with the same axes after the first, as many rows as the
  malformed input has (any number, or no row axis, where that input has another number of axes), and all of it finite.

Not held: NaN or infinity in an answer, another kind or shape, no answer at all (None), an error without a message, and
what would have taken the process down (`CRASHES`).  Whether the answer makes sense is not asked: for nonsense there is
no right answer.  Never unknown, and there is no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import Problem, TrialError
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Oddities, Verdicts, count
from seatrial.records.card import Card

CRASHES = frozenset(
    {
        "MemoryError",
        "RecursionError",
        "SystemError",
        "SystemExit",
        "KeyboardInterrupt",
        "GeneratorExit",
        "BaseException",
    }
)
"""Names of what ends a service, or says that its state can no longer be trusted."""
NUMBERS = {"f": "f", "i": "i", "u": "i", "b": "b"}
"""Kind of dtype -> kind of number."""


@dataclass(frozen=True, slots=True)
class SaneAnswer:
    """Held where malformed input got a clear error or a safe answer."""

    crashes: tuple[str, ...] = ()
    """More exceptions, by class name, that count as a crash."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:
        """Return whether each row held, per draw.

        Args:
            batch: The untouched cases.
            attempts: `stimuli` is an `Oddities`.
            answers: `clean` are the answers to the untouched cases, `tried` the `Oddities` of all that each malformed
                row got; `errors` read `ClassName: message`.

        Raises:
            TrialError: If any of these is something else.
        """
        stimuli = _checked(batch, attempts, answers)
        held = np.full((len(batch), len(answers.tried)), NO, dtype=np.int8)
        for draw, said in enumerate(answers.tried):
            for case, (asked, answer) in enumerate(zip(stimuli, said, strict=True)):
                error = answers.errors[draw][case] if answers.errors else ""
                refused = bool(answers.refused) and bool(answers.refused[draw][case])
                sane = self._clear(error) if error else _safe(answer, answers.clean, _rows(asked, batch.inputs))
                held[case, draw] = YES if refused or sane else NO
        return Verdicts(held, np.full(len(batch), np.nan))

    def _clear(self, error: str) -> bool:
        name, _, message = error.partition(":")
        return bool(message.strip()) and name.split(".")[-1].strip() not in CRASHES | set(self.crashes)


def _checked(batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any]) -> Oddities:
    if answers.clean is None:
        raise TrialError(Problem("sane_answer", "no answers to the untouched cases", "its card says clean=True"))
    columns = (attempts.stimuli, *answers.tried)
    if not all(isinstance(column, Oddities) and len(column) == len(batch) for column in columns):
        what = "stimuli and answers are not Oddities of one row per case"
        raise TrialError(Problem("sane_answer", what, "it judges malformed input: faults.malformed, faults.garbled"))
    return attempts.stimuli  # type: ignore[return-value]


def _rows(asked: Any, inputs: Any) -> int | None:
    """Return how many rows the answer to a malformed input must have; None is any number."""
    if isinstance(asked, tuple | Mapping):
        return count(asked) if asked or isinstance(asked, tuple) else None
    return int(asked.shape[0]) if np.ndim(asked) == np.ndim(inputs) else None


def _safe(answer: Any, clean: Any, size: int | None) -> bool:
    """Return whether an answer is of the kind, shape and finiteness of those to untouched input."""
    if isinstance(clean, tuple):
        texts = isinstance(answer, tuple | list) and all(isinstance(text, str) for text in answer)
        return texts and size in (None, len(answer))
    said, like = np.asarray(answer), np.asarray(clean)
    if NUMBERS.get(said.dtype.kind) != NUMBERS.get(like.dtype.kind, ""):
        return False
    shapes = [said.shape[1:]] if size is not None else [said.shape[1:], said.shape]
    if like.shape[1:] not in shapes or (size is not None and said.shape[:1] != (size,)):
        return False
    return bool(np.isfinite(said).all())


CARD: Card[Oracle] = Card(SaneAnswer, title="A clear error or a safe answer", clean=True)
