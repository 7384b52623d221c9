"""Everything that a report says about one decision, gathered from the log and its blobs; no model is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Any

from seatrial.catalog.catalog import Catalog
from seatrial.decision.decision import Decision, Judgement
from seatrial.decision.decision import read as read_decision
from seatrial.decision.findings import findings, ids
from seatrial.decision.judge import tables_of
from seatrial.decision.licence import waivers
from seatrial.decision.rank import ranked
from seatrial.decision.sentence import sentence
from seatrial.decision.spent import Spent, spent
from seatrial.evidence import lineage, recorder
from seatrial.evidence.history import last, seqs
from seatrial.evidence.log import Log
from seatrial.evidence.witness.kept import enough
from seatrial.evidence.words import words
from seatrial.plan.plan import Plan, Promise
from seatrial.proof import canonical, manifest, rests
from seatrial.proof.bundle import WITHHELD, digests
from seatrial.proof.key import key_id
from seatrial.proof.reading import reuses
from seatrial.proof.statement import Statement
from seatrial.reports.reporter import Comparison, Dossier, Example, Judged, Tried
from seatrial.trial.fold import RAISED, WRONG
from seatrial.verbs.beyond import not_tried
from seatrial.verbs.compare import Side, compared
from seatrial.verbs.curves import curves
from seatrial.verbs.groups import class_names, groups
from seatrial.verbs.remarks import remarks
from seatrial.verbs.risks import reported
from seatrial.verbs.rows import HELD, UNKNOWN, Rows, rows
from seatrial.verbs.worst import EXAMPLES, examples, in_words, listed_in, looked, stages

__all__ = ["Gathered", "dossier", "gathered", "in_words", "tried"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """One decision with all that its record says, ready to be told, tabulated or drawn."""

    decision: Decision
    plan: Plan
    charter: Mapping[str, Any]
    """As canonical JSON has it."""
    run_plan: Mapping[str, Any]
    results: tuple[Mapping[str, Any], ...]
    """Predicates of the run-results that count, in the order of the log."""
    rows: Mapping[str, Rows]
    """Clause -> what was recorded of its cases."""
    spent: Spent | None = None
    """What the runs took, if the charter names prices."""


def gathered(log: Log, seq: int) -> Gathered:
    """Return what the record says about the decision at an entry of the log.

    Raises:
        InputError: If the entry is no decision.
    """
    decision = read_decision(log, seq)
    statements = log.statements()
    links = rests.chain(statements, decision.run_result)
    results = tuple(statements[entry].predicate for entry in links.run_results)
    run_plan = statements[links.run_plans[-1]].predicate
    tables = tables_of(log, results)
    plan, charter = recorder.submitted(log, run_plan["submission"]), canonical.loads(log.store.get(decision.charter))
    return Gathered(
        decision,
        plan,
        charter,
        run_plan,
        results,
        {clause.name: rows(clause.name, results, tables) for clause in decision.clauses},
        spent(log, links, plan, charter) if (charter.get("budget") or {}).get("prices") else None,
    )


def dossier(
    log: Log, seq: int, catalog: Catalog, *, replayed: bool = False, alone: bool = False, now: int | None = None
) -> Dossier:
    """Return the dossier of a decision, compared with the one before it and with what is live.

    Args:
        log: The system's log.
        seq: Entry of the decision.
        catalog: For the titles of scenarios.
        replayed: Whether an earlier result of the same trial was reused.
        alone: Whether to leave out pictures, comparisons and the register of risks.
        now: Instant at which waivers are said to be open or expired, seconds UTC; that of the decision by default.
    """
    found = gathered(log, seq)
    said = _said(log, found, catalog, replayed=replayed, pictures=not alone)
    if alone:
        return said
    risks, untouched = reported(log, seq)
    told = _waived(log, found.decision, said.clauses, now)
    return replace(said, compared=_compared(log, found, said, catalog), clauses=told, risks=risks, untouched=untouched)


def _said(log: Log, found: Gathered, catalog: Catalog, *, replayed: bool, pictures: bool = True) -> Dossier:
    decision = found.decision
    fields, started, ended = _environment(log, decision.run_result)
    seen = [(clause, found.plan.promise(clause.name), found.rows[clause.name]) for clause in decision.clauses]
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
        clauses=tuple(_judged(log, found, catalog, clause, pictures=pictures) for clause in decision.clauses),
        digests=_digests(log, found, catalog),
        log=_log(log),
        environment=fields,
        controls={name: came for result in found.results for name, came in result["controls"].items()},
        started=started,
        ended=ended,
        unsafe=bool(found.charter["target"].get("unsafe")) if found.charter.get("target") else False,
        reuse=reuses(found.charter) if found.charter.get("cases") else False,
        not_tried=not_tried(found.plan, catalog),
        notes=(
            *_notes(log, found),
            *_lineage(log, decision),
            *remarks(found.plan, found.results, found.rows),
            *_raised(log, found),
            *_withheld(log, found),
            *_later(log, decision),
        ),
        curves=curves(seen, _titles(catalog, found.plan)),
        again=_again(found),
        weights=str(found.plan.target.get("weights") or ""),
        spent=str(found.spent) if found.spent else "",
        first=_first(log, decision),
    )


def _judged(log: Log, found: Gathered, catalog: Catalog, clause: Judgement, *, pictures: bool) -> Judged:
    """Return one clause with its costs, its stages and its worst cases."""
    promise, seen = found.plan.promise(clause.name), found.rows[clause.name]
    stage = seen.columns["stage"].tolist() if "stage" in seen.columns else []
    names = class_names(found.plan)
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
        wrong=stage.count(WRONG),
        limit=clause.limit,
        side=clause.side,
        low=clause.low,
        high=clause.high,
        strict=clause.strict,
        tried=tuple(tried(catalog, promise, stage)),
        settle="" if clause.verdict == "breached" else clause.settle,
        remedy=clause.remedy,
        weaker=clause.weaker,
        waived=clause.waived,
        forwards=int(seen.total("forwards")),
        backwards=int(seen.total("backwards")),
        queries=int(seen.total("queries")),
        seconds=seen.total("seconds"),
        examples=worst_cases(log, found, clause.name) if pictures else (),
        groups=groups(seen, clause.require, names),
        masking=seen.findings,
        steps=clause.otherwise,
        spent=str(found.spent.of(clause.name) or "") if found.spent else "",
        finding=_finding(log, found.decision.seq, clause),
    )


def _finding(log: Log, decision: int, clause: Judgement) -> str:
    """Return the id of the finding that a clause which is not held belongs to, as the log stood at the decision."""
    return ids(log.statements()[: decision + 1], log.payload)[clause.name] if clause.verdict != "held" else ""


def _first(log: Log, decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return the clauses that are not held, what is worth most for its cost first, as the log stood; none if alone."""
    lacking = {clause.name for clause in decision.clauses if clause.verdict != "held" and not clause.waived}
    if len(lacking) < 2:
        return ()
    upto = decision.seq + 1
    found = [one for one in findings(log, upto=upto) if one.clause in lacking and one.seen]
    return tuple((one.finding.clause, str(one)) for one in ranked(log, found, upto=upto))


