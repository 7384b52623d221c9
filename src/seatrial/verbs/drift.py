"""What drifted between two environments: of two runs, or of a test and production."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence import recorder
from seatrial.evidence.drift import Drifted, drifted
from seatrial.evidence.environment import PACKED, packed
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.bundled import is_bundle, unbundled
from seatrial.verbs.capture import OURS, TOLD, Captured, capture, recorded, saved
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred

SERVED = ("flag.", "window")
"""Prefixes of what a user says of how a model is served."""
EXECUTOR = "setting.executor"
"""How a run was carried out; no byte depends on it, and only a run says it."""
HERE = "here"
"""The word for this machine now."""


@dataclass(frozen=True, slots=True)
class Drift:
    """Two environments, laid side by side."""

    before: str
    """What the first is: `entry 3 (of decision 4)`, a file, `here`."""
    after: str
    groups: tuple[Drifted, ...]
    """What drifted, worst first."""
    notes: tuple[str, ...]
    """What could not be compared."""

    @property
    def matters(self) -> bool:
        """Whether something drifted that can change what is answered or served."""
        return any(one.group.matters for one in self.groups)

    @property
    def sentence(self) -> str:
        """What drifted, in words."""
        if not self.groups:
            return f"Nothing drifted between {self.before} and {self.after}."
        counts = ", ".join(f"{len(one.told)} in {one.group.title}" for one in self.groups)
        can = "can" if self.matters else "cannot"
        return f"Drifted between {self.before} and {self.after}: {counts}. That {can} change what is answered."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        said = {"before": self.before, "after": self.after, "matters": self.matters, "sentence": self.sentence}
        return {**said, "groups": [one.to_json() for one in self.groups], "notes": list(self.notes)}

    def _repr_html_(self) -> str:
        rows = tuple(
            (group.group.title, one.name, one.before or "(absent)", one.after or "(absent)")
            for group in self.groups
            for one in group.differences
        )
        columns = ("Group", "Fact", self.before, self.after)
        return sheet_card(Sheet(self.sentence, columns, rows, notes=self.notes))


def drift(
    path: Path | str,
    *,
    before: str = "last",
    after: str = HERE,
    trust: Path | None = None,
    log: str | None = None,
    weights: str | None = None,
) -> Drift:
    """Return what drifted from one environment to another, worst first.

    Args:
        path: The charter whose log and target are meant, or the folder that it lies in.
        before: `here`; `last`, `previous`, `deployed`; an entry of the log (a decision, a run-result, an environment);
            a file that `seatrial env save` wrote; or a bundle, for what its last decision rests on.
        after: The same.
        trust: For bundles: the pinned trust.json; by default the one beside the bundle, or beside the charter.
        log: Folder of the log, if not the default.
        weights: For `here`: weights instead of the charter's.

    Raises:
        InputError: If there is no such entry or file, or nobody wrote down an environment.
        EvidenceError: If a log or a bundle was changed.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> found = seatrial.drift("charter.yaml", before="last", after="last")
        >>> found.matters
        False
    """
    reader = _Reader(Path(path), trust, log, weights)
    (named, old), (other, new) = reader.captured(before, "the first"), reader.captured(after, "the second")
    first, second, notes = comparable(old, new)
    return Drift(named, other, drifted(first, second), (*old.notes, *new.notes, *notes))


def comparable(old: Captured, new: Captured) -> tuple[Mapping[str, str], Mapping[str, str], tuple[str, ...]]:
    """Return two fingerprints without what one of them could not know, and notes on what that was."""
    first, second = old.fields, new.fields
    notes = []
    if old.asked != new.asked:
        first, second = _untold(first, second), _untold(second, first)
        notes.append("settings that only a loaded target tells are known of one side, and were not compared")
    if _served(first) != _served(second):
        first, second = _unserved(first), _unserved(second)
        notes.append("under which flags, and when, it is served was said of one side only, and was not compared")
    if EXECUTOR not in first or EXECUTOR not in second:
        first, second = ({name: text for name, text in one.items() if name != EXECUTOR} for one in (first, second))
    if (PACKED in first) != (PACKED in second):
        first, second = packed(first)[0], packed(second)[0]
        notes.append("of one side only the digest of its further packages is at hand")
    return first, second, tuple(notes)


def _served(fields: Mapping[str, str]) -> bool:
    return any(name.startswith(SERVED) for name in fields)


def _unserved(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if not name.startswith(SERVED)}


def _untold(fields: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """Return a fingerprint without what a loaded target tells, and without what loading it sets."""
    set_here = {name for name, text in OURS.items() if {fields.get(name, ""), other.get(name, "")} == {text, ""}}
    return {name: text for name, text in fields.items() if not name.startswith(TOLD) and name not in set_here}


class _Reader:
    """Where environments are found; the log is opened when the first entry is asked for."""

    def __init__(self, path: Path, trust: Path | None, named: str | None, weights: str | None) -> None:
        self._path, self._trust, self._named, self._weights = path, trust, named, weights

    def captured(self, word: str, where: str) -> tuple[str, Captured]:
        """Return what a word names, in words, and the environment."""
        file = Path(word)
        if word == HERE:
            return HERE, capture(self._path, weights=self._weights)
        if file.is_file():
            return self._file(file)
        if file.suffix in (".json", ".tar", ".bundle") or len(file.parts) > 1:
            hint = "name an entry of the log, `here`, a saved environment or a bundle"
            raise InputError(Problem(where, f"there is no file {word}", hint))
        return _entry(open_log(opened(self._path), self._named, writing=False), word, where)

    def _file(self, file: Path) -> tuple[str, Captured]:
        if not is_bundle(file):
            return str(file), saved(file)
        with TemporaryDirectory(prefix="seatrial-drift-") as scratch:
            log = unbundled(file, Path(scratch), self._path, self._trust)
            name, found = _entry(log, "last", str(file))
        return f"{file}, {name}", found


def _entry(log: Log, word: str, where: str) -> tuple[str, Captured]:
    """Return the environment that an entry of the log leads to."""
    statements = log.statements()
    seq = int(word) if word.isascii() and word.isdigit() and int(word) < len(statements) else None
    kind = "" if seq is None else statements[seq].kind
    if seq is not None and kind == "environment":
        result = statements[seq].predicate["run_result"]
    elif seq is not None and kind == "run-result":
        result = seq
    else:
        result = statements[referred(log, word, where=where)].predicate["run_result"]
    found = recorder.made_in(log, result)
    if found is None:
        known = ", ".join(map(str, seqs(statements, "environment"))) or "none"
        what = f"nobody wrote down what result {result} was made in"
        raise InputError(Problem(where, what, f"environments are entries {known}"))
    return f"entry {found.seq}", recorded(found)
