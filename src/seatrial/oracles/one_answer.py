"""One answer, whoever is asked about in the same call.

Each attempt is a whole call of the target, of which the first rows are the case, or as good as the case.  Every one of
these rows must get the answer that the untouched case got.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.errors import Problem, TrialError
from seatrial.oracles.classes import best, compared
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch, Oddities, Verdicts, count, rows
from seatrial.records.card import Card


@dataclass(frozen=True, slots=True)
class OneAnswer:
    """Held where all rows of the call that stand for the case get the answer of the untouched case.

    Scores must name the same class, strictly above every other; a tie or NaN is unknown.  Labels, numbers and texts
    must be equal.  Not held: another answer, another number of answers than rows, an answer of another form, a call
    that raised.  A call that a guard refused is held.  The score is the smallest margin of the class among these rows;
    NaN where there are no scores.  A call without rows is unknown.
    """

    first: int = 0
    """How many rows of each call stand for the case; 0 is all."""
    drift: float = 0.0
    """Largest change of any score or number that is still the same answer, as a share of the case's largest; for
    scores 0 looks at the class alone."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:
        """Return whether each case held, per draw.

        Args:
            batch: The untouched cases.
            attempts: `stimuli` is an `Oddities` of one call per case.
            answers: `clean` are the answers to the untouched cases, `tried` the `Oddities` of all that each call got.

        Raises:
            TrialError: If any of these is something else.
        """
        calls: Any = attempts.stimuli
        columns = (calls, *answers.tried)
        if answers.clean is None or not all(isinstance(c, Oddities) and len(c) == len(batch) for c in columns):
            what = "needs the answers to the untouched cases, and one call per case"
            raise TrialError(Problem("one_answer", what, "it judges faults.duplicates and faults.company"))
        held = np.full((len(batch), len(answers.tried)), NO, dtype=np.int8)
        margins = np.full(held.shape, np.nan)
        for draw, said in enumerate(answers.tried):
            for case, (call, answer) in enumerate(zip(calls, said, strict=True)):
                if answers.refused and answers.refused[draw][case]:
                    held[case, draw] = YES
                elif not (answers.errors and answers.errors[draw][case]):
                    clean = rows(answers.clean, [case])
                    held[case, draw], margins[case, draw] = self._same(answer, clean, _size(call))
        return Verdicts(held, margins.min(axis=1))

    def _same(self, answer: Any, clean: Any, size: int) -> tuple[int, float]:
        """Return the verdict on the answers of one call, and the smallest margin.

        Args:
            answer: What the call got.
            clean: What the case alone got, as a column of one.
            size: Rows of the call.
        """
        chosen = min(self.first, size) or size
        if not size:
            return UNKNOWN, np.nan
        if isinstance(clean, tuple):
            whole = isinstance(answer, tuple | list) and len(answer) == size
            return YES if whole and all(text == clean[0] for text in answer[:chosen]) else NO, np.nan
        said = np.asarray(answer)
        if said.dtype.kind not in "fiub" or said.ndim != clean.ndim or said.shape != (size, *clean.shape[1:]):
            return NO, np.nan
        part = said[:chosen]
        apart, room = np.abs(part.astype(float) - clean.astype(float)), self.drift * np.abs(clean.astype(float)).max()
        if part.ndim == 1 and part.dtype.kind == "f":
            return UNKNOWN if np.isnan(apart).any() else YES if (apart <= room).all() else NO, np.nan
        verdicts, margins = compared(part, np.repeat(best(clean), chosen))
        worst = NO if (verdicts == NO).any() else UNKNOWN if (verdicts == UNKNOWN).any() else YES
        if worst == YES and self.drift and (apart > room).any():
            worst = NO
        return worst, float(margins.min())


def _size(call: Any) -> int:
    return count(call) if isinstance(call, tuple | dict) or np.ndim(call) else 1


CARD: Card[Oracle] = Card(OneAnswer, title="One answer, whoever is asked beside it", clean=True)
