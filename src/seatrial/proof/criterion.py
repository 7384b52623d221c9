"""The one parser of criteria: `held_rate >= 0.6 at 95%`.

    criterion := expr (">=" | "<=") number [unit] "at" number "%" ["per" name]
    expr      := metric ["-" "baseline"]
    metric    := name ["(" metric {"," metric} ")"]
    name      := [A-Za-z_][A-Za-z0-9_.]*

Numbers stay decimal text, so that nothing is lost on the way into exact arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from seatrial.errors import CriterionError, Problem

UNITS = {"": Fraction(1), "%": Fraction(1, 100), "s": Fraction(1), "ms": Fraction(1, 10**3), "us": Fraction(1, 10**6)}
"""What one of each unit is, in what metrics are recorded in (shares, seconds)."""

_TOKEN = re.compile(r"\s*(?:(>=|<=|[(),%-])|([A-Za-z_][A-Za-z0-9_.]*)|([0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?))")
_QUANTILE = re.compile(r"p([1-9][0-9]?(?:\.[0-9]{1,3})?)")
_FORM = "write it like `held_rate >= 0.95 at 95%`"
_DIGITS = 18
_NESTED = 8


@dataclass(frozen=True, slots=True)
class Criterion:
    """What must hold, and how sure one must be; `str` gives its canonical text."""

    metric: str
    """Name of the metric, or of the function over metrics: `held_rate`, `mean`, `p99`, `gap`."""
    arguments: tuple[str, ...]
    """Canonical text of each argument: `("latency",)`."""
    baseline: bool
    """Whether the baseline is subtracted."""
    comparison: str
    """`>=` or `<=`."""
    number: str
    """Decimal text, normalised."""
    unit: str
    """Empty, `%`, or a name."""
    percent: str
    """Confidence in percent, decimal text: above 50, below 100."""
    per: str
    """Unit of inference; empty is one case."""

    def __str__(self) -> str:
        """Return the canonical text, a fixed point of `parse`."""
        unit = self.unit if self.unit in ("", "%") else f" {self.unit}"
        per = f" per {self.per}" if self.per else ""
        return f"{self.expression} {self.comparison} {self.number}{unit} at {self.percent}%{per}"

    @property
    def expression(self) -> str:
        """The left side."""
        inner = f"({', '.join(self.arguments)})" if self.arguments else ""
        return f"{self.metric}{inner}{' - baseline' if self.baseline else ''}"

    @property
    def limit(self) -> Fraction:
        """The number, exactly, in what the metric is recorded in."""
        return Fraction(self.number) * UNITS.get(self.unit, Fraction(1))

    @property
    def alpha(self) -> Fraction:
        """The doubt that is left: 1 - confidence."""
        return 1 - Fraction(self.percent) / 100

    @property
    def clustered(self) -> bool:
        """Whether the unit of inference is another than one case: a person, a session, whatever was declared."""
        return self.per not in ("", "case")

    @property
    def quantile(self) -> Fraction | None:
        """The share that a quantile leaves below it (`p99` -> 99/100); None for anything else."""
        found = _QUANTILE.fullmatch(self.metric) if len(self.arguments) == 1 else None
        return Fraction(found.group(1)) / 100 if found else None


def parse(text: str) -> Criterion:
    """Return the criterion that a text says.

    Raises:
        CriterionError: If it says none, with what to write instead.

    Examples:
        >>> criterion = parse("held_rate>=0.60 at 95 %")
        >>> str(criterion), criterion.limit, criterion.alpha
        ('held_rate >= 0.6 at 95%', Fraction(3, 5), Fraction(1, 20))
    """
    return _Reader(text).criterion()


def bounded(criterion: Criterion) -> str | None:
    """Return why this release cannot judge a criterion, or None if it can.

    Judged are `held_rate`, `mean(<metric>)` with values in 0..1, and quantiles `p99(<metric>)`, each per case or per
    declared unit; the first two also as a difference to the baseline; and `gap(held_rate)`, `gap(<metric>)`.
    """
    if criterion.unit not in UNITS:
        return f"`{criterion.unit}` is no known unit; known are {', '.join(unit for unit in UNITS if unit)}"
    if criterion.metric == "gap":
        return _no_gap(criterion)
    return _unjudged(criterion)


def _unjudged(criterion: Criterion) -> str | None:
    """Return why an expression has no bound, or its limit none that can be met."""
    if criterion.quantile is None and criterion.metric not in ("held_rate", "mean"):
        judged = "held_rate, mean(...), p99(...) and gap(...)"
        return f"`{criterion.expression}` has no bound in this release; judged are {judged}"
    if criterion.metric == "held_rate" and criterion.arguments:
        return "held_rate takes no arguments"
    if criterion.metric != "held_rate" and (len(criterion.arguments) != 1 or "(" in criterion.arguments[0]):
        return f"{criterion.metric} takes the name of one metric, like {criterion.metric}(score)"
    if criterion.quantile is not None:
        return "the difference of two quantiles is not judged; ask for each by a number" if criterion.baseline else None
    return _difference(criterion) if criterion.baseline else _share(criterion)


def _no_gap(criterion: Criterion) -> str | None:
    """Return why a gap between groups cannot be judged."""
    if criterion.baseline:
        return "a gap has no difference to a baseline; ask for the gap itself, or for the difference per model"
    if criterion.clustered:
        return "a gap is judged per case: the column of groups says which cases are compared"
    if len(criterion.arguments) != 1 or "(" in criterion.arguments[0]:
        return "gap takes the name of one metric, like gap(held_rate)"
    if criterion.comparison != "<=":
        return "a gap is asked to be small: write `gap(held_rate) <= 0.05 at 95%`"
    return _share(criterion)


def _difference(criterion: Criterion) -> str | None:
    """Return why a limit cannot be that of a difference of two shares."""
    if criterion.unit not in ("", "%"):
        return f"{criterion.expression} is a difference of shares: it has no unit but %"
    if not -1 < criterion.limit < 1:
        text = f"{criterion.number}{criterion.unit}"
        return f"{criterion.expression} lies between -1 and 1; a limit of {text} can never be proved, or says nothing"
    return None


def _share(criterion: Criterion) -> str | None:
    """Return why a limit cannot be that of a share."""
    if criterion.unit not in ("", "%"):
        return f"{criterion.expression} is a share: it has no unit but %"
    if criterion.limit in (0, 1):
        return f"{criterion.expression} {criterion.comparison} {criterion.number} can never be proved, or says nothing"
    if not 0 < criterion.limit < 1:
        return f"{criterion.expression} lies between 0 and 1; {criterion.number}{criterion.unit} does not"
    return None


class _Reader:
    """Takes one token after the other."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def criterion(self) -> Criterion:
        metric, arguments = self._metric(0)
        baseline = self._word("-")
        if baseline and not self._word("baseline"):
            self._fail("after `-` only `baseline` can stand")
        comparison = self._take("`>=` or `<=`", lambda token: token in (">=", "<="))
        number = self._number()
        unit = self._unit()
        if not self._word("at"):
            self._fail("`at` and the confidence in percent are missing, like `at 95%`")
        percent = self._number()
        if not self._word("%"):
            self._fail("`%` is missing after the confidence")
        per = self._take("a name", _is_name) if self._word("per") else ""
        if self._text[self._at :].strip():
            self._fail("there is more than a criterion")
        if not 50 < Fraction(percent) < 100:
            self._fail(f"a confidence lies above 50% and below 100%, not at {percent}%")
        return Criterion(metric, arguments, baseline, comparison, number, unit, percent, per)

    def _metric(self, depth: int) -> tuple[str, tuple[str, ...]]:
        if depth > _NESTED:
            self._fail("metrics are nested too deep")
        name = self._take("the name of a metric", _is_name)
        if not self._word("("):
            return name, ()
        arguments = [self._argument(depth)]
        while self._word(","):
            arguments.append(self._argument(depth))
        if not self._word(")"):
            self._fail("`)` is missing")
        return name, tuple(arguments)

    def _argument(self, depth: int) -> str:
        name, arguments = self._metric(depth + 1)
        return f"{name}({', '.join(arguments)})" if arguments else name

    def _number(self) -> str:
        sign = "-" if self._word("-") else ""
        text = self._take("a number", lambda token: token[0].isdigit() or token[0] == ".")
        if "e" in text or "E" in text:
            self._fail(f"write {text} without an exponent")
        whole, _, part = text.partition(".")
        whole, part = whole.lstrip("0") or "0", part.rstrip("0")
        if len(whole + part) > _DIGITS:
            self._fail(f"a number has at most {_DIGITS} digits")
        plain = f"{whole}.{part}" if part else whole
        return plain if plain == "0" else sign + plain

    def _unit(self) -> str:
        if self._word("%"):
            return "%"
        return "" if self._peek() == "at" or not _is_name(self._peek()) else self._take("a unit", _is_name)

    def _peek(self) -> str:
        found = _TOKEN.match(self._text, self._at)
        return found.group().strip() if found else ""

    def _word(self, word: str) -> bool:
        if self._peek() != word:
            return False
        self._take(word, lambda token: token == word)
        return True

    def _take(self, what: str, fits: object) -> str:
        found = _TOKEN.match(self._text, self._at)
        token = found.group().strip() if found else ""
        if not found or not callable(fits) or not fits(token):
            self._fail(f"{what} is expected at {self._text[self._at :].strip()[:20]!r}")
        self._at = found.end() if found else self._at
        return token

    def _fail(self, what: str) -> None:
        raise CriterionError(Problem(f"`{self._text[:120]}`", what, _FORM))


def _is_name(token: str) -> bool:
    return token[:1].isalpha() or token[:1] == "_"
