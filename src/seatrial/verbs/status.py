"""Whether what was decided may be acted on now, what is live, and what is open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.decision.licence import Licence, Waived, licence, waivers
from seatrial.decision.rollout import environments, rollout
from seatrial.decision.state import State
from seatrial.decision.state import state as read
from seatrial.evidence.words import words
from seatrial.verbs.days import today
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred


@dataclass(frozen=True, slots=True)
class Status:
    """The licence of a decision, and what stands around it now."""

    licence: Licence
    given: tuple[Waived, ...]
    """Every waiver that its model was ever given: open, expired, withdrawn."""
    states: tuple[State, ...]
    """What is live in each environment, production first; one at least."""
    outlived: tuple[str, ...]
    """Findings and risks whose day is over."""

    @property
    def granted(self) -> bool:
        """Whether the decision may be acted on."""
        return self.licence.granted

    @property
    def decision(self) -> str:
        """`deploy`, `hold` or `reject`."""
        return self.licence.decision

    @property
    def approved(self) -> tuple[str, ...]:
        """People whose approval counts."""
        return self.licence.approved

    @property
    def waivers(self) -> tuple[Waived, ...]:
        """The waivers that it rests on."""
        return self.licence.waivers

    @property
    def lacking(self) -> tuple[str, ...]:
        """What stands against acting on it, in words."""
        return self.licence.lacking

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        first = self.states[0]
        return {
            **asdict(self.licence),
            "granted": self.granted,
            "given": [{**asdict(one), "state": one.state} for one in self.given],
            "live": {one.rollout.environment: serving(one) for one in self.states},
            "open": {"risks": len(first.risks), "findings": len(first.findings), "incidents": len(first.incidents)},
            "outlived": list(self.outlived),
        }


def status(
    path: Path | str,
    *,
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Status:
    """Return the licence of a decision, and what is live and open now.

    Args:
        path: The charter, or the folder that it lies in.
        decision: `last`, `previous`, `deployed`, or an entry of the log; the last by default.
        log: Address of the log, if not the default.
        now: The present, seconds UTC.

    Raises:
        InputError: If there is no such decision.
        EvidenceError: If the log was changed, or is older than what the project remembers.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> seatrial.status("charter.yaml").lacking
        ('1 more person must approve it (0 of 1 did)',)
    """
    kept, at = open_log(opened(path), log, writing=False), int(now())
    people = words(kept)
    found = licence(kept, referred(kept, decision), now=at)
    named = [name for name in environments(people) if rollout(people, name).serving]
    states = tuple(read(kept, on=at, now=at, environment=name) for name in sorted(named, key=_production_first))
    around = states or (read(kept, on=at, now=at),)
    return Status(found, waivers(people, found.model, at), around, _outlived(around[0], at))


def serving(one: State) -> dict[str, Any]:
    """Return what is live in an environment as plain JSON values."""
    served = [{**asdict(live), "granted": one.licences[live.decision].granted} for live in one.rollout.serving]
    return {"serving": served, "paused": asdict(one.rollout.paused) if one.rollout.paused else None}


def _production_first(name: str) -> tuple[bool, str]:
    return name != "production", name


def _outlived(now: State, at: int) -> tuple[str, ...]:
    day = today(at)
    late = [f"finding {one.id} was due" for one in now.findings if one.overdue(at)]
    return (
        *late,
        *(f"risk {one.id} was to be looked at again on {one.review}" for one in now.risks if one.overdue(day)),
    )
