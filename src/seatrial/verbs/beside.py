"""How a child stands beside its parent: clause by clause, and what a difference is called."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from seatrial.harden.paired import Pairs
from seatrial.harden.timing import Timing
from seatrial.proof.criterion import Criterion
from seatrial.reports.reporter import Curve
from seatrial.verbs.compare import RANK
from seatrial.verbs.rehearse import Row

UNLIKELY = 0.05
"""Doubt of all sign tests together: each clause is tested at this, divided by how many clauses there are."""
BEYOND, WORSE, OPEN, BETTER, SAME, UNTRIED = "beyond", "worse", "open", "better", "same", "untried"
"""What became of a clause; `beyond` is a regression beyond the charter."""
WORDS = {
    BEYOND: "lost, beyond the charter",
    WORSE: "fewer hold, within the charter",
    OPEN: "no longer shown; chance may explain it",
    BETTER: "better",
    SAME: "no difference beyond chance",
    UNTRIED: "not tried",
}


@dataclass(frozen=True, slots=True)
class Stood:
    """How one of two models came out in a clause, if these were gate cases of a first attempt."""

    verdict: str
    n: int
    held: int
    unknown: int
    low: float
    """One-sided bounds at the charter's confidence, in what the criterion compares, as a report draws them."""
    high: float
    point: float | None
    """What was measured, in the same; None of a gap between groups."""


@dataclass(frozen=True, slots=True)
class Part:
    """A class, or a group of people, in one clause."""

    name: str
    n: int
    parent: int
    """Cases that the parent held."""
    child: int
    pairs: Pairs

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        counts = {name: getattr(self, name) for name in ("name", "n", "parent", "child")}
        return {**counts, **self.pairs.to_json()}


@dataclass(frozen=True, slots=True)
class Beside:
    """One clause of both models."""

    name: str
    require: str
    because: str
    severity: str
    advisory: bool
    parent: Stood
    child: Stood
    pairs: Pairs | None
    """Cases that were lost and won; None of a clause that a clock decides."""
    change: str
    """A key of `WORDS`."""
    parts: tuple[Part, ...] = ()
    """Groups where the source names some, else classes."""
    grouped: bool = False
    sizes: tuple[Curve, ...] = ()
    """Parent's and child's share by the size of the change, where the clause tries several."""
    doubt: float = UNLIKELY
    """Of the sign tests of this clause: the clauses share `UNLIKELY`, and so do the groups of all of them."""

    @property
    def said(self) -> str:
        """What became of it, in words."""
        if self.change == SAME and self.pairs is None:
            return "a clock decides: see the latency"
        return WORDS[self.change]

    @property
    def short(self) -> bool:
        """Whether it could block the child's deploy, were these gate cases."""
        return not self.advisory and self.child.verdict != "held"

    @property
    def fallen(self) -> tuple[Part, ...]:
        """Groups in which fewer hold than chance explains, those of all clauses tested together."""
        return tuple(one for one in self.parts if fell(one.pairs, self.doubt / len(self.parts))) if self.grouped else ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plain = {name: getattr(self, name) for name in ("name", "require", "severity", "advisory", "change", "said")}
        both = {"parent": asdict(self.parent), "child": asdict(self.child)}
        told = None if self.pairs is None else self.pairs.to_json()
        parts = {"groups" if self.grouped else "classes": [one.to_json() for one in self.parts]}
        return {**plain, **both, "pairs": told, **parts}


@dataclass(frozen=True, slots=True)
class Descent:
    """A child beside its parent."""

    what: str
    """Which cases: `rehearsal` or `kept`."""
    cases: int
    clauses: tuple[Beside, ...]
    timing: Timing | None
    notes: tuple[str, ...]
    """What could not be tried, and why."""
    pilot: tuple[Row, ...]
    """The child's rates and prices, for the plan of its gate."""

    @property
    def beyond(self) -> tuple[str, ...]:
        """Clauses that can block a deploy and were lost beyond the charter."""
        return tuple(one.name for one in self.clauses if one.change == BEYOND and not one.advisory)

    @property
    def sentence(self) -> str:
        """What it comes to, in words."""
        short = [f"{one.name} ({one.child.verdict})" for one in self.clauses if one.short]
        still = f" On these cases the child is not shown to hold {', '.join(short)}." if short else ""
        if self.beyond:
            return f"Beyond the charter, the child loses what its parent had: {', '.join(self.beyond)}.{still}"
        fallen = [f"{one.name} for {part.name}" for one in self.clauses for part in one.fallen]
        groups = f" Fewer hold in a group: {', '.join(fallen)}." if fallen else ""
        worse = [one.name for one in self.clauses if one.change == WORSE]
        lost = f" Within it, fewer cases hold: {', '.join(worse)}." if worse else ""
        return f"Nothing that the parent held is lost beyond the charter.{lost}{groups}{still}"

    @property
    def where(self) -> str:
        """On which cases, and what that is worth, in words."""
        if self.what == "rehearsal":
            return f"{self.cases:,} rehearsal cases, which neither model has learned from"
        return f"{self.cases:,} training cases that were kept aside: the parent may have learned from them"

    @property
    def clocked(self) -> str:
        """How long an answer takes, in words; empty if it was not measured."""
        one = self.timing
        if one is None:
            return ""
        ends = f"{one.low:.2f} to {one.high:.2f}, 95 %"
        ratio = f"{one.ratio:.2f} times the parent's in the median of {one.cases} cases ({ends})"
        return f"Latency here, one case at a time: {1000 * one.child:.3g} ms, {ratio}."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "with": "parent",
            "on": self.what,
            "cases": self.cases,
            "beyond": list(self.beyond),
            "clauses": [one.to_json() for one in self.clauses],
            "latency": None if self.timing is None else self.timing.to_json(),
            "notes": list(self.notes),
            "test": f"exact two-sided sign test; {UNLIKELY} over all clauses together",
        }


def changed(wanted: Criterion, verdicts: tuple[str, str], differ: Pairs | None, doubt: float) -> str:
    """Return what became of a clause from parent to child, a key of `WORDS`.

    Beyond the charter is: a proven breach of what the parent held; a verdict that is worse, with more cases lost than
    chance explains; and, where the charter itself asks for a difference to the baseline, a proven fall below it.

    Args:
        wanted: What the charter asks.
        verdicts: Of the parent and of the child.
        differ: Cases that were lost and won.
        doubt: Of the sign test.
    """
    before, after = verdicts
    if "untried" in verdicts:
        return UNTRIED
    if wanted.baseline and after == "breached":
        return BEYOND
    lost, step = differ is not None and fell(differ, doubt), RANK[after] - RANK[before]
    if step < 0:
        return BEYOND if lost or (before, after) == ("held", "breached") else OPEN
    if lost:
        return WORSE
    rose = differ is not None and fell(Pairs(differ.won, differ.lost), doubt)
    return BETTER if rose or step > 0 else SAME


def fell(differ: Pairs, doubt: float) -> bool:
    """Return whether more cases were lost than chance explains at this doubt."""
    return differ.lost > differ.won and differ.chance < doubt
