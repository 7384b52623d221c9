"""A few rehearsal cases, to see what can be promised: nothing is logged, nothing is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial.cases.cases import Cases, source
from seatrial.cases.head import head
from seatrial.cases.pools import Pools, pools, truth
from seatrial.catalog.catalog import Catalog
from seatrial.charter.draft import Promise
from seatrial.charter.file import read
from seatrial.errors import CasesError, InputError, Problem
from seatrial.plan.suggest import Choice
from seatrial.plan.threshold import Threshold, threshold
from seatrial.records.event import Listener
from seatrial.targets.identity import manifest
from seatrial.targets.target import Target
from seatrial.verbs.project import Project, Tried
from seatrial.verbs.rehearse import Rehearsed, Row, rehearsed
from seatrial.verbs.suited import check

LEAST = 50
"""Distinct cases below which no draft is made: a gate of most of them could prove next to nothing."""
CASES = 64
"""Rehearsal cases of a pilot at most."""
MOST = 500
"""Cases of one attempt at most: more prove little more, and cost."""
MINUTES = 5
"""A pilot stops after so many; what was not done by then gets a goal instead of a threshold."""
_BUDGETS = (10, 30, 120, 480, 1440)
_LOOSE = "held_rate >= 0.01 at 95%"


@dataclass(frozen=True, slots=True)
class Shared:
    """The cases, and how a charter shares them out."""

    cases: Cases
    """Those that were looked at: of a long file, its head."""
    block: Mapping[str, Any]
    """Block `cases` that names them."""
    whole: bool
    """Whether these are all."""
    pools: Pools
    gate: int
    """Percent."""
    rehearsal: int
    per_attempt: int
    attempts: int
    """How many the gate's share is enough for; 0 if it is not known."""

    @property
    def count(self) -> int:
        """How many distinct cases were looked at."""
        return len(self.pools.index)


def shared(block: Mapping[str, Any], target: Target[Any, Any], folder: Path, scratch: Path) -> Shared:
    """Return the cases that a block names, shared out by their number.

    Args:
        block: Block `cases` without shares.
        target: What will take them.
        folder: Where the charter will lie.
        scratch: Where the head of a long file may be written.

    Raises:
        CasesError: If they cannot be read, there are too few, or they are not what the target takes.
    """
    place = folder / str(block.get("path", ""))
    short = head(place, scratch) if block.get("path") else place
    looked = dict(block) if short == place else {**block, "path": short.relative_to(folder).as_posix()}
    settings = {key: value for key, value in looked.items() if key != "kind"}
    cases = source(str(block["kind"]), settings, folder)
    check(cases, target.face)
    gate, rehearsal = _shares(len(cases)) if short == place else (50, 10)
    made = pools(cases, 10 * gate, 10 * rehearsal)
    if len(made.index) < LEAST:
        what = f"there are {len(made.index)} different cases, and a first charter needs {LEAST}"
        hint = "a gate of ten proves no more than 69 % even if all hold; bring a hundred or more new ones"
        raise CasesError(Problem("--data", what, hint))
    per, attempts = _attempts(len(made.gate)) if short == place else (MOST, 0)
    return Shared(cases, looked, short == place, made, gate, rehearsal, per, attempts)


def _shares(count: int) -> tuple[int, int]:
    """Return the percent of gate and rehearsal: few cases leave little for training, and need a larger pilot."""
    if count >= 3000:
        return 50, 10
    return (60, 20) if count >= 600 else (60, 30)


def _attempts(gate: int) -> tuple[int, int]:
    """Return the cases of one attempt, and for how many attempts there are enough."""
    attempts = 3 if gate >= 300 else 2 if gate >= 100 else 1
    per = min(MOST, gate // attempts)
    per -= per % 10 if per >= 50 and attempts > 1 else 0
    return per, gate // per


def piloted(
    charter: str, catalog: Catalog, target: Target[Any, Any], cases: Shared, folder: Path, hear: Listener
) -> Rehearsed:
    """Return what a pilot of every clause of a charter showed.

    Raises:
        CharterError: If the charter has mistakes.
        PlanError: If something in it does not fit.
    """
    project = Project(read(charter.encode(), folder, catalog=catalog), catalog)
    block = project.charter.target
    model = Tried(target, manifest(block, folder)[1], cases.cases, cases.pools, (), truth(cases.cases))
    return rehearsed(project, model, most=CASES, hear=hear)


def loose(chosen: Sequence[Choice]) -> list[Promise]:
    """Return the clauses of a pilot: every promise with a criterion that any number of cases can be held to."""
    return [
        Promise(one.wish.name, one.wish.because, one.scenario, _LOOSE, one.wish.severity, one.otherwise)
        for one in chosen
    ]


def promises(chosen: Sequence[Choice], seen: Rehearsed, gate: int) -> tuple[list[Promise], tuple[str, ...]]:
    """Return the clauses with thresholds that a gate can prove, and notes on what was left out.

    Raises:
        InputError: If not even the untouched cases could be tried.
    """
    rows, notes, made = {row.name: row for row in seen.clauses}, [], []
    for one in chosen:
        row = rows[one.wish.name]
        if row.verdict == "untried":
            notes.append(f"{row.name} left out: it could not be tried{_because(seen)}")
            continue
        asked = threshold(row.held, row.n, gate)
        made.append(_promise(one, row, asked))
    if not made:
        raise InputError(Problem("--model", f"no case could be tried{_because(seen)}"))
    return made, tuple(notes)


def _promise(one: Choice, row: Row, asked: Threshold) -> Promise:
    pilot = f"{row.held} of {row.n} held" if row.n else "did not come so far"
    return Promise(
        one.wish.name,
        one.wish.because,
        one.scenario,
        asked.require,
        one.wish.severity,
        one.otherwise,
        pilot=f"a goal; the pilot: {pilot}" if asked.goal else f"pilot: {pilot}",
        about=one.about,
    )


def budget(seen: Rehearsed, per_attempt: int) -> int:
    """Return minutes that a gate will surely not need: the least usual number above five times the estimate."""
    seconds = sum(row.seconds / row.n for row in seen.clauses if row.n) * per_attempt
    return next((minutes for minutes in _BUDGETS if 60 * minutes >= 5 * seconds), _BUDGETS[-1])


def _because(seen: Rehearsed) -> str:
    return f": {seen.reasons[0].strip().splitlines()[-1]}" if seen.reasons else ""
