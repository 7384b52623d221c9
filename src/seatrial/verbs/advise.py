"""Which remedy?  Short pilots of all that fit, for every clause that does not hold, and what takes most risk away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isfinite
from pathlib import Path
from shlex import quote
from typing import Any

from seatrial import plugins
from seatrial.cases.cases import Cases
from seatrial.cases.pools import part
from seatrial.charter.charter import Charter
from seatrial.charter.file import NAME
from seatrial.charter.steps import Step
from seatrial.decision.decision import Decision, read
from seatrial.decision.findings import findings
from seatrial.decision.rank import WEIGHTS, ranked
from seatrial.errors import HardenError, InputError, MissingExtra, Problem, SeatrialError, meant
from seatrial.evidence.history import last
from seatrial.evidence.log import Log
from seatrial.harden.advice import ASSUMED, Stake, Tip, piloted
from seatrial.harden.budget.pace import Purse
from seatrial.harden.remedy import Means
from seatrial.plan.plan import Plan
from seatrial.records.event import Listener, Phase, silent
from seatrial.records.threat import threat_to
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.harden import failing
from seatrial.verbs.lessons import Learned, learned
from seatrial.verbs.project import Project, Tried, compiled, open_log, opened, tried
from seatrial.verbs.spending import spending
from seatrial.verbs.told import told

MINUTES = 2.0
"""CPU minutes of all pilots together, by default."""
PROBE = 1e-3
"""CPU seconds in which nothing can be trained: what is refused for that alone would fit."""
CLEAN = "major"
"""Severity of a wrong clean answer where no clause of the charter asks about them."""
LACK = "budget"
"""Where a refusal points if all that is lacking is time."""
COLUMNS = ("Remedy", "Clause", "Won in the pilot", "95 %", "Clean", "CPU minutes to full", "Risk per minute", "Do")


@dataclass(frozen=True, slots=True)
class Untried:
    """A remedy that was not tried, and why."""

    remedy: str
    clauses: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Which remedies are worth most, for what a decision found."""

    decision: int
    """Its entry in the log."""
    stakes: tuple[Stake, ...]
    """Clauses that do not hold, the most risk first."""
    tips: tuple[Tip, ...]
    """What was tried, the most risk taken away for a CPU minute first."""
    untried: tuple[Untried, ...]
    minutes: float
    """CPU minutes that were asked for."""
    spent: float
    """CPU seconds that pilots took."""
    notes: tuple[str, ...] = ASSUMED

    @property
    def best(self) -> Tip | None:
        """What to do first: the first whose pilot chance hardly explains and that costs less than it brings."""
        return next((one for one in self.tips if one.sure and one.relief > 0), None)

    @property
    def sentence(self) -> str:
        """What to do, in words."""
        if not self.stakes:
            return f"Nothing to mend: no clause failed in the decision at entry {self.decision}."
        first = self.stakes[0]
        told = f"Mend {first.clause} first ({first.verdict}, {first.severity})"
        if len(self.stakes) > 1:
            told += f", then {', '.join(one.clause for one in self.stakes[1:])}"
        if self.best is None:
            return f"{told}. No pilot won more than chance explains: give them more --minutes, or another model."
        best = self.best
        return (
            f"{told}. Of what was tried, {best.remedy} takes most risk away for a CPU minute: its pilot won "
            f"{100 * best.pilot.robust.gain:+.1f} points for {best.stake.clause}.\n{best.command}"
        )

    def __str__(self) -> str:
        return self.sentence

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        stakes = [
            {**{name: getattr(one, name) for name in ("clause", "verdict", "severity", "weight", "gap", "exposure")},
             "risk": float(f"{one.risk:.4g}"), "from": one.why}
            for one in self.stakes
        ]  # fmt: skip
        untried = [{"remedy": one.remedy, "clauses": list(one.clauses), "why": one.why} for one in self.untried]
        return {
            "decision": self.decision,
            "mend": stakes,
            "tips": [one.to_json() for one in self.tips],
            "do": None if self.best is None else self.best.command,
            "not_tried": untried,
            "minutes": self.minutes,
            "cpu_seconds": round(self.spent, 2),
            "assumed": list(self.notes),
        }

    def _repr_html_(self) -> str:
        rows = tuple(cells(one) for one in self.tips)
        left = tuple(f"Not tried: {one.remedy} for {', '.join(one.clauses)}: {one.why}" for one in self.untried)
        return sheet_card(Sheet(self.sentence, COLUMNS, rows, right=tuple(range(2, 7)), notes=(*left, *self.notes)))


def cells(one: Tip) -> tuple[str, ...]:
    """Return a tip as a row of a table, in the order of `COLUMNS`."""
    low, high = one.pilot.robust.ends
    won, ends = f"{100 * one.pilot.robust.gain:+.1f}", f"{100 * low:+.1f} to {100 * high:+.1f}"
    clean = f"{100 * one.pilot.clean.gain:+.1f}"
    return (one.remedy, one.stake.clause, won, ends, clean, f"{one.minutes:.2g}", f"{one.score:.2g}", one.command)


