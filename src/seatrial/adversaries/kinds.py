"""Kinds of change that a charter picks by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seatrial.errors import PlanError, Problem, meant


def picked(kinds: Sequence[str], there: Iterable[str], where: str) -> tuple[str, ...]:
    """Return the kinds that are asked for; all that there are if none is.

    Args:
        kinds: Names.
        there: All that an adversary knows, in its order.
        where: Id of the adversary.

    Raises:
        PlanError: With every name that it does not know.
    """
    known = tuple(there)
    if unknown := [name for name in dict.fromkeys(kinds) if name not in known]:
        raise PlanError(*(Problem(f"{where}: kinds", f"no kind {name!r}", meant(name, known)) for name in unknown))
    return tuple(kinds) or known
