"""A plugin of pytest: a test that rehearses a charter, in seconds, and says how to reproduce what broke.

    @pytest.mark.seatrial("charter.yaml", clauses=["noise"], cases=50)
    def test_the_model_holds(seatrial):
        assert seatrial["noise"].held >= 45

The mark rehearses and judges: the test fails before its body if a clause that can block is breached or untried.  Few
cases prove little, so what is only unproven passes, unless `strict=True`.  The fixture gives the same rehearsal.
Nothing is logged, spent or deployed by it.  pytest loads this file by an entry point; nothing heavy is imported
before a test asks for it.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import pytest

import seatrial

if TYPE_CHECKING:
    from seatrial.verbs.rehearse import Rehearsed, Row

FAILING = ("breached", "untried")
"""Verdicts that fail a test."""
MARK = (
    "seatrial(charter, clauses=(), cases=50, weights=None, strict=False): rehearse a charter; the test fails if a "
    "clause is breached or untried"
)
_CASES = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a mark asks for."""

    charter: Path
    clauses: tuple[str, ...] = ()
    """Only these; all if empty."""
    cases: int | None = _CASES
    """At most so many rehearsal cases; None is all."""
    weights: str | None = None
    strict: bool = False
    """Whether an unproven clause fails the test too."""

    @property
    def command(self) -> str:
        """What to type to see the same."""
        words = ["seatrial", "rehearse", _quoted(self.charter)]
        words += [] if self.cases is None else ["--cases", str(self.cases)]
        words += [word for name in self.clauses for word in ("--clause", name)]
        return " ".join([*words, *(["--weights", _quoted(self.weights)] if self.weights else [])])


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rehearsal showed."""

    asked: Asked
    rehearsed: Rehearsed

    def __getitem__(self, clause: str) -> Row:
        """Return the row of a clause: `verdict`, `n`, `held`, `unknown`, `require`."""
        return {row.name: row for row in self.clauses}[clause]

    @property
    def clauses(self) -> tuple[Row, ...]:
        """A row for each clause, in the order of the charter."""
        return self.rehearsed.clauses

    @property
    def would(self) -> str:
        """`deploy`, `hold` or `reject`, if these were gate cases."""
        return self.rehearsed.would

    @property
    def broken(self) -> tuple[str, ...]:
        """Clauses that fail a test: breached or untried, and able to block; with `strict`, unproven too."""
        failing = (*FAILING, "unproven") if self.asked.strict else FAILING
        told = self.rehearsed.dossier.clauses
        return tuple(one.name for one in told if one.verdict in failing and not one.advisory)

    def explain(self) -> str:
        """Return each broken clause with its counts, why it is asked, and how to reproduce it; empty if none broke."""
        said = {one.name: one for one in self.rehearsed.dossier.clauses}
        lines: list[str] = []
        for name in self.broken:
            row, one = self[name], said[name]
            unknown = f", {row.unknown:,} unknown" if row.unknown else ""
            lines += [f"{name} is {row.verdict}: {one.because}", f"  asked      {row.require}"]
            lines += [f"  measured   {row.held:,} of {row.n:,} rehearsal cases held{unknown}"]
            lines += [f"  broke it   {each.broke:,}: {each.title} ({each.threat})" for each in one.tried if each.broke]
            lines += [f"  broke it   {one.wrong:,}: wrong before any attack"] if one.wrong else []
            lines += [f"  why        {one.settle}"] if one.settle else []
            lines += [f"  at         {self.asked.charter}:{self.rehearsed.dossier.lines.get(name, 1)}"]
        if lines:
            lines += [f"reproduce    {self.asked.command}"]
        return "\n".join(lines)


_Kept = dict[Asked, "Seen"]
_KEPT: pytest.StashKey[_Kept] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", MARK)
    config.stash[_KEPT] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Judge the rehearsal of a marked test before its body runs."""
    if item.get_closest_marker("seatrial") is None:
        return
    if told := _seen(item).explain():
        pytest.fail(told, pytrace=False)


@pytest.fixture(name="seatrial")
def rehearsal(request: pytest.FixtureRequest) -> Seen:
    """Return what the rehearsal of this test's mark showed; the same for every test that asks the same."""
    if request.node.get_closest_marker("seatrial") is None:
        pytest.fail('mark the test: @pytest.mark.seatrial("charter.yaml")', pytrace=False)
    return _seen(request.node)


def _seen(item: pytest.Item) -> Seen:
    kept, asked = item.config.stash[_KEPT], _asked(item)
    if asked not in kept:
        kept[asked] = _rehearsed(asked)
    return kept[asked]


def _rehearsed(asked: Asked) -> Seen:
    """Rehearse in this process, under the filters of warnings that the command line has."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            found = seatrial.rehearse(
                asked.charter,
                weights=asked.weights,
                cases=asked.cases,
                clauses=asked.clauses,
                executor="inline",
            )
    except seatrial.SeatrialError as error:
        pytest.fail(f"{error}\nreproduce    {asked.command}", pytrace=False)
    return Seen(asked, found)


def _asked(item: pytest.Item) -> Asked:
    mark = item.get_closest_marker("seatrial")
    named = ("charter", "clauses", "cases", "weights", "strict")
    given = {**dict(zip(named, mark.args, strict=False)), **mark.kwargs} if mark else {}
    strange = [*map(repr, mark.args[len(named) :]), *sorted(set(given) - set(named))] if mark else []
    if strange:
        pytest.fail(f"the mark seatrial takes {', '.join(named)}, not {', '.join(strange)}", pytrace=False)
    clauses: str | Sequence[str] = given.get("clauses", ())
    return Asked(
        charter=_found(item, given.get("charter", "charter.yaml")),
        clauses=(clauses,) if isinstance(clauses, str) else tuple(clauses),
        cases=given.get("cases", _CASES),
        weights=None if given.get("weights") is None else str(given["weights"]),
        strict=bool(given.get("strict", False)),
    )


def _found(item: pytest.Item, charter: str | Path) -> Path:
    """Return where a charter lies: beside the test's file, or below pytest's root folder."""
    places = [item.path.parent / charter, item.config.rootpath / charter]
    there = [place for place in places if place.exists()]
    if not there:
        pytest.fail(f"there is no charter {str(charter)!r}: looked for {places[0]} and {places[1]}", pytrace=False)
    return _short(there[0])


def _short(path: Path) -> Path:
    """Return a path as one would type it here."""
    here = Path.cwd()
    return path.resolve().relative_to(here) if path.resolve().is_relative_to(here) else path.resolve()


def _quoted(word: str | Path) -> str:
    return quote(str(word))