def advise(
    path: Path | str,
    *,
    clause: str | None = None,
    remedy: str | None = None,
    weights: str | None = None,
    seed: int = 1,
    minutes: float = MINUTES,
    money: str | None = None,
    lessons: str | None = "",
    log: str | None = None,
    hear: Listener = silent,
) -> Advice:
    """Return which remedies are worth most for the clauses that the last decision did not find held.

    Every remedy on the shelf that fits gets a short pilot on training cases; no case of the gate or of the rehearsal is
    touched, and nothing is written.

    Args:
        path: The charter, or the folder that it lies in.
        clause: Only this clause; by default all that do not hold.
        remedy: Only this remedy; by default all on the shelf.
        weights: Weights to begin with instead of the charter's.
        seed: Another seed trains other pilots.
        minutes: CPU minutes of all pilots together.
        money: What they may cost instead, by the charter's price of an hour: `0.50` or `0.50 USD`.
        lessons: Version of the project's lessons that pilots learn from, too; the newest by default, None for none.
        log: Folder of the log, if not the default.
        hear: Is told how far it is.

    Raises:
        CasesError: If a lesson may not be learned from.
        InputError: If there is no decision yet, no such clause or remedy, or the budget is none.
        HardenError: If no remedy could be tried, with every reason.
    """
    project = opened(path, weights=weights)
    if not isfinite(minutes) or minutes <= 0:
        raise InputError(Problem("--minutes", f"{minutes:g} is no time for pilots", f"above 0; {MINUTES:g} is usual"))
    may = spending(project.charter, minutes=0.0 if money else minutes, money=money)
    if remedy is not None:
        plugins.find("remedies", remedy)
    kept = open_log(project, log, writing=False)
    decision = last(kept.statements(), "decision")
    if decision is None:
        raise InputError(Problem("", "there is no decision yet that says what to mend", "`seatrial gate` first"))
    stakes = _stakes(kept, read(kept, decision), clause)
    if not stakes:
        return Advice(decision, (), (), (), may.minutes, 0.0)
    hear = told(hear)
    model = tried(project, hear=hear)
    more = None if lessons is None else learned(project, model, lessons, log)
    asked = _Asked(project, model, compiled(project, model).plan, seed, path, weights, more, lessons)
    return asked.answered(decision, stakes, remedy, may.minutes, hear)


def _stakes(log: Log, decision: Decision, only: str | None) -> tuple[Stake, ...]:
    """Return what is at stake in every clause that the decision did not find held, the most risk first.

    Raises:
        InputError: If there is no clause of that name.
    """
    names = [one.name for one in decision.clauses]
    if only is not None and only not in names:
        raise InputError(Problem("--clause", f"there is no clause {only!r}", meant(only, names)))
    known = {one.finding.clause: one for one in ranked(log, [one for one in findings(log) if not one.closed])}
    made = []
    for one in decision.clauses:
        if one.verdict == "held" or (only is not None and one.name != only):
            continue
        weight = 1 if one.advisory else WEIGHTS[one.severity]
        rank = known.get(one.name)
        gap, exposure = (1.0, 1.0) if rank is None else (rank.gap, rank.exposure)
        why = "" if rank is None else f"{rank.gap_from}; {rank.exposure_from}"
        made.append(Stake(one.name, one.verdict, one.severity, weight, gap, exposure, why))
    return tuple(sorted(made, key=lambda one: -one.risk))


@dataclass(frozen=True, slots=True)
class _Trial:
    """One remedy against one threat, for all clauses that name it."""

    step: Step
    own: bool
    """Whether the clause names it itself, so that its settings count."""
    stakes: tuple[Stake, ...]


