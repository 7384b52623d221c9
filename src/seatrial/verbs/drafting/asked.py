"""The model is asked: which of the offers it takes, and whether it answers with logits, probabilities or labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seatrial.errors import InputError, Problem, TargetError
from seatrial.targets.model import Model
from seatrial.targets.probe import ONE_NUMBER
from seatrial.targets.target import CLASSIFIES, SCORES, Target, load_target
from seatrial.verbs.drafting.wanted import Offer

_GIVES: Mapping[str, tuple[str, ...]] = {
    "torch": SCORES,
    "callable": (*SCORES, "labels", "value"),
}
"""Kind of target -> what it may give; the others say it themselves."""


def answering(model: Model, offers: Sequence[Offer], folder: Path) -> tuple[Target[Any, Any], dict[str, Any], Offer]:
    """Return the loaded target, its block, and the first offer that it takes.

    Raises:
        InputError: If it takes none, with what it said to the first; or if it gives no classes.
    """
    first: TargetError | None = None
    for offer in offers:
        for block in _blocks(model, offer):
            try:
                target = load_target(block, folder)
            except TargetError as error:
                first = first or error
                continue
            shape = offer.inputs.get("shape")
            if shape is not None and target.face.shape is not None and tuple(shape) != target.face.shape:
                first = first or TargetError(f"the model takes cases of shape {list(target.face.shape)}")
                continue
            if target.face.gives not in CLASSIFIES:
                what = f"gives {target.face.gives}, and a first charter is about classes"
                raise InputError(Problem("--model", what, "write a charter by hand: `seatrial init` has a starter"))
            return target, {**block, **_said(model, target)}, offer
    assert first is not None
    raise InputError(*_misfit(first, offers[0]))


def _blocks(model: Model, offer: Offer) -> list[dict[str, Any]]:
    """Return the target blocks to try, in the order of what a model usually gives."""
    if model.block["kind"] == "built":
        return [dict(model.block)]
    block = {**model.block, "input": dict(offer.inputs)}
    return [{**block, "gives": gives} for gives in _GIVES.get(str(model.block["kind"]), ())] or [block]


def _said(model: Model, target: Target[Any, Any]) -> dict[str, Any]:
    """Return what the model said of itself, for its block."""
    return {} if model.block["kind"] == "built" else {"gives": target.face.gives}


def _misfit(error: TargetError, offer: Offer) -> list[Problem]:
    """Return what the model said, and what it was given."""
    if any(one.what == ONE_NUMBER for one in error.problems):
        hint = "let one sigmoid be two columns, 1 - p and p; docs/guides/first-charter.md has the line"
        return [Problem("--model", f"{ONE_NUMBER}, and a first charter is about classes", hint)]
    shape = list(offer.inputs.get("shape", ()))
    given = f"one case of the data has shape {shape}" if shape else f"the data gives {offer.inputs}"
    said = [
        Problem("--model", one.what if one.where in ("", "target") else f"{one.where} {one.what}")
        for one in error.problems
    ]
    return [
        *said,
        Problem("--data", given, "give the cases as the model takes them, or wrap it: --model file.py:predict"),
    ]
