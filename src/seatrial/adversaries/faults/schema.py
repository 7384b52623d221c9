"""Table rows that do not fit the schema: unseen categories, wrong types, columns lost, renamed, moved.

Each case gets one kind, chosen by the case's own random stream among those that its columns allow, and made from its
own row as a batch of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.kinds import picked
from seatrial.errors import PlanError, Problem
from seatrial.records.batch import Attempts, Batch, Frame, Oddities, rows
from seatrial.records.card import Card
from seatrial.records.threat import Malformed as Anything
from seatrial.targets.target import Target

STRANGE = "never seen before"
"""A category that no training set holds."""
FAR = 1e15
"""A number far out of any range."""


def _in(kind: str, value: Any) -> Callable[[Frame, int], Frame | None]:
    """Return a change of one value in a column of this kind of dtype (`f` or `U`)."""

    def made(row: Frame, pick: int) -> Frame | None:
        names = [name for name, part in row.items() if part.dtype.kind == kind]
        return Frame({**row, names[pick % len(names)]: np.array([value])}) if names else None

    return made


def _named(change: Callable[[str], str]) -> Callable[[Frame, int], Frame | None]:
    """Return a change of the name of one column."""

    def made(row: Frame, pick: int) -> Frame | None:
        chosen = list(row)[pick % len(row)]
        return Frame({change(name) if name == chosen else name: part for name, part in row.items()})

    return made


def _without(row: Frame, pick: int) -> Frame | None:
    chosen = list(row)[pick % len(row)]
    return Frame({name: part for name, part in row.items() if name != chosen}) if len(row) > 1 else None


def _turned(row: Frame, pick: int) -> Frame | None:
    names = list(row)
    turn = 1 + pick % (len(names) - 1) if len(names) > 1 else 0
    return Frame({name: row[name] for name in (*names[turn:], *names[:turn])}) if turn else None


def _nothing(row: Frame, pick: int) -> Frame:  # noqa: ARG001 - all kinds have one signature
    return Frame({name: np.array([""]) if part.dtype.kind == "U" else np.array([np.nan]) for name, part in row.items()})


def _numbers(values: tuple[float, ...]) -> Callable[[Frame, int], Frame | None]:
    """Return a change of all numbers, to these values in turn."""

    def made(row: Frame, pick: int) -> Frame | None:  # noqa: ARG001 - all kinds have one signature
        names = [name for name, part in row.items() if part.dtype.kind == "f"]
        news = {name: np.array([values[at % len(values)]]) for at, name in enumerate(names)}
        return Frame({**row, **news}) if names else None

    return made


KINDS: Mapping[str, Callable[[Frame, int], Frame | None]] = {
    "unseen category": _in("U", STRANGE),
    "empty text": _in("U", ""),
    "very long text": _in("U", STRANGE * 1000),
    "number for text": _in("U", 12.5),
    "text for number": _in("f", "12,5 kg"),
    "far out of range": _in("f", FAR),
    "below every range": _in("f", -FAR),
    "constant": _numbers((0.0,)),
    "extreme": _numbers((np.finfo(np.float64).max, -np.finfo(np.float64).max)),
    "infinity": _in("f", np.inf),
    "not a number": _in("f", np.nan),
    "all missing": _nothing,
    "missing column": _without,
    "extra column": lambda row, _: Frame({**row, "seatrial_extra": np.array([1.0])}),
    "renamed column": _named(lambda name: f"{name}_new"),
    "name in capitals": _named(lambda name: name.swapcase()),
    "moved columns": _turned,
    "no rows": lambda row, _: Frame({name: part[:0] for name, part in row.items()}),
}
"""Name -> how it is made of one row and a random number; None where the columns do not allow it."""


@dataclass(frozen=True, slots=True)
class Schema:
    """Makes one row out of schema of each case: the case's own stream says which kind, and in which column.

    It asks the target nothing; presenting costs one call of a single row per case.  The kinds are those that checks
    of data in production look for (Schelter et al., "Automating large-scale data quality verification", PVLDB 2018).
    """

    kinds: tuple[str, ...] = ()
    """Keys of `KINDS`; none is all."""

    def attack(
        self,
        target: Target[Frame, Any],  # noqa: ARG002 - the protocol has it
        batch: Batch[Frame],
        bench: Bench[Anything],
    ) -> Attempts[Frame]:
        """Return an `Oddities` of one `Frame` of one row per case (of none, for `no rows`).

        Raises:
            PlanError: If a kind is unknown, or none of them can be made of these columns.
        """
        kinds = picked(self.kinds, KINDS, "faults.schema")
        chosen, picks = bench.random.keys("kind"), bench.random.keys("column")
        odd = (
            _made(kinds, rows(batch.inputs, [at]), int(chosen[at]) % len(kinds), int(picks[at]) % 2**32)
            for at in range(len(batch))
        )
        return Attempts(stimuli=Oddities(odd))  # type: ignore[arg-type]


def _made(kinds: tuple[str, ...], row: Frame, first: int, pick: int) -> Frame:
    """Return the row changed by the first of the kinds, from `first` on and around, that its columns allow."""
    for kind in (*kinds[first:], *kinds[:first]):
        made = KINDS[kind](row, pick)
        if made is not None:
            return made
    what = f"none of {', '.join(kinds)} can be made of columns {', '.join(row)}"
    raise PlanError(Problem("faults.schema: kinds", what, "leave `kinds` empty for all"))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Schema,
    title="Rows out of schema",
    oracle="sane_answer",
    controls=("faults.schema",),
    cites=("doi:10.14778/3229863.3229867", "doi:10.1145/96267.96279"),
    tags=("atlas:AML.T0043", "nist:NISTAML.01", "cwe:CWE-20", "black-box"),
    lies=(
        "Each case gets one kind, so rare kinds are seen in few cases; and an answer of ordinary form is not a right "
        "answer: a model that reads moved columns by their place answers, and is wrong."
    ),
)
