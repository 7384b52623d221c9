"""Error by type of corruption and severity, and the mean corruption error, read from the curves of a dossier.

Hendrycks and Dietterich, arXiv:1903.12261, section 4.2: the error of a type is summed over its severities, divided by
that of a baseline, and averaged over the types; without a baseline it is averaged as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seatrial.reports.figures import shares
from seatrial.reports.reporter import Curve, Dossier, Point, changes

FAMILY, WHAT, FEWEST = "corruption/", "severity (corruption)", 2
"""Scenarios that count, what their sizes are called, and types from which there is a table."""
SEVERITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Type:
    """One type of corruption: a row of the table."""

    title: str
    clean: str
    """Error on untouched cases in words, empty if they were not judged."""
    errors: tuple[str, ...]
    """Error at severities 1 to 5 in words, empty where none was measured."""
    mean: float
    """Of the errors that were measured."""
    relative: float | None
    """Sum of the errors over that of the baseline; None where the baseline has not all of them, or none at all."""

    @property
    def said(self) -> str:
        """The mean in percent."""
        return _percent(self.mean)


@dataclass(frozen=True, slots=True)
class Errors:
    """The table, and what is below it."""

    types: tuple[Type, ...]
    mean: float
    """Mean corruption error: of the means of the types, each counting as much."""
    relative: float | None
    """Mean of the relative errors; None unless every type has one."""
    baseline: str
    """What the errors are compared with: `the last deploy`; empty if with nothing."""
    note: str

    @property
    def said(self) -> str:
        """The mean corruption error in words."""
        ratio = "" if self.relative is None else f", {_percent(self.relative)} of that of {self.baseline}"
        return f"{_percent(self.mean)} over {len(self.types)} types{ratio}"


def errors(dossier: Dossier) -> Errors | None:
    """Return the table of a dossier; None if fewer than two types were tried."""
    mixed = _mixed(dossier)
    curves = [
        one
        for one in dossier.curves
        if one.what == WHAT and one.scenario.startswith(FAMILY) and one.scenario not in mixed
    ]
    if len(curves) < FEWEST:
        return None
    before, baseline = _baseline(dossier)
    types = tuple(_type(curve, before) for curve in curves)
    ratios = [one.relative for one in types if one.relative is not None]
    whole = len(ratios) == len(types)
    return Errors(
        types,
        sum(one.mean for one in types) / len(types),
        sum(ratios) / len(ratios) if whole else None,
        baseline if whole else "",
        _note(curves),
    )


def _mixed(dossier: Dossier) -> set[str]:
    """Return the scenarios that try several types at once: the worst of many is no type."""
    weapons: dict[str, set[str]] = {}
    for tried in (tried for clause in dossier.clauses for tried in clause.tried):
        weapons.setdefault(tried.scenario.partition("@")[0], set()).add(tried.adversary)
    return {name for name, used in weapons.items() if len(used) > 1}


def _type(curve: Curve, before: Mapping[str, float]) -> Type:
    seen = {round(point.size): point for point in curve.points}
    tried = [seen[at] for at in SEVERITIES if at in seen]
    lost = [_error(point) for point in tried]
    # Of a clause with several severities a comparison knows the worst one only, so each must have its own.
    alone = len(curve.clauses) == len(tried) and all(point.clause in before for point in tried)
    known = sum(before[point.clause] for point in tried) if alone else 0.0
    return Type(
        title=curve.title,
        clean=_said(seen[0]) if 0 in seen else "",
        errors=tuple(_said(seen[at]) if at in seen else "" for at in SEVERITIES),
        mean=sum(lost) / len(lost),
        relative=sum(lost) / known if known else None,
    )


def _baseline(dossier: Dossier) -> tuple[dict[str, float], str]:
    """Return the error of each clause in what is live, else in the decision before this one, and which it was."""
    told = dict(changes(dossier))
    name = next((name for name in ("live", "both", "previous") if name in told), "")
    moved = told[name].clauses if name else ()
    known = {one.name: 1 - one.before.held / one.before.n for one in moved if one.before and one.before.n}
    return known, "the previous decision" if name == "previous" else "the last deploy"


def _error(point: Point) -> float:
    return 1 - point.held / point.n


def _said(point: Point) -> str:
    """Return the error at a point in words; what is unknown is lost."""
    return shares(point.n - point.held, point.n, 1 - point.high, 1 - point.low)[0]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _note(curves: Sequence[Curve]) -> str:
    full = all({round(point.size) for point in curve.points} >= set(SEVERITIES) for curve in curves)
    grown = any(len(curve.clauses) == 1 and len(curve.points) > 2 for curve in curves)
    parts = ["Errors are shares of cases that were lost; a case that was wrong untouched is lost throughout."]
    if grown:
        parts.append(
            "Where one clause tries several severities, a case that fell at one of them counts at every larger one: "
            "that is never less than the published error."
        )
    if not full:
        parts.append("Not every type was tried at all five severities; the mean is over what was.")
    return " ".join(parts)
