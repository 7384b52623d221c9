"""What a trial did not try: scenarios of the catalog that would fit this target, and that no clause asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.scenario import Scenario
from seatrial.catalog.settle import settle
from seatrial.errors import CatalogError, MissingExtra, PluginError
from seatrial.plan.fit import misfits
from seatrial.plan.plan import Plan
from seatrial.records.batch import Array, Talks
from seatrial.records.threat import KINDS
from seatrial.targets.block import TAKES
from seatrial.targets.target import Face, Target


@dataclass(frozen=True, slots=True)
class _Black:
    """A target that is only asked what it looks like."""

    face: Face

    def respond(self, inputs: Any, /) -> Any:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class _White:
    """The same, with gradients."""

    face: Face

    def respond(self, inputs: Any, /) -> Any:
        raise NotImplementedError

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        raise NotImplementedError


def not_tried(plan: Plan, catalog: Catalog) -> tuple[str, ...]:
    """Return a sentence for each family of the catalog that is not tried whole; whether one fits is read from the plan.

    What a scenario needs of the cases (labels, members, a canary) is not looked at.
    """
    asked = {trying.scenario.partition("@")[0] for promise in plan.clauses for trying in promise.tries}
    target = _stand_in(plan.target)
    families: dict[str, list[Scenario]] = {}
    for scenario in catalog.latest:
        families.setdefault(scenario.id.partition("/")[0], []).append(scenario)
    return tuple(line for family, there in families.items() for line in _said(family, there, asked, target))


def _said(family: str, there: list[Scenario], asked: set[str], target: Target[Any, Any]) -> Iterator[str]:
    left = [scenario for scenario in there if scenario.id not in asked]
    fitting = [scenario.id.partition("/")[2] for scenario in left if _fits(scenario, target)]
    if fitting:
        known = "no clause asks for" if len(left) == len(there) else "not asked for:"
        yield f"{family}: {known} {', '.join(fitting)}"
    elif left and len(left) == len(there):
        yield f"{family}: nothing in the catalog fits this target"


def _fits(scenario: Scenario, target: Target[Any, Any]) -> bool:
    """Return whether at least one adversary of a scenario could be sent against a target of this kind."""
    try:
        threat, stages = settle(scenario, {})
    except CatalogError:
        threat, stages = KINDS[scenario.threat["kind"]](), scenario.adversaries
    try:
        return any(not misfits(stage.use, target, threat) for stage in stages)
    except (PluginError, MissingExtra):
        return False


def _stand_in(block: Mapping[str, Any]) -> Target[Any, Any]:
    """Return a target with the face that a charter's block describes, and the methods that its kind has."""
    given = block.get("input") or {}
    takes = Talks if block.get("kind") == "chat" else TAKES.get(given.get("takes", "array"), Array)
    shape = given.get("shape")
    face = Face(takes, str(block.get("gives", "logits")), tuple(shape) if shape else None)
    return _White(face) if block.get("kind") == "torch" else _Black(face)
