"""Where a run stands: all that decides its next step, so that it can be put down and taken up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.harden.choice.jury import Seen, seen_again
from seatrial.harden.choice.watch import Watch
from seatrial.harden.lesson import Answer

CANDIDATES = 4
"""Weights that are kept for the last check: the newest, and the best of those before."""


@dataclass
class State:
    """Everything but the trainee itself and the plan."""

    step: int = 0
    """Updates that were made."""
    answer: Answer = field(default_factory=Answer)
    """What collapses have been answered with."""
    lost: int = 0
    """Losses in a row that were not finite."""
    falls: int = 0
    """Checks in a row that saw robust overfitting."""
    ended: str = ""
    """Why it ended before its time; empty if it did not."""
    checks: list[Seen] = field(default_factory=list)
    """What was seen on the way."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """What happened: plans, collapses, rollbacks and what they were answered with."""
    carried: dict[str, Any] = field(default_factory=dict)
    """What the recipe keeps between visits."""
    watch: Watch = field(default_factory=Watch)
    """What glances between the checks have summed up."""
    good: dict[str, Any] = field(default_factory=dict)
    """The trainee as it was at the best check."""
    candidates: dict[int, str] = field(default_factory=dict)
    """Step -> digest of the weights file that may be chosen; `Checkpoints` keeps it."""

    @property
    def best(self) -> Seen | None:
        """The best check of those whose weights are kept, or None if there was none."""
        found = [one for one in self.checks if one.step in self.candidates]
        return max(found, key=lambda one: (one.robust, one.step)) if found else None

    def keep(self, seen: Seen, weights: str) -> None:
        """Make weights a candidate, by their digest, and let the least of them go: the newest stays."""
        self.candidates[seen.step] = weights
        older = [one for one in self.checks if one.step in self.candidates and one.step != seen.step]
        for gone in sorted(older, key=lambda one: (-one.robust, -one.step))[CANDIDATES - 1 :]:
            del self.candidates[gone.step]

    def tensors(self) -> dict[str, Any]:
        """Return all tensors by name, but what the recipe carries: ranks put that together (`pooled.gathered`)."""
        return {f"good/{name}": one.detach().clone().contiguous() for name, one in self.good.items()}

    def to_json(self) -> dict[str, Any]:
        """Return the rest as plain JSON values."""
        plain = {name: getattr(self, name) for name in ("step", "lost", "falls", "ended", "events")}
        told = {
            "answer": self.answer.to_json(),
            "watch": self.watch.to_json(),
            "checks": [one.whole() for one in self.checks],
        }
        return {**plain, **told, "candidates": {str(step): digest for step, digest in self.candidates.items()}}


def taken_up(tensors: Mapping[str, Any], told: Mapping[str, Any]) -> State:
    """Return the state that was put down, but what the recipe carries."""
    made = State(**{name: told[name] for name in ("step", "lost", "falls", "ended", "events")})
    made.answer, made.watch = Answer(**told["answer"]), Watch(**told["watch"])
    made.checks = [seen_again(one) for one in told["checks"]]
    made.candidates = {int(step): digest for step, digest in told["candidates"].items()}
    made.good = {name.removeprefix("good/"): one for name, one in tensors.items() if name.startswith("good/")}
    return made
