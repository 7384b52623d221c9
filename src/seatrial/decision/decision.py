"""A decision as people read it: clause by clause, with bounds to draw and what would settle a hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from seatrial.charter.steps import Step, from_plain, remedy_id
from seatrial.decision.judge import tables_of
from seatrial.decision.settle import settle
from seatrial.decision.spent import Spent, in_minutes, spent
from seatrial.errors import InputError, Problem
from seatrial.evidence import history, recorder
from seatrial.evidence.log import Log
from seatrial.proof import bounds, canonical, claims, criterion, rests, rules, verdict
from seatrial.proof.criterion import Criterion
from seatrial.proof.tally import Tally, kind

WORST_FIRST = ("breached", "untried", "unproven", "held")
"""Verdicts on a clause, in the order in which a reader wants them."""
EXIT_CODES = {"deploy": 0, "hold": 3, "reject": 6}
"""What `seatrial gate` returns."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One clause of a decision.  Bounds are for display; the verdict was decided on the counts."""

    name: str
    because: str
    require: str
    severity: str
    advisory: bool
    otherwise: tuple[Step, ...]
    """The charter's playbook."""
    verdict: str
    """`held`, `breached`, `unproven` or `untried`."""
    n: int
    """Cases planned, over all slices that count."""
    held: int
    unknown: int
    total: Fraction | None
    """Sum of the known values of a mean, cut at nine decimals; None for a rate."""
    waived: bool
    weaker: bool
    """Whether it asks less than an earlier charter."""
    limit: float
    """What the bounds are compared with: the charter's number, or the share that a quantile speaks of."""
    side: str
    """`>=` or `<=`: on which side of the limit the clause holds."""
    low: float
    """One-sided lower bound at the charter's confidence."""
    high: float
    """One-sided upper bound at the charter's confidence."""
    strict: float
    """The bound on the good side at this attempt's confidence."""
    confidence: float
    """The charter's, in percent."""
    attempt_confidence: float
    """What this attempt was tested at, in percent."""
    settle: str
    """What would settle it if it is unproven, why it is untried, what mends it if it is breached; else empty."""

    @property
    def remedy(self) -> str:
        """Id of the remedy that `seatrial harden` applies; empty if the playbook has none."""
        return remedy_id(self.otherwise)

    @property
    def open(self) -> bool:
        """Whether it stands against a deploy."""
        lacking = self.verdict != "held" and not self.advisory
        return (lacking or self.weaker) and not self.waived


@dataclass(frozen=True, slots=True)
class Decision:
    """Deploy, hold or reject, and all that it rests on."""

    seq: int
    """Entry in the log."""
    system: str
    owner: str
    release: str
    decision: str
    model: str
    charter: str
    plan: str
    """Digest of the plan that was followed."""
    run_result: int
    attempt: int
    slices: int
    """Slices that the verdicts are over."""
    clauses: tuple[Judgement, ...]
    """In the order of the charter."""
    weaker: tuple[str, ...]
    """Clauses that ask less than an earlier charter, or are gone."""
    waivers: tuple[int, ...]
    """Entries of the waivers that it rests on."""
    as_of: int
    """Instant at which the waivers were looked at, seconds UTC; 0 if there are none."""
    payload: str
    """Digest of the signed bytes: what an approval names."""

    @property
    def exit_code(self) -> int:
        """0 deploy, 3 hold, 6 reject."""
        return EXIT_CODES[self.decision]

    @property
    def confidence(self) -> float:
        """The charter's confidence in percent; of several, the lowest."""
        return min((clause.confidence for clause in self.clauses), default=0.0)

    @property
    def attempt_confidence(self) -> float:
        """What this attempt was tested at, in percent; of several, the lowest."""
        return min((clause.attempt_confidence for clause in self.clauses), default=0.0)


