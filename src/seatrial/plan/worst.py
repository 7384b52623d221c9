"""How a criterion decides what a shard does: which cases see which stage, and which metrics are recorded."""

from __future__ import annotations

from seatrial.proof.criterion import parse

RECORDED = frozenset({"held_rate"})
"""What every observation holds anyway."""


def worst_case(require: str) -> bool:
    """Return whether a clause is the worst case per case, so that a broken case leaves: `held_rate`, and its gap.

    For every other metric each stage sees every case.
    """
    wanted = parse(require)
    return wanted.metric == "held_rate" or (wanted.metric, wanted.arguments) == ("gap", ("held_rate",))


def metrics(require: str) -> tuple[str, ...]:
    """Return the metrics whose values must be recorded per case: those that the criterion averages or ranks."""
    return tuple(name for name in parse(require).arguments if name not in RECORDED)
