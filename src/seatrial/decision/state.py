"""What stood at an instant: what was live, on whose word, and what was open; answered from the log alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seatrial.decision.findings import Tracked, findings
from seatrial.decision.incidents import Incident, incidents
from seatrial.decision.licence import Licence, Waived, licence, waivers
from seatrial.decision.risks import Risk, risks
from seatrial.decision.rollout import PRODUCTION, Rollout, rollout
from seatrial.decision.times import Times, times
from seatrial.decision.witnessed import Bound, bounds
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof.people import Words


@dataclass(frozen=True, slots=True)
class State:
    """What stood at an instant, in one environment."""

    on: int
    """The instant, seconds UTC."""
    entries: int
    """So many entries of the log are taken to have been there."""
    rollout: Rollout
    licences: Mapping[int, Licence]
    """Decision that was served -> its licence at the instant: approvers, waivers, what was lacking."""
    waivers: tuple[Waived, ...]
    """All of the models served, open, expired or withdrawn, oldest first."""
    risks: tuple[Risk, ...]
    """Open ones, the highest score first."""
    findings: tuple[Tracked, ...]
    """Those that nobody had closed."""
    incidents: tuple[Incident, ...]
    """Those that nobody had closed."""
    decided: int | None
    """Entry of the last decision; None if there was none."""
    doubts: tuple[str, ...]
    """Clocks that contradict the order of the log."""
    bounds: tuple[Bound, ...] = ()
    """By when entries were there, on the word of witnesses."""

    @property
    def licensed(self) -> bool:
        """Whether everything that was served had a licence at the instant."""
        return bool(self.rollout.serving) and all(self.licences[one.decision].granted for one in self.rollout.serving)


def state(log: Log, *, on: int, now: int, environment: str = PRODUCTION) -> State:
    """Return what stood at an instant.

    An entry counts from the instant that `times` gives it: by its writer's clock, and never before what stands before
    it in the log.

    Args:
        log: The system's log.
        on: The instant, seconds UTC.
        now: The present, seconds UTC: later clocks are not believed.
        environment: Where it was live.

    Raises:
        EvidenceError: If the log does not hold together.
    """
    every = words(log)
    when = times(every.statements, now=now)
    return _state(log, every.upto(when.before(on)), when, on, environment)


def _state(log: Log, people: Words, when: Times, on: int, environment: str) -> State:
    size, served = people.size, rollout(people, environment)
    decided = [seq for seq, _ in people.of_kind("decision")]
    models = dict.fromkeys(one.model for one in served.serving)
    return State(
        on=on,
        entries=size,
        rollout=served,
        licences={one.decision: licence(log, one.decision, now=on, upto=size) for one in served.serving},
        waivers=tuple(one for model in models for one in waivers(people, model, on)),
        risks=tuple(sorted((one for one in risks(people) if one.status == "open"), key=lambda one: -one.score)),
        findings=tuple(one for one in findings(log, upto=size) if not one.closed),
        incidents=tuple(one for one in incidents(log, upto=size) if not one.closed),
        decided=decided[-1] if decided else None,
        doubts=when.doubts,
        bounds=bounds(log),
    )
