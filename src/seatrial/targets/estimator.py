"""What a fitted estimator says of itself: its columns, its classes, and the types that its file holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import skops.io

from seatrial.errors import Problem, TargetError, blamed
from seatrial.targets.files import RUNS_CODE, SKOPS, read, sniffed
from seatrial.targets.frames import fitted_fields
from seatrial.targets.model import Model

ORDINARY = frozenset(
    {
        "sklearn._loss.link.Interval",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.linear_model._sgd_fast.Hinge",
        "sklearn.linear_model._sgd_fast.Log",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.tree._tree.Tree",
    }
)
"""Types of ordinary estimators that skops asks about, and that hold numbers and nothing that could be called."""
_TEXTS = {"CountVectorizer", "TfidfVectorizer", "HashingVectorizer"}


def admissible(block: Mapping[str, Any], folder: Path, known: Collection[str]) -> dict[str, Any]:
    """Return the block with the ordinary types of its file added to those that it trusts.

    Args:
        block: A target block; `trusted` are the types that the user knows.
        folder: Where relative paths start.
        known: Types that are loaded without being named.

    Raises:
        TargetError: If the file can run code and the block does not say `unsafe`, or if it holds types that nobody
            trusts (each is named).
    """
    name = str(block["weights"])
    data = read(folder / name)
    holds = sniffed(data)
    if holds in RUNS_CODE and not block.get("unsafe"):
        what = f"{RUNS_CODE[holds]} can run code when it is loaded, so it was not loaded"
        hint = "save it with skops.io.dump(model, 'model.skops'); or, if you trust it, say --unsafe"
        raise TargetError(Problem(name, what, hint))
    if holds != SKOPS:
        return dict(block)
    with blamed(name, "is no skops file that can be read:"):
        types = sorted(set(skops.io.get_untrusted_types(data=data)) - set(known))
    if strange := [one for one in types if one not in ORDINARY and one not in block.get("trusted", ())]:
        what = f"holds types that could run code: {', '.join(strange)}"
        words = " ".join(f"--trust {one}" for one in strange)
        raise TargetError(Problem(name, what, f"if you know them: {words}"))
    rest = {key: value for key, value in block.items() if key != "trusted"}
    return {**rest, "trusted": types} if types else rest


def described(estimator: Any, block: Mapping[str, Any]) -> Model:
    """Return what a fitted estimator says of itself.

    Raises:
        TargetError: If it cannot predict.
    """
    if not hasattr(estimator, "predict"):
        what = f"holds a {type(estimator).__name__}, which cannot predict"
        raise TargetError(Problem(str(block["weights"]), what, "save the fitted estimator or pipeline"))
    fields = fitted_fields(estimator)
    types = block.get("trusted", ())
    return Model(
        block,
        fields=fields,
        features=getattr(estimator, "n_features_in_", None),
        classes=tuple(one.item() if hasattr(one, "item") else one for one in getattr(estimator, "classes_", ())),
        texts=not fields and _reads_texts(estimator),
        notes=(f"trusted: {', '.join(types)}",) if types else (),
    )


def _reads_texts(estimator: Any) -> bool:
    """Say whether an estimator, or the first step of a pipeline, turns texts into numbers."""
    steps = getattr(estimator, "steps", None)
    return _reads_texts(steps[0][1]) if steps else type(estimator).__name__ in _TEXTS
