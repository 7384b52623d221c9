"""What this machine is now, as a run would write it down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.errors import InputError, Problem, SeatrialError
from seatrial.evidence import environment
from seatrial.evidence.recorder import Surroundings
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.targets.target import Target, load_target, surroundings
from seatrial.verbs.project import Project, charter_file, opened

SCHEMA = "seatrial/environment/1"
"""The form of a saved environment."""
TOLD = ("setting.", "network.")
"""Prefixes of what only a loaded target tells."""
OURS = {"variable.MKL_CBWR": "AUTO", "variable.CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""What seatrial sets itself as soon as it loads a torch module."""


@dataclass(frozen=True, slots=True)
class Captured:
    """One environment."""

    fields: Mapping[str, str]
    """The fingerprint."""
    asked: bool
    """Whether a loaded target told its settings; if not, these are not here."""
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values: what `seatrial env save` writes."""
        return {"schema": SCHEMA, **asdict(self), "fields": dict(self.fields), "notes": list(self.notes)}

    @property
    def file(self) -> bytes:
        """The bytes of a saved environment."""
        return (json.dumps(self.to_json(), indent=2) + "\n").encode()

    def _repr_html_(self) -> str:
        rows = tuple((name, value) for name, value in self.fields.items() if value)
        return sheet_card(Sheet(f"{len(self.fields)} facts", ("Fact", ""), rows, notes=self.notes))


def capture(
    path: Path | str,
    *,
    weights: str | None = None,
    flags: Mapping[str, str] | None = None,
    window: str = "",
    thorough: bool = False,
    load: bool = True,
) -> Captured:
    """Return what this machine is now: packages, processor, settings, and what the charter's target tells of its own.

    Args:
        path: The charter, or the folder that it lies in; where there is none, no target is asked.
        weights: Weights instead of the charter's.
        flags: Feature flags under which it is served, name -> value.
        window: When it is live: `2027-03-01/2027-03-07`.
        thorough: Whether to compare every installed file with what was installed; half a minute.
        load: Whether to load the target, for the settings that only it can tell.

    Raises:
        InputError: If a flag or the window cannot be written down, or the charter is wrong.

    Examples:
        >>> found = seatrial.capture("charter.yaml")
        >>> "package.numpy" in found.fields, "cpu.flags" in found.fields
        (True, True)
    """
    given = environment.stated(flags or {}, window)
    project = opened(path, weights=weights) if charter_file(path).is_file() else None
    target, notes = _target(project) if load else (None, ())
    fields = environment.fingerprint(
        project=None if project is None else project.folder,
        settings=surroundings(target) if target is not None else {},
        given=given,
        thorough=thorough,
    )
    return Captured(fields, any(name.startswith(TOLD) for name in fields), tuple(notes))


def _target(project: Project | None) -> tuple[Target[Any, Any] | None, tuple[str, ...]]:
    if project is None:
        return None, ()
    try:
        return load_target(project.charter.target, project.folder), ()
    except SeatrialError as error:
        return None, (f"the target does not load here, so its settings are not known: {error.problems[0]}",)


def flags_of(words: Sequence[str]) -> dict[str, str]:
    """Return feature flags from words like `name=value`.

    Raises:
        InputError: With all that is wrong: a word without a name or value, a flag that is said twice.
    """
    pairs = [word.partition("=") for word in words]
    names = [name for name, _, _ in pairs]
    problems = [
        Problem("--flag", f"{word!r} says no value", "write --flag name=value")
        for word, (name, sign, _) in zip(words, pairs, strict=True)
        if not (name and sign)
    ]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem("--flag", f"{name} is said twice", "say it once") for name in twice]
    if problems:
        raise InputError(*problems)
    return {name: value for name, _, value in pairs}


def recorded(found: Surroundings) -> Captured:
    """Return what the log says that a result was made in."""
    asked = any(name.startswith(TOLD) and name != "setting.executor" for name in found.fields)
    return Captured(found.fields, asked)


def saved(file: Path) -> Captured:
    """Return the environment in a file that `seatrial env save` wrote.

    Raises:
        InputError: If it is no such file.
    """
    try:
        said = json.loads(file.read_bytes())
        fields = said["fields"] if said["schema"] == SCHEMA else None
    except (OSError, ValueError, LookupError, TypeError):
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(text, str) for text in fields.values()):
        raise InputError(Problem(str(file), "holds no environment", "`seatrial env save FILE` writes one"))
    return Captured(fields, bool(said.get("asked", False)), tuple(map(str, said.get("notes", ()))))
