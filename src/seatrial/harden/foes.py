"""Who a remedy trains against, and who looks at what came of it: adversaries of the engine, chosen by what fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.errors import HardenError, Problem
from seatrial.harden.constraints import Bounded, Constraints
from seatrial.oracles.classes import compared
from seatrial.plan.fit import misfits
from seatrial.records.batch import YES, Batch, plain
from seatrial.records.random import Random
from seatrial.records.threat import Threat
from seatrial.targets.target import Target

Foe = tuple[str, Mapping[str, Any]]
"""An adversary by id, and its tactics."""

TRAINERS: tuple[Foe, ...] = (
    ("evasion.pgd", {"steps": 10}),
    ("evasion.coordinates", {"queries": 120}),
    ("evasion.square", {"queries": 100}),
    ("text.search", {"queries": 40}),
    ("faults.missing", {}),
)
"""Cheap ones, to learn from, one after the other of those that fit; one forward pass counts as a query.

A model that learns from one kind of search only is fooled no less by another: boosted trees that learned from random
squares stood 78 of 100 rows against squares, and 37 against a search column by column (docs/explain/hardening.md).
"""

JUDGES: tuple[Foe, ...] = (
    ("evasion.autopgd", {"steps": 40, "loss": "dlr"}),
    ("evasion.coordinates", {"queries": 150}),
    ("evasion.square", {"queries": 150}),
    ("text.search", {"queries": 120, "tries": 8}),
    ("faults.missing", {}),
)
"""Others, stronger: all that fit look at a model before it is chosen, so that none is chosen by the attack it knows."""

LATE: tuple[Foe, ...] = (
    ("evasion.rays", {"queries": 150}),
    ("evasion.hopskipjump", {"queries": 150}),
    ("evasion.coordinates", {"queries": 400}),
    ("evasion.square", {"queries": 400}),
    ("text.typos", {}),
    ("text.search", {"queries": 200, "tries": 12}),
    ("faults.blanks", {}),
)
"""The last ones, who see only rows that stood all judges: by labels alone, and the searches for much longer."""


def fitting(foes: tuple[Foe, ...], target: Target[Any, Any], threat: Threat) -> tuple[Foe, ...]:
    """Return those that can play against a target under a threat.

    Raises:
        HardenError: If none can, with every reason.
    """
    found = able(foes, target, threat)
    if not found:
        problems = [problem for foe in foes for problem in misfits(foe[0], target, threat)]
        raise HardenError(*problems, Problem("threat", "no attack that a remedy knows plays here", "another remedy"))
    return found


def able(foes: tuple[Foe, ...], target: Target[Any, Any], threat: Threat) -> tuple[Foe, ...]:
    """Return those that can play against a target under a threat, be it none."""
    return tuple(foe for foe in foes if not misfits(foe[0], target, threat))


def stimuli(
    foe: Foe,
    target: Target[Any, Any],
    batch: Batch[Any],
    threat: Threat,
    seed: bytes,
    *,
    columns: Constraints | None = None,
) -> Any:
    """Return what an adversary makes of some cases, as numpy or tuples: one stimulus a case, broken or not.

    Args:
        foe: Who attacks.
        target: What is attacked.
        batch: The cases, as a source gives them.
        threat: The rules.
        seed: 32 bytes; with the digest of a case they decide what is drawn for it.
        columns: What may become of the columns; None is all that the threat allows.
    """
    name, tactics = foe
    adversary = plugins.find("adversaries", name).make(**tactics)
    given = batch.moved(target.face.home).open()
    seen: Any = target if columns is None else Bounded(target, columns, np.asarray(plain(given.inputs)))
    made = adversary.attack(seen, given, Bench(threat, Random(seed, batch.ids)))
    found = plain(given.inputs if made.stimuli is None else made.stimuli)
    return found if columns is None else columns.inside(seen.before, np.asarray(found))


def right(target: Target[Any, Any], inputs: Any, labels: Any) -> npt.NDArray[np.bool_]:
    """Return which inputs get their true class, strictly above every other: `(n,)`.

    Args:
        target: A classifier.
        inputs: Column of `n` rows, numpy or tuples.
        labels: `(n,)` true classes.
    """
    answers = np.asarray(plain(target.respond(target.face.home(inputs))))
    held: npt.NDArray[np.bool_] = compared(answers, np.asarray(plain(labels)).astype(np.intp))[0] == YES
    return held
