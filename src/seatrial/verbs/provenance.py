"""All that a hardened model follows from, in one record: the same for every remedy, whatever it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from seatrial import plugins
from seatrial.charter.steps import Step
from seatrial.decision import findings
from seatrial.evidence import environment
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.plan.plan import Plan
from seatrial.proof.canonical import digest
from seatrial.verbs.project import Project, Tried


def provenance(project: Project, model: Tried, plan: Plan, clause: str, step: Step) -> dict[str, Any]:
    """Return what a model is made from and with, as plain JSON values.

    Args:
        project: The parent's.
        model: The parent, and the cases.
        plan: Of the parent's gate: it names scenarios and plugins.
        clause: The clause that is answered.
        step: The remedy with its settings.
    """
    promise = plan.promise(clause)
    used = {f"adversaries.{stage.adversary}" for one in promise.tries for stage in one.stages}
    scenarios = [
        {"scenario": one.scenario, "digest": one.digest, "parameters": dict(one.parameters)} for one in promise.tries
    ]
    return {
        "library": {
            "catalog": plan.catalog,
            "scenarios": scenarios,
            "plugins": {name: plan.code[name] for name in sorted(used) if name in plan.code},
        },
        "code": {
            "remedy": plugins.origin("remedies", step.what),
            "asked": {"what": step.what, "settings": dict(step.settings)},
        },
        "data": {
            "source": dict(plan.cases),
            "pool": plan.pool,
            "truth": model.truth,
            "manifest": plan.manifest,
        },
        "made_in": dict(environment.packed(environment.fingerprint(project=project.folder))[0]),
    }


def answered(log: Log | None, clause: str) -> dict[str, Any]:
    """Return which decision and which finding new weights answer, as plain JSON values; empty if no log says.

    Args:
        log: The system's log, if there is one.
        clause: The clause that is answered.
    """
    if log is None:
        return {}
    statements = log.statements()
    seq = last(statements, "decision")
    if seq is None or clause not in statements[seq].predicate["clauses"]:
        return {}
    said: Mapping[str, Any] = statements[seq].predicate["clauses"][clause]
    named = findings.ids(statements, log.payload).get(clause)
    decision = {"entry": seq, "digest": digest(log.payload(seq)), "verdict": said["verdict"]}
    return {"decision": decision, **({"finding": named} if named else {})}
