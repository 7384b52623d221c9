"""Lessons: labelled cases from service, from rehearsals and from opened gate cases, for a model to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seatrial.cases import lessons as shelf
from seatrial.cases.cases import Cases
from seatrial.cases.lessons import FOLDER, Lesson, Lessons, Together
from seatrial.errors import CasesError, InputError, LogError, Problem
from seatrial.evidence.log import Log
from seatrial.records.batch import Batch
from seatrial.records.event import Listener, Phase, silent
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.gleaned import New, of_attempt, of_file, of_rehearsal
from seatrial.verbs.project import Project, Tried, compiled, open_log, opened, tried
from seatrial.verbs.rehearse import known
from seatrial.verbs.sealing import Sealed, mislabelled, outside, problems, refused, sealed
from seatrial.verbs.told import told


@dataclass(frozen=True, slots=True)
class Added:
    """What became of new cases."""

    version: Lessons
    """The newest version."""
    added: int
    doubled: int
    """Already among the lessons or the training cases, or there twice."""
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Reason -> cases that were left out."""

    @property
    def sentence(self) -> str:
        """It in words."""
        twice = f", {self.doubled:,} known already" if self.doubled else ""
        left = f", {sum(self.dropped.values()):,} left out" if self.dropped else ""
        whole = f"{len(self.version):,} lessons ({counted(self.version)}), version {self.version.digest}"
        return f"{self.added:,} added{twice}{left}. Now there are {whole}."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        counts = {"added": self.added, "known": self.doubled, "left_out": dict(self.dropped)}
        return {**counts, "version": self.version.told()}


@dataclass(frozen=True, slots=True)
class Learned:
    """Lessons that a model learns from."""

    version: Lessons
    batch: Batch[Any] = field(repr=False)

    def after(self, cases: Cases) -> Cases:
        """Return training cases with the lessons after them."""
        return Together(cases, self.batch, self.version.origins)


def counted(version: Lessons) -> str:
    """Return how many lessons are from where, in words."""
    return ", ".join(f"{count:,} from {name}" for name, count in version.counts.items()) or "none"


@dataclass(frozen=True, slots=True)
class Listing:
    """The lessons of a project."""

    version: Lessons
    versions: tuple[shelf.Version, ...]
    """Oldest first."""

    @property
    def sentence(self) -> str:
        """It in words."""
        if not len(self.version):
            return "There are no lessons yet. `seatrial lessons add FILE` adds labelled cases from service."
        return f"{len(self.version):,} lessons ({counted(self.version)}), version {self.version.digest}"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        past = [{"digest": one.digest, "cases": one.lessons} for one in self.versions]
        rows = [
            {"case": one.case, "label": one.label, "from": one.source, "told": one.told} for one in self.version.rows
        ]
        return {**self.version.told(), "versions": past, "lessons": rows}

    def _repr_html_(self) -> str:
        rows = tuple((one.case[:12], str(one.label), one.source, one.told) for one in self.version.rows[:50])
        return sheet_card(Sheet(self.sentence, ("Lesson", "Label", "From", "What"), rows))


def add(
    path: Path | str,
    files: Sequence[Path | str] = (),
    *,
    rehearsal: bool = False,
    attempt: str | int | None = None,
    clauses: Sequence[str] = (),
    weights: str | None = None,
    drop: bool = False,
    log: str | None = None,
    hear: Listener = silent,
) -> Added:
    """Add lessons: labelled cases in files, what an adversary made in a rehearsal, or of the cases of an attempt.

    Args:
        path: The charter, or the folder that it lies in.
        files: Files or folders of the kind that the charter's cases are, or `.npz` files with `x` and `y`.
        rehearsal: Whether to take what broke the model in a rehearsal; one that was just done is not done again.
        attempt: Decision whose opened gate cases are meant (`last`, an entry): what broke the model there.
        clauses: Of rehearsal and attempt only these clauses.
        weights: Weights that are rehearsed instead of the charter's.
        drop: Whether to leave out rows that may not be learned from, instead of adding none.
        log: Folder of the log, if not the default.
        hear: Is told what happens.

    Raises:
        InputError: If nothing is named to be added.
        CasesError: With all rows that may not be learned from, or have no label; nothing is added then.
    """
    if not (files or rehearsal or attempt is not None):
        raise InputError(Problem("", "nothing is named to be learned from", "name a file, --rehearsal or --attempt"))
    project = opened(path, weights=weights)
    known(project, clauses)
    hear = told(hear)
    model, kept = tried(project, hear=hear), there(project, log)
    plan = compiled(project, model).plan
    found = [("production", one) for file in files for one in (of_file(project, model, Path(file)),)]
    if rehearsal:
        found += [("rehearsal", one) for one in of_rehearsal(project, model, clauses, hear)]
    if attempt is not None:
        found += [("gate", one) for one in of_attempt(project, model, (attempt, clauses), log)]
    hear(Phase("looking whether they may be learned from"))
    what = sealed(project.charter, model, plan, kept)
    with shelf.alone(project.scratch(FOLDER, "adding")):
        return _added(model, what, found, shelf.lessons(project.folder / FOLDER), drop=drop)