def worst_cases(log: Log, found: Gathered, clause: str, *, most: int = EXAMPLES) -> tuple[Example, ...]:
    """Return the worst cases of a clause, each with a command that shows it whatever is decided later."""
    made = examples(log, found.plan.promise(clause), found.rows[clause], class_names(found.plan), most=most)
    which = f"--clause {quote(clause)} --decision {found.decision.seq}"
    return tuple(replace(one, command=f"seatrial show {one.case[:12]} {which}") for one in made)


def tried(catalog: Catalog, promise: Promise, stage: Sequence[int]) -> Iterator[Tried]:
    """Yield the stages of a clause, each with what it was the first to break (`stage`: that of each case)."""
    known = {scenario.name: scenario for scenario in catalog.scenarios}
    for index, (trying, adversary) in enumerate(stages(promise)):
        scenario = known.get(trying.scenario)
        tags = scenario.tags.items() if scenario else ()
        yield Tried(
            scenario=trying.scenario,
            title=scenario.title if scenario else trying.scenario,
            adversary=adversary,
            threat=in_words(trying.threat),
            broke=stage.count(index),
            objective=scenario.objective if scenario else "",
            tags=tuple(f"{scheme}:{one}" for scheme, ids in tags for one in ids),
            defences=tuple(defence.use for defence in scenario.defences) if scenario else (),
        )


def _waived(log: Log, decision: Decision, clauses: tuple[Judged, ...], now: int | None) -> tuple[Judged, ...]:
    """Return clauses with every waiver that the model was given for them: open, expired or withdrawn, with its end."""
    given = waivers(words(log), decision.model, decision.as_of if now is None else now)
    told: dict[str, list[str]] = {}
    for one in given:
        told.setdefault(one.clause, []).append(f"{one.reason} ({one}, entry {one.entry})")
    covered = {one.clause for one in given if one.open}
    return tuple(
        replace(one, waiver="; ".join(told.get(one.name, ())), lapsed=one.waived and one.name not in covered)
        for one in clauses
    )


def _titles(catalog: Catalog, plan: Plan) -> dict[str, str]:
    """Return the title of each scenario, by its name without the version."""
    tried = {trying.scenario for promise in plan.clauses for trying in promise.tries}
    known = {scenario.name: scenario.title for scenario in catalog.scenarios}
    return {name.partition("@")[0]: known.get(name, name) for name in sorted(tried)}


def side(found: Gathered, said: Dossier) -> Side:
    """Return a decision as one side of a comparison, case by case."""
    outcomes: dict[str, dict[bytes, bool]] = {}
    for clause in found.decision.clauses:
        seen = found.rows[clause.name]
        came = seen.outcomes(clause.require).tolist() if "held" in seen.columns else []
        known = zip(seen.cases, came, strict=False)
        outcomes[clause.name] = {case: one == HELD for case, one in known if one != UNKNOWN}
    cases = frozenset(case for seen in found.rows.values() for case in seen.cases)
    name = f"entry {found.decision.seq} (attempt {found.decision.attempt})"
    return Side(name, said, outcomes, cases)


