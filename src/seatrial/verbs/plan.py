"""What a gate would run, what it would cost, and how likely each verdict is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.charter.charter import Charter
from seatrial.charter.money import Money, Prices
from seatrial.errors import CasesError, InputError, LogError, Problem, meant
from seatrial.evidence import history
from seatrial.evidence.log import Log
from seatrial.plan.compile import Compiled
from seatrial.plan.plan import Plan
from seatrial.plan.size import Outlook, outlook
from seatrial.proof.criterion import parse
from seatrial.records.event import Listener, Phase, silent
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.project import Project, Tried, compiled, open_log, opened, tried
from seatrial.verbs.rehearse import Row as Piloted
from seatrial.verbs.rehearse import rehearsed
from seatrial.verbs.run import stored
from seatrial.verbs.supposed import Supposed, affordable, sources, supposed, total
from seatrial.verbs.told import told


@dataclass(frozen=True, slots=True)
class Row:
    """What is known of one clause beforehand."""

    name: str
    require: str
    cases: int
    needed: int | None
    """Cases that would do if all held."""
    least: int | None
    """Fewest cases that must hold for `held`."""
    most: int
    """Most cases that may hold for `breached`."""
    rate: float | None
    """Share that is supposed to hold: given, the pilot's, or that of the last result in the log."""
    chances: Mapping[str, float] | None
    """Probability of `held`, `breached` and `unproven` under that rate."""
    minutes: float | None
    """On one core, from the pilot."""
    expected: float | None = None
    """Cases that a charter with `stop: early` is expected to open; None for a plan of fixed size."""
    alike: int | None = None
    """For a difference to the baseline: cases that would do if the two models never differed."""
    rate_from: str = ""
    """Where the rate comes from: `--rate`, `pilot`, or an entry of the log; empty if there is none."""
    ends: tuple[float, float] | None = None
    """Two-sided 95 % interval of the rate, which is itself an estimate; None of a rate that was given."""
    chances_at_ends: tuple[Mapping[str, float], Mapping[str, float]] | None = None
    """The chances at the lower and at the upper end of that interval."""
    money: str | None = None
    """What it would cost: `0.36 USD`; None if the charter names no prices, or nothing tells how often it is asked."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What a gate would do."""

    plan: str
    """Digest of the plan."""
    trial: str
    model: str
    attempt: int
    replay: bool
    """Whether the same trial is in the log, so that a gate would run and spend nothing."""
    clauses: tuple[Row, ...]
    problems: tuple[Problem, ...]
    """Why a gate would be refused now."""
    notes: tuple[str, ...]
    money: str | None = None
    """What all of it would cost; None if no clause has a price."""

    @property
    def sentence(self) -> str:
        """What a gate would be, in words."""
        if self.replay:
            return f"The same trial is in the log (attempt {self.attempt}): a gate would be a replay and cost nothing."
        priced = [row.minutes for row in self.clauses if row.minutes is not None]
        cost = f", about {60 * sum(priced):.0f} seconds on one core" if priced else ""
        paid = f"{' and' if cost else ', about'} {self.money}" if self.money else ""
        return f"A gate would be attempt {self.attempt} of this campaign{cost}{paid}. Nothing was logged or spent."

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    def _repr_html_(self) -> str:
        columns = ("Clause", "Asks", "Cases", "Expected", "Needs", "Rate", "Held", "Unproven", "Breached")
        problems = tuple(str(problem) for problem in self.problems)
        notes = ("Held, unproven, breached: how likely each verdict is.", *self.notes, *problems)
        tone = "reject" if problems else ""
        rows = tuple(_cells(row) for row in self.clauses)
        return sheet_card(Sheet(self.sentence, columns, rows, right=tuple(range(2, 9)), notes=notes, tone=tone))


def _cells(row: Row) -> tuple[str, ...]:
    """Return one clause as a row of a notebook's table."""
    chances = (f"{row.chances[name]:.3f}" if row.chances else "" for name in ("held", "unproven", "breached"))
    needs = "" if row.needed is None else f"{row.alike or row.needed:,}"
    rate = "" if row.rate is None else f"{row.rate:.3f}"
    expected = "" if row.expected is None else f"{row.expected:,.0f}"
    return (row.name, row.require, f"{row.cases:,}", expected, needs, rate, *chances)


def plan(
    path: Path | str,
    *,
    weights: str | None = None,
    rates: Mapping[str, float] | None = None,
    pilot: int = 64,
    log: str | None = None,
    hear: Listener = silent,
) -> Planned:
    """Return what a gate would run and how likely each verdict is; nothing is logged or spent.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.
        rates: Clause -> share of cases that is supposed to hold, instead of the pilot's.
        pilot: Rehearsal cases to try for price and rates; 0 tries none.
        log: Folder of the log, if not the default.
        hear: Is told what happens.

    Raises:
        InputError: If the charter does not fit the model or the cases, or a rate is of no clause.
        TargetError: If the model does not load.

    Examples:
        >>> planned = seatrial.plan("charter.yaml", pilot=0)
        >>> planned.attempt, planned.replay
        (1, False)
        >>> [(row.name, row.cases, row.least) for row in planned.clauses]
        [('clean', 60, 55), ('noise', 60, 50)]
    """
    project = opened(path, weights=weights)
    given = _known(project, rates or {})
    hear = told(hear)
    model = tried(project, hear=hear, log=_log(project, log))
    notes: list[str] = []
    seen: tuple[Piloted, ...] = ()
    try:
        seen = rehearsed(project, model, most=pilot, hear=hear).clauses if pilot else ()
    except CasesError:
        notes.append("No case falls to the rehearsal, so there was no pilot: name rates with --rate.")
    if seen:
        notes.append(f"Rates and minutes are from a pilot on {seen[0].n} rehearsal cases; a rate is a guess.")
    return foreseen(project, model, given=given, seen=seen, notes=notes, log=log, hear=hear)


