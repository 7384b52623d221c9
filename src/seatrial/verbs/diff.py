"""Two decisions side by side: of one log, or of files that somebody sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_type_hints

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load
from seatrial.errors import EvidenceError, InputError, Problem, StoreError
from seatrial.evidence import recorder
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof import canonical
from seatrial.records.finding import finding
from seatrial.reports.json import SCHEMA
from seatrial.reports.reporter import Comparison, Dossier, Judged, Tried
from seatrial.verbs.bundled import is_bundle, unbundled
from seatrial.verbs.compare import Side, compared
from seatrial.verbs.dossier import dossier, gathered, side
from seatrial.verbs.project import Project, open_log, opened
from seatrial.verbs.reference import referred


def diff(
    path: Path | str,
    *,
    before: str = "previous",
    after: str = "last",
    trust: Path | None = None,
    log: str | None = None,
) -> Comparison:
    """Return what changed from one decision to another.

    Args:
        path: The charter whose log is meant, or the folder that it lies in; it need not be there if both are files.
        before: `last`, `previous`, `deployed`, an entry of the log, or a file: a report.json, or a bundle.
        after: The same.
        trust: For bundles: the pinned trust.json; by default the one beside the bundle, or beside the charter.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If there is no such decision or file.
        EvidenceError: If a log or a bundle was changed.
    """
    reader = _Reader(Path(path), trust, log)
    return compared(reader.side(before, "the first run"), reader.side(after, "the second run"))


class _Reader:
    """Where decisions are read: the log is opened when the first one of it is asked for."""

    def __init__(self, path: Path, trust: Path | None, named: str | None) -> None:
        self._path, self._trust, self._named = path, trust, named
        self._project: Project | None = None
        self._log: Log | None = None

    def side(self, word: str, where: str) -> Side:
        """Return the decision that a word or a file names."""
        file = Path(word)
        if file.is_file():
            return self._file(file)
        if file.suffix in (".json", ".tar", ".bundle") or len(file.parts) > 1:
            raise InputError(Problem(where, f"there is no file {word}", "name a report.json, a bundle or an entry"))
        project, log = self._opened()
        return _side(log, referred(log, word, where=where), project.catalog)

    def _opened(self) -> tuple[Project, Log]:
        if self._project is None or self._log is None:
            self._project = opened(self._path)
            self._log = open_log(self._project, self._named, writing=False)
        return self._project, self._log

    def _file(self, file: Path) -> Side:
        data = file.read_bytes()
        if data[:1] == b"{":
            return Side(str(file), told(data, str(file)))
        if not is_bundle(file):
            hint = "`seatrial report --to json` writes the one, `seatrial export` the other"
            raise InputError(Problem(str(file), "is neither a report nor a bundle", hint))
        with TemporaryDirectory(prefix="seatrial-diff-") as scratch:
            log = unbundled(file, Path(scratch), self._path, self._trust)
            found = _side(log, _whole(log, str(file)), load(None))
        return Side(f"{file}, {found.name}", found.dossier, found.outcomes, found.cases)


def _side(log: Log, seq: int, catalog: Catalog) -> Side:
    found, said = gathered(log, seq), dossier(log, seq, catalog, alone=True)
    made_in = recorder.made_in(log, found.decision.run_result)
    return side(found, said if made_in is None else replace(said, environment=made_in.fields))


def _whole(log: Log, where: str) -> int:
    """Return the last decision whose blobs are all there: a bundle holds the whole log, and the blobs of one."""
    for seq in reversed(seqs(log.statements(), "decision")):
        try:
            gathered(log, seq)
        except StoreError:
            continue
        return seq
    raise InputError(Problem(where, "holds no decision with all that it rests on", "`seatrial export` writes one"))


def told(data: bytes, name: str) -> Dossier:
    """Return the dossier that a JSON report was written from, without its examples.

    Raises:
        InputError: If it is no such report.
    """
    try:
        said = canonical.loads(data.strip())
    except EvidenceError:
        said = None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        hint = "`seatrial report --to json -o report.json` writes one"
        raise InputError(Problem(name, f"is no report of the form {SCHEMA}", hint))
    try:
        clauses = tuple(_clause(one) for one in said["clauses"])
        return Dossier(**{**_known(Dossier, said), "clauses": clauses})
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(Problem(name, f"is not a whole report: {error}")) from error


def _clause(said: Mapping[str, Any]) -> Judged:
    """Return a clause; a number that is not there is null in a report."""
    tried = tuple(Tried(**_known(Tried, one)) for one in said["tried"])
    numbers = {name: float("nan") for name in ("limit", "low", "high", "strict") if said[name] is None}
    masking = tuple(finding(one) for one in said.get("masking", ()))
    return Judged(**{**_known(Judged, said), **numbers, "tried": tried, "examples": (), "masking": masking})


def _known(kind: type[Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain fields of a record: texts, numbers and mappings of them; those made of records stay away."""
    hints = get_type_hints(kind)
    plain = {field.name for field in fields(kind) if "seatrial." not in repr(hints[field.name])}
    return {name: value for name, value in said.items() if name in plain}
