"""The fields whose absence does most harm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.faults.fields import Marks, emptied, filled
from seatrial.adversaries.lockstep import Hunt, Try, hunted
from seatrial.records.batch import Array, Attempts, Batch, Frame, rows
from seatrial.records.card import Card
from seatrial.records.threat import Missing as Fewer
from seatrial.targets.target import CLASSIFIES, Target


@dataclass(frozen=True, slots=True)
class Missing:
    """Search the fields of a row that the model can least do without, and empty them.

    Each field is left out alone, the one without which the true class leads least stays empty, and the search goes on
    with the rest: backward elimination (Kohavi and John, doi:10.1016/S0004-3702(97)00043-X), by the answers for one
    row.  Ties are settled by the case's own stream, so with labels alone the order is random until a field turns the
    answer over.  Cost of a case that stands, of c columns and k fields: c + (c - 1) + ... queries, k terms; fewer if
    the threat's queries run out.  A model that raises on an empty field cannot be searched and its cases are unknown:
    `faults.blanks`, which asks nothing, comes first in a scenario.
    """

    def attack(
        self, target: Target[Any, Any], batch: Batch[Frame | Array], bench: Bench[Fewer]
    ) -> Attempts[Frame | Array]:
        """Return every row without the fields where it fell, or where the true class leads least.

        Raises:
            CasesError: If the cases have no labels.
            TrialError: If the cases are no rows of a table that can have a field missing.
        """
        there = filled(batch.inputs)
        luck = bench.random.uniform("faults.missing", there.shape[1:], np.zeros(1))
        hunts = [
            _hunt([int(at) for at in order if mine[at]], len(mine), bench.threat.fields)
            for order, mine in zip(luck.argsort(axis=1, kind="stable"), there, strict=True)
        ]
        found = hunted(target, batch, bench, hunts, lambda at, marks: emptied(rows(batch.inputs, at), np.stack(marks)))
        none = np.zeros(there.shape[1], dtype=bool)
        gone = np.stack([none if one is None else one for one in found])
        return Attempts(stimuli=emptied(batch.inputs, gone))


def _hunt(free: list[int], width: int, fields: int) -> Hunt[Marks]:
    """Empty one field more in each round, the worst of those that are left."""
    gone = np.zeros(width, dtype=bool)
    for _ in range(min(fields, len(free))):
        leads = {}
        for column in free:
            leads[column] = yield Try(gone | (np.arange(width) == column))
        worst = min(free, key=leads.__getitem__)
        gone = gone | (np.arange(width) == worst)
        free = [column for column in free if column != worst]


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Missing,
    title="The fields that are missed most",
    oracle="same_label",
    controls=("faults.missing",),
    cites=("doi:10.1016/S0004-3702(97)00043-X",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=1,
    reads=CLASSIFIES,
    lies=(
        "The search is greedy: two fields that can stand in for each other, and hurt only together, may be passed "
        "over. Against labels alone it is random beyond the first field."
    ),
)
