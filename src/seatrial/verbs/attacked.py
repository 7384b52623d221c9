"""What an attack on a model showed: each case, and a summary that prints like the table of a paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seatrial.plugins import lacking
from seatrial.proof import bounds
from seatrial.records.finding import Finding
from seatrial.records.threat import Ball, Threat
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.targets.target import Face
from seatrial.verbs.worst import in_words

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("held", "broken", "wrong", "unknown", "untried")
"""What a case may come to."""
SURE = 0.025
"""What is left out on either side of an interval."""
PIXELS = 32
"""A radius of at most so many 255ths is told as a fraction."""
COSTS = ("forwards", "backwards", "queries")


@dataclass(frozen=True, slots=True)
class Setting:
    """What was tried."""

    threat: Threat
    adversary: str
    tactics: Mapping[str, Any]
    seed: int
    draws: int
    """Presentations of each attempt."""
    face: Face
    """What the model takes and gives, as it was told or seen."""

    def __str__(self) -> str:
        """Return it in one line."""
        more = ", ".join(f"{name} {value}" for name, value in self.tactics.items())
        who = f"{self.adversary} ({more})" if more else self.adversary
        drawn = f", {self.draws} draws" if self.draws > 1 else ""
        return f"{who}, {_rules(self.threat)}, seed {self.seed}{drawn}"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of an attack."""

    outcome: str
    """`held`; `broken`; `wrong` untouched, and never attacked; `unknown`: a tie, not a number, or the model raised;
    `untried`: the attack ended before."""
    by: str
    """What broke it: the adversary, or the part of it that did; empty if nothing."""
    label: Any
    said: str
    """What the model said to the attempt."""
    margin: float
    """How far it is from breaking, in the units of the answers, at its worst; below 0 it is broken."""
    distance: float
    """How far the attempt is from the case, in the norm of the threat."""
    forwards: int
    backwards: int
    queries: int
    """Rows asked for answers alone."""
    adversarial: Any = field(repr=False)
    """What was presented: the input that broke it, or the one that came nearest."""


