"""Whether a charter asks less than one before it: pure functions of charter JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from seatrial.proof.criterion import Criterion, parse
from seatrial.proof.statement import Statement

SEVERITIES = ("minor", "major", "critical")


def weaker(charter: Mapping[str, Any], earlier: Mapping[str, Any]) -> list[str]:
    """Return the clauses, sorted, that are gone or ask less than in an earlier charter.

    Args:
        charter: Canonical charter JSON: `clauses` is a list of {name, scenarios, require, severity, advisory, ...}.
        earlier: The same of an earlier charter.
    """
    now = {clause["name"]: clause for clause in charter["clauses"]}
    before = {clause["name"]: clause for clause in earlier["clauses"]}
    other = charter.get("baseline") != earlier.get("baseline"), _unit(charter) != _unit(earlier)
    return sorted(
        name
        for name, clause in before.items()
        if name not in now or _asks_less(now[name], clause) or _of_another(parse(clause["require"]), *other)
    )


def earlier_charters(statements: Sequence[Statement], model: str) -> list[str]:
    """Return the digests of the charters that a decision about a model is compared with, sorted.

    They are those under which this model was submitted, and that of the last deploy, of whatever model.

    Args:
        statements: The log up to the decision, without it.
        model: Digest of the model.
    """
    submitted = {s.predicate["charter"] for s in statements if s.kind == "submission" and s.model == model}
    deploys = (s for s in reversed(statements) if s.kind == "decision" and s.predicate["decision"] == "deploy")
    last = next(deploys, None)
    return sorted(submitted | ({last.predicate["charter"]} if last else set()))


def _of_another(before: Criterion, baseline: bool, unit: bool) -> bool:  # noqa: FBT001 - two facts of the charters
    """Return whether what a clause compares with, or counts, is something else than it was."""
    return (before.baseline and baseline) or (before.clustered and unit)


def _unit(charter: Mapping[str, Any]) -> Any:
    return (charter.get("cases") or {}).get("unit")


def _asks_less(now: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    new, old = parse(now["require"]), parse(before["require"])
    return (
        (new.expression, new.comparison, new.unit, new.per) != (old.expression, old.comparison, old.unit, old.per)
        or _easier(new, old)
        or Fraction(new.percent) < Fraction(old.percent)
        or _severity(now) < _severity(before)
        or (_advisory(now) and not _advisory(before))
        or not _tries_as_much(new, now["scenarios"], before["scenarios"])
    )


def _easier(new: Criterion, old: Criterion) -> bool:
    return new.limit < old.limit if new.comparison == ">=" else new.limit > old.limit


def _tries_as_much(criterion: Criterion, now: Sequence[Any], before: Sequence[Any]) -> bool:
    """Return whether the scenarios are the same; where the worst counts, more of them ask more."""
    worst = criterion.metric == "held_rate" and criterion.comparison == ">="
    return all(one in now for one in before) if worst else list(now) == list(before)


def _severity(clause: Mapping[str, Any]) -> int:
    return SEVERITIES.index(clause.get("severity", "major"))


def _advisory(clause: Mapping[str, Any]) -> bool:
    return bool(clause.get("advisory", False))
