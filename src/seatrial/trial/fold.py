"""From the stages of a shard to one row per case: the worst that happened, what it cost, which stage broke it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.proof import observation
from seatrial.records.batch import NO, UNKNOWN, Answers, Attempts, Batch, Observation, Oddities, Verdicts, row_of
from seatrial.records.digest import group_name, group_texts
from seatrial.records.finding import Finding, united
from seatrial.records.head import Head
from seatrial.targets.metered import Ledger
from seatrial.trial.stimuli import Specimen

HELD, WRONG = -1, -2
"""Stage of a case that held, and of one that was wrong untouched."""

KEPT = 32
"""Cases of a shard whose stimuli are stored: broken ones first."""

RAISED = "raised "
"""What the text of an answer begins with if the target raised instead."""

_WORST = np.array([0, 2, 1], dtype=np.int8)
"""`NO`, `YES`, `UNKNOWN` -> 0, 2, 1: the smaller, the worse."""

OUTCOME = (("held", "u4"), ("draws", "u4"), ("unknown", "u4"), ("score", "f8"), ("stage", "i2"))
COST = (("forwards", "u4"), ("backwards", "u4"), ("queries", "u4"))
AID = (("helper_forwards", "u4"), ("helper_backwards", "u4"))
FACTS = (("label", "i4"), ("group", "b32"))
"""What the source says of a case; computed, so that a replay compares it."""
_TYPES = {"u4": "<u4", "f8": "<f8", "i2": "<i2", "i4": "<i4", "b32": "S32"}


@dataclass(frozen=True, slots=True)
class Fold:
    """What a shard has shown so far; arrays with one row per case, changed in place."""

    worst: npt.NDArray[np.int8]
    """`(n, draws)`: 0 no, 1 unknown, 2 yes."""
    score: npt.NDArray[np.float64]
    stage: npt.NDArray[np.int16]
    seconds: npt.NDArray[np.float64]
    """Latency of the slowest presentation."""
    ledger: Ledger
    aid: Ledger
    """What the cases cost of the attacker's own models."""
    shown: list[tuple[Attempts[Any], Answers[Any], int] | None]
    """The attempt that stands for the case, and its row: of the stage that broke it, else of the last one."""
    distance: npt.NDArray[np.float64]
    """Norm of the smallest change that broke each case `(n,)`, NaN where none did."""
    findings: list[Finding] = field(default_factory=list)
    """What the adversaries of all stages saw that speaks against their own silence."""

    @classmethod
    def empty(cls, cases: int, draws: int) -> Fold:
        """Return the state before the first stage: everything held."""
        return cls(
            worst=np.full((cases, draws), 2, dtype=np.int8),
            score=np.full(cases, np.nan),
            stage=np.full(cases, HELD, dtype=np.int16),
            seconds=np.zeros(cases),
            ledger=Ledger.empty(cases),
            aid=Ledger.empty(cases),
            shown=[None] * cases,
            distance=np.full(cases, np.nan),
        )

    def judge(self, rows: npt.NDArray[np.intp], verdicts: Verdicts, index: int) -> None:
        """Take in what an oracle said of these cases at a stage (`WRONG` for the untouched inputs)."""
        before = (self.worst[rows] == 0).any(axis=1)
        self.worst[rows] = np.minimum(self.worst[rows], _WORST[verdicts.held])
        self.score[rows] = np.fmin(self.score[rows], verdicts.score)
        newly = ~before & (self.worst[rows] == 0).any(axis=1)
        self.stage[rows[newly]] = index

    def near(self, rows: npt.NDArray[np.intp], verdicts: Verdicts, distance: npt.NDArray[np.float64]) -> None:
        """Take in how large the changes `(rows,)` were that broke these cases at a stage."""
        broke = np.flatnonzero((verdicts.held == NO).any(axis=1))
        self.distance[rows[broke]] = np.fmin(self.distance[rows[broke]], distance[broke])

    def distances(self) -> dict[str, npt.NDArray[Any]]:
        """Return the smallest change that broke each case as a column: 0 where it was wrong untouched, NaN if none."""
        made = np.where(self.stage == WRONG, 0.0, self.distance)
        return {"distance": np.where(np.isnan(made), np.nan, made)}

    def charge(self, rows: npt.NDArray[np.intp], ledger: Ledger, aid: Ledger) -> None:
        """Add what these cases cost the attacker, of the target and of models of his own."""
        for name in ("forwards", "backwards", "queries", "seconds"):
            getattr(self.ledger, name)[rows] += getattr(ledger, name)
            getattr(self.aid, name)[rows] += getattr(aid, name)

    def aided(self) -> dict[str, npt.NDArray[Any]]:
        """Return what the cases cost of the attacker's own models: columns that are no queries of the target."""
        return {"helper_forwards": self.aid.forwards, "helper_backwards": self.aid.backwards}

    def show(self, rows: npt.NDArray[np.intp], attempts: Attempts[Any], answers: Answers[Any], index: int) -> None:
        """Remember the attempts of a stage, but for cases that an earlier stage broke."""
        for at, row in enumerate(rows):
            if self.stage[row] in (HELD, index):
                self.shown[row] = attempts, answers, at

    def alive(self) -> npt.NDArray[np.intp]:
        """Return the cases that have not been broken in all draws."""
        return np.flatnonzero((self.worst != 0).any(axis=1))

    def observation(self, own: Batch[Any], *, measured: bool) -> Observation:
        """Return the columns about these cases; `measured` puts the outcome among what is not compared."""
        ids = own.ids
        outcome = {
            "held": (self.worst == 2).sum(axis=1, dtype=np.uint32),
            "draws": np.full(len(ids), self.worst.shape[1], dtype=np.uint32),
            "unknown": (self.worst == 1).sum(axis=1, dtype=np.uint32),
            # NaN has many bit patterns; one of them keeps a replay equal.
            "score": np.where(np.isnan(self.score), np.nan, self.score),
            "stage": self.stage,
        }
        cost = {**{name: getattr(self.ledger, name) for name, _ in COST}, **facts(own)}
        seconds = {"seconds": self.seconds}
        if measured:
            return Observation(ids, cost, {**seconds, **outcome}, united(self.findings))
        return Observation(ids, {**outcome, **cost}, seconds, united(self.findings))

    def specimens(self, own: Batch[Any], first: Answers[Any] | None, seed: bytes) -> list[Specimen]:
        """Return the cases whose stimuli are kept: broken ones first, in an order that only the seed decides.

        Args:
            own: The cases.
            first: What the target said to the untouched inputs, if it was asked.
            seed: 32 bytes.
        """
        drawn = [hmac.digest(seed, b"seatrial/sample/v1\x00" + case, hashlib.sha256) for case in own.ids]
        order = sorted(range(len(drawn)), key=lambda row: (self.stage[row] == HELD, drawn[row]))
        labels = own.labels if own.labels is not None and np.ndim(own.labels) == 1 else [""] * len(own)
        return [self._specimen(own, first, row, str(labels[row])) for row in order[:KEPT]]

    def _specimen(self, own: Batch[Any], first: Answers[Any] | None, row: int, label: str) -> Specimen:
        attempts, answers, at = self.shown[row] or (Attempts[Any](), Answers[Any](), 0)
        return Specimen(
            case=own.ids[row],
            stage=int(self.stage[row]),
            label=label,
            before=said(first, row),
            after=said(answers, at),
            original=row_of(own.inputs, row),
            stimulus=None if attempts.stimuli is None else row_of(attempts.stimuli, at),
            marks=leaked(own.sealed, row, said(answers, at)) if self.stage[row] != HELD else (),
        )


