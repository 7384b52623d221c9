"""What a gate gives back in Python: the decision, its clauses and cases as tables, the worst cases, drawings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seatrial.decision.decision import WORST_FIRST
from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.log import Log
from seatrial.plugins import lacking
from seatrial.proof.canonical import loads
from seatrial.reports import notebook
from seatrial.reports.figures import figures
from seatrial.reports.notebook import Plot
from seatrial.reports.reporter import Dossier, Example, Judged
from seatrial.verbs.dossier import Gathered, gathered, worst_cases
from seatrial.verbs.groups import called, class_names, group_names
from seatrial.verbs.outputs import rendered
from seatrial.verbs.rows import BROKEN, HELD, UNKNOWN
from seatrial.verbs.worst import in_words, stages

if TYPE_CHECKING:
    import pandas as pd

FRAMES = ("clauses", "cases")
"""What `to_frame` makes a table of."""
_CAME = {HELD: "held", UNKNOWN: "unknown", BROKEN: "broken"}
_COLUMNS = ("score", "queries", "forwards", "backwards", "seconds")


@dataclass(frozen=True, slots=True)
class Worst:
    """One of the worst cases of a clause; a notebook shows it as a picture, a row, a text or a signal."""

    clause: str
    example: Example = field(repr=False)

    @property
    def case(self) -> str:
        """Hex digest of the case."""
        return self.example.case

    def __str__(self) -> str:
        """Return one line: the case, what it is, what it was taken for, by what."""
        one = self.example
        return f"{one.case[:12]}: {one.label or 'broken'} -> {one.after} ({one.adversary}, {self.clause})"

    def _repr_html_(self) -> str:
        return notebook.example_card(self.example, self.clause)


@dataclass(frozen=True, slots=True)
class Gated:
    """A decision, and where its reports are.

    In a notebook it shows itself as a card; `to_frame`, `worst` and `plot` go on from there.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> gated.decision, gated.exit_code
        ('deploy', 0)
        >>> gated.to_frame()[["clause", "verdict", "n"]]
          clause verdict   n
        0  clean    held  60
        1  noise    held  60
        >>> len(gated.to_frame("cases"))
        120
        >>> gated.worst()
        []
        >>> gated.plot().save("clauses.svg").name
        'clauses.svg'
    """

    dossier: Dossier = field(repr=False)
    seq: int
    """Entry of the decision."""
    folder: Path
    """Where `report.html` and `report.json` are."""
    log: str | None = field(default=None, repr=False)
    """Address of the log that the decision is in: what cases are read from."""

    @property
    def decision(self) -> str:
        """`deploy`, `hold` or `reject`."""
        return self.dossier.decision

    def __str__(self) -> str:
        """Return the decision in one sentence."""
        return self.dossier.sentence

    @property
    def exit_code(self) -> int:
        """0 deploy, 3 hold, 6 reject."""
        return self.dossier.exit_code

    def to_json(self) -> dict[str, Any]:
        """Return the JSON report, with the place of the files."""
        value: dict[str, Any] = loads(rendered("json", self.dossier))
        return {**value, "entry": self.seq, "folder": str(self.folder)}

    def _repr_html_(self) -> str:
        return notebook.verdict_card(self.dossier, page=str(self.folder / "report.html"))

    def to_frame(self, of: str = "clauses") -> pd.DataFrame:
        """Return a pandas table.

        Args:
            of: `clauses`, one row for each, or `cases`, one row for each case of each clause.

        Raises:
            MissingExtra: If pandas is not installed.
            InputError: If `of` is neither, or cases are asked for and the log is not known.
        """
        if of not in FRAMES:
            raise InputError(Problem("to_frame", f"there is no table of {of!r}", meant(of, FRAMES)))
        try:
            import pandas as pd  # noqa: PLC0415 - an extra, needed for tables only
        except ModuleNotFoundError as error:
            raise lacking("pandas", "to_frame") from error
        found = map(_clause, self.dossier.clauses) if of == "clauses" else self._cases()
        return pd.DataFrame.from_records(list(found))

    def worst(self, n: int = 6, *, clause: str = "") -> list[Worst]:
        """Return the worst cases whose bytes were kept, those of the worst clause first.

        Args:
            n: How many at most.
            clause: Of this clause only; empty for all.

        Raises:
            InputError: If there is no such clause, or the log is not known.
        """
        wanted = [self._known(clause)] if clause else sorted(self._names, key=self._rank)
        log, found = self._opened()
        made = list[Worst]()
        for name in wanted:
            room = n - len(made)
            here = worst_cases(log, found, name, most=max(room, 0))
            made += [Worst(name, one) for one in here]
        return made

    def plot(self, clause: str = "") -> Plot:
        """Return a drawing: all clauses, or one by the size of the change (its interval, if it tried fewer than two).

        It is drawn without a display and without another package; `save` writes it as a file.

        Args:
            clause: Name of a clause; empty for all.

        Raises:
            InputError: If there is no such clause.
        """
        return notebook.plot(self.dossier, self._known(clause) if clause else "")

    @property
    def _names(self) -> list[str]:
        return [clause.name for clause in self.dossier.clauses]

    def _known(self, name: str) -> str:
        if name not in self._names:
            raise InputError(Problem("clause", f"there is no clause {name!r}", meant(name, self._names)))
        return name

    def _rank(self, name: str) -> int:
        verdict = next(clause.verdict for clause in self.dossier.clauses if clause.name == name)
        return WORST_FIRST.index(verdict)

    def _opened(self) -> tuple[Log, Gathered]:
        if self.log is None:
            raise InputError(Problem("log", "this result does not say where its log is", "gate or judge again"))
        log = Log.open(self.log)
        return log, gathered(log, self.seq)

    def _cases(self) -> Iterator[dict[str, Any]]:
        _, found = self._opened()
        for clause in self.dossier.clauses:
            yield from _rows(found, clause)


def _clause(clause: Judged) -> dict[str, Any]:
    """Return one clause as a row; a number that is not to be believed is None."""
    numbers = figures(clause)
    told = {"clause": clause.name, "verdict": clause.verdict, "severity": clause.severity, "require": clause.require}
    counts = {"n": clause.n, "held": clause.held, "unknown": clause.unknown, "wrong": clause.wrong}
    return {
        **told,
        **counts,
        "measured": numbers.point if numbers else None,
        "low": numbers.low if numbers else None,
        "high": numbers.high if numbers else None,
        "bound": numbers.strict if numbers else None,
        "asked": numbers.limit if numbers else clause.limit,
        "advisory": clause.advisory,
        "waived": clause.waived,
        "weaker": clause.weaker,
        "queries": clause.queries,
        "remedy": clause.remedy,
    }


def _rows(found: Gathered, clause: Judged) -> Iterator[dict[str, Any]]:
    """Yield one row for each case of a clause."""
    seen, names, tried = found.rows[clause.name], class_names(found.plan), stages(found.plan.promise(clause.name))
    came = seen.outcomes(clause.require).tolist() if len(seen) else []
    stage = seen.columns["stage"].tolist() if "stage" in seen.columns else [-1] * len(seen)
    columns = {name: seen.columns[name].tolist() for name in _COLUMNS if name in seen.columns}
    labels = seen.columns["label"].tolist() if "label" in seen.columns else [None] * len(seen)
    groups = group_names(seen)
    for at, case in enumerate(seen.cases):
        trying, adversary = tried[stage[at]] if stage[at] >= 0 else (None, "")
        yield {
            "clause": clause.name,
            "case": case.hex(),
            "label": None if labels[at] is None else called(str(labels[at]), names),
            "group": groups[at] if groups else None,
            "outcome": _CAME[came[at]],
            "broke": adversary if trying else "untouched" if stage[at] == -2 else "",
            "threat": in_words(trying.threat) if trying else "",
            **{name: values[at] for name, values in columns.items()},
        }