def _added(model: Tried, what: Sealed, found: Sequence[tuple[str, New]], version: Lessons, *, drop: bool) -> Added:
    """Add what is found to a version, or refuse all of it."""
    wrong, left, doubled, size = list[Problem](), dict[str, int](), 0, len(version)
    for name, new in found:
        before = {bytes.fromhex(one.case): one.label for one in version.rows}
        bad = mislabelled(model, new.batch, before)
        bad |= outside(model, new.batch) if name == "production" else {}
        bad |= refused(what, new.batch, new.origins, made=name != "production")
        if bad and name == "production" and not drop:
            wrong += problems("lessons", bad, new.told)
            continue
        out = {row for rows in bad.values() for row in rows}
        left |= {reason: left.get(reason, 0) + len(rows) for reason, rows in bad.items()}
        fresh = _fresh(new, out, {*before, *model.pools.training})
        doubled += len(new.batch) - len(out) - len(fresh.batch)
        if len(fresh.batch):
            version = version.with_batch(fresh.batch, name, origins=fresh.origins, told=fresh.told)
    if wrong:
        raise CasesError(*wrong)
    if len(version) > size:
        shelf.kept(version)
    return Added(version, len(version) - size, doubled, left)


def listing(path: Path | str, version: str = "") -> Listing:
    """Return the lessons of a project.

    Args:
        path: The charter, or the folder that it lies in.
        version: A digest, or its beginning; the newest by default.
    """
    folder = opened(path).folder / FOLDER
    return Listing(shelf.lessons(folder, version), shelf.versions(folder))


def remove(path: Path | str, cases: Sequence[str] = (), *, unfit: bool = False, log: str | None = None) -> Added:
    """Take lessons out again, and return what is left as a new version; older versions stay.

    Args:
        path: The charter, or the folder that it lies in.
        cases: Their digests, or the beginnings of them.
        unfit: Whether to take out all that may not be learned from any more.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If nothing is named, or there is no such lesson.
    """
    project = opened(path)
    if not (cases or unfit):
        raise InputError(Problem("", "nothing is named to be taken out", "name a lesson, or --unfit"))
    with shelf.alone(project.scratch(FOLDER, "adding")):
        version = shelf.lessons(project.folder / FOLDER)
        gone = {_one(version, word).case for word in cases}
        if unfit and len(version):
            model = tried(project)
            gone |= {version.rows[row].case for rows in _unfit(project, model, version, log).values() for row in rows}
        left = Lessons(version.folder, tuple(one for one in version.rows if one.case not in gone))
        shelf.kept(left)
    return Added(left, 0, 0, {"taken out": len(gone)} if gone else {})


def learned(project: Project, model: Tried, name: str, log: str | None) -> Learned | None:
    """Return a version of a project's lessons and its cases, looked through once more; None if there are none.

    Args:
        project: Where they are.
        model: Whose cases must not be among them.
        name: Which version; the newest if it is empty.
        log: Folder of the log, if not the default.

    Raises:
        CasesError: If one may not be learned from by now: the cases or their shares have changed since it was added.
    """
    version = shelf.lessons(project.folder / FOLDER, name)
    if not len(version):
        return None
    if bad := _unfit(project, model, version, log):
        told_ = tuple(f"{one.case[:12]} ({one.told})" for one in version.rows)
        found = problems("lessons", bad, told_)
        hint = "`seatrial lessons remove --unfit` takes them out; or --no-lessons"
        raise CasesError(*(Problem(one.where, one.what, hint) for one in found))
    return Learned(version, version.batch(model.cases.take(0, 1)))


def _unfit(project: Project, model: Tried, version: Lessons, log: str | None) -> dict[str, list[int]]:
    batch, origins = version.batch(model.cases.take(0, 1)), version.origins
    what = sealed(project.charter, model, compiled(project, model).plan, there(project, log))
    bad = mislabelled(model, batch, {})
    named = [case in origins for case in batch.ids]
    for made in (True, False):
        mine = [row for row, has in enumerate(named) if has == made]
        if mine:
            for reason, rows in refused(what, batch.take(mine), origins, made=made).items():
                bad.setdefault(reason, []).extend(mine[row] for row in rows)
    return bad


def there(project: Project, named: str | None) -> Log | None:
    """Return the log as it can be read; None if there is none."""
    try:
        return open_log(project, named, writing=False)
    except LogError:
        return None


def _one(version: Lessons, word: str) -> Lesson:
    text = word.removeprefix("sha256:")
    found = [one for one in version.rows if text and one.case.startswith(text)]
    if len(found) != 1:
        what = f"{len(found) or 'no'} lessons begin with {word!r}" if text else "an empty name is no lesson"
        raise InputError(Problem("lessons", what, "`seatrial lessons list` names them"))
    return found[0]


def _fresh(new: New, out: set[int], there_: set[bytes]) -> New:
    """Return what is new of some cases, each once."""
    rows, seen = list[int](), set(there_)
    for row, case in enumerate(new.batch.ids):
        if row not in out and case not in seen:
            rows.append(row)
            seen.add(case)
    return New(new.batch.take(rows), tuple(new.told[row] for row in rows), new.origins)
