"""What a model is, from its name alone: a block for a charter, and what it is known to take."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from seatrial import plugins
from seatrial.errors import InputError, Problem, TargetError, blamed
from seatrial.targets.files import SKLEARN, TORCH
from seatrial.targets.importing import named, reachable
from seatrial.targets.model import Model
from seatrial.targets.target import Face, Target

SAFETENSORS = ".safetensors"
WEIGHTS = "--weights"
"""The option that a builder needs."""
FOREIGN = {".onnx", ".h5", ".keras", ".pb", ".tflite", ".gguf", ".bin", ".npz", ".json", ".ubj", ".cbm"}
"""Endings of models that no target of this release loads by itself."""
_HOW = (
    "a builder (model.py:build, with --weights FILE.safetensors), an estimator (model.skops), or a function of a batch "
    "(model.py:predict)"
)


def recognised(
    model: str, weights: Path | None, folder: Path, *, unsafe: bool = False, trusted: Iterable[str] = ()
) -> Model:
    """Return what a model is.

    Args:
        model: A file, or `file.py:function` or `package.module:function`.
        weights: For a builder of a torch module: its weights.
        folder: Where the charter will lie.
        unsafe: Whether files may be loaded that can run code.
        trusted: Types in a skops file that the user knows.

    Raises:
        InputError: If the name is that of nothing that can be tried.
        TargetError: If the model does not load.
        MissingExtra: If it needs a package that is not installed.
    """
    suffix = "" if ":" in model else Path(model).suffix.lower()
    more = {"unsafe": True} if unsafe else {}
    if suffix in SKLEARN:
        block = {"kind": "sklearn", "weights": _file(model, folder), **more}
        return _looked({**block, "trusted": list(trusted)} if trusted else block, folder)
    if suffix in TORCH and suffix != SAFETENSORS:
        return _looked({"kind": "torch", "weights": _file(model, folder), **more}, folder)
    if ":" in model:
        return _coded(_load(model, folder), weights, folder, more)
    raise InputError(_nothing(model, suffix))


def beside(path: Path | str, folder: Path) -> str:
    """Return how a charter in a folder names a path: relative to it, with forward slashes."""
    return Path(os.path.relpath(Path(path).absolute(), folder.absolute())).as_posix()


def _file(model: str, folder: Path) -> str:
    if not Path(model).is_file():
        raise InputError(Problem("--model", f"there is no file {model}", f"name {_HOW}"))
    return beside(model, folder)


def _nothing(model: str, suffix: str) -> Problem:
    if suffix == SAFETENSORS:
        what, hint = (
            "holds weights only",
            f"name the function that builds the module: --model model.py:build --weights {model}",
        )
    elif suffix in FOREIGN:
        what = f"is a {suffix} file, for which there is no loader"
        hint = "write a function that takes a batch and returns its answers, and name it: --model model.py:predict"
    elif suffix == ".py":
        what, hint = "is a file without a function", f"say which function of it: --model {model}:build"
    elif not Path(model).exists():
        what, hint = "is not there", f"name {_HOW}"
    else:
        what, hint = "is no model", f"name {_HOW}"
    return Problem("--model", f"{model} {what}", hint)


def _load(model: str, folder: Path) -> str:
    """Return `load` as a charter writes it; `path/file.py:function` is turned into a module's name."""
    place, _, attribute = model.rpartition(":")
    if not place.endswith(".py"):
        return model
    if not Path(place).is_file():
        raise InputError(Problem("--model", f"there is no file {place}", f"name {_HOW}"))
    parts = Path(beside(place, folder)).with_suffix("").parts
    if not all(part.isidentifier() for part in parts):
        hint = "move it there, or let init write the charter beside it: seatrial init FOLDER/charter.yaml"
        raise InputError(Problem("--model", f"{place} does not lie beside the charter, in {folder.resolve()}", hint))
    return f"{'.'.join(parts)}:{attribute}"


def _coded(load: str, weights: Path | None, folder: Path, more: Mapping[str, Any]) -> Model:
    """Return what a name in code stands for: a builder takes no arguments, a function of a batch takes one."""
    if weights is not None:
        plugins.find("targets", "torch")  # a missing extra is said before the user's code stumbles over it
    found = named(load, folder)
    if not callable(found):
        raise TargetError(Problem("--model", f"{load} is no function", f"name {_HOW}"))
    if weights is not None:
        return _looked({"kind": "torch", "load": load, "weights": beside(weights, folder), **more}, folder)
    if _takes_a_batch(found):
        return Model({"kind": "callable", "load": load})
    with reachable(folder), blamed(f"--model {load}", "raised"):
        built = found()
    if hasattr(built, "state_dict"):
        hint = f"name its weights: --weights FILE{SAFETENSORS}"
        raise InputError(Problem(WEIGHTS, f"{load} builds a module without its weights", hint))
    if isinstance(built, Target) and isinstance(built.face, Face):
        return Model({"kind": "built", "load": load})
    what = f"{load} takes no arguments and returns {type(built).__name__}, which is no model"
    raise TargetError(Problem("--model", what, f"name {_HOW}"))


def _takes_a_batch(function: Any) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return True
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return any(one.kind in places and one.default is one.empty for one in parameters)


def _looked(block: Mapping[str, Any], folder: Path) -> Model:
    """Return what a model says of itself, as its kind of target tells it."""
    look = plugins.find("targets", str(block["kind"])).look
    made: Model = look(block, folder) if look is not None else Model(block)
    return made