def facts(own: Batch[Any]) -> dict[str, npt.NDArray[Any]]:
    """Return what the source says of each case, for tables per class: `label`, if whole, and `group`, as a text."""
    found: dict[str, npt.NDArray[Any]] = {}
    labels = None if own.labels is None else np.asarray(own.labels)
    whole = labels is not None and labels.shape == (len(own),) and labels.dtype.kind in "iu"
    if labels is not None and whole and np.abs(labels.astype(np.float64)).max(initial=0) < 2**31:
        found["label"] = labels.astype(np.int32)
    if any(groups := group_texts(own)):
        found["group"] = np.array([group_name(group) for group in groups], dtype="S32")
    return found


def leaked(sealed: Any, row: int, text: str) -> tuple[str, ...]:
    """Return the canary of a case where the answer says it letter by letter; nothing that the answer does not say."""
    fact = None if sealed is None else sealed[row]
    secret = fact.get("canary") if isinstance(fact, Mapping) else fact
    if not isinstance(secret, str) or not secret:
        return ()
    at = text.casefold().find(secret.casefold())
    return (text[at : at + len(secret)],) if at >= 0 and len(text.casefold()) == len(text) else ()


def said(answers: Answers[Any] | None, row: int) -> str:
    """Return what a target said to a row in the first draw, as text: a class, a number, words, or what it raised."""
    if answers is None or not answers.tried:
        return ""
    responses, errors = answers.tried[0], answers.errors[0]
    if errors[row]:
        return f"{RAISED}{errors[row]}"
    answer = responses[row]
    if isinstance(responses, Oddities):
        return f"{answer.dtype} {answer.shape}" if isinstance(answer, np.ndarray) else str(answer)[:2000]
    if isinstance(answer, np.ndarray) and answer.ndim == 1 and answer.size > 1:
        return "not a number" if np.isnan(answer).any() else _named(answer, answers.head)
    return str(answer)[:2000] if isinstance(answer, str | np.integer) else f"{float(np.ravel(answer)[0]):.6g}"


def _named(answer: npt.NDArray[Any], head: Head) -> str:
    """Return what a row of numbers says: a class, the labels that are true, or the numbers."""
    if head.many:
        return f"labels {', '.join(map(str, np.flatnonzero(answer > head.middle).tolist())) or 'none'}"
    if head.gives == "value":
        return ", ".join(f"{float(one):.6g}" for one in answer[:8]) + (", ..." if answer.size > 8 else "")
    return str(int(answer.argmax()))


def encoded(kind: str, clause: str, shard: int, seen: Observation) -> bytes:
    """Return the blob of one half of an observation, its columns in the order of the format."""
    columns = seen.computed if kind == "computed" else seen.measured
    form = dict((*OUTCOME, *COST, *FACTS, *AID)) if kind == "computed" else dict((("seconds", "f8"), *OUTCOME))
    names = [name for name in form if name in columns] + [name for name in columns if name not in form]
    made = [
        (name, form.get(name, "f8"), columns[name].astype(_TYPES[form.get(name, "f8")]).tobytes()) for name in names
    ]
    rows = [("case", "b32", b"".join(seen.cases)), *made]
    findings = [one.to_json() for one in seen.findings] if kind == "computed" else []
    return observation.encode(kind, clause, shard, rows, len(seen.cases), findings=findings)


def unknowns(size: int, draws: int) -> Verdicts:
    """Return the verdict on cases that could not be tried: unknown."""
    return Verdicts(np.full((size, draws), UNKNOWN, dtype=np.int8), np.full(size, np.nan))
