"""What to do first: findings in the order of the risk that their next step takes away for its cost.

A rule of thumb with its inputs shown, no measurement: risk = weight of the severity x how far the bound is from the
limit x share of the traffic that the model has.  Divided by the hours that the next step is expected to cost; where
nobody said what it costs, the risk alone counts, as if it cost one hour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seatrial.decision.decision import Decision, read
from seatrial.decision.findings import Tracked
from seatrial.decision.rollout import environments, rollout
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof.people import Words

WEIGHTS: Mapping[str, int] = {"critical": 9, "major": 3, "minor": 1}
"""What a severity weighs: each is worth three of the next."""
ELSEWHERE = 0.1
"""Exposure of a model that has no traffic while another one has."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A finding with what puts it where it stands."""

    finding: Tracked
    weight: int
    """Of its severity; an advisory clause weighs as a minor one."""
    gap: float
    """How far the bound is from the limit, 0..1 of the scale that is judged; 1 where nothing was measured."""
    gap_from: str
    """Where that comes from, in words."""
    exposure: float
    """Share of the traffic, 0..1."""
    exposure_from: str
    hours: float | None
    """What the next step is expected to cost; None if nobody said."""
    hours_from: str

    @property
    def risk(self) -> float:
        """What is at stake, in no unit: only its order means something."""
        return self.weight * self.gap * self.exposure

    def __str__(self) -> str:
        """Return what its place is made of, in words."""
        cost = "cost unknown" if self.hours is None else f"{self.hours:g} hours"
        made = f"weight {self.weight} x gap {self.gap:.2g} ({self.gap_from}) x exposure {self.exposure:.2g}"
        return f"{made} ({self.exposure_from}); {cost} ({self.hours_from})"

    @property
    def score(self) -> float:
        """Risk for an hour of work; the risk alone where the cost is unknown."""
        return self.risk / self.hours if self.hours else self.risk


def ranked(log: Log, found: Sequence[Tracked], *, upto: int | None = None) -> tuple[Ranked, ...]:
    """Return findings that are not closed, what is worth most first; equal ones in the order of the log.

    Args:
        log: The system's log.
        found: Its findings.
        upto: So many entries say what is live; all by default.
    """
    people = words(log)
    shares = _shares(people if upto is None else people.upto(upto))
    left = [one for one in found if not one.closed]
    decisions = {seq: read(log, seq) for seq in {one.seen[-1] for one in left if one.seen}}
    made = [_ranked(one, decisions, shares) for one in left]
    return tuple(sorted(made, key=lambda one: -one.score))


def _ranked(one: Tracked, decisions: Mapping[int, Decision], shares: Mapping[str, float] | None) -> Ranked:
    exposure, exposure_from = _exposure(one, shares)
    gap, gap_from = _gap(one, decisions)
    hours, hours_from = _hours(one)
    weight = 1 if one.advisory else WEIGHTS[one.severity]
    return Ranked(one, weight, gap, gap_from, exposure, exposure_from, hours, hours_from)


def _gap(one: Tracked, decisions: Mapping[int, Decision]) -> tuple[float, str]:
    """Return how far the bound of the last decision is from the limit."""
    if not one.seen:
        return 1.0, "nothing was measured"
    clause = next(clause for clause in decisions[one.seen[-1]].clauses if clause.name == one.clause)
    if clause.verdict == "untried":
        return 1.0, "untried"
    gap = max(0.0, clause.limit - clause.strict if clause.side == ">=" else clause.strict - clause.limit)
    return min(1.0, gap), f"bound {clause.strict:.3f}, asked {clause.side} {clause.limit:g}"


def _hours(one: Tracked) -> tuple[float | None, str]:
    at = one.next_step
    if at is None:
        return None, "no step is left in the playbook" if one.steps else "there is no playbook"
    hours = one.steps[at - 1].hours
    return hours, f"step {at}, as the charter says" if hours is not None else f"the charter does not say for step {at}"


def _exposure(one: Tracked, shares: Mapping[str, float] | None) -> tuple[float, str]:
    if shares is None:
        return 1.0, "nothing says where it is live"
    share = shares.get(one.model, 0.0)
    return (share, f"{share:.0%} of the traffic") if share else (ELSEWHERE, "the model has no traffic")


def _shares(people: Words) -> dict[str, float] | None:
    """Return model -> its largest share of an environment's traffic; None if nothing ever went live."""
    places = environments(people)
    shares: dict[str, float] = {}
    for live in (rollout(people, place) for place in places):
        for one in () if live.paused else live.serving:
            shares[one.model] = max(shares.get(one.model, 0.0), one.share / 100)
    return shares if places else None
