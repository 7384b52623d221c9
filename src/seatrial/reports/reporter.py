"""What a reporter is, and the one record that it renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Example:
    """One broken case, as it was before and after."""

    case: str
    """Hex digest of the case."""
    scenario: str
    adversary: str
    label: str
    """The true answer."""
    before: str
    """What the model said to the untouched input; empty if it was not asked."""
    after: str
    """What the model said to the changed input."""
    original: Any
    """Numpy array (an image, or one row), mapping of column to value (a row of a table), text or conversation."""
    perturbed: Any
    distance: str = ""
    """Size of the change, in words: `Linf 0.200`."""
    command: str = ""
    """What to type to reproduce it."""
    marks: tuple[str, ...] = ()
    """What must not have been said: reports highlight these passages in `before` and `after`."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One stage of a clause: an adversary of a scenario, and what it broke."""

    scenario: str
    title: str
    adversary: str
    threat: str
    """In words: `Linf, eps 0.2`."""
    broke: int
    """Cases that this stage was the first to break."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One clause with everything that a page about it shows."""

    name: str
    because: str
    require: str
    severity: str
    advisory: bool
    verdict: str
    """`held`, `breached`, `unproven` or `untried`."""
    n: int
    held: int
    unknown: int
    wrong: int
    """Cases that were wrong without any attack."""
    limit: float
    """The number of the criterion."""
    side: str
    """`>=` or `<=`."""
    low: float
    """Lower one-sided bound at the charter's confidence; with `high` a two-sided interval of twice the doubt."""
    high: float
    strict: float
    """The bound on the good side at this attempt's confidence: what the verdict compares, drawn."""
    tried: tuple[Tried, ...]
    settle: str
    """What would settle it, if it is unproven; why it is untried, if it is."""
    remedy: str
    """What the charter names under `otherwise`."""
    weaker: bool
    waived: bool
    forwards: int
    backwards: int
    queries: int
    seconds: float
    examples: tuple[Example, ...] = ()
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Class or group -> (cases, held), if labels are there."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that a report says about one decision.  It is read from the evidence, not from the run."""

    system: str
    release: str
    owner: str
    decision: str
    """`deploy`, `hold` or `reject`."""
    exit_code: int
    sentence: str
    """The decision in one sentence of plain words."""
    attempt: int
    confidence: float
    """The charter's, in percent: what holds over all attempts of the campaign."""
    attempt_confidence: float
    """What this attempt was tested at, in percent."""
    replayed: bool
    """Whether an earlier result of the same trial was reused."""
    clauses: tuple[Judged, ...]
    """In the order of the charter."""
    digests: Mapping[str, str]
    """`model`, `charter`, `plan`, `slice`, `decision`, `catalog` ..."""
    log: Mapping[str, str]
    """`origin`, `entries`, `root`, `assurance`, `key`."""
    environment: Mapping[str, str]
    controls: Mapping[str, str]
    """Control -> `found` or `missed`."""
    started: str
    """ISO instant in UTC, by the runner's own (untrusted) clock."""
    ended: str
    unsafe: bool = False
    """Whether the charter allowed loading what can run code."""
    reuse: bool = False
    """Whether opened cases were used again, so that the confidence is nominal."""
    not_tried: tuple[str, ...] = ()
    """What this trial did not cover, in words."""
    notes: tuple[str, ...] = ()
    """Anything else that a reader must know: duplicates, identity declared."""
    charter_file: str = "charter.yaml"
    """Where the charter lies, relative to the repository or folder that the report is about, with `/`."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Clause -> line of its `require` in that file, from 1; empty if the file is not the one that was judged."""


class Reporter(Protocol):
    """A frozen dataclass that renders a dossier."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the report as a file's bytes; equal dossiers give equal bytes."""
        ...
