"""Controls: before an adversary's silence counts, it must find a planted flaw, and keep quiet about its twin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial import plugins
from seatrial.controls.control import Control, Plant
from seatrial.plan.plan import Plan, Stage, Trying
from seatrial.proof import rules
from seatrial.proof.canonical import dumps
from seatrial.records.batch import Attempts
from seatrial.trial.present import present
from seatrial.trial.stage import Cast, broken, cast, ground, play, queries

MOST = 16
"""Cases of a control, unless its adversary must see a whole population."""


@dataclass(frozen=True, slots=True)
class Probation:
    """One control for one adversary with its tactics, and the clauses that rest on it."""

    control: str
    stage: Stage
    oracle: str
    settings: Mapping[str, Any]
    clauses: tuple[str, ...]

    @property
    def name(self) -> str:
        """The control with the adversary and its tactics: each pair is tried once per plan."""
        return rules.control_name(self.control, self.stage.adversary, self.stage.tactics)

    def passed(self, nonce: bytes, trial: str) -> bool:
        """Return whether the flaw was found and nothing was said of the twin.

        Raises:
            Exception: What anything raises here; the run counts it as missed: a scanner that stumbles proves nothing.
        """
        made: Control = plugins.find("controls", self.control).make()
        flaw, twin = made.flaw(), made.twin()
        found = self.share(flaw, nonce, trial) >= float(flaw.share)
        return found and self.share(twin, nonce, trial) <= float(twin.share)

    def size(self, plant: Plant) -> int:
        """Return how many cases of a plant are tried: all, if the adversary must see a whole population."""
        whole = plugins.find("adversaries", self.stage.adversary).scope == "whole"
        return len(plant.cases) if whole else min(len(plant.cases), MOST)

    def share(self, plant: Plant, nonce: bytes, trial: str) -> float:
        """Return the share of a plant's cases that fell."""
        cases = ground(plant.target, plant.cases.take(0, self.size(plant)))
        tactics = {**plant.tactics, **self.stage.tactics, **plant.own}
        one = Cast(
            threat=plant.threat,
            seed=rules.seed(nonce, trial, f"control {self.control}", "", self.stage.adversary, tactics),
            share=queries(plant.threat),
            helpers=plant.helpers,
            **cast(self.stage.adversary, tactics, self.oracle, {**self.settings, **plant.settings}),
        )
        first = present(plant.target, cases.own, Attempts(), key=one.seed) if one.card.clean else None
        played = play(one, plant.target, cases, None if first is None else first.tried[0])
        return float(broken(played.verdicts).mean())


def probations(plan: Plan) -> tuple[Probation, ...]:
    """Return every control of a plan once per distinct adversary with its tactics."""
    found: dict[tuple[str, str, bytes], Probation] = {}
    for promise in plan.clauses:
        for trying in promise.tries:
            for stage in trying.stages:
                for control in plugins.find("adversaries", stage.adversary).controls:
                    key = control, stage.adversary, dumps(dict(stage.tactics))
                    known = found.get(key) or _new(control, stage, trying)
                    clauses = tuple(dict.fromkeys((*known.clauses, promise.name)))
                    found[key] = Probation(control, known.stage, known.oracle, known.settings, clauses)
    return tuple(found.values())


def _new(control: str, stage: Stage, trying: Trying) -> Probation:
    own = plugins.find("adversaries", stage.adversary).oracle
    return Probation(control, stage, own or trying.oracle, trying.settings if own in ("", trying.oracle) else {}, ())
