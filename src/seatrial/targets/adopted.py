"""A model that somebody hands over in Python: a torch module, a fitted estimator, any function, or a target already."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import array_api_compat
import numpy as np

from seatrial import plugins
from seatrial.errors import Problem, TargetError, blamed
from seatrial.records.batch import plain
from seatrial.records.random import undisturbed
from seatrial.targets.callable import CallableTarget
from seatrial.targets.outputs import picked
from seatrial.targets.target import Face, Target
from seatrial.targets.wants import FIT, RAISED, Asked, Wants, faced, plainly

LOOKED = 256
"""Cases that a model is asked about before it is attacked."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """A target, and what there is to say of it."""

    target: Target[Any, Any]
    notes: tuple[str, ...] = ()


@contextmanager
def kept() -> Iterator[None]:
    """Keep the global state of Python, numpy and torch as it was, whatever runs meanwhile; torch if it is loaded."""
    with ExitStack() as stack:
        stack.enter_context(undisturbed())
        if "torch" in sys.modules:
            stack.enter_context(_torch().keep())
        yield


def _torch() -> Any:
    """Return what the shelf knows of torch: by name, so that nobody loads it who does not need it."""
    return plugins.find("targets", "torch")


def is_module(model: object) -> bool:
    """Return whether something is a torch module; torch is not loaded for the answer."""
    return any(
        f"{kind.__module__}.{kind.__qualname__}" == "torch.nn.modules.module.Module" for kind in type(model).__mro__
    )


def adopted(model: Any, x: Any, asked: Asked, wants: Wants) -> Adopted:
    """Return the target that a model is.

    Args:
        model: A `torch.nn.Module`, an estimator with `predict_proba` or `predict`, a function of a batch, or a target.
        x: The cases as they were handed over: a function gets them in the same library.
        asked: The same in numpy, with what is true of them.
        wants: What is said of the model.

    Raises:
        TargetError: If it is none of these, raises, or answers something that cannot be judged.
    """
    few = Asked(asked.inputs[:LOOKED], asked.labels[:LOOKED])
    if is_module(model):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always", RuntimeWarning)
            target, notes = _torch().adopt(model, few, wants)
        return Adopted(target, (*notes, *_told(said)))
    if isinstance(model, Target):
        return Adopted(model, tuple(_unsaid(model.face, wants)))
    function = _function(model)
    if function is None:
        what = f"is a {type(model).__name__}, which is no torch module, no function and no estimator"
        raise TargetError(Problem("model", what, "hand over a model, or a function of a batch that returns its scores"))
    return Adopted(_called(_alike(function, x), few, wants))


def _told(said: list[warnings.WarningMessage]) -> Iterator[str]:
    yield from dict.fromkeys(str(one.message) for one in said if issubclass(one.category, RuntimeWarning))


def _unsaid(face: Face, wants: Wants) -> Iterator[str]:
    if wants.gives and wants.gives != face.gives:
        hint = "a target says itself what it gives"
        raise TargetError(Problem("gives", f"is {wants.gives}, and the target gives {face.gives}", hint))
    if wants.output != "" or wants.mean or wants.std:
        yield "a target says itself what it takes and gives: output, mean and std were not used"


def _function(model: Any) -> Callable[[Any], Any] | None:
    """Return the function of a batch that a model is: probabilities if it has them."""
    for name in ("predict_proba", "decision_function", "predict"):
        if hasattr(model, name):
            return getattr(model, name)  # type: ignore[no-any-return]
    return model if callable(model) else None


def _alike(function: Callable[[Any], Any], x: Any) -> Callable[[Any], Any]:
    """Return a function of numpy that asks in the library, on the device and in the dtype of the cases."""
    if isinstance(x, np.ndarray) or not array_api_compat.is_array_api_obj(x):
        return function
    xp, device = array_api_compat.array_namespace(x), array_api_compat.device(x)
    return lambda inputs: function(xp.asarray(inputs, device=device, dtype=x.dtype))


def _called(function: Callable[[Any], Any], few: Asked, wants: Wants) -> CallableTarget:
    with blamed("model", RAISED, FIT):
        answers = plain(picked(function(few.inputs.copy()), wants.output))
    face = faced(answers, few, wants)
    return CallableTarget(lambda inputs: plainly(function(inputs), wants, face), face)
