"""The page of a hardened model: what its record, the comparison with its parent and the plan of its gate come to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from shlex import quote
from typing import Any

from seatrial.proof.claims import compared
from seatrial.proof.criterion import parse
from seatrial.reports import hardened as page
from seatrial.reports.reporter import Curve, Point
from seatrial.verbs.beside import BEYOND, OPEN, UNTRIED, WORSE, Beside, Stood
from seatrial.verbs.hardened import LEAST, Hardened
from seatrial.verbs.project import Project

TONES = {BEYOND: "breached", WORSE: "unproven", OPEN: "unproven", UNTRIED: "untried"}
"""What became of a clause -> its colour and mark; of the others, those of what the child would be."""
NAMES = {
    "entry": "Entry of the log",
    "parent": "Parent",
    "weights": "New weights",
    "decision": "Answers decision",
    "finding": "Answers finding",
    "recipe": "Recipe",
    "settings": "Settings",
    "threat": "Threat",
    "seed": "Seed",
    "budget": "Budget",
    "learned_from": "Learned from",
    "chosen_on": "Chosen on",
    "lessons": "Lessons",
    "library": "Attack library",
    "code": "Code",
    "torch": "torch",
}
"""What of a record is told, and how it is called."""


def portrait(made: Hardened, project: Project) -> bytes:
    """Return the page of a hardened model as HTML; equal records and comparisons give equal bytes.

    Args:
        made: The model.
        project: Its charter.
    """
    beside, record, steps = made.descent, made.record, "checks" in made.record
    clauses = beside.clauses if beside is not None else ()
    lost = bool(beside and beside.beyond)
    doubtful = any(one.change in (WORSE, OPEN) or one.fallen or one.short for one in clauses)
    told = page.Page(
        title=f"{project.charter.system} {project.charter.release}",
        answers=f"{made.remedy} for {made.clause}",
        tone=page.REJECT if lost else page.HOLD if doubtful or beside is None else page.DEPLOY,
        lead=beside.sentence if beside is not None else made.note or "Child and parent were not compared.",
        where=f"{beside.where[:1].upper()}{beside.where[1:]}" if beside is not None else "",
        facts=dict(_facts(record)),
        clauses=tuple(_clause(one) for one in clauses),
        notes=beside.notes if beside is not None else (),
        checks=record["checks"] if steps else [{**one, "step": one["round"]} for one in record.get("rounds", ())],
        chosen=record.get("chosen"),
        events=record.get("events", ()),
        step="update" if steps else "round",
        timing=beside.timing.to_json() if beside is not None and beside.timing is not None else None,
        calibration=_calibration(record),
        plan=_plan(made),
        planned=made.planned.sentence if made.planned is not None else "",
        command=f"seatrial gate --weights {quote(str(made.weights))}",
        made=dict(_made(made)),
    )
    return page.page(told)


def _facts(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what stands at the top: shares on what was kept for choosing, and what it cost."""
    before = record.get("before", {})
    for name, said in (("clean", "Untouched, where chosen"), ("robust", "Under attack, where chosen")):
        if isinstance(record.get(name), float):
            was = f" (before {before[name]:.1%})" if isinstance(before.get(name), float) else ""
            yield said, f"{record[name]:.1%}{was}"
    if "cpu_seconds" in record:
        yield "CPU time", f"{record['cpu_seconds']:,.0f} s"
    if "steps" in record:
        passes = f", {record['passes']:,} passes" if "passes" in record else ""
        yield "Updates", f"{record['steps']:,}{passes}"
    rolled = sum("back_to" in one for one in record.get("events", ()))
    yield "Rolled back", f"{rolled} times" if rolled else "never"
    if record.get("ended"):
        yield "Ended early", str(record["ended"])


def _clause(one: Beside) -> page.Clause:
    wanted = parse(one.require)
    limit, pairs, fallen = float(compared(wanted)[0]), one.pairs, one.fallen
    groups = [
        page.Group(part.name, part.n, part.parent, part.child, part.pairs.lost, part.pairs.won, part in fallen)
        for part in one.parts
    ]
    return page.Clause(
        name=one.name,
        because=one.because,
        require=one.require,
        limit=limit,
        least=-1.0 if wanted.baseline else 0.0,
        parent=_side(one.parent),
        child=_side(one.child),
        lost="" if pairs is None else f"{pairs.lost:,}",
        won="" if pairs is None else f"{pairs.won:,}",
        chance="" if pairs is None else _rare(pairs.chance),
        said=one.said,
        tone=TONES.get(one.change, one.child.verdict),
        what=one.sizes[0].what if one.sizes else "",
        sizes=tuple(_sizes(one.sizes)),
        groups=tuple(groups),
        grouped=one.grouped,
    )


def _rare(chance: float) -> str:
    return f"{chance:.2f}" if chance >= LEAST else f"below {LEAST}"


def _side(one: Stood) -> page.Side:
    return page.Side(one.verdict, f"{one.held:,} of {one.n:,}", one.point, one.low, one.high)


def _sizes(both: tuple[Curve, ...]) -> Iterator[page.Size]:
    """Yield the sizes at which both were seen."""
    if len(both) == 2:
        theirs = {one.size: one for one in both[0].points}
        yield from (page.Size(p.size, _point(theirs[p.size]), _point(p)) for p in both[1].points if p.size in theirs)


def _point(one: Point) -> page.Side:
    return page.Side("", f"{one.held:,} of {one.n:,}", one.held / one.n, one.low, one.high)


def _calibration(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return part -> what was measured of its confidence, as the remedy wrote it down; of other forms nothing."""
    found = record.get("calibration")
    return {part: one for part, one in found.items() if isinstance(one, Mapping)} if isinstance(found, Mapping) else {}


def _plan(made: Hardened) -> dict[str, tuple[str, ...]]:
    """Return clause -> supposed rate and the chance of each verdict, of those that have any."""
    rows = made.planned.clauses if made.planned is not None else ()
    names = ("held", "unproven", "breached")
    return {
        row.name: (f"{row.rate:.3f}", *(f"{row.chances[name]:.3f}" for name in names))
        for row in rows
        if row.rate is not None and row.chances
    }


def _made(made: Hardened) -> Iterator[tuple[str, str]]:
    record = {"entry": made.entry, **made.record}
    for name, shown in NAMES.items():
        if record.get(name) not in (None, "", {}, []):
            yield shown, _flat(record[name])


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {_flat(one)}" for name, one in value.items() if one not in (None, "", {}, []))
    if isinstance(value, list | tuple):
        return ", ".join(_flat(one) for one in value)
    return str(value)