@dataclass(frozen=True, eq=False)
class Attacked:
    """What became of each case; a table in a notebook, `print(result)` in a terminal.

    Columns have one row per case, in the order of x; iterating gives one `Case` after the other.
    """

    setting: Setting
    outcome: npt.NDArray[np.str_]
    """One of `OUTCOMES` for each case."""
    by: tuple[str, ...] = field(repr=False)
    labels: npt.NDArray[Any] = field(repr=False)
    said: tuple[str, ...] = field(repr=False)
    margin: npt.NDArray[np.float64] = field(repr=False)
    distance: npt.NDArray[np.float64] = field(repr=False)
    forwards: npt.NDArray[np.int64] = field(repr=False)
    backwards: npt.NDArray[np.int64] = field(repr=False)
    queries: npt.NDArray[np.int64] = field(repr=False)
    clean: npt.NDArray[np.bool_] = field(repr=False)
    """Whether each case was right as it was."""
    shares: npt.NDArray[np.float64] = field(repr=False)
    """Share of the presentations in which each case held: 0 or 1 for a model without chance."""
    adversarial: Any = field(repr=False)
    """What was presented, in the library, dtype and place of x."""
    findings: tuple[Finding, ...] = ()
    """What was asked about masked gradients, and what was seen, one of each name, the worst shard first."""
    notes: tuple[str, ...] = ()
    """What a reader should know: a model in training mode, an interruption, answers that raised."""
    seconds: float = 0.0

    def __len__(self) -> int:
        """Return the number of cases that were handed over."""
        return len(self.outcome)

    def __getitem__(self, at: int) -> Case:
        """Return one case."""
        row = range(len(self))[at]
        costs = {name: int(getattr(self, name)[row]) for name in COSTS}
        return Case(
            outcome=str(self.outcome[row]),
            by=self.by[row],
            label=self.labels[row].tolist(),
            said=self.said[row],
            margin=float(self.margin[row]),
            distance=float(self.distance[row]),
            adversarial=self.adversarial[row],
            **costs,
        )

    def __iter__(self) -> Iterator[Case]:
        """Return the cases, one after the other."""
        return (self[at] for at in range(len(self)))

    @property
    def counts(self) -> dict[str, int]:
        """How many cases came to what."""
        return {name: int((self.outcome == name).sum()) for name in OUTCOMES}

    @property
    def tried(self) -> int:
        """Cases that the attack came to, those that were wrong untouched among them."""
        return len(self) - self.counts["untried"]

    @property
    def robust_accuracy(self) -> float:
        """Share of the tried cases that held: right untouched, and after every attempt; an unknown one did not.

        Of a model that answers by chance it is the mean share of presentations.  NaN if nothing was tried.
        """
        return _share(float(self.shares[self.outcome != "untried"].sum()), self.tried)

    @property
    def clean_accuracy(self) -> float:
        """Share of the tried cases that were right as they were; NaN if nothing was tried."""
        return _share(float(self.clean.sum()), self.tried)

    @property
    def interval(self) -> tuple[float, float]:
        """Where the robust accuracy lies for cases like these, at 95 % (Clopper and Pearson)."""
        held, n = self.counts["held"], self.tried
        return (bounds.lower(n, held, SURE), bounds.upper(n, held, SURE)) if n else (0.0, 1.0)

    def curve(self, radii: Sequence[float] | None = None) -> tuple[tuple[float, float], ...]:
        """Return pairs of radius and robust accuracy, from the distance of every break: one run, all radii up to eps.

        At a radius the accuracy is at most this.  With an adversary that looks for the nearest break (`evasion.fab`,
        `evasion.ddn`, ...) it comes close to the truth; one that uses its whole radius says little of smaller ones.

        Args:
            radii: In the norm of the threat; by default the distances at which something falls, from 0 to eps.
        """
        fell = self.outcome == "broken"
        standing = self.shares[~fell & (self.outcome != "untried")].sum()
        chosen = sorted({0.0, *self.distance[fell].tolist()}) if radii is None else [float(one) for one in radii]
        return tuple((one, _share(float(standing + (self.distance[fell] > one).sum()), self.tried)) for one in chosen)

    @property
    def masked(self) -> bool:
        """Whether any sign was found that the model hides its gradient: then trust no robust accuracy of it."""
        return any(one.found for one in self.findings)

    @property
    def summary(self) -> str:
        """The result as text: what was tried, how many cases came to what and by what, what it cost."""
        rows = [(name, f"{count:,}", f"{share:.1%}", word) for name, count, share, word in _rows(self)]
        wide = [max(len(row[at]) for row in rows) for at in range(3)]
        lines = [f"  {a:<{wide[0]}}  {b:>{wide[1]}}  {c:>{wide[2]}}  {d}".rstrip() for a, b, c, d in rows]
        return "\n".join([_head(self), "", *lines, "", *(f"  {line}" for line in _told(self))])

    def __str__(self) -> str:
        return self.summary

    def _repr_html_(self) -> str:
        rows = tuple((name, f"{count:,}", f"{share:.1%}", word) for name, count, share, word in _rows(self))
        return sheet_card(Sheet(_head(self), ("Cases", "Count", "Share", ""), rows, right=(1, 2), notes=_told(self)))

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with one row per case, all but the inputs.

        Raises:
            MissingExtra: If pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - an extra, needed for tables only
        except ModuleNotFoundError as error:
            raise lacking("pandas", "to_frame") from error
        names = ("outcome", "by", "label", "said", "margin", "distance", *COSTS)
        return pd.DataFrame({name: [getattr(one, name) for one in self] for name in names})

    def to_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON values, without the cases."""
        found = [
            {"name": one.name, "found": one.found, "said": one.said, "answer": one.answer} for one in self.findings
        ]
        return {
            "adversary": self.setting.adversary,
            "tactics": dict(self.setting.tactics),
            "threat": in_words(self.setting.threat),
            "seed": self.setting.seed,
            "cases": len(self),
            **self.counts,
            "robust_accuracy": None if np.isnan(self.robust_accuracy) else self.robust_accuracy,
            "clean_accuracy": None if np.isnan(self.clean_accuracy) else self.clean_accuracy,
            **{name: int(getattr(self, name).sum()) for name in COSTS},
            "seconds": self.seconds,
            "findings": found,
            "notes": list(self.notes),
        }


def _share(part: float, whole: int) -> float:
    return part / whole if whole else float("nan")


def _rules(threat: Threat) -> str:
    """Return a threat in words, with eps as the fraction of 255 that it is."""
    words = in_words(threat)
    eps = threat.eps * 255 if isinstance(threat, Ball) and threat.norm == "linf" else 0.0
    whole = eps and abs(eps - round(eps)) < 1e-6 and 0 < round(eps) <= PIXELS and threat.high - threat.low <= 1  # type: ignore[union-attr]
    return f"{words} ({round(eps)}/255)" if whole else words


def _head(of: Attacked) -> str:
    face = of.setting.face
    shape = " x ".join(map(str, face.shape or of.adversarial.shape[1:]))
    gives = f"{face.classes} {face.gives}" if face.classes else "a number" if face.gives == "value" else face.gives
    several, cases = " of many labels" if face.many else "", "case" if len(of) == 1 else "cases"
    return f"{of.setting}: {len(of):,} {cases} of {shape}, answers read as {gives}{several}"


def _rows(of: Attacked) -> Iterator[tuple[str, int, float, str]]:
    """Yield what a summary counts: name, cases, share, what it is called."""
    counts, n, total = of.counts, max(of.tried, 1), max(len(of), 1)
    right = round(of.clean_accuracy * n) if of.tried else 0
    yield "right untouched", right, right / n, "clean accuracy"
    found = [name for name, outcome in zip(of.by, of.outcome, strict=True) if outcome == "broken"]
    for name in sorted(set(found), key=lambda one: (-found.count(one), one)):
        yield f"broken by {name}", found.count(name), found.count(name) / n, ""
    for name in ("wrong", "unknown", "untried"):
        if counts[name]:
            words = {"wrong": "wrong untouched, not attacked", "unknown": "unknown", "untried": "not tried"}
            yield words[name], counts[name], counts[name] / (total if name == "untried" else n), ""
    low, high = of.interval
    chance = "" if of.setting.draws == 1 else f", {of.robust_accuracy:.1%} of presentations"
    yield "held", counts["held"], counts["held"] / n, f"robust accuracy (95 %: {low:.1%} to {high:.1%}){chance}"


def _near(of: Attacked, broken: Any) -> bool:
    """Return whether breaks are nearer than the radius, so that their distance says something."""
    threat = of.setting.threat
    return isinstance(threat, Ball) and bool(np.median(of.distance[broken]) < 0.99 * threat.eps)


def _told(of: Attacked) -> tuple[str, ...]:
    """Return the lines below a table: cost, distance, signs of masking, notes."""
    n, broken = max(of.tried, 1), of.outcome == "broken"
    cost = ", ".join(f"{getattr(of, name).sum() / n:,.1f} {name}" for name in COSTS)
    lines = [f"per case: {cost}; {of.seconds:,.1f} s"]
    if broken.any() and _near(of, broken):
        lines.append(f"median distance of a break: {np.median(of.distance[broken]):.4g}")
    lines += [f"sign of masking: {one.said}" for one in of.findings if one.found]
    lines += [
        f"because of it: {answer}" for answer in dict.fromkeys(one.answer for one in of.findings if one.found) if answer
    ]
    return (*lines, *(f"note: {note}" for note in of.notes))
