"""Every error that seatrial raises on purpose, as one tree.

    SeatrialError                 exit code 4: no decision could be recorded
    ├── InputError                exit code 2: the charter or the command is wrong, nothing was run
    │   ├── CharterError          a mistake in a charter
    │   ├── CriterionError        a criterion that cannot be parsed, judged or ever met
    │   ├── CatalogError          a mistake in a scenario or a pack of scenarios
    │   ├── PlanError             what the charter names does not fit together
    │   ├── CasesError            the cases are missing, malformed or used up
    │   ├── PluginError           no plugin of that name, or two, or one that is broken
    │   └── MissingExtra          an optional part that is not installed
    ├── TargetError               the model does not load, or is not what the charter says
    ├── LogError                  the evidence log cannot be opened, read or written
    ├── StoreError                a blob is missing or cannot be written
    ├── TrialError                a part of a trial could not be carried out
    │   └── RuleBroken            an attempt outside the threat: the shard fails, loudly
    ├── HardenError               a remedy could not be applied
    ├── LicenceError              exit code 3: people have not allowed it, or no longer do
    └── EvidenceError             exit code 5: the evidence does not verify
        └── ReplayMismatch        a replay gave other bytes

An error carries *problems*: all that is wrong, each with the place and what to do next.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar

LISTED = 12
"""Names that a hint lists at most."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where it is, what it is, and what to do next."""

    where: str
    """File and line, path inside a record, or name of a thing; empty if there is no place."""
    what: str
    hint: str = ""
    """What to write or do instead; empty if `what` says it."""

    def __str__(self) -> str:
        """Return one line: where, what, hint."""
        place = f"{self.where}: " if self.where else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.what}{hint}"


def meant(name: str, known: Iterable[str]) -> str:
    """Return the hint about a name that is none of those known: `did you mean inline?`, or what there is.

    Near are names that end in the same part after a dot or slash, hold what was typed, or are spelled alike.
    """
    names = list(dict.fromkeys(known))
    low = name.lower()
    same = [one for one in names if re.split("[./]", one)[-1].lower() == re.split("[./]", low)[-1]]
    within = [one for one in names if len(low) > 2 and low in one.lower()]
    spelled = {one.lower(): one for one in names}
    alike = [spelled[one] for one in get_close_matches(low, spelled, n=3)]
    near = list(dict.fromkeys([*same, *alike, *within]))[:3]
    if near:
        return f"did you mean {', '.join(near)}?"
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"there are {', '.join(names[:LISTED])}{more}" if names else "there are none"


class SeatrialError(Exception):
    """Base of every error that seatrial raises on purpose."""

    exit_code: ClassVar[int] = 4

    def __init__(self, *problems: Problem | str) -> None:
        """Take all that is wrong at once; a plain text is a problem without a place."""
        self.problems: tuple[Problem, ...] = tuple(p if isinstance(p, Problem) else Problem("", p) for p in problems)
        super().__init__("\n".join(str(p) for p in self.problems))

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> SeatrialError:
        """Return an error of this class with these problems."""
        return cls(*problems)

    def __reduce__(self) -> tuple[type[SeatrialError], tuple[Problem, ...]]:
        """Survive the way from a worker process with all problems."""
        return (type(self), self.problems)


class InputError(SeatrialError):
    """The charter or the command is wrong; nothing was run."""

    exit_code = 2


class CharterError(InputError):
    """A mistake in a charter."""


class CriterionError(InputError):
    """A criterion that cannot be parsed, judged or ever met."""


class CatalogError(InputError):
    """A mistake in a scenario or a pack of scenarios."""


class PlanError(InputError):
    """What the charter names does not fit together."""


class CasesError(InputError):
    """The cases are missing, malformed or used up."""


class PluginError(InputError):
    """No plugin of that name, or two, or one that is broken."""


class MissingExtra(InputError):  # noqa: N818 - reads as what it is
    """An optional part that is not installed."""


class TargetError(SeatrialError):
    """The model does not load, or is not what the charter says."""


class LogError(SeatrialError):
    """The evidence log cannot be opened, read or written."""


class StoreError(SeatrialError):
    """A blob is missing or cannot be written."""


class TrialError(SeatrialError):
    """A part of a trial could not be carried out."""


class RuleBroken(TrialError):  # noqa: N818 - reads as what it is
    """An attempt outside the threat: the shard fails, loudly."""


class HardenError(SeatrialError):
    """A remedy could not be applied."""


class LicenceError(SeatrialError):
    """People have not allowed it, or no longer do."""

    exit_code = 3


class EvidenceError(SeatrialError):
    """The evidence does not verify."""

    exit_code = 5


class ReplayMismatch(EvidenceError):  # noqa: N818 - reads as what it is
    """A replay gave other bytes than the record."""


class blamed:  # noqa: N801 - reads as a word: `with blamed("model:build", "raised"):`
    """A context in which somebody else's code runs: what it raises becomes an error that says where."""

    def __init__(self, where: str, what: str, hint: str = "", *, to: type[SeatrialError] = TargetError) -> None:
        self._where, self._what, self._hint, self._to = where, what, hint, to

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Translate what was raised, `SystemExit` too; `KeyboardInterrupt` passes."""
        if isinstance(error, Exception | SystemExit) and not isinstance(error, SeatrialError):
            last = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
            raise self._to(Problem(self._where, f"{self._what} {said}", self._hint)) from error
