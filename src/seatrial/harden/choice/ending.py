"""The end of a run: which weights are taken, and how they compare with the parent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from seatrial.errors import HardenError, Problem
from seatrial.harden.choice.jury import LONG, Judged, Jury, Seen, ranked, shortlist
from seatrial.harden.paired import pairs

CAME = {"who": "parent", "what": "the model as it came; it may have learned from these cases"}
"""What a child is compared with."""


def chosen(jury: Jury, able: Sequence[Seen], candidate: Callable[[int], Any]) -> tuple[Any, Judged, list[Judged]]:
    """Return the module that is kept, what the last check saw of it, and of all that were judged.

    The best are asked first, those that a check on the way has caught hiding last; the first that hides nothing is
    taken.

    Args:
        jury: Who asks.
        able: Checks on the way whose weights may be chosen.
        candidate: Returns the module of a check, by its step.

    Raises:
        HardenError: If every one of them hides its gradient.
    """
    honest = [one for one in able if not one.masks]
    first, judged = shortlist(honest or able, most=jury.care.finalists), list[Judged]()
    rest = sorted((one for one in able if one not in first), key=lambda one: (one.masks, -one.robust, -one.step))
    for group in (first, *([one] for one in rest)):
        modules = {one.step: candidate(one.step) for one in group}
        seen = [jury.look(module, step, steps=LONG, most=jury.care.last) for step, module in modules.items()]
        for one in ranked(seen):
            judged.append(jury.judge(modules[one.step], one))
            if not judged[-1].masks:
                return modules[one.step], judged[-1], judged
    signs = sorted({one.name for each in judged for one in each.signs}) or ["black-box"]
    what = f"all weights that could be chosen hide their gradient ({', '.join(signs)})"
    hint = "their robust accuracy is not to be trusted; take more steps, or training.pgd"
    raise HardenError(Problem("choice", what, hint))


def compared(jury: Jury, parent: Any, child: Judged) -> tuple[dict[str, Any], Judged]:
    """Return how the parent stands beside its child, for the record, and what the last check saw of it.

    It stands the same attacks on the same cases; the record says in which of them the two differ.  A parent that stands
    anything is asked whether it hides its gradient, too: else its figure would be no bound.

    Args:
        jury: Who asked the child.
        parent: The module as it came.
        child: What the last check saw of the child.
    """
    module = parent.eval().requires_grad_(False)  # noqa: FBT003 - torch's own signature
    seen = jury.look(module, 0, steps=LONG, most=jury.care.last)
    found = jury.judge(module, seen) if seen.held.any() else jury.searched(module, seen)
    stands = {"clean": (child.seen.right, found.seen.right), "robust": (child.seen.held, found.seen.held)}
    stands |= {name: (stood, found.seen.stood[name]) for name, stood in child.seen.stood.items()}
    figures = {name: one for name, one in found.to_json().items() if name not in ("step", "calibration")}
    return {**CAME, **figures, "pairs": {name: pairs(*two).to_json() for name, two in stands.items()}}, found
