"""What a reporter is, and the one record that it renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from seatrial.charter.steps import Step
from seatrial.evidence.drift import Difference
from seatrial.records.finding import Finding


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
    objective: str = ""
    """What the scenario shows, in a sentence or two; empty if it does not say."""
    tags: tuple[str, ...] = ()
    """Taxonomy of the scenario: `atlas:AML.T0043`, `nist:NISTAML.022`."""
    defences: tuple[str, ...] = ()
    """What is known to help, in words or as ids of remedies."""


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
    """Id of the first remedy that the charter names under `otherwise`; empty if it names none."""
    weaker: bool
    waived: bool
    forwards: int
    backwards: int
    queries: int
    seconds: float
    waiver: str = ""
    """Why it is waived and until when, as its signers wrote; empty if nobody did."""
    lapsed: bool = False
    """Whether every waiver that let it pass has expired or been withdrawn since."""
    examples: tuple[Example, ...] = ()
    groups: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Class or group -> (cases, held), if labels are there; the lowest share first where there are very many."""
    masking: tuple[Finding, ...] = ()
    """What adversaries asked that speaks against their own silence, found or not, over all shards of the clause."""
    steps: tuple[Step, ...] = ()
    """The playbook: what the charter says under `otherwise`, in its order."""
    spent: str = ""
    """What the answers for this clause cost: `0.36 USD`; empty if the charter names no prices."""
    finding: str = ""
    """Id under which `seatrial finding` tracks that it is not held; empty if it is, or nothing was logged."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size of the change: how many cases held at this size and at every smaller one tried."""

    size: float
    """0 is the untouched input."""
    n: int
    held: int
    unknown: int
    low: float
    """Lower one-sided Clopper-Pearson bound of the share at the charter's confidence, unknown cases lost."""
    high: float
    """Upper one-sided bound, unknown cases won."""
    clause: str
    """Where it was measured."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Accuracy against the size of the change, by one way of changing."""

    title: str
    """Of the scenario."""
    scenario: str
    """Its `family/name`."""
    what: str
    """What a size is: `linf ball, eps`, `severity`."""
    clauses: tuple[str, ...]
    """Where the points come from."""
    points: tuple[Point, ...]
    """Growing sizes; two at least."""
    nested: bool = True
    """Whether a larger size allows all that a smaller one does, so that the share cannot rise with the size."""
    near: bool = False
    """Whether it is read off one run: a case counts at a size if the smallest change that broke it is larger."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One open risk of the register, and what this decision says of it."""

    id: str
    title: str
    score: int
    """Likelihood times impact, 1 to 25: a judgement of people."""
    band: str
    owner: str
    treatment: str
    residual: str
    """What is left after the treatment, and with whom; empty if nobody said."""
    verdict: str
    """The worst of the clauses that try it; `untried` if a scenario or clause that it names was not tried."""
    says: str
    review: str
    """Day on which it is to be looked at again; empty if none is set."""


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
    rehearsal: bool = False
    """Whether this is no decision but a rehearsal of one: nothing was logged, and `decision` is what it would be."""
    curves: tuple[Curve, ...] = ()
    """Accuracy against perturbation size, wherever two sizes at least were measured."""
    compared: Mapping[str, Comparison] = field(default_factory=dict)
    """What changed: since `previous`, the decision before this one, and since `live`, the last deploy before it."""
    again: str = ""
    """What to type to run this trial again and compare bytes; empty if this is not in a log."""
    weights: str = ""
    """File of weights that was tried, as the target block names it; empty if there is none."""
    risks: tuple[Risk, ...] = ()
    """Open risks of the register that a clause of this decision tries, worst first, as the log stands now."""
    untouched: int = 0
    """Further open risks, which no clause of this decision tries."""
    first: tuple[tuple[str, str], ...] = ()
    """What is worth most for its cost first, of several clauses that are not held: clause, and what puts it there."""
    spent: str = ""
    """What the runs took, in words, if the charter names prices: money, answers of the target, time; else empty."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One clause as one decision has it, for a comparison."""

    verdict: str
    require: str
    severity: str
    n: int
    held: int
    unknown: int
    measured: str
    """In words, `41.2 %`; empty where there is no number to believe."""
    interval: str
    """In words, `38.5 % to 44.1 %`; empty likewise."""
    low: float | None
    """Where the interval begins, on the scale that is judged."""
    high: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One clause in two decisions."""

    name: str
    change: str
    """`better`, `worse`, `same`, `new` or `gone`."""
    before: Standing | None
    after: Standing | None
    said: tuple[str, ...]
    """What changed, in words: a sentence or two without their full stops."""
    common: int = 0
    """Cases that both decisions know the outcome of."""
    lost: int = 0
    """Of those, held before and broken now."""
    won: int = 0
    """Of those, broken before and held now."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one decision to another."""

    before: str
    """Which it is compared with: `entry 5 (attempt 1)`, or a file."""
    after: str
    decisions: tuple[str, str]
    sentence: str
    """What changed, for somebody who reads nothing else."""
    clauses: tuple[Moved, ...]
    """What got worse first, then what got better, then the rest in the order of the charter."""
    digests: Mapping[str, tuple[str, str]]
    """Name -> digest before and after, of those that differ: `model`, `charter`, `catalog`, `plan` ..."""
    environment: tuple[Difference, ...]
    """What differs, the likeliest cause of other outcomes first."""
    common: int | None
    """Cases that both decisions tried; None where a side does not say which it tried."""


def changes(dossier: Dossier) -> tuple[tuple[str, Comparison], ...]:
    """Return what a decision is compared with, each once: `previous`, `live`, or `both` where they are one decision."""
    previous, live = dossier.compared.get("previous"), dossier.compared.get("live")
    if previous is not None and previous == live:
        return (("both", previous),)
    return tuple((name, told) for name, told in (("previous", previous), ("live", live)) if told is not None)


class Reporter(Protocol):
    """A frozen dataclass that renders a dossier."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the report as a file's bytes; equal dossiers give equal bytes."""
        ...
