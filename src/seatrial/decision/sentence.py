"""The decision in one sentence of plain words."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.decision.decision import Decision, Judgement
from seatrial.proof.criterion import Criterion, parse


def sentence(decision: Decision) -> str:
    """Return what was decided and why, for somebody who reads nothing else."""
    subject = f"{decision.system} {decision.release}"
    if decision.decision == "deploy":
        return f"Deploy {subject}: {_all_held(decision)}."
    if decision.decision == "reject":
        broken = [c for c in _lacking(decision) if c.verdict == "breached" and c.severity == "critical"]
        return f"Reject {subject}: {_first_of(broken, 'critical clause')}, {_seen(broken[0])}."
    return f"Hold {subject}: {_why_held_back(decision)}."


def _all_held(decision: Decision) -> str:
    binding = [clause for clause in decision.clauses if not clause.advisory]
    waived = [clause.name for clause in decision.clauses if clause.waived]
    count = "its one clause is" if len(binding) == 1 else f"all {len(binding)} clauses are"
    held = f"{count} held" if not waived else f"{count} held or waived (waived: {', '.join(waived)})"
    at = f"tested at {sure(decision.attempt_confidence)}% because it is attempt {decision.attempt}"
    return f"{held}, with {sure(decision.confidence)}% confidence over all attempts ({at})"


def _why_held_back(decision: Decision) -> str:
    if lacking := _lacking(decision):
        first = lacking[0]
        told = f"; {first.settle}" if first.settle else ""
        return f"{_first_of(lacking, 'clause')}, {_seen(first)}{told}"
    waived = {clause.name for clause in decision.clauses if clause.waived}
    named = ", ".join(name for name in decision.weaker if name not in waived)
    return f"everything asked is held, but less is asked than before ({named}) and nobody has waived that"


def _lacking(decision: Decision) -> list[Judgement]:
    """Return the clauses that block and are not held."""
    binding = (clause for clause in decision.clauses if not (clause.advisory or clause.waived))
    return [clause for clause in binding if clause.verdict != "held"]


def _first_of(clauses: Sequence[Judgement], what: str) -> str:
    first = clauses[0]
    others = f" (and {len(clauses) - 1} more)" if len(clauses) > 1 else ""
    return f"the {what} {first.name} is {first.verdict}{others}"


def _seen(clause: Judgement) -> str:
    """Return the counts beside what was asked."""
    unknown = f", {clause.unknown} unknown" if clause.unknown else ""
    asked = parse(clause.require)
    if clause.total is not None and asked.baseline:
        known = clause.n - clause.unknown
        gained = f"{2 * float(clause.total) / known - 1:+.3f}" if known else "not known"
        return f"the difference to the baseline is {gained} over {clause.n} {_units(asked)}{unknown}, {_wanted(clause)}"
    if clause.total is not None and asked.clustered:
        mean = float(clause.total) / clause.n
        return f"its mean is {mean:.3f} over {clause.n} {_units(asked)}{unknown}, {_wanted(clause)}"
    if clause.total is not None:
        mean = float(clause.total) / clause.n
        return f"its mean is {mean:.3f} over {clause.n} cases{unknown}, asked is {clause.require}"
    return f"{clause.held} of {clause.n} cases held{unknown}, asked is {clause.require}"


def _units(asked: Criterion) -> str:
    return f"units ({asked.per})" if asked.clustered else "cases"


def _wanted(clause: Judgement) -> str:
    return f"asked is {clause.require}"


def sure(percent: float) -> str:
    """Return a confidence in percent with as many digits as it needs: `95`, `97.5`, `99.2`, `99.97`."""
    for digits in (1, 2, 3, 4):
        text = f"{percent:.{digits}f}"
        if percent >= 100 or float(text) < 100:
            break
    return text.rstrip("0").rstrip(".")