def foreseen(
    project: Project,
    model: Tried,
    *,
    given: Mapping[str, float],
    seen: Sequence[Piloted],
    notes: Sequence[str] = (),
    log: str | None = None,
    hear: Listener = silent,
) -> Planned:
    """Return what a gate of a model would run and how likely each verdict is, from what was seen of it already.

    Args:
        project: The charter.
        model: The model and the cases.
        given: Clause -> share of cases that is supposed to hold, as somebody named it.
        seen: What a pilot showed of each clause.
        notes: Where that comes from, in words.
        log: Folder of the log, if not the default.
        hear: Is told what happens.
    """
    hear(Phase("compiling the plan"))
    made, charter = compiled(project, model), project.charter
    ahead, met = _ahead(project, made, log)
    told_ = [*met, *notes]
    rates_ = supposed(made.plan, given=given, seen=seen, log=_log(project, log))
    if not charter.cases.per_attempt and not charter.cases.reuse:
        told_.append("One attempt opens all gate cases, so there can be no second one: cases.per_attempt shares them.")
    attempt, slices = (ahead.attempt, ahead.slices) if ahead else (1, 1)
    told_ += _told(charter)
    rows = _rows(made.plan, rates_, charter.prices, attempt=attempt, slices=slices)
    paid = _paid(made.plan, rates_, charter.prices)
    told_ += [*sources(rates_), *affordable(charter.money, paid)]
    replay, problems = (ahead.replay is not None, ahead.problems) if ahead else (False, ())
    identity = {"plan": made.plan.digest, "trial": made.plan.trial, "model": made.plan.model}
    return Planned(
        **identity,
        attempt=attempt,
        replay=replay,
        clauses=rows,
        problems=problems,
        notes=tuple(told_),
        money=None if paid is None else str(paid),
    )


def _rows(
    plan: Plan, rates: Mapping[str, Supposed], prices: Prices | None, *, attempt: int, slices: int
) -> tuple[Row, ...]:
    """Return what is known of every clause, with its chances under the rate and at both ends of its interval."""
    each = {name: one.seconds for name, one in rates.items() if one.seconds is not None}

    def looked(chosen: Mapping[str, float]) -> tuple[Outlook, ...]:
        return outlook(plan, prices=each, rates=chosen, attempt=attempt, slices=slices)

    low = looked({name: one.ends[0] for name, one in rates.items() if one.ends})
    high = looked({name: one.ends[1] for name, one in rates.items() if one.ends})
    middle = looked({name: one.rate for name, one in rates.items() if one.rate is not None})
    return tuple(_row(plan, looks, rates[looks[0].clause], prices) for looks in zip(middle, low, high, strict=True))


def _row(plan: Plan, looks: tuple[Outlook, Outlook, Outlook], one: Supposed, prices: Prices | None) -> Row:
    here, low, high = looks
    promise = plan.promise(here.clause)
    cost = one.cost(prices, promise.count + promise.members)
    wide = (low.chances, high.chances) if low.chances is not None and high.chances is not None else None
    return Row(
        name=here.clause,
        require=promise.require,
        cases=here.cases,
        needed=here.needed,
        least=here.least,
        most=here.most,
        rate=one.rate,
        chances=here.chances,
        minutes=here.minutes,
        expected=here.expected,
        alike=here.alike,
        rate_from=one.source,
        ends=one.ends,
        chances_at_ends=wide,
        money=None if cost is None else str(cost),
    )


def _paid(plan: Plan, rates: Mapping[str, Supposed], prices: Prices | None) -> Money | None:
    """Return what all clauses would cost together, as far as that is known."""
    return total([rates[one.name].cost(prices, one.count + one.members) for one in plan.clauses])


def _told(charter: Charter) -> list[str]:
    """Return what a reader of the table must know of this charter's tests."""
    notes = []
    if charter.stop:
        notes.append(
            "A clause stops as soon as it is settled; expected: cases worked on average, if the rate is right."
        )
    if any(parse(clause.require).baseline for clause in charter.clauses):
        notes.append(
            "A difference needs so many cases if the two models never differ. How likely it is to be shown depends on "
            "how often they do, so there are no chances."
        )
    return notes


def _known(project: Project, rates: Mapping[str, float]) -> dict[str, float]:
    names = [clause.name for clause in project.charter.clauses]
    if strange := [name for name in rates if name not in names]:
        raise InputError(*(Problem("--rate", f"there is no clause {name!r}", meant(name, names)) for name in strange))
    return dict(rates)


def _ahead(project: Project, made: Compiled, named: str | None) -> tuple[history.Outlook | None, list[str]]:
    """Return what a submission would meet in the log; None if there is no log yet."""
    log = _log(project, named)
    if log is None:
        return None, ["There is no evidence log yet: `seatrial init` makes one. This would be attempt 1."]
    stored(made, log)
    return history.outlook(log, made.plan, project.charter.release), []


def _log(project: Project, named: str | None) -> Log | None:
    """Return the system's log; None if there is none yet."""
    try:
        return open_log(project, named, writing=False)
    except LogError:
        return None