@dataclass(frozen=True)
class _Asked:
    """What advice is asked about."""

    project: Project
    model: Tried
    plan: Plan
    seed: int
    path: Path | str
    weights: str | None
    more: Learned | None
    """Lessons that pilots learn from, too."""
    lessons: str | None
    """As they were asked for."""

    def answered(
        self, decision: int, stakes: tuple[Stake, ...], only: str | None, minutes: float, hear: Listener
    ) -> Advice:
        """Try what fits, within the budget, and return it in order."""
        purse, untried, able, tips = Purse(60 * minutes), list[Untried](), list[_Trial](), list[Tip]()
        own = part(self.model.cases, tuple(self.model.pools.training))
        cases = own if self.more is None else self.more.after(own)
        for one in self._trials(stakes, only):
            found = _cautioned(one, only) or self._tips(one, cases, PROBE)
            if found is None:
                able.append(one)
            elif isinstance(found, str):
                untried.append(_left(one, found))
            else:
                tips += found
        for at, one in enumerate(able):
            hear(Phase(f"pilot {at + 1} of {len(able)}: {one.step.what} for {', '.join(_names(one))}"))
            found = self._tips(one, cases, max(PROBE, purse.left / (len(able) - at)), last=True)
            if isinstance(found, str):
                untried.append(_left(one, found))
            else:
                tips += found or ()
        if not tips:
            hint = "more --minutes, another model, or a remedy of your own (CONTRIBUTING.md)"
            raise HardenError(
                *(Problem(f"{one.remedy} for {', '.join(one.clauses)}", one.why) for one in untried),
                Problem("", "no remedy could be tried", hint),
            )
        order = tuple(sorted(tips, key=lambda one: (-one.score, one.remedy)))
        return Advice(decision, stakes, order, tuple(untried), minutes, purse.spent)

    def _trials(self, stakes: Sequence[Stake], only: str | None) -> Iterator[_Trial]:
        """Yield every remedy for every threat, once for all clauses that share it: the most risk first."""
        groups: dict[str, list[Stake]] = {}
        for one in stakes:
            rules = failing(self.plan.promise(one.clause))
            groups.setdefault(repr([rule.to_json() for rule in rules]), []).append(one)
        for group in groups.values():
            own = _named(self.project.charter, group[0].clause)
            for name in plugins.names("remedies"):
                mine = own is not None and own.what == name
                if only in (None, name):
                    yield _Trial(own if mine and own is not None else Step("harden", name), mine, tuple(group))

    def _run(self, one: _Trial, cases: Cases, seconds: float) -> tuple[Mapping[str, Any], float]:
        """Return the record of a pilot, and the CPU seconds that it took."""
        rules = failing(self.plan.promise(one.stakes[0].clause))
        key = sha256(b"seatrial/harden/v1\x00" + str(self.seed).encode()).digest()
        means = Means(key, seconds=seconds, unit=self.project.charter.cases.unit, failed=rules)
        recipe, purse = plugins.find("remedies", one.step.what).made(one.step.settings), Purse(seconds)
        record = recipe.apply(self.model.target, cases, rules[0].threat, means).record
        return record, purse.spent

    def _tips(self, one: _Trial, cases: Cases, seconds: float, *, last: bool = False) -> list[Tip] | str | None:
        """Return what a pilot shows, for each clause that it answers.

        Args:
            one: What is tried.
            cases: Training cases.
            seconds: CPU seconds of the pilot.
            last: Whether there will be no longer one.

        Returns:
            Why there was none, if it was refused; None if it would fit in more time.
        """
        try:
            pilot = piloted(*self._run(one, cases, seconds))
        except SeatrialError as error:
            return None if _lacks_time(error) and not last else _reason(error)
        if pilot is None:
            return "its record compares nothing with its parent under an attack"
        return [Tip(one.step.what, stake, pilot, self._care(), self._command(one, stake)) for stake in one.stakes]

    def _care(self) -> float:
        """Return what clean answers weigh: as the heaviest clause that asks about untouched cases."""
        asks = [
            WEIGHTS[clause.severity]
            for clause in self.plan.clauses
            if any(threat_to(one.threat)["kind"] == "untouched" for one in clause.tries) and not clause.advisory
        ]
        return float(max(asks, default=WEIGHTS[CLEAN]))

    def _command(self, one: _Trial, stake: Stake) -> str:
        """Return what applies a remedy in full."""
        words = ["seatrial", "harden"]
        if Path(self.path).name not in ("", NAME, "."):
            words.append(str(self.path))
        words += ["--clause", stake.clause]
        if not one.own or stake is not one.stakes[0]:
            words += ["--remedy", one.step.what]
        if self.weights is not None:
            words += ["--weights", self.weights]
        if self.lessons != "":
            words += ["--no-lessons"] if self.lessons is None else ["--lessons", self.lessons]
        return " ".join(quote(word) for word in words)


def _named(charter: Charter, clause: str) -> Step | None:
    """Return the remedy that a clause names; None if it names none."""
    return next((one.remedy or None for one in charter.clauses if one.name == clause), None)


def _names(one: _Trial) -> tuple[str, ...]:
    return tuple(stake.clause for stake in one.stakes)


def _left(one: _Trial, why: str) -> Untried:
    return Untried(one.step.what, _names(one), why)


def _cautioned(one: _Trial, only: str | None) -> str:
    """Return why a remedy is not proposed to who has not named it; empty if it may be."""
    try:
        caution = plugins.find("remedies", one.step.what).caution
    except SeatrialError as error:
        return _reason(error)
    return f"{caution}; --remedy {one.step.what} tries it" if caution and not one.own and only is None else ""


def _lacks_time(error: SeatrialError) -> bool:
    """Return whether a refusal says only that the budget is too small."""
    return isinstance(error, HardenError) and all(problem.where == LACK for problem in error.problems)


def _reason(error: SeatrialError) -> str:
    """Return in one line why a remedy was refused."""
    if isinstance(error, MissingExtra):
        return str(error)
    return "; ".join(dict.fromkeys(replace(one, where="").what for one in error.problems))
