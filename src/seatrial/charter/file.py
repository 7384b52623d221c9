"""A charter from its YAML file: all mistakes at once, by line, with what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load
from seatrial.catalog.source.file import parse
from seatrial.catalog.source.page import Page
from seatrial.catalog.source.wording import paths, problems
from seatrial.charter import money
from seatrial.charter.charter import CasesBlock, Charter, Clause
from seatrial.charter.reading import Reading
from seatrial.charter.schema.file import SOURCES, TARGETS, Written
from seatrial.charter.steps import to_plain
from seatrial.errors import CharterError, Problem

NAME = "charter.yaml"
"""What a charter is called in its folder, and in errors if it comes as bytes."""
OWN = "scenarios"
"""Folder beside the charter with a team's own scenarios."""
_SHARING = ("gate", "rehearsal", "per_attempt", "reuse", "members", "unit")


def read(source: Path | bytes, folder: Path | None = None, *, catalog: Catalog | None = None) -> Charter:
    """Return the charter of a file.

    Args:
        source: The file, or what is in it.
        folder: Where relative paths start; the file's own folder if None.
        catalog: Scenarios that it may name; if None, all at hand and those in `scenarios/` of the folder.

    Raises:
        CharterError: With all mistakes, each as `file:line: path: what (what to write instead)`.
        CatalogError: If a scenario in reach is malformed.
    """
    name = str(source) if isinstance(source, Path) else NAME
    place = folder or (source.parent if isinstance(source, Path) else Path())
    data = source if isinstance(source, bytes) else _bytes(source)
    page, found = parse(data, name)
    if page is None:
        raise CharterError(*found)
    if not isinstance(page.values, dict):
        raise CharterError(*found, page.problem((), "is no charter", "begin with `charter: 1`"))
    reading, written = _read(page, found, load(place / OWN) if catalog is None else catalog)
    clauses = reading.clauses()
    found += reading.problems
    if found or written is None:
        raise CharterError(*sorted(dict.fromkeys(found), key=lambda problem: _line(problem, name)))
    return _charter(written, reading, clauses, (place, data))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"cannot be read: {(error.strerror or str(error)).lower()}"
        raise CharterError(Problem(str(path), what, "`seatrial init` writes a first one")) from error


def _line(problem: Problem, name: str) -> int:
    line = problem.where.removeprefix(f"{name}:").partition(":")[0]
    return int(line) if line.isdigit() else 0


def _read(page: Page, found: list[Problem], catalog: Catalog) -> tuple[Reading, Written | None]:
    """Return the page held against the form; what does not fit it is added to the problems."""
    written, errors = None, []
    try:
        written = Written.model_validate(page.values)
    except ValidationError as error:
        errors = [dict(one) for one in error.errors(include_url=False)]
    found += problems(page, Written, errors)
    reading = Reading(page, catalog, paths(Written, errors))
    reading.plugin(("target", "kind"), "targets", known=tuple(TARGETS))
    reading.plugin(("cases", "kind"), "cases", known=tuple(SOURCES))
    reading.plugin(("cases", "members", "kind"), "cases", known=tuple(SOURCES))
    for name in page.values.get("surrogates") or ():
        reading.plugin(("surrogates", name, "kind"), "targets", known=tuple(TARGETS))
    reading.plugin(("baseline", "kind"), "targets", known=tuple(TARGETS))
    reading.shares()
    reading.money()
    return reading, written


def _charter(written: Written, reading: Reading, clauses: tuple[Clause, ...], origin: tuple[Path, bytes]) -> Charter:
    cases = _cases(written)
    target = written.target.model_dump(mode="json", exclude_unset=True)
    budget = written.budget.model_dump(mode="json", exclude_none=True) if written.budget else {}
    minutes = budget.get("minutes")
    named = written.baseline
    baseline = named if named is None or isinstance(named, str) else named.model_dump(mode="json", exclude_unset=True)
    surrogates = {name: one.model_dump(mode="json", exclude_unset=True) for name, one in written.surrogates.items()}
    known = reading.catalog.plus(*reading.inline)
    text = {
        "charter": 1,
        "system": written.system.model_dump(mode="json"),
        "target": target,
        "cases": cases.to_json(),
        "clauses": [_clause(clause, known) for clause in clauses],
        "budget": {"minutes": minutes, **budget},
        **({"baseline": baseline} if baseline else {}),
        **({"stop": written.stop} if written.stop else {}),
        **({"surrogates": surrogates} if surrogates else {}),
    }
    system = written.system
    return Charter(
        system=system.name,
        release=system.release,
        owner=system.owner,
        target=target,
        cases=cases,
        clauses=clauses,
        minutes=minutes,
        folder=origin[0],
        source=origin[1],
        text=text,
        baseline=baseline,
        stop=written.stop or "",
        surrogates=surrogates,
        money=money.read(budget["money"]) if "money" in budget else None,
        prices=money.prices(budget.get("prices", {})),
        inline=tuple(reading.inline),
    )


def _cases(written: Written) -> CasesBlock:
    block = written.cases
    given = block.model_dump(mode="json", exclude_unset=True)
    return CasesBlock(
        kind=block.kind,
        settings={key: value for key, value in given.items() if key not in ("kind", *_SHARING)},
        gate=block.gate,
        rehearsal=block.rehearsal,
        per_attempt=block.per_attempt,
        reuse=block.reuse == "declared",
        members=given.get("members"),
        unit=block.unit or "",
    )


def _clause(clause: Clause, catalog: Catalog) -> dict[str, Any]:
    """Return a clause as plain JSON; the digest tells a scenario that changed without a new version."""
    tried = []
    for use in clause.scenarios:
        scenario = catalog.get(use.scenario)
        entry = {"scenario": use.scenario, "digest": scenario.digest, "parameters": dict(use.parameters)}
        tried.append(entry | ({"inline": scenario.text} if scenario.id.startswith("inline/") else {}))
    return {
        "name": clause.name,
        "because": clause.because,
        "scenarios": tried,
        "require": clause.require,
        "severity": clause.severity,
        "advisory": clause.advisory,
        "otherwise": to_plain(clause.otherwise),
    }
