"""Two decisions side by side: what changed, clause by clause, and what may have changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from seatrial.evidence.drift import Difference, diff
from seatrial.evidence.environment import PACKED, packed
from seatrial.reports.figures import Figures, figures
from seatrial.reports.reporter import Comparison, Dossier, Judged, Moved, Standing

RANK = {"breached": 0, "untried": 0, "unproven": 1, "held": 2}
"""Verdicts, worst first; what was not tried is no better than what broke."""
ORDER = ("worse", "gone", "better", "new", "same")
COMPARED = ("model", "charter", "catalog", "plan")
"""Digests whose difference explains something; the others differ whenever cases or entries do."""

Outcomes = Mapping[str, Mapping[bytes, bool]]
"""Clause -> case -> whether it held; cases of unknown outcome are left out."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two decisions that are compared."""

    name: str
    """`entry 5 (attempt 1)`, or a file."""
    dossier: Dossier
    outcomes: Outcomes = field(default_factory=dict)
    cases: frozenset[bytes] | None = None
    """Digests of the cases that it tried; None if that is not known, as from a report alone."""


def compared(before: Side, after: Side) -> Comparison:
    """Return what changed from one decision to another; nothing is read, asked or written."""
    clauses = _clauses(before, after)
    digests = {
        name: (before.dossier.digests.get(name, ""), after.dossier.digests.get(name, ""))
        for name in COMPARED
        if before.dossier.digests.get(name, "") != after.dossier.digests.get(name, "")
    }
    both = None if before.cases is None or after.cases is None else len(before.cases & after.cases)
    return Comparison(
        before=before.name,
        after=after.name,
        decisions=(before.dossier.decision, after.dossier.decision),
        sentence=_sentence(before.dossier, after.dossier, clauses, digests),
        clauses=tuple(sorted(clauses, key=lambda one: ORDER.index(one.change))),
        digests=digests,
        environment=_environment(before.dossier.environment, after.dossier.environment),
        common=both,
    )


