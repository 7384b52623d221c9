"""How a diagnosis becomes a finding: what was measured, where it begins to count, and one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.records.finding import Finding

Floats = npt.NDArray[np.float64]


def sign(name: str, figure: float, limit: float, cases: int, said: str) -> Finding:
    """Return a finding that is there if the figure is above the limit.

    Args:
        name: Id of the diagnosis.
        figure: What was measured; a share of the cases unless the sentence says otherwise.
        limit: Where it begins to count.
        cases: How many it was measured on; none is no sign.
        said: The sentence, with `{share}` where the figure stands, in percent.
    """
    figure = float(figure) if cases and np.isfinite(figure) else 0.0
    found = bool(cases) and figure > limit
    return Finding(name, found, round(figure, 6), float(limit), int(cases), said.format(share=f"{100 * figure:.0f} %"))


def share(mask: Any) -> float:
    """Return the share of a mask that is true; 0 for an empty one."""
    mask = np.asarray(mask, dtype=bool)
    return float(mask.mean()) if mask.size else 0.0


def numbers(column: Any) -> Floats:
    """Return a column as float64."""
    return np.asarray(column, dtype=np.float64)
