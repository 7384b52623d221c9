"""The register of risks: a view over the log, in which every entry says the whole of one risk.

A risk scores its likelihood (rare 1, unlikely 2, possible 3, likely 4, almost certain 5) times its impact (negligible
1, minor 2, moderate 3, major 4, severe 5): 1 to 4 is low, 5 to 9 medium, 10 to 16 high, 20 and 25 extreme.  Treatments
are those of NIST AI RMF 1.0, MANAGE 1.3; what is left afterwards is its residual risk (MANAGE 1.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.decision.decision import WORST_FIRST
from seatrial.proof.fields import IMPACTS, LIKELIHOODS
from seatrial.proof.people import Words

BANDS = ((20, "extreme"), (10, "high"), (5, "medium"), (1, "low"))
"""Least score, and its word."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry about a risk."""

    entry: int
    at: int
    """By the writer's own clock, seconds UTC."""
    by: str
    signed: bool
    """Whether `by` signed it; else it is a name that the log key vouches for."""
    note: str
    changed: tuple[str, ...]
    """Fields that it changed; empty for the first entry."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk as it was said last."""

    id: str
    title: str
    exploit: str
    """How it would be exploited."""
    likelihood: str
    impact: str
    owner: str
    treatment: str
    residual: str
    """What is left after the treatment, and with whom; empty if nobody said."""
    status: str
    """`open` or `closed`."""
    scenarios: tuple[str, ...]
    """`family/name`, whatever their version."""
    clauses: tuple[str, ...]
    findings: tuple[str, ...]
    review: str
    """Day on which it is to be looked at again, `2027-03-01`; empty if none is set."""
    changes: tuple[Change, ...]
    """Oldest first."""

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return (LIKELIHOODS.index(self.likelihood) + 1) * (IMPACTS.index(self.impact) + 1)

    @property
    def band(self) -> str:
        """`low`, `medium`, `high` or `extreme`."""
        return next(word for least, word in BANDS if self.score >= least)

    def overdue(self, day: str) -> bool:
        """Return whether it was to be looked at again before a day, `2027-03-01`."""
        return self.status == "open" and bool(self.review) and self.review < day


@dataclass(frozen=True, slots=True)
class Seen:
    """A risk, and what a decision says of it."""

    risk: Risk
    verdict: str
    """The worst of the clauses that try it; `untried` if none does."""
    by: tuple[tuple[str, str], ...]
    """Clause -> its verdict, of those that try it."""
    untried: tuple[str, ...]
    """Scenarios and clauses that it names and the decision did not try."""


def risks(people: Words) -> tuple[Risk, ...]:
    """Return every risk of a log, open and closed, in the order in which they were first said."""
    told: dict[str, list[int]] = {}
    for seq, said in people.of_kind("risk-entry"):
        told.setdefault(said.predicate["id"], []).append(seq)
    return tuple(_risk(people, entries) for entries in told.values())


def seen(found: Iterable[Risk], clauses: Mapping[str, tuple[str, Sequence[str]]]) -> tuple[Seen, ...]:
    """Return risks with what a decision says of them, worst first: open ones, by score, then by verdict.

    Args:
        found: The risks.
        clauses: Clause of the decision -> its verdict, and the scenarios that it tries; empty if there is no decision.
    """
    every = [_seen(risk, clauses) for risk in found]
    return tuple(sorted(every, key=_worst_first))


def unversioned(scenario: str) -> str:
    """Return `family/name` of `family/name@2`."""
    return scenario.partition("@")[0]


def _worst_first(one: Seen) -> tuple[bool, int, int, str]:
    return one.risk.status == "closed", -one.risk.score, WORST_FIRST.index(one.verdict), one.risk.id


def _seen(risk: Risk, clauses: Mapping[str, tuple[str, Sequence[str]]]) -> Seen:
    wanted = {unversioned(name) for name in risk.scenarios}
    by, tried = list[tuple[str, str]](), set[str]()
    for name, (verdict, scenarios) in clauses.items():
        mine = wanted & {unversioned(one) for one in scenarios}
        if mine or name in risk.clauses:
            by.append((name, verdict))
            tried |= {name, *mine} if verdict != "untried" else set()
    verdicts = [verdict for _, verdict in by] or ["untried"]
    missing = tuple(name for name in (*sorted(wanted), *risk.clauses) if name not in tried)
    worst = min((*verdicts, *(["untried"] if missing else [])), key=WORST_FIRST.index)
    return Seen(risk, worst, tuple(by), missing)


def _risk(people: Words, entries: Sequence[int]) -> Risk:
    last: dict[str, Any] = dict(people.statements[entries[-1]].predicate)
    lists = {name: tuple(last[name]) for name in ("scenarios", "clauses", "findings")}
    told = {name: value for name, value in last.items() if name not in ("note", "by", "at")}
    return Risk(**(told | lists), changes=tuple(_changes(people, entries)))


def _changes(people: Words, entries: Sequence[int]) -> Iterator[Change]:
    before: Mapping[str, Any] = {}
    for seq in entries:
        said = people.statements[seq].predicate
        told = {name: value for name, value in said.items() if name not in ("note", "by", "at")}
        changed = tuple(name for name, value in told.items() if before and before[name] != value)
        signed = said["by"] in people.signers(seq)
        yield Change(seq, said["at"], said["by"], signed, said["note"], changed)
        before = told
