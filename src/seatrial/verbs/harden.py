"""Mend what failed: the remedy that a clause names, on training cases only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shlex import quote
from typing import Any

from seatrial import plugins
from seatrial.cases.pools import part
from seatrial.charter.charter import Charter
from seatrial.decision.decision import WORST_FIRST
from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.plan.plan import Promise
from seatrial.proof.canonical import digest
from seatrial.records.event import Listener, silent
from seatrial.records.threat import Threat
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.stores.whole import write_whole
from seatrial.verbs.curves import swept
from seatrial.verbs.outputs import placed
from seatrial.verbs.project import compiled, open_log, opened, tried
from seatrial.verbs.told import told


@dataclass(frozen=True, slots=True)
class Hardened:
    """What a remedy made, and where it is."""

    clause: str
    remedy: str
    weights: Path
    record: Mapping[str, Any]
    """How it was made; the same stands beside the weights as JSON."""

    @property
    def sentence(self) -> str:
        """What was done, in words, and what to do next."""
        shown = ", ".join(f"{name} {self.record[name]:.1%}" for name in ("clean", "robust") if name in self.record)
        figures = f" On training cases that were kept aside: {shown}." if shown else ""
        return (
            f"{self.remedy} answers clause {self.clause}.{figures}\nNew weights: {self.weights}. "
            f"They have to pass the gate:\nseatrial gate --weights {quote(str(self.weights))}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plain = {"clause": self.clause, "remedy": self.remedy, "weights": str(self.weights)}
        return {**plain, "record": dict(self.record)}

    def _repr_html_(self) -> str:
        rows = tuple((name, _in_words(value)) for name, value in self.record.items())
        return sheet_card(Sheet(self.sentence, ("Record", ""), rows))


def _in_words(value: Any) -> str:
    """Return a value of the record as a notebook shows it: digests cut, mappings without brackets."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_in_words(one)}" for name, one in value.items())
    text = str(value).removeprefix("sha256:")
    return text[:12] if len(text) == 64 else text


def harden(
    path: Path | str,
    output: Path | str,
    *,
    clause: str | None = None,
    weights: str | None = None,
    seed: int = 1,
    log: str | None = None,
    hear: Listener = silent,
) -> Hardened:
    """Apply the remedy that a clause names under `otherwise`, and write new weights.

    Args:
        path: The charter, or the folder that it lies in.
        output: File for the new weights; how they were made is written beside it as `.json`.
        clause: Which clause to answer; by default the worst one that the last decision found.
        weights: Weights to begin with instead of the charter's.
        seed: Another seed trains another model.
        log: Folder of the log, if not the default.
        hear: Is told how far it is.

    Raises:
        InputError: If no clause with a remedy failed, the clause names none, or there is no folder for the weights.
        HardenError: If the remedy cannot be applied.
    """
    file = placed(Path(output), "--out")
    project = opened(path, weights=weights)
    chosen = clause or _failed(project.charter, open_log(project, log, writing=False))
    remedy = _remedy(project.charter, chosen)
    hear = told(hear)
    model = tried(project, hear=hear)
    plan = compiled(project, model).plan
    key = sha256(b"seatrial/harden/v1\x00" + str(seed).encode()).digest()
    cases = part(model.cases, model.pools.training)
    threat = _worst(plan.promise(chosen))
    mended = plugins.find("remedies", remedy).make().apply(model.target, cases, threat, key, hear)
    made = {"answers": chosen, "remedy": remedy, "parent": model.model, "weights": digest(mended.weights)}
    record = {**made, **mended.record}
    write_whole(file, mended.weights)
    write_whole(file.with_suffix(".json"), (json.dumps(record, indent=2) + "\n").encode())
    return Hardened(chosen, remedy, file, record)


def _worst(promise: Promise) -> Threat:
    """Return the threat to be trained against: the largest of a sweep of sizes, else that of the first scenario."""
    return promise.tries[-1 if swept(promise) else 0].threat


def _remedy(charter: Charter, name: str) -> str:
    for clause in charter.clauses:
        if clause.name == name:
            if clause.remedy:
                return clause.remedy.what
            hint = f"there are {', '.join(plugins.names('remedies'))}"
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
