"""Everything that a report says about one decision, gathered from the log and its blobs; no model is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from seatrial.catalog.catalog import Catalog
from seatrial.decision.decision import Decision, Judgement
from seatrial.decision.decision import read as read_decision
from seatrial.decision.judge import tables_of
from seatrial.decision.sentence import sentence
from seatrial.errors import CatalogError
from seatrial.evidence import recorder
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan, Promise, Trying
from seatrial.proof import canonical, rests, verdict
from seatrial.proof.reading import reuses
from seatrial.records.threat import Threat, threat_to
from seatrial.reports.reporter import Dossier, Example, Judged, Tried
from seatrial.trial.fold import RAISED, WRONG
from seatrial.trial.stimuli import Specimen, unpacked

EXAMPLES = 6
"""Worst cases shown per clause."""


def dossier(log: Log, seq: int, catalog: Catalog, *, replayed: bool = False) -> Dossier:
    """Return the dossier of a decision.

    Args:
        log: The system's log.
        seq: Entry of the decision.
        catalog: For the titles of scenarios.
        replayed: Whether an earlier result of the same trial was reused.
    """
    decision = read_decision(log, seq)
    statements = log.statements()
    links = rests.chain(statements, decision.run_result)
    results = [statements[entry].predicate for entry in links.run_results]
    run_plan = statements[links.run_plans[-1]].predicate
    plan = recorder.submitted(log, run_plan["submission"])
    charter = canonical.loads(log.store.get(decision.charter))
    sight = _Sight(log, plan, catalog, results)
    fields, started, ended = _environment(log, decision.run_result)
    return Dossier(
        system=decision.system,
        release=decision.release,
        owner=decision.owner,
        decision=decision.decision,
        exit_code=decision.exit_code,
        sentence=sentence(decision),
        attempt=decision.attempt,
        confidence=decision.confidence,
        attempt_confidence=decision.attempt_confidence,
        replayed=replayed,
        clauses=tuple(sight.judged(clause) for clause in decision.clauses),
        digests=_digests(decision, run_plan, catalog),
        log=_log(log),
        environment=fields,
        controls={name: found for result in results for name, found in result["controls"].items()},
        started=started,
        ended=ended,
        unsafe=bool(charter["target"].get("unsafe")),
        reuse=reuses(charter),
        not_tried=_not_tried(plan, catalog),
        notes=(*_notes(decision, charter), *filter(None, map(sight.raised, decision.clauses))),
    )


class _Sight:
    """The recorded rows of a result, clause by clause."""

    def __init__(self, log: Log, plan: Plan, catalog: Catalog, results: Sequence[Mapping[str, Any]]) -> None:
        self._log = log
        self._plan = plan
        self._catalog = catalog
        self._shards = [shard for part in verdict.outcomes(results) for shard in part.values()]
        self._tables = tables_of(log, results)

    def judged(self, clause: Judgement) -> Judged:
        """Return one clause with its costs, its stages and its worst cases."""
        promise = self._plan.promise(clause.name)
        shards = [shard for shard in self._shards if shard["clause"] == clause.name and shard["status"] == "done"]
        rows = [row for shard in shards for row in verdict.rows_of(shard, self._tables).values()]
        stages = [row["stage"] for row in rows]
        sums = {name: sum(row[name] for row in rows) for name in ("forwards", "backwards", "queries", "seconds")}
        return Judged(
            name=clause.name,
            because=clause.because,
            require=clause.require,
            severity=clause.severity,
            advisory=clause.advisory,
            verdict=clause.verdict,
            n=clause.n,
            held=clause.held,
            unknown=clause.unknown,
            wrong=stages.count(WRONG),
            limit=clause.limit,
            side=clause.side,
            low=clause.low,
            high=clause.high,
            strict=clause.strict,
            tried=tuple(self._tried(promise, stages)),
            settle="" if clause.verdict == "breached" else clause.settle,
            remedy=clause.otherwise,
            weaker=clause.weaker,
            waived=clause.waived,
            examples=tuple(self._examples(promise, shards)),
            **sums,
        )

    def raised(self, clause: Judgement) -> str:
        """Return what the model raised instead of an answer, as far as the kept cases show it; else an empty text."""
        kept = [one for shard in self._shards if shard["clause"] == clause.name for one in self._kept(shard)]
        errors = [text for one in kept for text in (one.before or one.after,) if text.startswith(RAISED)]
        if not errors:
            return ""
        what = errors[0].removeprefix(RAISED)
        return f"{clause.name}: the model raised on {len(errors)} of the {len(kept)} cases that were kept: {what}"

    def _kept(self, shard: Mapping[str, Any]) -> tuple[Specimen, ...]:
        return () if shard["stimuli"] is None else unpacked(self._log.store.get(shard["stimuli"]))

    def _tried(self, promise: Promise, stages: Sequence[int]) -> list[Tried]:
        found = []
        for index, (trying, adversary) in enumerate(_stages(promise)):
            title, threat = self._title(trying.scenario), in_words(trying.threat)
            found.append(Tried(trying.scenario, title, adversary, threat, stages.count(index)))
        return found

    def _title(self, scenario: str) -> str:
        try:
            return self._catalog.get(scenario).title
        except CatalogError:
            return scenario

    def _examples(self, promise: Promise, shards: Sequence[Mapping[str, Any]]) -> list[Example]:
        broken: list[Specimen] = []
        for shard in shards:
            if len(broken) < EXAMPLES:
                broken += [one for one in self._kept(shard) if one.stage >= 0]
        return [_example(one, *_stages(promise)[one.stage]) for one in broken[:EXAMPLES]]


def in_words(threat: Threat) -> str:
    """Return a threat as a reader says it: `linf ball, eps 0.2`."""
    fields = threat_to(threat)
    kind, norm = fields.pop("kind"), fields.pop("norm", "")
    told = {name: value for name, value in fields.items() if value and name not in ("low", "high")}
    shown = [f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in told.items()]
    return ", ".join([f"{norm} {kind}".strip(), *shown])


def _stages(promise: Promise) -> list[tuple[Trying, str]]:
    return [(trying, stage.adversary) for trying in promise.tries for stage in trying.stages]


def _example(one: Specimen, trying: Trying, adversary: str) -> Example:
    changed = one.original if one.stimulus is None else one.stimulus
    return Example(
        case=one.case.hex(),
        scenario=trying.scenario,
        adversary=adversary,
        label=one.label,
        before=one.before,
        after=one.after,
        original=one.original,
        perturbed=changed,
        distance=_distance(one.original, changed),
    )


def _distance(before: Any, after: Any) -> str:
    """Return how large a change of numbers is; empty for anything else."""
    if not (isinstance(before, np.ndarray) and isinstance(after, np.ndarray) and before.shape == after.shape):
        return ""
    if before.dtype.kind not in "fiu" or after.dtype.kind not in "fiu":
        return ""
    moved = (after.astype(np.float64) - before.astype(np.float64)).ravel()
    if not np.isfinite(moved).all():
        return ""
    return f"Linf {np.abs(moved).max(initial=0.0):.3g}, L2 {np.sqrt((moved**2).sum()):.3g}"


def _digests(decision: Decision, run_plan: Mapping[str, Any], catalog: Catalog) -> dict[str, str]:
    return {
        "model": decision.model,
        "charter": decision.charter,
        "plan": decision.plan,
        "slice": run_plan["slice"],
        "decision": decision.payload,
        "catalog": catalog.digest,
    }


def _log(log: Log) -> dict[str, str]:
    note = log.checkpoint.decode().splitlines()
    return {
        "origin": log.origin,
        "entries": note[1],
        "root": note[2],
        "key": log.trust.log_key_id,
        "assurance": "self-attested",
    }


def _environment(log: Log, run_result: int) -> tuple[dict[str, str], str, str]:
    statements = log.statements()
    there = seqs(statements, "environment", run_result=run_result)
    if not there:
        return {}, "", ""
    said = statements[there[0]].predicate
    return dict(said["fields"]), said["started"], said["ended"]


def _not_tried(plan: Plan, catalog: Catalog) -> tuple[str, ...]:
    """Return the families of the catalog that no clause of this charter asks about."""
    asked = {trying.scenario.partition("/")[0] for promise in plan.clauses for trying in promise.tries}
    families = sorted({scenario.id.partition("/")[0] for scenario in catalog.latest} - asked)
    return tuple(f"{family}: no clause asks for a scenario of this family" for family in families)


def _notes(decision: Decision, charter: Mapping[str, Any]) -> tuple[str, ...]:
    notes = []
    if decision.slices > 1:
        notes.append(f"The verdict is over {decision.slices} slices of cases of the same trial.")
    if "weights" not in charter["target"]:
        notes.append("The model's identity is declared: its target block and its answers to 16 fixed inputs.")
    return tuple(notes)
