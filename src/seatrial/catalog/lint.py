"""Whether scenarios are sound: what they name exists, what they say is there, versions moved when they changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.diff import diff
from seatrial.catalog.names import absent
from seatrial.catalog.scenario import Scenario
from seatrial.errors import Problem

TAGS = {
    "atlas": (re.compile(r"AML\.T\d{4}(\.\d{3})?"), "AML.T0043 or AML.T0043.000"),
    "nist": (re.compile(r"NISTAML\.\d{2,3}"), "NISTAML.022"),
    "owasp": (re.compile(r"LLM(0[1-9]|10):2025"), "LLM07:2025"),
    "avid": (re.compile(r"AVID-\d{4}-[VR]\d{3,5}"), "AVID-2023-V001"),
}
"""Taxonomy -> form of its ids, and an example (MITRE ATLAS, NIST AI 100-2, OWASP LLM Top 10 2025, AVID)."""


def lint(catalog: Catalog, *, older: Catalog | None = None) -> list[Problem]:
    """Return everything that is wrong with the scenarios of a catalog; empty if they are sound.

    Args:
        catalog: What to look at.
        older: An earlier state: a scenario that changed since then must have a new version.
    """
    found = [problem for scenario in catalog.scenarios for problem in check(scenario)]
    if older is not None:
        for change in diff(older, catalog).rewritten:
            what = f"changed without a new version: {', '.join(change.fields)}"
            found.append(Problem(change.new, what, "raise `version`, and keep the old file"))
    return found


def check(scenario: Scenario) -> Iterator[Problem]:
    """Yield what is wrong with one scenario."""
    yield from _named(scenario)
    yield from _tagged(scenario)
    for field in ("title", "objective", "expected", "rollback_trigger"):
        if not getattr(scenario, field).strip():
            yield Problem(f"{scenario.name}: {field}", "is empty", "say it in a sentence")
    for field in ("authors", "instruments"):
        if not getattr(scenario, field):
            yield Problem(f"{scenario.name}: {field}", "is empty", "name at least one")


def _named(scenario: Scenario) -> Iterator[Problem]:
    named = [("against", "adversaries", against.use) for against in scenario.adversaries]
    named += [("oracle", "oracles", scenario.oracle), ("metric", "metrics", scenario.metric)]
    named += [("defences", "remedies", defence.use) for defence in scenario.defences if is_id(defence.use)]
    for field, shelf, name in named:
        if problem := absent(shelf, name) if name else None:
            yield Problem(f"{scenario.name}: {field}", problem.what, problem.hint)


def is_id(name: str) -> bool:
    """Return whether a defence is an id (`training.pgd`) and not the name of a practice (`output filter`)."""
    return re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)+", name) is not None


def _tagged(scenario: Scenario) -> Iterator[Problem]:
    for scheme, ids in scenario.tags.items():
        if scheme not in TAGS:
            yield Problem(f"{scenario.name}: tags", f"{scheme!r} is no taxonomy", f"there are {', '.join(TAGS)}")
            continue
        form, example = TAGS[scheme]
        yield from _formed(f"{scenario.name}: tags.{scheme}", ids, form, example)


def _formed(where: str, ids: Iterable[str], form: re.Pattern[str], example: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for name in ids:
        if not form.fullmatch(name):
            yield Problem(where, f"{name!r} is no such id", f"one is written {example}")
        if name in seen:
            yield Problem(where, f"{name} is there twice")
        seen.add(name)
