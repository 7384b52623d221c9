"""One temperature for the logits, fitted on a declared mix of clean and attacked cases (Guo et al., arXiv:1706.04599).

Models that were trained against attacks are *under*-confident; a temperature that is fitted on clean cases alone makes
them sharper, and their confidence under attack worse.  So the mix is part of the recipe, and the record shows what
became of both.  No answer changes its class: only the last linear layer is scaled.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import process_time
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from seatrial.cases.cases import Cases
from seatrial.cases.lessons import made_from
from seatrial.errors import HardenError, Problem
from seatrial.harden.batches.split import names_of, number_of
from seatrial.harden.foes import TRAINERS, fitting, stimuli
from seatrial.harden.remedy import Means, Mended, Remedy
from seatrial.harden.scores import GIVES, Floats, logits_of, probabilities_of, reliability
from seatrial.records.batch import Batch, joined, plain
from seatrial.records.card import Card
from seatrial.records.event import Phase, Progress
from seatrial.records.threat import Threat
from seatrial.targets.target import Trainable

_FEWEST, _WINDOW = 100, 4096
_RANGE = (0.05, 20.0)
"""Temperatures that are looked at."""
HELD_OUT = 3
"""One of so many cases is not fitted on."""
_EXACT = 1e-3
"""How far a probability may lie from what the temperature says."""


@dataclass(frozen=True, slots=True)
class Temperature:
    """The recipe.

    Attributes:
        attacked: Share of the mix that is attacked, from 0 (clean cases alone) to 1.
        cases: Training cases that are used at most.  A model is surer of cases that it was trained on than of others:
            those that remedies keep for choosing (`split`) and never train on come first.  A third of them is not
            fitted on but says what the temperature is worth.
    """

    attacked: float = 0.5
    cases: int = 1000

    def apply(self, target: Trainable[Any, Any], cases: Cases, threat: Threat, means: Means) -> Mended:
        """Scale a copy of the target's last layer and return its weights; see `Remedy`."""
        _refuse(self, target, cases)
        _budgeted(means)
        begun, batch = process_time(), _few(cases, self.cases, means.unit)
        labels, kept = np.asarray(plain(batch.labels)).astype(np.intp), _held_out(batch, means.unit, made_from(cases))
        logits = {"clean": _logits(target, batch.inputs)}
        means.hear(Progress("harden", 1, 3, "clean cases asked"))
        if self.attacked:
            foe = fitting(TRAINERS, target, threat)[0]
            logits["attacked"] = _logits(target, stimuli(foe, target, batch, threat, means.seed))
            means.hear(Progress("harden", 2, 3, "attacked cases asked"))
        share = {"clean": 1 - self.attacked, "attacked": self.attacked}
        found = fitted({part: one[~kept] for part, one in logits.items()}, labels[~kept], share)
        module = target.module()
        _scale(module, found)
        _prove(target, module, batch, found)
        means.hear(Progress("harden", 3, 3, f"temperature {found:.3f}"))
        worth = {
            part: {"before": _worth(one[kept], labels[kept]), "after": _worth(one[kept] / found, labels[kept])}
            for part, one in logits.items()
        }
        counts = {"cases": int((~kept).sum()), "validation_cases": int(kept.sum())}
        record = {"recipe": asdict(self), "temperature": round(found, 6), **counts, "calibration": worth}
        record["cpu_seconds"] = round(process_time() - begun, 2)
        return Mended(target.saved(module), record, tuple(batch.take(np.flatnonzero(kept)).ids))


def _few(cases: Cases, most: int, unit: str) -> Batch[Any]:
    """Return so many of the cases, in the order in which remedies would keep them for choosing."""
    named, ends = list[int](), range(0, len(cases), _WINDOW)
    for first in ends:
        window = cases.take(first, min(first + _WINDOW, len(cases)))
        named += map(number_of, names_of(window, unit, origins=made_from(cases)))
    wanted = np.sort(np.argsort(np.array(named, dtype=np.uint64), kind="stable")[:most])
    inside = [(first, wanted[(first <= wanted) & (wanted < first + _WINDOW)] - first) for first in ends]
    return joined([cases.take(at, min(at + _WINDOW, len(cases))).take(rows) for at, rows in inside if len(rows)])


