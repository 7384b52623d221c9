"""One case: what was tried on it, what the model said, and how it came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.log import Log
from seatrial.plan.plan import Promise
from seatrial.reports.json import plain
from seatrial.reports.notebook import Sheet, example_card, sheet_card
from seatrial.reports.reporter import Example
from seatrial.trial.fold import WRONG
from seatrial.trial.stimuli import Specimen
from seatrial.verbs.dossier import Gathered, gathered
from seatrial.verbs.groups import called, class_names
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred
from seatrial.verbs.rows import HELD, UNKNOWN, Rows
from seatrial.verbs.worst import SHARDS, example, in_words, kept, listed_in, looked, stages

LISTED = 8
"""Candidates named for a prefix that fits several cases."""
SHORTEST = 4
"""Hexadecimal digits that are told of a candidate at least."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One case under one clause, as a decision has it."""

    case: str
    """Hex digest."""
    clause: str
    require: str
    decision: int
    """Entry of the decision."""
    outcome: str
    """`held`, `broken` or `unknown`."""
    how: str
    """In words: `broken by evasion.pgd (linf ball, eps 0.2)`."""
    scenario: str
    """What broke it, or the only scenario of the clause; empty if there are several."""
    values: Mapping[str, float | int | str]
    """What was recorded of it: draws, score, queries, label ..."""
    example: Example | None
    """Its bytes before and after, if they were kept: of every shard only some are."""
    withheld: str = ""
    """Salted digest of its bytes, if they were kept and are withheld from this copy of the log."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; arrays are named by their digest."""
        found: dict[str, Any] = plain(self)
        return found

    def _repr_html_(self) -> str:
        if self.example is not None:
            return example_card(self.example, f"{self.clause}: {self.how}")
        rows = tuple((name, str(value)) for name, value in self.values.items())
        tone = "deploy" if self.outcome == "held" else ""
        return sheet_card(Sheet(f"{self.case[:12]}, {self.clause}: {self.how}", ("Recorded", ""), rows, tone=tone))


def show(
    path: Path | str,
    case: str,
    *,
    clause: str | None = None,
    decision: str | int | None = None,
    log: str | None = None,
) -> tuple[Shown, ...]:
    """Return one case, once for each clause that tried it.

    Args:
        path: The charter, or the folder that it lies in.
        case: Its digest, or as many of the first hexadecimal digits as tell it from the others.
        clause: Only under this clause.
        decision: `last`, `previous`, `deployed` or an entry of the log; the last decision by default.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If no case, or more than one, begins like that; or there is no such clause or decision.
    """
    kept_log = open_log(opened(path), log, writing=False)
    found = gathered(kept_log, referred(kept_log, decision, where="--decision"))
    names = [one.name for one in found.decision.clauses]
    if clause is not None and clause not in names:
        raise InputError(Problem("--clause", f"there is no clause {clause!r}", meant(clause, names)))
    asked = [name for name in names if clause in (None, name)]
    digest = _digest(case, found, asked)
    return tuple(_shown(kept_log, found, name, digest) for name in asked if digest in found.rows[name].cases)


def kept_cases(path: Path | str, *, log: str | None = None) -> Iterator[tuple[str, Specimen]]:
    """Yield cases of the last decision whose bytes were kept, the worst shards first, each with its clause."""
    there = open_log(opened(path), log, writing=False)
    found = gathered(there, referred(there, None))
    for name, seen in found.rows.items():
        yield from ((name, one) for _, one in looked(there, seen))
        for shard in seen.shards[:SHARDS]:
            yield from ((name, one) for one in kept(there, shard))


def _digest(word: str, found: Gathered, clauses: Sequence[str]) -> bytes:
    """Return the only case that begins like this."""
    text = word.strip().lower().removeprefix("sha256:")
    if not text or len(text) > 64 or set(text) - set("0123456789abcdef"):
        hint = "write its first hexadecimal digits; reports and `seatrial show` with the tab key have them"
        raise InputError(Problem("case", f"{word!r} is no digest", hint))
    cases = sorted({case for name in clauses for case in found.rows[name].cases if case.hex().startswith(text)})
    if len(cases) == 1:
        return cases[0]
    where = f"decision {found.decision.seq}"
    if not cases:
        hint = "`--decision` names another; `seatrial log` lists them"
        raise InputError(Problem("case", f"no case of {where} begins with {text}", hint))
    near = max(SHORTEST, len(text) + 4)
    listed = ", ".join(case.hex()[:near] for case in cases[:LISTED])
    more = f" and {len(cases) - LISTED:,} more" if len(cases) > LISTED else ""
    raise InputError(Problem("case", f"{len(cases):,} cases of {where} begin with {text}", f"there are {listed}{more}"))


def _shown(log: Log, found: Gathered, clause: str, case: bytes) -> Shown:
    seen, promise = found.rows[clause], found.plan.promise(clause)
    judgement = next(one for one in found.decision.clauses if one.name == clause)
    at, names = seen.cases.index(case), class_names(found.plan)
    came = seen.outcomes(judgement.require)[at]
    outcome = "held" if came == HELD else "unknown" if came == UNKNOWN else "broken"
    stage = int(seen.columns["stage"][at]) if "stage" in seen.columns else -1
    specimen = next((one for one in kept(log, seen.shards[seen.shard[at]]) if one.case == case), None)
    return Shown(
        case=case.hex(),
        clause=clause,
        require=judgement.require,
        decision=found.decision.seq,
        outcome=outcome,
        how=_how(promise, stage, outcome),
        scenario=_scenario(promise, stage),
        values=_values(seen, at, names),
        example=None if specimen is None else example(specimen, promise, names),
        withheld="" if specimen else _withheld(log, seen.shards[seen.shard[at]], case),
    )


def _withheld(log: Log, shard: Mapping[str, Any], case: bytes) -> str:
    return next((one.commitment for one in listed_in(log, shard) if one.case == case), "")


def _how(promise: Promise, stage: int, outcome: str) -> str:
    if stage == WRONG:
        return "wrong before any attack"
    if stage >= 0:
        trying, adversary = stages(promise)[stage]
        return f"broken by {adversary} ({in_words(trying.threat)})"
    tried = ", ".join(dict.fromkeys(adversary for _, adversary in stages(promise)))
    return f"{'held against' if outcome == 'held' else 'not settled by'} {tried}"


def _scenario(promise: Promise, stage: int) -> str:
    if stage >= 0:
        return stages(promise)[stage][0].scenario
    return promise.tries[0].scenario if len(promise.tries) == 1 else ""


def _values(seen: Rows, at: int, names: tuple[str, ...]) -> dict[str, float | int | str]:
    """Return the recorded columns of one case; where the charter names the classes, its label by name."""
    values: dict[str, float | int | str] = {name: column[at].item() for name, column in seen.columns.items()}
    if "label" in values:
        values["label"] = called(str(values["label"]), names)
    return values