def _compared(log: Log, found: Gathered, said: Dossier, catalog: Catalog) -> dict[str, Comparison]:
    """Return what changed since the decision before this one, and since the last deploy before it."""
    statements = log.statements()[: found.decision.seq]
    made: dict[int, Comparison] = {}
    here = side(found, said)
    wanted = {"previous": _before(statements), "live": _before(statements, "deploy")}
    for entry in {entry for entry in wanted.values() if entry is not None}:
        other = gathered(log, entry)
        made[entry] = compared(side(other, _said(log, other, catalog, replayed=False, pictures=False)), here)
    return {name: made[entry] for name, entry in wanted.items() if entry is not None}


def _before(statements: Sequence[Statement], decision: str = "") -> int | None:
    """Return the last decision among these entries, or the last one that said so."""
    decisions = seqs(statements, "decision", **({"decision": decision} if decision else {}))
    return decisions[-1] if decisions else None


def _again(found: Gathered) -> str:
    """Return what runs this trial again and compares, whatever is decided later."""
    weights = found.plan.target.get("weights")
    named = f" --weights {quote(str(weights))}" if weights else ""
    return f"seatrial replay --level r2{named} --decision {found.decision.seq}"


def _withheld(log: Log, found: Gathered) -> list[str]:
    """Return how many of the kept samples this copy of the log was restored without."""
    left_out = digests(log.beside(WITHHELD) or b"")
    if not left_out:
        return []
    listed = [one.commitment for seen in found.rows.values() for shard in seen.shards for one in listed_in(log, shard)]
    missing = sum(one in left_out for one in listed)
    return [f"{missing} of {len(listed)} kept samples are withheld: only their salted digests are in this copy."]


def _raised(log: Log, found: Gathered) -> list[str]:
    """Return what the model raised instead of an answer, as far as the kept cases that are looked at show it."""
    notes = []
    for clause in found.decision.clauses:
        kept = [one for _, one in looked(log, found.rows[clause.name])]
        errors = [text for one in kept for text in (one.before or one.after,) if text.startswith(RAISED)]
        if errors:
            what = errors[0].removeprefix(RAISED)
            notes.append(
                f"{clause.name}: the model raised on {len(errors)} of the {len(kept)} kept cases looked at: {what}"
            )
    return notes


def _later(log: Log, decision: Decision) -> list[str]:
    """Return a note on an attempt that was begun after this decision and has none of its own."""
    statements = log.statements()
    submission = last(statements, "submission")
    if submission is None or submission < decision.seq or seqs(statements[submission:], "decision"):
        return []
    return [f"A later attempt (entry {submission} of the log) has no decision yet; this page does not speak of it."]


def _digests(log: Log, found: Gathered, catalog: Catalog) -> dict[str, str]:
    decision, artifact = found.decision, log.statements()[found.decision.seq].artifact
    return {
        "model": decision.model,
        **({"artifact": artifact} if artifact else {}),
        "charter": decision.charter,
        "plan": decision.plan,
        "slice": found.run_plan["slice"],
        "decision": decision.payload,
        "catalog": found.plan.catalog or catalog.digest,
    }


def _log(log: Log) -> dict[str, str]:
    note = log.checkpoint.decode().splitlines()
    return {
        "origin": log.origin,
        "entries": note[1],
        "root": note[2],
        "key": key_id(log.keyring.checkpoint_key(int(note[1]))),
        "assurance": "witnessed" if enough(log) else "self-attested",
    }


def _environment(log: Log, run_result: int) -> tuple[dict[str, str], str, str]:
    statements = log.statements()
    there = seqs(statements, "environment", run_result=run_result)
    if not there:
        return {}, "", ""
    said = statements[there[0]].predicate
    return dict(said["fields"]), said["started"], said["ended"]


def declared(log: Log, plan: Plan) -> bool:
    """Return whether the model of a plan is known by its block and its answers only, and by no file."""
    return manifest.read(log.store.get(plan.manifest)).declared if plan.manifest else "weights" not in plan.target


def _lineage(log: Log, decision: Decision) -> list[str]:
    """Return where the model comes from, as far as somebody stated it before the decision."""
    made = lineage.ancestors(log, decision.model, upto=decision.seq)
    return [
        f"Model {canonical.short(one.model)} was {lineage.in_words(one)} (entry {one.seq}, said by {one.by})."
        for one in made
    ]


def _notes(log: Log, found: Gathered) -> tuple[str, ...]:
    notes = []
    if found.decision.slices > 1:
        notes.append(f"The verdict is over {found.decision.slices} slices of cases of the same trial.")
    if declared(log, found.plan):
        notes.append("The model's identity is declared: its target block and its answers to 16 fixed inputs.")
    return tuple(notes)
