"""Judging: from what is recorded to a decision, by the same code that an outsider runs.

Nothing here looks at a model, a clock or a working tree: equal logs and charters give equal decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence import recorder
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import canonical, observation, rests, rules, verdict, weaker


def record(log: Log, run_result: int, charter: Mapping[str, Any], *, now: int) -> int:
    """Judge a result, log the decision, and return its entry; the one that is there if it says the same.

    Judging and logging happen under one lock, so no other decision comes between what was compared and what is said.

    Args:
        log: The system's log.
        run_result: Entry of the result.
        charter: Charter JSON to judge by: that of the submission, or a later one with the same scenarios.
        now: Instant at which waivers are looked at, seconds UTC.

    Raises:
        EvidenceError: If the recorded bytes do not hold together, or the charter is about other clauses.
        CriterionError: If a criterion has no bound in this release.
    """
    with log.locked():
        log.store.put(canonical.dumps(charter))
        return recorder.decide(log, judge(log, run_result, charter, now=now))


def judge(log: Log, run_result: int, charter: Mapping[str, Any], *, now: int) -> dict[str, Any]:
    """Return the predicate of the decision on a result; arguments and errors as in `record`."""
    statements = log.statements()
    if not 0 <= run_result < len(statements) or statements[run_result].kind != "run-result":
        raise InputError(Problem("result", f"entry {run_result} of the log is no run-result"))
    links = rests.chain(statements, run_result)
    plan = rules.judged(plan_of(log, links.run_plans[-1]), charter)
    results = [statements[seq].predicate for seq in links.run_results]
    attempt = statements[links.run_plans[-1]].predicate["attempt"]
    tables, less = tables_of(log, results), _weaker(log, plan["model"], charter)
    stamp = {"release": charter["system"]["release"], "run_result": run_result, "as_of": 0}
    plain = verdict.decide(plan, results, tables, attempt, {}, less, stamp=stamp)
    waived = _waivers(log, plan, plain, now)
    if not waived:
        return plain
    return verdict.decide(plan, results, tables, attempt, waived, less, stamp={**stamp, "as_of": now})


def plan_of(log: Log, run_plan: int) -> dict[str, Any]:
    """Return the plan that a run-plan followed, as JSON."""
    statements = log.statements()
    submission = statements[statements[run_plan].predicate["submission"]]
    plan: dict[str, Any] = canonical.loads(log.store.get(submission.predicate["plan"]))
    return plan


def tables_of(log: Log, results: Sequence[Mapping[str, Any]]) -> dict[str, observation.Table]:
    """Return the rows of every blob that the shards of these results name, by digest."""
    named = {shard[kind] for result in results for shard in result["shards"] for kind in ("computed", "measured")}
    return {digest: observation.decode(log.store.get(digest)) for digest in sorted(named - {None})}


def _weaker(log: Log, model: str, charter: Mapping[str, Any]) -> list[str]:
    """Return the clauses that ask less than in a charter of this model before, or in that of the last deploy."""
    before = weaker.earlier_charters(log.statements(), model)
    return sorted({name for one in before for name in weaker.weaker(charter, canonical.loads(log.store.get(one)))})


def _waivers(log: Log, plan: Mapping[str, Any], plain: Mapping[str, Any], now: int) -> dict[str, int]:
    """Return the waivers that a decision may rest on: clause -> entry of the latest one that covers it."""
    lacking = {name for name, entry in plain["clauses"].items() if entry["verdict"] != "held"}
    people, found = words(log), dict[str, int]()
    for seq, said in people.of_kind("waiver"):
        clause = said.predicate["clause"]
        valid = said.model == plan["model"] and said.predicate["expires"] > now
        asked = clause in lacking or clause in plain["weaker"]
        if valid and asked and people.waived(seq, _quorum(log, plan, plain, clause)):
            found[clause] = seq
    return found


def _quorum(log: Log, plan: Mapping[str, Any], plain: Mapping[str, Any], clause: str) -> int:
    """Return how many people must waive a clause: the quorum if it is critical and breached, else one."""
    breached = plain["clauses"].get(clause, {}).get("verdict") == "breached"
    return log.trust.quorum["waive"] if breached and plan["clauses"][clause]["severity"] == "critical" else 1
