"""Read a charter and say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from inspect import signature
from pathlib import Path
from typing import Any, final

from seatrial import plugins
from seatrial.cases.cases import source
from seatrial.cases.pools import Pools, pools
from seatrial.charter.charter import Charter
from seatrial.charter.lint import lint as lint_charter
from seatrial.charter.schema.file import PUBLISHED
from seatrial.charter.steps import Step
from seatrial.errors import InputError, MissingExtra, Problem, SeatrialError, meant
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.targets.block import TAKES
from seatrial.targets.target import Face
from seatrial.verbs.project import opened
from seatrial.verbs.suited import check


@final
class Problems(tuple[Problem, ...]):
    """What is wrong with a charter; a tuple that a notebook shows as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        rows = tuple((one.where, one.what, one.hint) for one in self)
        lead = f"{len(rows)} to mend before anything is run." if rows else "Nothing is wrong with this charter."
        return sheet_card(Sheet(lead, ("Where", "What", "What to do"), rows, tone="reject" if rows else "deploy"))


def lint(path: Path | str) -> Problems:
    """Return all mistakes of a charter, criteria that can never be met included; the model is not loaded.

    Args:
        path: The charter, or the folder that it lies in.

    Examples:
        >>> seatrial.lint("charter.yaml")
        ()
    """
    try:
        charter = opened(path).charter
        cases = source(charter.cases.kind, charter.cases.settings, charter.folder)
    except MissingExtra:
        raise
    except InputError as error:
        return Problems(error.problems)
    try:
        check(cases, _said(charter.target))
    except InputError as error:
        strange = error.problems
    else:
        strange = ()
    try:
        shared = pools(cases, charter.cases.gate, charter.cases.rehearsal, unit=charter.cases.unit)
    except InputError as error:
        return Problems((*error.problems, *strange))
    each = {clause.name: charter.cases.per_attempt or len(shared.gate) for clause in charter.clauses}
    return Problems((*lint_charter(charter, each), *_too_few(charter, shared), *strange, *_unset(charter)))


def schema_() -> bytes:
    """Return the JSON Schema of charters: for editors, which then complete keys and mark mistakes."""
    return PUBLISHED.read_bytes()


def _said(target: Mapping[str, Any]) -> Face:
    """Return what a target block says of its input; what only the model itself knows stays open."""
    said = target.get("input")
    said = said if isinstance(said, Mapping) else {}
    low, high = said.get("range") or (None, None)
    shape = tuple(said["shape"]) if "shape" in said else None
    local = target.get("kind") in ("torch", "sklearn", "callable", "recorded")
    takes = TAKES.get(str(said.get("takes", "array" if local else "")), object)
    return Face(takes, str(target.get("gives") or "logits"), shape, low, high, target.get("classes"))


def _unset(charter: Charter) -> list[Problem]:
    """Return the settings of remedies that these do not have, or do not take."""
    steps = [
        (f"clauses.{clause.name}.otherwise[{at}].settings", step)
        for clause in charter.clauses
        for at, step in enumerate(clause.otherwise)
        if step.action == "harden" and step.settings
    ]
    return [problem for place, step in steps for problem in _unfit(place, step)]


def _unfit(place: str, step: Step) -> Iterator[Problem]:
    """Yield what a remedy does not take of what a step sets; one whose package is missing is not asked."""
    try:
        card = plugins.find("remedies", step.what)
    except MissingExtra:
        return
    known = list(signature(card.make).parameters)
    strays = [name for name in step.settings if name not in known]
    yield from (Problem(f"{place}.{name}", f"{step.what} has no such setting", meant(name, known)) for name in strays)
    try:
        card.made({name: value for name, value in step.settings.items() if name in known})
    except (SeatrialError, TypeError, ValueError) as error:
        yield Problem(place, f"{step.what} does not take them: {error}", f"it has {', '.join(known)}")


def _too_few(charter: Charter, shared: Pools) -> list[Problem]:
    wanted, there = charter.cases.per_attempt, len(shared.gate)
    if wanted <= there:
        return []
    what = f"an attempt opens {wanted} cases, only {there} fall to the gate"
    return [Problem("cases.per_attempt", what, "add cases, raise cases.gate, or lower per_attempt")]
