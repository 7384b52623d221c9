"""A rehearsal told like a decision, for reports that say that it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.charter.steps import remedy_id
from seatrial.decision.decision import EXIT_CODES, why_untried
from seatrial.evidence import environment
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import bounds, claims, criterion, rules, verdict
from seatrial.proof.observation import Table
from seatrial.proof.reading import reuses
from seatrial.reports.reporter import Dossier, Judged
from seatrial.trial.fold import WRONG
from seatrial.verbs.annotate import annotated
from seatrial.verbs.dossier import tried
from seatrial.verbs.project import Project
from seatrial.verbs.rows import rows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal left, in the form of the record."""

    result: Mapping[str, Any]
    """As the predicate of a run-result."""
    tables: Mapping[str, Table]
    """Digest -> rows."""
    decision: Mapping[str, Any]
    """As the predicate of a decision."""


def rehearsal(project: Project, plan: Plan, outcome: Outcome, said: str) -> Dossier:
    """Return the dossier of a rehearsal: no log, no digest of a decision, no attempt but the first that it imitates.

    Args:
        project: The charter.
        plan: What was rehearsed.
        outcome: What came of it.
        said: It in a sentence.
    """
    clauses = tuple(_judged(project, plan, promise, outcome) for promise in plan.clauses)
    alphas = [criterion.parse(promise.require).alpha for promise in plan.clauses]
    loosest = max(alphas)
    digests = {"model": plan.model, "charter": plan.charter, "plan": plan.digest, "catalog": project.catalog.digest}
    would = outcome.decision["decision"]
    dossier = Dossier(
        system=project.charter.system,
        release=project.charter.release,
        owner=project.charter.owner,
        decision=would,
        exit_code=EXIT_CODES[would],
        sentence=f"Rehearsal on {plan.take:,} cases: {said[:1].lower()}{said[1:]}",
        attempt=1,
        confidence=float(100 * (1 - loosest)),
        attempt_confidence=float(100 * (1 - bounds.alpha_at(loosest, 1))),
        replayed=False,
        clauses=clauses,
        digests=digests,
        log={"assurance": "none: a rehearsal logs nothing, spends nothing and cannot deploy"},
        environment=environment.packed(environment.fingerprint(project=project.folder))[0],
        controls=dict(outcome.result["controls"]),
        started="",
        ended="",
        unsafe=bool(project.charter.text["target"].get("unsafe")),
        reuse=reuses(project.charter.text),
        rehearsal=True,
    )
    return annotated(dossier, project)


def _judged(project: Project, plan: Plan, promise: Promise, outcome: Outcome) -> Judged:
    entry, asked = outcome.decision["clauses"][promise.name], criterion.parse(promise.require)
    said = plan.to_json()
    found = verdict.seen_of(said, promise.name, verdict.outcomes([outcome.result]), outcome.tables)
    tally = found.tally(asked, early=rules.stops_early(said))
    limit, side = claims.compared(asked)
    low, high = claims.interval(asked, tally, asked.alpha)
    seen = rows(promise.name, [outcome.result], outcome.tables)
    stage = seen.columns["stage"].tolist() if "stage" in seen.columns else []
    untried = entry["verdict"] == "untried"
    return Judged(
        name=promise.name,
        because=promise.because,
        require=promise.require,
        severity=promise.severity,
        advisory=promise.advisory,
        verdict=entry["verdict"],
        n=tally.n,
        held=tally.held,
        unknown=tally.unknown,
        wrong=stage.count(WRONG),
        limit=float(limit),
        side=side,
        low=low,
        high=high,
        strict=claims.interval(asked, tally, bounds.alpha_at(asked.alpha, 1))[0 if side == ">=" else 1],
        tried=tuple(tried(project.catalog, promise, stage)),
        settle=why_untried(promise.name, [outcome.result]) if untried else "",
        remedy=remedy_id(promise.otherwise),
        weaker=False,
        waived=False,
        forwards=int(seen.total("forwards")),
        backwards=int(seen.total("backwards")),
        queries=int(seen.total("queries")),
        seconds=seen.total("seconds"),
        masking=seen.findings,
        steps=promise.otherwise,
    )
