"""Mend what failed: the remedy that a clause names, on training cases only."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from seatrial import plugins
from seatrial.cases.lessons import FOLDER, ever
from seatrial.cases.pools import part
from seatrial.charter.charter import Charter
from seatrial.charter.steps import Step
from seatrial.decision.decision import WORST_FIRST
from seatrial.errors import InputError, LogError, Problem, meant
from seatrial.evidence import lineage
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.harden.ranks.place import here
from seatrial.harden.remedy import Means, Mended
from seatrial.harden.rule import Rule
from seatrial.plan.plan import Plan, Promise, Trying
from seatrial.proof.canonical import digest
from seatrial.records.event import Listener, silent
from seatrial.stores.whole import write_whole
from seatrial.verbs.beforehand import CASES, Beforehand, ahead, beforehand
from seatrial.verbs.curves import swept
from seatrial.verbs.hardened import Hardened
from seatrial.verbs.learnable import learnable
from seatrial.verbs.lessons import learned, there
from seatrial.verbs.outputs import placed
from seatrial.verbs.portrait import portrait
from seatrial.verbs.project import Project, Tried, compiled, login, open_log, opened, remember, tried
from seatrial.verbs.provenance import answered, provenance
from seatrial.verbs.ranked import able, spread
from seatrial.verbs.spared import spared
from seatrial.verbs.spending import spending
from seatrial.verbs.told import told

LOGGER = logging.getLogger("seatrial.harden")


def harden(
    path: Path | str,
    output: Path | str,
    *,
    clause: str | None = None,
    weights: str | None = None,
    seed: int = 1,
    minutes: float = 0.0,
    steps: int = 0,
    money: str | None = None,
    remedy: str | None = None,
    spent: bool = False,
    lessons: str | None = "",
    cases: int = CASES,
    workers: int = 0,
    processes: int = 1,
    launcher: str = "local",
    log: str | None = None,
    now: datetime | None = None,
    hear: Listener = silent,
) -> Hardened:
    """Apply the remedy that a clause names under `otherwise`, write new weights, and log where they come from.

    A run that was killed is gone on with by the same call; it ends in the same bytes.

    Args:
        path: The charter, or the folder that it lies in.
        output: File for the new weights; how they were made is written beside it as `.json`.
        clause: Which clause to answer; by default the worst one that the last decision found.
        weights: Weights to begin with instead of the charter's.
        seed: Another seed trains another model.
        minutes: CPU minutes to end within; 0 leaves the length to the remedy.
        steps: Updates of the weights instead; 0 leaves the length to the remedy.
        money: What the remedy may cost instead, `0.50` or `0.50 USD`, by the charter's price of an hour.
        remedy: Another remedy than the clause's, with its own defaults.
        spent: Whether to learn from the gate cases, too, that attempts have opened.
        lessons: Version of the project's lessons to learn from, too; the newest by default, None for none.
        cases: Cases on which the child is compared with its parent, clause by clause; 0 compares nothing.
        workers: Processes that read training cases ahead; the weights are the same for any number.
        processes: Processes that share every update; another number is another run.
        launcher: Who starts them: `local` or `ray`.
        log: Folder of the log, if not the default.
        now: When it is; the wall clock by default.
        hear: Is told how far it is.

    Raises:
        InputError: If no clause with a remedy failed, the clause names none, there is no folder for the weights, or
            several budgets are given, or money where the charter has no price of an hour; if the new weights would
            take the place of a file that the project needs.
        CasesError: If spent cases are asked for and the charter declares that they may be drawn again, or a lesson may
            not be learned from.
        HardenError: If the remedy cannot be applied.
    """
    if processes != 1 or launcher != "local":
        return spread(ranked, locals())
    file = placed(Path(output), "--out")
    _compared(cases)
    project = opened(path, weights=weights)
    spared(project, file, "--out")
    may = spending(project.charter, minutes=minutes, steps=steps, money=money)
    chosen = clause or _failed(project.charter, open_log(project, log, writing=False))
    step = _remedy(project.charter, chosen) if remedy is None else Step("harden", _known(remedy))
    hear = told(hear)
    model = tried(project, hear=hear)
    plan = compiled(project, model).plan
    failed = failing(plan.promise(chosen))
    threat = failed[0].threat
    key = sha256(b"seatrial/harden/v1\x00" + str(seed).encode()).digest()
    pool = model.pools
    kept = open_log(project, log, writing=False) if spent else None
    ids = learnable(project.charter, pool.training, (*pool.gate, *pool.rehearsal), kept)
    more = None if lessons is None else learned(project, model, lessons, log)
    version = "" if more is None else more.version.digest
    taught = ever(project.folder / FOLDER)
    asked = (step, str(threat), key.hex(), model.model, model.truth, may.minutes, steps, ids, version)
    folder = project.scratch("harden", sha256(repr(asked).encode()).hexdigest()[:16])
    means = Means(
        key, hear, 60 * may.minutes, steps, folder, project.charter.cases.unit, failed=failed, hourly=may.hourly,
        workers=workers, place=here(),
    )  # fmt: skip
    recipe = able(plugins.find("remedies", step.what).made(step.settings), step.what, means)
    own = part(model.cases, ids)
    mended = recipe.apply(model.target, own if more is None else more.after(own), threat, means)
    if means.place.rank:
        return Hardened(chosen, step.what, file, mended.record)
    write_whole(file, mended.weights)
    cost, seen = may.cost(mended.record.get("cpu_seconds")), {} if more is None else {"lessons": more.version.told()}
    record = {"seed": key.hex(), **_record(project, model, plan, (chosen, step), mended, log), **seen}
    record |= {} if cost is None else {"cost": str(cost)}
    _written(file, record)  # whatever becomes of the comparison: no other model's record lies beside these weights
    known = beforehand(project, model, file, (mended.kept, taught), most=cases, log=log, hear=hear)
    record["beside"] = known.to_json()
    text = _written(file, record)
    entry = _logged(project, (chosen, step.what, model.model), known, text, (log, now))
    ahead_ = ahead(known, log=log, hear=hear)
    shutil.rmtree(folder, ignore_errors=True)
    hardened = Hardened(chosen, step.what, file, record, entry, known.descent, ahead_, known.note)
    write_whole(hardened.page, portrait(hardened, project))
    return hardened


def ranked(asked: Mapping[str, Any], hear: Listener) -> Hardened:
    """Do what one of several processes does."""
    return harden(**asked, hear=hear)


def _record(
    project: Project, model: Tried, plan: Plan, asked: tuple[str, Step], mended: Mended, log: str | None
) -> dict[str, Any]:
    """Return what weights were made from and with, and what their remedy says of it."""
    clause, step = asked
    made = {"answers": clause, "remedy": step.what, "parent": model.model, "weights": digest(mended.weights)}
    answers = answered(there(project, log), clause)
    return {**made, **answers, **provenance(project, model, plan, clause, step), **mended.record}


def _written(file: Path, record: Mapping[str, Any]) -> bytes:
    """Write how weights were made beside them, and return the bytes."""
    text = (json.dumps(record, indent=2) + "\n").encode()
    write_whole(file.with_suffix(".json"), text)
    return text


def _compared(cases: int) -> None:
    if cases < 0:
        raise InputError(Problem("--cases", f"{cases} is below 0", "0 compares nothing"))


def _logged(
    project: Project, made: tuple[str, str, str], known: Beforehand, text: bytes, more: tuple[Any, Any]
) -> int | None:
    """Log the lineage of new weights; return the entry, or None where there is no log that can be written.

    Args:
        project: The parent's.
        made: Clause, remedy, and digest of the parent.
        known: The new model.
        text: How they were made.
        more: The log's folder as it was named, and the time.
    """
    (clause, remedy, parent), (named, now) = made, more
    try:
        log = open_log(project, named)
    except LogError as error:
        LOGGER.info("the lineage is not logged: %s", error)
        return None
    statements = log.statements()
    decision = last(statements, "decision")
    answers = decision if decision is not None and clause in statements[decision].predicate["clauses"] else None
    data = json.loads(text).get("learned_from", {}).get("digest")
    revision = plugins.origin("remedies", remedy)
    origin = lineage.Origin(parent, data, revision, remedy, text, answers, clause if answers is not None else "")
    at = int((now or datetime.now(UTC)).timestamp())
    seq = lineage.record(log, known.child.model, origin, by=login(), at=at, artifact=known.artifact)
    remember(project, log)
    return seq


def _known(remedy: str) -> str:
    """Return the id of a remedy that is on the shelf.

    Raises:
        InputError: If there is none of that name.
    """
    if remedy not in (known := plugins.names("remedies")):
        raise InputError(Problem("--remedy", f"there is no remedy {remedy!r}", meant(remedy, known)))
    return remedy


def failing(promise: Promise) -> tuple[Rule, ...]:
    """Return the threats to be trained against: the largest of a sweep of sizes, else those of all scenarios."""
    tries = promise.tries[-1:] if swept(promise) else promise.tries
    return tuple(Rule(one.threat, one.scenario.partition("@")[0], _foes(one)) for one in tries)


def _foes(trying: Trying) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Return who plays in a scenario, with their tactics."""
    return tuple((stage.adversary, stage.tactics) for stage in trying.stages)


def _remedy(charter: Charter, name: str) -> Step:
    for clause in charter.clauses:
        if clause.name == name:
            if clause.remedy:
                return clause.remedy
            hint = "name one there, or with --remedy; `seatrial harden --advise` tries those that fit"
            raise InputError(Problem(f"clauses.{name}.otherwise", "the clause names no remedy", hint))
    hint = meant(name, (clause.name for clause in charter.clauses))
    raise InputError(Problem("--clause", f"there is no clause {name!r}", hint))


def _failed(charter: Charter, log: Log) -> str:
    """Return the clause with a remedy that the last decision found worst."""
    statements = log.statements()
    decision = last(statements, "decision")
    if decision is None:
        hint = "`seatrial gate` first, or name a clause with --clause"
        raise InputError(Problem("", "there is no decision yet that says what to mend", hint))
    verdicts = {name: entry["verdict"] for name, entry in statements[decision].predicate["clauses"].items()}
    able = [clause.name for clause in charter.clauses if clause.remedy]
    for verdict in WORST_FIRST[:-1]:
        for name in able:
            if verdicts.get(name) == verdict:
                return name
    raise InputError(Problem("", "no clause that names a remedy failed in the last decision", "name one with --clause"))
