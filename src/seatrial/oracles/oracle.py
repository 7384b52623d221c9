"""What an oracle is."""

from __future__ import annotations

from typing import Any, Protocol

from seatrial.records.batch import Answers, Attempts, Batch, Verdicts


class Oracle(Protocol):
    """Who says whether it held, per case.  A frozen dataclass whose fields are its settings."""

    def judge(self, batch: Batch[Any], attempts: Attempts[Any], answers: Answers[Any], /) -> Verdicts:
        """Return whether each case held, per draw.

        Args:
            batch: The cases with `sealed`, in numpy.
            attempts: What the adversary handed back, in numpy.
            answers: What the target said to it; a row with an error has not held, unless the oracle is about errors.
        """
        ...
