"""What `- baseline` is taken to: the model that a charter names, or that of the last deploy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.charter.charter import Charter
from seatrial.errors import InputError, Problem, SeatrialError, TargetError
from seatrial.evidence import recorder
from seatrial.evidence.log import Log
from seatrial.plan.subject import Rival
from seatrial.proof.criterion import parse
from seatrial.proof.rests import chain
from seatrial.proof.rules import deployed
from seatrial.targets.identity import manifest
from seatrial.targets.target import load_target


def rival(charter: Charter, model: str, log: Callable[[], Log]) -> Rival | None:
    """Return the baseline of a charter, loaded; None if no clause compares with one.

    Args:
        charter: What was promised.
        model: Digest of the candidate's manifest: it is never its own baseline.
        log: Opens the log that the last deploy stands in; called only if that is asked for.

    Raises:
        InputError: If the last deploy is asked for and nothing was deployed.
        TargetError: If the baseline does not load, or its files are no longer those that were deployed.
    """
    if charter.baseline is None or not any(parse(clause.require).baseline for clause in charter.clauses):
        return None
    if not isinstance(charter.baseline, str):
        return _loaded(charter, charter.baseline, manifest(charter.baseline, charter.folder)[1])
    block, last = _last_deploy(log(), model)
    if "weights" in block and manifest(block, charter.folder)[1] != last:
        what = f"the files of the last deploy ({block['weights']}) now hold another model"
        hint = "keep the weights of each release under a name of its own, or describe the baseline as `target` is"
        raise TargetError(Problem("baseline", what, hint))
    return _loaded(charter, block, last)


def _last_deploy(log: Log, model: str) -> tuple[Mapping[str, Any], str]:
    """Return the target block and the digest of the model that was deployed last, the candidate aside."""
    statements = log.statements()
    seq = deployed(statements, model)
    if seq is None:
        hint = "describe a model there as `target` does, or leave `- baseline` out of the first gate"
        raise InputError(Problem("baseline", "no other model was deployed yet", hint))
    links = chain(statements, statements[seq].predicate["run_result"])
    plan = recorder.submitted(log, statements[links.run_plans[-1]].predicate["submission"])
    return plan.target, plan.model


def _loaded(charter: Charter, block: Mapping[str, Any], model: str) -> Rival:
    try:
        return Rival(load_target(block, charter.folder), block, model)
    except SeatrialError as error:
        found = (Problem(f"baseline: {p.where}" if p.where else "baseline", p.what, p.hint) for p in error.problems)
        raise TargetError(*found) from error
