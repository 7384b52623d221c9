"""Reports that a command was asked to write beside its own: `junit=report.xml`, `markdown=-`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial import plugins
from seatrial.errors import InputError, Problem, SeatrialError
from seatrial.reports.reporter import Dossier
from seatrial.stores.whole import write_whole

STDOUT = "-"
REHEARSED = ("junit", "markdown", "sarif")
"""Formats that say of a rehearsal that it is none of a decision."""


@dataclass(frozen=True, slots=True)
class Output:
    """One report that is wanted."""

    format: str
    """Id on the shelf of reporters."""
    place: Path | None
    """The file; None is standard output."""


def outputs(words: Sequence[str], *, printed: bool = False, known: Sequence[str] = ()) -> tuple[Output, ...]:
    """Return what reports are wanted, looked through before anything runs.

    Args:
        words: Each `FORMAT=FILE`.
        printed: Whether standard output is taken already.
        known: Formats to choose from; all on the shelf by default.

    Raises:
        InputError: With all that is wrong: an unknown format, a folder that is not there, two reports for one place.
    """
    found = [_output(word) for word in words]
    problems = [problem for one in found for problem in _wrong(one, known)]
    places = [one.place for one in found] + ([None] if printed else [])
    for place in dict.fromkeys(place for place in places if places.count(place) > 1):
        where = "standard output" if place is None else str(place)
        problems.append(Problem("--report", f"two reports would go to {where}", "give each a place of its own"))
    if problems:
        raise InputError(*problems)
    return tuple(found)


def placed(place: Path, where: str) -> Path:
    """Return a file that is to be written, if its folder is there.

    Args:
        place: The file.
        where: The option or argument that names it.

    Raises:
        InputError: If it is a folder, or lies in none.
    """
    if problems := list(_misplaced(place, where)):
        raise InputError(*problems)
    return place


def rendered(name: str, dossier: Dossier) -> bytes:
    """Return a report, of the reporter with this id.

    Raises:
        PluginError: If there is none.
    """
    made: bytes = plugins.find("reports", name).make().render(dossier)
    return made


def written(wanted: Sequence[Output], dossier: Dossier) -> tuple[bytes, ...]:
    """Write the reports that have a file, and return those for standard output."""
    shown = []
    for one in wanted:
        data = rendered(one.format, dossier)
        if one.place is None:
            shown.append(data)
        else:
            write_whole(one.place, data)
    return tuple(shown)


def _output(word: str) -> Output:
    name, _, place = word.partition("=")
    return Output(name, None if place == STDOUT else Path(place))


def _wrong(one: Output, known: Sequence[str]) -> Iterator[Problem]:
    place = one.place
    if place is not None and not place.name:
        yield Problem("--report", f"{one.format!r} names no file", f"write it like {one.format or 'junit'}=FILE")
    elif place is not None:
        yield from _misplaced(place, "--report")
    try:
        plugins.find("reports", one.format)
    except SeatrialError as error:
        yield from error.problems
        return
    if known and one.format not in known:
        what = f"{one.format} would show a rehearsal as a decision"
        yield Problem("--report", what, f"there are {', '.join(known)}")


def _misplaced(place: Path, where: str) -> Iterator[Problem]:
    if place.is_dir() or not place.parent.is_dir():
        what = "is a folder" if place.is_dir() else "lies in a folder that is not there"
        yield Problem(where, f"{place} {what}", "name a file in a folder that exists")
