"""The clauses of a charter, read from its page: everything that a data model cannot know.

It reads what is well-formed, whatever else is wrong, so that all mistakes are reported at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.names import absent
from seatrial.catalog.scenario import Scenario, Value, scenario_from
from seatrial.catalog.settle import complete, settle
from seatrial.catalog.source.numbers import fractions, number, per_mille
from seatrial.catalog.source.page import Page, Path
from seatrial.catalog.threats import unfit
from seatrial.charter.charter import Clause, Use
from seatrial.charter.lint import provable
from seatrial.charter.playbook import listed, written
from seatrial.charter.steps import Step
from seatrial.errors import CatalogError, CriterionError, InputError, Problem
from seatrial.proof import criterion
from seatrial.proof.criterion import Criterion

_SAMPLE = 600
"""Cases of the example in a message, where the charter does not say how many."""


@dataclass(slots=True)
class Reading:
    """A charter's clauses on their way from a page to records."""

    page: Page
    catalog: Catalog
    spoiled: Sequence[Path]
    """Where the page is not even well-formed: what is there, or below, is not looked at."""
    problems: list[Problem] = field(default_factory=list)
    inline: list[Scenario] = field(default_factory=list)

    def clauses(self) -> tuple[Clause, ...]:
        """Return the clauses that can be read; what is wrong is added to `problems`."""
        block = self.page.at(("clauses",))
        names = list(block) if isinstance(block, Mapping) else []
        if names and all(self.page.at(("clauses", name, "advisory")) is True for name in names):
            what = "are all advisory, so nothing could keep a model from being deployed"
            self.problems.append(self.page.problem(("clauses",), what, "let at least one block", key=True))
        return tuple(self._clause(name) for name in names)

    def plugin(self, path: Path, shelf: str, *, known: Sequence[str] = ()) -> None:
        """Look whether what a path names is on a shelf, or is known otherwise."""
        name = self.page.at(path)
        if self._sound(path) and isinstance(name, str) and name.strip() not in known:
            self._missing(path, absent(shelf, name.strip()))

    def shares(self) -> None:
        """Look whether the pools fit into the cases."""
        cases = self.page.at(("cases",))
        if not isinstance(cases, Mapping):
            return
        if cases.get("unit") and cases.get("members"):
            what = "cannot stand beside cases.members: nobody says whose the training cases are"
            self.problems.append(self.page.problem(("cases", "unit"), what, "leave one of them out", key=True))
        gate, rehearsal = per_mille(cases.get("gate", 500)), per_mille(cases.get("rehearsal", 100))
        if gate == 0:
            self.problems.append(self.page.problem(("cases", "gate"), "leaves the gate no cases", "write `gate: 40%`"))
        if gate is not None and rehearsal is not None and gate + rehearsal > 1000:
            what = f"is {gate / 10:g}%, and with rehearsal ({rehearsal / 10:g}%) more than there is"
            hint = "together at most 100%; what is left is for training"
            self.problems.append(self.page.problem(("cases", "gate"), what, hint))

    def money(self) -> None:
        """Look whether a budget of money has prices, and everything is in one currency."""
        path: Path = ("budget",)
        budget = self.page.at(path)
        if not isinstance(budget, Mapping) or not self._sound(path):
            return
        priced = budget.get("prices") or {}
        named: dict[Path, Any] = {("prices", name): text for name, text in priced.items() if text}
        if budget.get("money"):
            if not named:
                hint = "write `prices: {per_call: 0.0004 USD}`, or per_hour"
                what = "can never be used up: nothing is said of what a trial costs"
                self.problems.append(self.page.problem((*path, "money"), what, hint))
            named = {("money",): budget["money"], **named}
        currencies = {where: text.split()[-1] for where, text in named.items()}
        first = next(iter(currencies.values()), "")
        for where, currency in currencies.items():
            if currency != first:
                what = f"is in {currency}, and what stands before it in {first}"
                self.problems.append(self.page.problem((*path, *where), what, "write all amounts in one currency"))

    def _clause(self, name: str) -> Clause:
        path: Path = ("clauses", name)
        items = self.page.at((*path, "scenarios"))
        uses = [self._use(name, at) for at in range(len(items) if isinstance(items, list) else 0)]
        self._distinct((*path, "scenarios"), [use for use in uses if use])
        return Clause(
            name=name,
            because=self._text((*path, "because")),
            scenarios=tuple(use for use in uses if use),
            require=self._require((*path, "require")),
            severity=self._text((*path, "severity")) or "major",
            advisory=self.page.at((*path, "advisory")) is True,
            otherwise=self._playbook((*path, "otherwise")),
            line=self.page.line(path, key=True),
        )

    def _playbook(self, path: Path) -> tuple[Step, ...]:
        """Return the steps of a playbook that are well-formed; remedies that nobody has are reported."""
        self.plugin(path, "remedies")
        steps = []
        for at, place in listed(self.page, path):
            item = self.page.at(place)
            self.plugin(place if isinstance(item, str) else (*place, "harden"), "remedies")
            if self._sound(place):
                steps.append(step := written(item))
                if step in steps[:-1]:
                    self.problems.append(self.page.problem(place, f"step {at + 1} is there twice", "keep one"))
        return tuple(steps)

    def _text(self, path: Path) -> str:
        value = self.page.at(path)
        return value.strip() if isinstance(value, str) else ""

    def _sound(self, path: Path) -> bool:
        """Return whether nothing at a path, above or below it is malformed."""
        return not any(bad == path[: len(bad)] or path == bad[: len(path)] for bad in self.spoiled)

    def _missing(self, path: Path, problem: Problem | None) -> None:
        if problem:
            self.problems.append(self.page.problem(path, problem.what, problem.hint))

    def _require(self, path: Path) -> str:
        """Return a criterion in canonical text; empty if it cannot be judged."""
        if not self._sound(path) or not (text := self._text(path)):
            return ""
        try:
            wanted = criterion.parse(text)
        except CriterionError as error:
            self.problems += [self.page.problem(path, f"`{text[:120]}`: {p.what}", p.hint) for p in error.problems]
            return ""
        if undeclared := self._undeclared(path, wanted):
            self.problems.append(undeclared)
            return ""
        if reason := criterion.bounded(wanted):
            self.problems.append(self.page.problem(path, reason, self._instead(wanted)))
            return ""
        if wanted.arguments:
            self._missing(path, absent("metrics", wanted.arguments[0]))
        return str(wanted)

    def _undeclared(self, path: Path, wanted: Criterion) -> Problem | None:
        """Return that a criterion speaks of a baseline, of units or of groups that the charter does not have."""
        unit = self.page.at(("cases", "unit"))
        if wanted.baseline and self.page.at(("baseline",)) is None:
            hint = "write `baseline: last deploy`, or describe a model there as `target` does"
            return self.page.problem(path, f"`{wanted}` compares with a baseline, and the charter names none", hint)
        if wanted.clustered and unit != wanted.per:
            what = f"`{wanted}` counts per {wanted.per}, and cases.unit is {unit!r}" if unit else ""
            hint = f"write `unit: {wanted.per}` and the column of `groups` under `cases`"
            return self.page.problem(path, what or f"`{wanted}` counts per {wanted.per}, which is not declared", hint)
        if wanted.metric == "gap" and unit:
            what = f"`{wanted}` compares groups, and cases.unit says that a group is one {unit}"
            return self.page.problem(path, what, "one column cannot be both: leave cases.unit out, or the gap")
        return None

    def _instead(self, wanted: Criterion) -> str:
        """Return what can be proved where the whole was asked for."""
        if wanted.metric != "held_rate" or wanted.baseline or wanted.comparison != ">=" or wanted.limit != 1:
            return ""
        said = self.page.at(("cases", "per_attempt"))
        cases = said if isinstance(said, int) and said > 0 else _SAMPLE
        rate = provable(wanted.alpha, cases)
        return f"with {cases} cases, all held, `held_rate >= {rate} at {wanted.percent}%` can be proved"

    def _distinct(self, path: Path, uses: Sequence[Use]) -> None:
        seen: list[tuple[str, Mapping[str, Value]]] = []
        for use in uses:
            if (use.scenario, use.parameters) in seen:
                self.problems.append(self.page.problem(path, f"{use.scenario} is there twice", "keep one", key=True))
            seen.append((use.scenario, use.parameters))

    def _use(self, clause: str, at: int) -> Use | None:
        path: Path = ("clauses", clause, "scenarios", at)
        item = self.page.at(path)
        if not self._sound(path):
            return None
        if isinstance(item, str):
            return self._named(path, item, {})
        if "use" not in item:
            return self._described(clause, at, item)
        given = {key: value for key, value in item.items() if key != "use"}
        return self._named((*path, "use"), item["use"], given)

    def _named(self, path: Path, name: str, given: Mapping[str, Any]) -> Use | None:
        """Return the use of a scenario of the catalog."""
        place = path[:-1] if path[-1] == "use" else path
        return self._tried(place, lambda: self.catalog.get(name), path, given)

    def _tried(self, place: Path, get: Callable[[], Scenario], name_at: Path, given: Mapping[str, Any]) -> Use | None:
        try:
            scenario = get()
        except CatalogError as error:
            self.problems += self.page.moved(name_at, error.problems)
            return None
        values = {key: _value(value) for key, value in given.items()}
        try:
            settled = complete(scenario, values)
        except CatalogError as error:
            for problem in error.problems:
                hint, key = problem.hint, problem.where not in scenario.parameters
                self.problems.append(self.page.problem((*place, problem.where), problem.what, hint, key=key))
            return None
        self._threat(place, scenario, settled)
        return Use(scenario.name, settled)

    def _threat(self, path: Path, scenario: Scenario, values: Mapping[str, Value]) -> None:
        try:
            wrong = unfit(settle(scenario, values)[0])
        except InputError as error:
            wrong = [Problem("", problem.what, problem.hint) for problem in error.problems]
        self.problems += self.page.moved(path, wrong)

    def _described(self, clause: str, at: int, item: Mapping[str, Any]) -> Use | None:
        """Return the use of a scenario that the charter itself describes."""
        path: Path = ("clauses", clause, "scenarios", at)
        scenario = scenario_from(_described(f"inline/{clause}-{at + 1}", item))
        before = len(self.problems)
        self._threat((*path, "threat"), scenario, {})
        for index, against in enumerate(scenario.adversaries):
            self._missing((*path, "against", index), absent("adversaries", against.use))
        if scenario.oracle:
            self.plugin((*path, "oracle"), "oracles")
        if "metric" in item:
            self.plugin((*path, "metric"), "metrics")
        if len(self.problems) > before:
            return None
        self.inline.append(scenario)
        return Use(scenario.name)


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return [_item(item) for item in value]
    return number(value)  # type: ignore[return-value]  # the form has been checked


def _item(value: Any) -> Any:
    found = number(value)
    return value if found is None else found


def _described(name: str, item: Mapping[str, Any]) -> dict[str, Any]:
    """Return the complete text of an inline scenario: what the charter says, and nothing that would only be words."""
    against = [{"use": one} if isinstance(one, str) else one for one in item["against"]]
    return {
        "scenario": 1,
        "id": name,
        "version": 1,
        "title": "described in the charter",
        "objective": "",
        "authors": [],
        "created": "",
        "changed": "",
        "origin": {"kind": "charter", "ref": ""},
        "parameters": {},
        "threat": fractions(item["threat"]),
        "against": [{"use": one["use"].strip(), "tactics": fractions(one.get("tactics", {}))} for one in against],
        "oracle": (item.get("oracle") or "").strip(),
        "oracle_settings": fractions(item.get("oracle_settings", {})),
        "metric": item.get("metric", "held_rate").strip(),
        "presentations": item.get("presentations", 1),
        "expected": "",
        "instruments": [],
        "rollback_trigger": "",
        "defences": [],
        "tags": {},
        "cost": "minutes",
    }
