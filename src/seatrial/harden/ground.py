"""What a recipe stands on, looked at before anything is trained: model, rules, cases."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite, prod
from typing import Any

import numpy as np
import torch

from seatrial.cases.cases import Cases
from seatrial.cases.lessons import made_from
from seatrial.errors import HardenError, Problem
from seatrial.harden.batches.lot import Lot, cut, lot
from seatrial.harden.batches.split import missing, parted
from seatrial.harden.course import Course
from seatrial.harden.space import NORMS
from seatrial.records.batch import plain
from seatrial.records.threat import (
    Ball,
    Colour,
    Corruption,
    Edits,
    Flow,
    Groups,
    Missing,
    Motion,
    Patch,
    Swap,
    Threat,
)
from seatrial.targets.target import Face, Trainable

_ELSE = {
    Edits: "a module of this kind takes numbers; of texts, training.augmentation hardens targets of kind sklearn",
    **dict.fromkeys(
        (Patch, Corruption, Motion, Flow, Colour, Groups, Swap, Missing), "training.mixture answers it: name that"
    ),
}
"""What to do about a threat that is no ball."""
_FEWEST = 8
"""Cases kept for choosing below which figures say nothing."""
_NORMALISED = (torch.nn.modules.batchnorm._BatchNorm,)  # noqa: SLF001 - what all of them are


@dataclass(frozen=True)
class Ground:
    """A model, rules and cases that fit together; columns are tensors on the model's device."""

    target: Any
    module: Any
    """A copy of the target's module, free to be trained."""
    face: Face
    ball: Ball
    course: Course
    used: Lot
    """Learned from."""
    kept: Lot
    """Kept for choosing: never learned from."""
    threat: Threat
    """What the model failed against: the ball, or something else, of which the ball is the whole input range."""
    device: Any = "cpu"
    """Where the model is, as torch says it."""


def ground(  # noqa: PLR0913 - each is said by its name
    target: Any,
    cases: Cases,
    threat: Threat,
    course: Course,
    *,
    unit: str = "",
    kinds: tuple[type[Any], ...] = (Ball,),
    parts: bool = False,
    world: int = 1,
) -> Ground:
    """Return what a recipe stands on.

    Args:
        target: What is to be mended.
        cases: Training cases.
        threat: What it failed against.
        course: Settings of the loop.
        unit: What a group of cases is that is learned from or kept for choosing as a whole; empty for each case alone.
        kinds: Threats that the recipe answers.
        parts: Whether cases are read in parts, even if all of them could be held in memory.
        world: Ranks that share each batch.

    Raises:
        HardenError: With everything that does not fit.
    """
    module = _module(target)
    problems = [*_unfit_threat(threat, target, kinds), *_unfit_cases(cases)]
    problems += _unfit_module(module, target)
    if problems:
        raise HardenError(*problems)
    ball = threat if isinstance(threat, Ball) else _whole(threat, target.face)
    whole = lot(cases, target.face.home, parts=parts)
    labels = np.asarray(plain(whole.labels))
    kept = parted(whole, course.validation, unit=unit, origins=made_from(cases))
    course = course.sized(int((~kept).sum()), device=next(module.parameters()).device.type)
    problems = [*_unfit_labels(labels, target.face), *_few(kept, course)]
    problems = problems or missing(labels, kept, target.face.classes)
    if problems:
        raise HardenError(*problems)
    made = Ground(target, module, target.face, ball, course, cut(whole, ~kept), cut(whole, kept), threat)
    made = replace(made, device=made.used.take(np.arange(1)).inputs.device)
    if problems := [*_shared(course, world), *_normalised(module, course, world), *_slopeless(made)]:
        raise HardenError(*problems)
    return made


def _module(target: Any) -> Any:
    """Return a copy of what is trained, or None if there is nothing that torch trains."""
    module = target.module() if isinstance(target, Trainable) else None
    if not isinstance(module, torch.nn.Module):
        return None
    parameters = list(module.parameters())
    learning = getattr(target, "learning", None)
    for parameter, learns in zip(parameters, learning() if learning else [True] * len(parameters), strict=True):
        parameter.requires_grad_(learns)
    return module


def _whole(threat: Threat, face: Face) -> Ball:
    """Return the whole input range as a ball, where the threat is none."""
    low, high = (getattr(threat, name, getattr(face, name)) for name in ("low", "high"))
    low, high = 0.0 if low is None else low, 1.0 if high is None else high
    return Ball("linf", high - low, low, high)