def _held_out(batch: Batch[Any], unit: str, origins: Mapping[bytes, bytes]) -> npt.NDArray[np.bool_]:
    """Return which cases the temperature is not fitted on, `(n,)`: a third, by the digests of cases or units alone.

    What it is worth is measured on them, and a child may be compared with its parent on them.
    """
    return np.array([number_of(name) % HELD_OUT == 0 for name in names_of(batch, unit, origins=origins)], dtype=bool)


def fitted(logits: Mapping[str, Floats], labels: Any, share: Mapping[str, float]) -> float:
    """Return the temperature of least mean negative log likelihood over a mix.

    Args:
        logits: Part -> `(n, classes)`.
        labels: `(n,)` true classes, the same for every part.
        share: Part -> its weight in the mix.
    """

    def loss(log: float) -> float:
        scale = math.exp(-log)
        rows = np.arange(len(labels))
        each = {part: -log_softmax(one * scale, axis=1)[rows, labels].mean() for part, one in logits.items()}
        return float(sum(share[part] * value for part, value in each.items()))

    low, high = map(math.log, _RANGE)
    return math.exp(float(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-6}).x))


def _refuse(recipe: Temperature, target: Any, cases: Cases) -> None:
    problems = []
    if not 0 <= recipe.attacked <= 1:
        problems.append(Problem("attacked", f"is {recipe.attacked}, and a share lies between 0 and 1"))
    if not isinstance(target, Trainable):
        problems.append(Problem("target", "its weights cannot be changed", "name a target of kind torch or sklearn"))
    if target.face.gives not in GIVES:
        problems.append(Problem("target", f"it gives {target.face.gives}, and no confidence"))
    if len(cases) < _FEWEST:
        hint = f"it takes at least {_FEWEST}; lower the share of gate or rehearsal"
        problems.append(Problem("cases", f"there are {len(cases)} training cases", hint))
    elif cases.take(0, 1).labels is None:
        problems.append(Problem("cases", "they have no labels", "a temperature is fitted on true classes"))
    if problems:
        raise HardenError(*problems)


def _budgeted(means: Means) -> None:
    """Refuse a number of updates, and say that a budget in time makes nothing shorter.

    Raises:
        HardenError: If updates are counted.
    """
    if means.steps:
        raise HardenError(Problem("steps", "a temperature is fitted at once: there are no updates", "leave them out"))
    if means.seconds:
        means.hear(Phase("a temperature takes seconds, whatever the budget: it asks each case once, and attacks some"))


def _logits(target: Trainable[Any, Any], inputs: Any) -> Floats:
    return logits_of(np.asarray(plain(target.respond(target.face.home(inputs)))), target.face.gives)


def _worth(logits: Floats, labels: Any) -> dict[str, Any]:
    return reliability(probabilities_of(logits, "logits"), labels).to_json()


def _scale(module: Any, temperature: float) -> None:
    """Divide weights and bias of the last linear layer: the logits are then divided, and nothing else changes."""
    if hasattr(module, "named_modules"):
        linear = [one for _, one in module.named_modules() if type(one).__name__ == "Linear"]
        parts = [part for part in (linear[-1].weight, linear[-1].bias) if part is not None] if linear else []
        for part in parts:
            part.data.div_(temperature)
        return
    last = getattr(module, "steps", [("", module)])[-1][1]
    for name in ("coef_", "intercept_"):
        if hasattr(last, name):
            setattr(last, name, getattr(last, name) / temperature)


def _prove(target: Trainable[Any, Any], module: Any, batch: Batch[Any], temperature: float) -> None:
    """Refuse a network whose last linear layer is not the last thing that happens to its logits."""
    part = batch.take(np.arange(min(64, len(batch))))
    wanted = probabilities_of(_logits(target, part.inputs) / temperature, "logits")
    away = float(np.abs(wanted - probabilities_of(_logits(target.around(module), part.inputs), "logits")).max())
    if not away <= _EXACT:
        what = f"its confidence does not follow from scaling its last linear layer (it differs by {away:.3g})"
        raise HardenError(Problem("target", what, "end the model in a linear layer, or scale its logits yourself"))


CARD: Card[Remedy] = Card(
    make=Temperature,
    title="Temperature scaling on a mix of clean and attacked cases",
    cites=("arXiv:1706.04599",),
    tags=("natural",),
)
