"""Stated defaults, for who does not want to be asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from seatrial.errors import InputError, Problem
from seatrial.verbs.drafting.wanted import Question


@dataclass
class Defaults:
    """Stated defaults, kept to be told."""

    taken: list[tuple[str, str]] = field(default_factory=list)
    """Option and value of each."""

    def __call__(self, question: Question, /) -> str:
        """Return the default.

        Raises:
            InputError: If there is none.
        """
        if not question.default:
            raise InputError(Problem(question.option, "has no default", f"{question.asks} {question.why}"))
        self.taken.append((question.option, question.default))
        return question.default

    def finish(self) -> None:
        """Do nothing: what has no default was refused."""
