"""Weights files of torch: what is in them, and whether it fits the module."""

from __future__ import annotations

import io
import pickle
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors

from seatrial.errors import Problem, TargetError, blamed
from seatrial.targets.files import EXPORT, SAFETENSORS, TORCH, TORCHSCRIPT, admitted, read, refused

_MODULE = "a whole pickled module"
_NAMED = 6
"""So many tensors a message names; a network may have hundreds."""


def put_weights(module: Any, path: Path, *, unsafe: bool) -> Any:
    """Return the module with the weights of a file in it, or the module that the file holds.

    Raises:
        TargetError: If the file may not be loaded, is damaged, or its names and shapes do not fit (each is named).
    """
    found = _opened(path, unsafe=unsafe)
    if isinstance(found, torch.nn.Module):
        return found
    if not isinstance(found, Mapping) or not all(isinstance(value, torch.Tensor) for value in found.values()):
        what = f"holds {type(found).__name__}, not a state_dict"
        raise TargetError(Problem(str(path), what, "save module.state_dict(), or better: safetensors.torch.save_file"))
    if problems := _misfits(module.state_dict(), found, str(path)):
        raise TargetError(*problems)
    with blamed(str(path), "does not load into the module:"):
        module.load_state_dict(dict(found))
    return module


def module_from(path: Path, *, unsafe: bool) -> Any:
    """Return the whole module that a file holds (TorchScript, torch.export, pickle), for blocks without `load`.

    Raises:
        TargetError: If `unsafe` is not set, or the file holds weights only.
    """
    found = _opened(path, unsafe=unsafe)
    if isinstance(found, torch.nn.Module):
        return found
    raise TargetError(
        Problem("target.load", f"is missing, and {path} holds weights only", 'name the builder: "package.module:build"')
    )


def _opened(path: Path, *, unsafe: bool) -> Any:
    """Return what a file holds: tensors by name, or a module."""
    data = read(path)
    holds = admitted(path, data, TORCH, unsafe=unsafe)
    if holds == SAFETENSORS:
        try:
            return load_safetensors(data)
        except SafetensorError as error:
            raise TargetError(Problem(str(path), f"is damaged: {error}", "copy or save it again")) from error
    if holds in (TORCHSCRIPT, EXPORT):
        return _program(data, path, holds)
    return _pickled(data, path, unsafe=unsafe)


def _program(data: bytes, path: Path, holds: str) -> Any:
    with blamed(str(path), "cannot be loaded:"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if holds == TORCHSCRIPT:
            return torch.jit.load(io.BytesIO(data), map_location="cpu")  # type: ignore[no-untyped-call]
        return torch.export.load(io.BytesIO(data)).module()


def _pickled(data: bytes, path: Path, *, unsafe: bool) -> Any:
    """Return a state_dict by the restricted unpickler; anything else only if `unsafe` is set."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if not unsafe:
            raise refused(path, _MODULE) from error
    except (RuntimeError, EOFError, ValueError, KeyError, OSError, AttributeError, TypeError, IndexError) as error:
        if not unsafe:
            raise TargetError(Problem(str(path), f"is damaged: {error}", "copy or save it again")) from error
    with blamed(str(path), "cannot be loaded:"):
        return torch.load(io.BytesIO(data), map_location="cpu", weights_only=False)


def _misfits(wanted: Mapping[str, Any], given: Mapping[str, Any], where: str) -> list[Problem]:
    """Return what keeps tensors from fitting: each kind of mistake once, with the first names."""
    both = sorted(wanted.keys() & given.keys())
    shapes = {name: f"{name} {tuple(given[name].shape)} for {tuple(wanted[name].shape)}" for name in both}
    odd = [shapes[name] for name in both if given[name].shape != wanted[name].shape]
    broken = [name for name in both if given[name].is_floating_point() and not bool(given[name].isfinite().all())]
    found = (
        (
            sorted(wanted.keys() - given.keys()),
            "the module has these, the file does not",
            "is `load` the right builder?",
        ),
        (sorted(given.keys() - wanted.keys()), "have no place in the module", "is `load` the right builder?"),
        (odd, "have another shape than the module's", "is the module built with other sizes than in training?"),
        (broken, "hold NaN or infinity", "the training diverged"),
    )
    return [Problem(where, f"{what}: {_few(names)}", hint) for names, what, hint in found if names]


def _few(names: Sequence[str]) -> str:
    more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