def _environment(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return what drifted; where one side has its further packages as a digest only, the other gets that, too."""
    if (PACKED in before) != (PACKED in after):
        before, after = packed(before)[0], packed(after)[0]
    return diff(before, after)


def _clauses(before: Side, after: Side) -> list[Moved]:
    """Return every clause of either, in the order of the later charter; those that are gone come last."""
    old = {clause.name: clause for clause in before.dossier.clauses}
    new = {clause.name: clause for clause in after.dossier.clauses}
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        if name not in old:
            found.append(Moved(name, "new", None, _standing(new[name]), ("not asked before",)))
        elif name not in new:
            found.append(Moved(name, "gone", _standing(old[name]), None, ("no longer asked",)))
        else:
            found.append(_moved((old[name], before), (new[name], after)))
    return found


def _moved(old: tuple[Judged, Side], new: tuple[Judged, Side]) -> Moved:
    (was, before), (now, after) = old, new
    earlier, later = before.outcomes.get(was.name, {}), after.outcomes.get(now.name, {})
    both = earlier.keys() & later.keys()
    lost = sum(earlier[case] and not later[case] for case in both)
    won = sum(later[case] and not earlier[case] for case in both)
    said = [*_asked(was, now), *_tried(was, now)]
    further = 0 if _tried(was, now) else _beyond(was, now)
    said += _figures(was, now, further, strict=(before.dossier, after.dossier))
    if both:
        said.append(_in_common(len(both), lost, won))
    step = RANK[now.verdict] - RANK[was.verdict] or further
    change = "better" if step > 0 else "worse" if step < 0 else "same"
    return Moved(was.name, change, _standing(was), _standing(now), tuple(said), len(both), lost, won)


def _standing(clause: Judged) -> Standing:
    shown = figures(clause)
    return Standing(
        verdict=clause.verdict,
        require=clause.require,
        severity=clause.severity,
        n=clause.n,
        held=clause.held,
        unknown=clause.unknown,
        measured=shown.measured if shown else "",
        interval=f"{shown.floor or '...'} to {shown.ceiling or '...'}" if shown else "",
        low=shown.low if shown else None,
        high=shown.high if shown else None,
    )


def _asked(was: Judged, now: Judged) -> list[str]:
    """Return in words what the charter asks otherwise of a clause."""
    said = [f"asks {now.require}, before {was.require}"] if was.require != now.require else []
    if was.severity != now.severity:
        said.append(f"is {now.severity}, was {was.severity}")
    if was.advisory != now.advisory:
        said.append("is advisory now and blocks nothing" if now.advisory else "blocks now, was advisory")
    if was.waived != now.waived:
        said.append("is waived now" if now.waived else "is no longer waived")
    return said


def _tried(was: Judged, now: Judged) -> list[str]:
    """Return in words how what was tried differs; then the figures are not of one kind."""
    old, new = ([(one.scenario, one.adversary, one.threat) for one in clause.tried] for clause in (was, now))
    if old == new:
        return []
    gone, come = ([f"{adversary} ({threat})" for _, adversary, threat in found] for found in (old, new))
    left, added = [one for one in gone if one not in come], [one for one in come if one not in gone]
    parts = [f"{word} {', '.join(names)}" for word, names in (("tries", added), ("no longer", left)) if names]
    told = " and ".join(parts) or "tries the same in another order or version"
    return [f"{told}, so the figures are not of one kind"]


def _beyond(was: Judged, now: Judged) -> int:
    """Return 1 if the later interval lies wholly on the better side of the earlier, -1 if on the worse, else 0."""
    old, new = figures(was), figures(now)
    if old is None or new is None or old.what != new.what or None in (old.low, old.high, new.low, new.high):
        return 0
    up = _above(new, old) - _above(old, new)
    return up if new.side == ">=" else -up


def _above(one: Figures, other: Figures) -> int:
    return int(one.low is not None and other.high is not None and one.low > other.high)


def _figures(was: Judged, now: Judged, further: int, *, strict: tuple[Dossier, Dossier]) -> list[str]:
    if (was.n, was.held, was.unknown, was.low, was.high) == (now.n, now.held, now.unknown, now.low, now.high):
        return _judged_otherwise(was, now, *strict)
    if further:
        return ["the intervals lie apart: more than chance"]
    if figures(was) is None or figures(now) is None or _tried(was, now):
        return []
    return ["the intervals overlap: chance alone may do this"]


def _judged_otherwise(was: Judged, now: Judged, before: Dossier, after: Dossier) -> list[str]:
    """Return why equal counts may have got another verdict."""
    if was.verdict == now.verdict or was.require != now.require:
        return []
    if before.attempt_confidence != after.attempt_confidence:
        tested = f"tested at {after.attempt_confidence:.4g} % instead of {before.attempt_confidence:.4g} %"
        return [f"the counts are the same, {tested}"]
    return ["the counts are the same"]


def _in_common(both: int, lost: int, won: int) -> str:
    if not lost and not won:
        return f"on the {both:,} cases in common every outcome is the same"
    return f"of {both:,} cases in common {lost:,} held before and broke now, {won:,} broke before and held now"


def _sentence(before: Dossier, after: Dossier, clauses: Sequence[Moved], digests: Mapping[str, object]) -> str:
    same = before.decision == after.decision
    became = f"Still {after.decision}" if same else f"{before.decision.capitalize()} became {after.decision}"
    parts = []
    for change, word in (("worse", "worse"), ("better", "better"), ("new", "new"), ("gone", "no longer asked")):
        named = [one.name for one in clauses if one.change == change]
        if named:
            parts.append(f"{', '.join(named)} {'is' if len(named) == 1 else 'are'} {word}")
    told = "; ".join(parts) or "no clause came out otherwise than chance may do"
    asked = any(_rewritten(old, new) for old, new in _pairs(before, after))
    things = (("model", "model" in digests), ("clauses", asked), ("catalog", "catalog" in digests))
    words = [f"{_OTHER.get(name, 'another') if other else 'the same'} {name}" for name, other in things]
    return f"{became}: {told}. {', '.join(words).capitalize()}."


_OTHER = {"clauses": "other"}


def _pairs(before: Dossier, after: Dossier) -> Iterator[tuple[Judged | None, Judged | None]]:
    """Yield each clause as it was and as it is; the name of a charter's weights is in its digest, but is no clause."""
    old, new = ({clause.name: clause for clause in one.clauses} for one in (before, after))
    yield from ((old.get(name), new.get(name)) for name in {**old, **new})


def _rewritten(was: Judged | None, now: Judged | None) -> bool:
    return was is None or now is None or bool(_tried(was, now)) or was.require != now.require