def read(log: Log, seq: int) -> Decision:
    """Return the decision at an entry of the log.

    Raises:
        InputError: If the entry is no decision.
    """
    statements = log.statements()
    if not 0 <= seq < len(statements) or statements[seq].kind != "decision":
        raise InputError(Problem("decision", f"entry {seq} of the log is no decision"))
    said = statements[seq].predicate
    links = rests.chain(statements, said["run_result"])
    run_plan = statements[links.run_plans[-1]].predicate
    results = [statements[result].predicate for result in links.run_results]
    charter = canonical.loads(log.store.get(said["charter"]))
    plan = recorder.submitted(log, run_plan["submission"])
    left = len(history.fresh_cases(log, plan, before=seq))
    early = bool(plan.stop)
    tallies = _tallies(log, rules.judged(plan.to_json(), charter), results)
    open_ = any(entry["verdict"] == "unproven" for entry in said["clauses"].values())
    took = spent(log, links, plan, charter) if open_ else None
    case = _Case(said, results, run_plan["attempt"], len(links.run_plans), left, early, tallies, took)
    return Decision(
        seq=seq,
        system=charter["system"]["name"],
        owner=charter["system"].get("owner", ""),
        release=said["release"],
        decision=said["decision"],
        model=said["model"],
        charter=said["charter"],
        plan=statements[run_plan["submission"]].predicate["plan"],
        run_result=said["run_result"],
        attempt=run_plan["attempt"],
        slices=len(links.run_plans),
        clauses=tuple(_judgement(case, clause, _blocking(charter)) for clause in charter["clauses"]),
        weaker=tuple(said["weaker"]),
        waivers=tuple(said["waivers"]),
        as_of=said["as_of"],
        payload=canonical.digest(log.payload(seq)),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """What a judgement is made from."""

    said: Mapping[str, Any]
    results: Sequence[Mapping[str, Any]]
    attempt: int
    slices: int
    left: int
    """Gate cases that nobody had opened when it was decided."""
    early: bool
    """Whether the plan stops early."""
    tallies: Mapping[str, Tally]
    """Clause -> what was seen, where counts do not tell it: values of units, and groups."""
    took: Spent | None = None
    """What it took, if something is left to be settled."""

    def cost(self, again: int) -> str:
        """Return what so many further slices would take, in words; empty if nobody knows."""
        if self.took is None or not again:
            return ""
        share = again / self.slices
        time = None if self.took.seconds is None else in_minutes(self.took.seconds * share)
        paid = None if self.took.money is None else str(self.took.money.times(share))
        told = " and ".join(one for one in (time, paid) if one)
        return f"that takes about {told}" if told else ""


def _tallies(log: Log, plan: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> dict[str, Tally]:
    """Return what was seen of the clauses that bets or gaps judge."""
    early = rules.stops_early(plan)
    asked = {name: criterion.parse(clause["require"]) for name, clause in plan["clauses"].items()}
    wanted = [name for name, one in asked.items() if kind(one, early=early) in ("bets", "gap")]
    if not wanted:
        return {}
    tables, slices = tables_of(log, results), verdict.outcomes(results)
    return {name: verdict.seen_of(plan, name, slices, tables).tally(asked[name], early=early) for name in wanted}


def _blocking(charter: Mapping[str, Any]) -> int:
    return max(1, sum(not clause.get("advisory", False) for clause in charter["clauses"]))


def _judgement(case: _Case, clause: Mapping[str, Any], blocking: int) -> Judgement:
    name = clause["name"]
    entry, asked = case.said["clauses"][name], criterion.parse(clause["require"])
    total = None if entry["total"] is None else Fraction(entry["total"])
    tally = case.tallies.get(name) or Tally(entry["n"], entry["held"], entry["unknown"], total, early=case.early)
    limit, side = claims.compared(asked)
    low, high = claims.interval(asked, tally, asked.alpha)
    spent = bounds.alpha_at(asked.alpha, case.attempt)
    return Judgement(
        name=name,
        because=clause.get("because", ""),
        require=clause["require"],
        severity=clause.get("severity", "major"),
        advisory=clause.get("advisory", False),
        otherwise=from_plain(clause.get("otherwise", "")),
        verdict=entry["verdict"],
        n=tally.n,
        held=tally.held,
        unknown=tally.unknown,
        total=total,
        waived=entry["waived"],
        weaker=name in case.said["weaker"],
        limit=float(limit),
        side=side,
        low=low,
        high=high,
        strict=claims.interval(asked, tally, spent)[0 if side == ">=" else 1],
        confidence=float(100 * (1 - asked.alpha)),
        attempt_confidence=float(100 * (1 - spent)),
        settle=_settle(case, clause, asked, tally, blocking),
    )


def _settle(case: _Case, clause: Mapping[str, Any], asked: Criterion, tally: Tally, blocking: int) -> str:
    entry = case.said["clauses"][clause["name"]]
    if entry["verdict"] == "untried":
        return why_untried(clause["name"], case.results)
    if entry["verdict"] == "breached":
        return _answer(from_plain(clause.get("otherwise", "")))
    if entry["verdict"] == "held":
        return ""
    if missing := _shards(clause["name"], case.results, "not_done"):
        return f"{len(missing)} shards were not reached: run the same command again, with a larger budget"
    found = settle(asked, tally, case.attempt, blocking, slices=case.slices)
    found = replace(found, cost=case.cost(found.again))
    if found.cases <= case.left:
        return str(found)
    return f"{found}; only {case.left} gate cases are left that nobody has opened, so add cases first"


def _answer(steps: Sequence[Step]) -> str:
    """Return what the playbook of a clause that is breached says to do."""
    if remedy := remedy_id(steps):
        return f"`seatrial harden` applies {remedy}"
    return f"the charter says: {steps[0]}" if steps else "the charter names no remedy"


def why_untried(name: str, results: Sequence[Mapping[str, Any]]) -> str:
    """Return why a clause of these run-results is untried: a control that was missed, shards that failed, no data."""
    for result in results:
        for control in result["control_of"].get(name, ()):
            if (came := result["controls"].get(control, "not run")) != "found":
                return f"the planted flaw {control} was {came}: silence of this adversary proves nothing"
    failed = _shards(name, results, "failed")
    reasons = sorted({shard["reason"] for shard in failed})
    if failed:
        return f"{len(failed)} shards failed: {'; '.join(reasons)}"
    left = len(_shards(name, results, "not_done"))
    again = f"none of its {left} shards was reached: run the same command again, with a larger budget"
    return again if left else "there is no data"


def _shards(name: str, results: Sequence[Mapping[str, Any]], status: str) -> list[Mapping[str, Any]]:
    return [
        shard
        for shards in verdict.outcomes(results)
        for (owner, _), shard in shards.items()
        if owner == name and shard["status"] == status
    ]
