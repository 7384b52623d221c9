"""Any threat at all, as the adversaries that broke the clause play it: against the model as it is at this update."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from seatrial.harden.lesson import Lesson
from seatrial.harden.rule import Rule
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

LIGHT: Mapping[str, Mapping[str, Any]] = {
    "evasion.motion": {"tries": 4},
    "evasion.flow": {"steps": 4, "restarts": 1},
    "evasion.colour": {"queries": 16, "draws": 8},
    "evasion.structured": {"steps": 4, "restarts": 1},
}
"""Tactics of adversaries that would take most of a run as a charter sends them; at checks they play in full."""


@dataclass(frozen=True)
class Played:
    """What an adversary of the engine makes of a case: one of those that broke the clause, in turn."""

    rule: Rule
    face: Face
    """Of the target."""

    def points(self, lesson: Lesson) -> Any:
        """Return the stimuli, found or not, as the target takes them."""
        foes = self.rule.foes(0)
        name, tactics = foes[lesson.epoch % len(foes)]
        target = TorchTarget(lesson.trainee.module, self.face, device=str(lesson.inputs.device))
        key = sha256(lesson.seed + f"mixture/{lesson.epoch}".encode()).digest()
        made = self.rule.made((name, {**tactics, **LIGHT.get(name, {})}), target, lesson.part, key)
        return made.to(lesson.inputs)
