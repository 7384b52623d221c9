"""What one part of a mixture is: how it changes the cases that meet it, and by what a model is checked against it."""

from __future__ import annotations

from typing import Any, Protocol

from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule


class Part(Protocol):
    """A frozen dataclass; equal visits give equal changes, whatever the other cases of the batch are."""

    @property
    def rule(self) -> Rule:
        """What a model is checked against, and who attacks then."""
        ...

    def points(self, lesson: Lesson) -> Any:
        """Return the inputs of a visit `(n, ...)`, changed.

        Args:
            lesson: The cases that meet this part alone.
        """
        ...
