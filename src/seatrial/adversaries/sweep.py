"""One candidate after the other: a case leaves at the first that breaks it, and keeps the best one otherwise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.aims import aim, lead
from seatrial.records.batch import Array, Batch, copied

Rows = npt.NDArray[np.intp]
Candidate = Callable[[Rows], Any]
"""From positions in the batch to one point for each of these cases."""

UNTOUCHED = -1
"""Candidate of a case that was wrong as it is, or that nothing was tried on."""


def sweep(
    target: Any, batch: Batch[Array], bench: Bench[Any], candidates: Sequence[Candidate]
) -> tuple[Any, npt.NDArray[np.intp]]:
    """Return the point per case where it fell, else that of smallest margin, and which candidate it is.

    The untouched case is asked first.  A target that gives labels only is swept the same way: what stands is then
    handed back at the first candidate.  Cost of a case that stands: 1 + candidates, fewer if the queries run out.

    Args:
        target: Metered; anything that an aim can read.
        batch: The cases in the target's home.
        bench: Its `left` ends the sweep.
        candidates: Asked in this order; what one makes must not depend on who else stands.

    Raises:
        CasesError: If the cases have no labels.
    """
    aimed = aim(target.face, batch.labels)
    found: Any = copied(batch.inputs)
    least = np.full(len(batch), np.inf)
    which, standing = np.full(len(batch), UNTOUCHED), np.arange(len(batch))
    for query, candidate in enumerate([lambda rows: batch.inputs[rows], *candidates]):
        if not standing.size or 0 < bench.left <= query:
            break
        point = candidate(standing)
        now = lead(aimed.at(standing), bench.at(target, standing).respond(point))
        better = np.flatnonzero((now < least[standing]) | (query == 1))
        found[standing[better]], least[standing[better]] = point[better], now[better]
        which[standing[better]] = query - 1
        standing = standing[~(now < 0)]
    return found, which