def _unfit_threat(threat: Threat, target: Any, kinds: tuple[type[Any], ...]) -> list[Problem]:
    if not isinstance(threat, Ball) and isinstance(threat, kinds):
        return []
    if not isinstance(threat, Ball) or threat.norm not in NORMS:
        shown = f"{type(threat).__name__.lower()}" + (f" of norm {threat.norm}" if isinstance(threat, Ball) else "")
        others = "".join(f", {one.__name__.lower()}" for one in kinds if one is not Ball)
        what = f"it answers a ball of norm {', '.join(NORMS)}{others}, and the threat is: {shown}"
        return [Problem("threat", what, _ELSE.get(type(threat), "name another remedy under `otherwise`"))]
    numbers = prod(target.face.shape or (1,))
    width = threat.high - threat.low
    widest = {"l2": width * numbers**0.5, "l1": width * numbers}.get(threat.norm, width)
    if not isfinite(threat.eps) or not 0 < threat.eps <= widest:
        what = f"a radius of {threat.eps:g} is outside the input range from {threat.low:g} to {threat.high:g}"
        return [Problem("threat.eps", what, f"above 0 and at most {widest:g} in {threat.norm}")]
    return []


def _unfit_cases(cases: Cases) -> list[Problem]:
    if not len(cases):
        return [Problem("cases", "there are no training cases", "lower the share of gate or rehearsal")]
    return (
        [] if cases.take(0, 1).labels is not None else [Problem("cases", "they have no labels", "training needs them")]
    )


def _unfit_module(module: Any, target: Any) -> list[Problem]:
    if module is None:
        return [Problem("target", "it cannot be trained", "adversarial training needs a target of kind torch")]
    found = []
    if target.face.gives not in ("logits", "probabilities") or target.face.many:
        what = f"it gives {'many labels at once' if target.face.many else target.face.gives}"
        found.append(Problem("target.gives", what, "training needs logits or probabilities, one column per class"))
    if not any(one.requires_grad for one in module.parameters()):
        what = "every parameter is frozen" if any(True for _ in module.parameters()) else "it has no parameters"
        hint = "set requires_grad on what may change, where the module is built"
        found.append(Problem("target", what, hint))
    return found


def _unfit_labels(labels: Any, face: Face) -> list[Problem]:
    if labels.ndim != 1 or labels.dtype.kind not in "iu":
        return [Problem("cases", f"labels have shape {labels.shape}", "training needs one class per case")]
    classes = face.classes
    if classes is not None and len(labels) and not 0 <= labels.min() <= labels.max() < classes:
        return [Problem("cases", f"labels go from {labels.min()} to {labels.max()}", f"0 to {classes - 1}")]
    return []


def _few(kept: Any, course: Course) -> list[Problem]:
    found, used = [], int((~kept).sum())
    if used < course.batch:
        what = f"there are {used} training cases beside those kept for choosing, fewer than a batch of {course.batch}"
        found.append(Problem("cases", what, "lower `batch`, or the share of gate or rehearsal"))
    if kept.sum() < min(_FEWEST, len(kept)):
        what = f"only {int(kept.sum())} of {len(kept)} training cases are kept for choosing"
        found.append(Problem("cases", what, f"it takes {_FEWEST}: bring more cases, or raise `validation`"))
    return found


def _shared(course: Course, world: int) -> list[Problem]:
    if course.batch >= world:
        return []
    return [Problem("batch", f"is {course.batch}, and {world} ranks share it", f"at least {world}, or fewer ranks")]


def _normalised(module: Any, course: Course, world: int) -> list[Problem]:
    if course.batch // world == 1 and any(isinstance(one, _NORMALISED) for one in module.modules()):
        if world > 1:
            what = f"is {course.batch}, one for some of {world} ranks, and the module normalises over the batch"
            return [Problem("batch", what, f"{2 * world} or more, or fewer ranks")]
        return [Problem("batch", "is 1, and the module normalises over the batch", "2 or more; 32 and more are usual")]
    return []


def _slopeless(made: Ground) -> list[Problem]:
    """Return why nothing can be learned: no gradient at the inputs, or at the parameters."""
    rows = made.used.take(np.arange(min(4, len(made.used))))
    inputs = rows.inputs.detach().clone().requires_grad_()
    learned = [one for one in made.module.parameters() if one.requires_grad]
    answer = made.module(inputs)
    if not (isinstance(answer, torch.Tensor) and answer.requires_grad):
        return [Problem("target", "it has no gradient", "something inside detaches: argmax, rounding, numpy, no_grad")]
    slopes = torch.autograd.grad(answer.sum(), [inputs, *learned], allow_unused=True)
    if slopes[0] is None:
        what, hint = "its answer has no gradient at the inputs", "rounding or an index is in the way; harden before it"
        return [Problem("target", what, hint)]
    if all(slope is None for slope in slopes[1:]):
        return [Problem("target", "its answer has no gradient at any parameter that learns", "unfreeze what is used")]
    return []
