"""A PyTorch module: `{kind: torch, load: "digits.model:build", weights: digits.safetensors, input: {...}}`.

`load` names a function that builds the module; the weights are put into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from seatrial.errors import Problem, TargetError, blamed
from seatrial.records.batch import Array
from seatrial.records.card import Card
from seatrial.targets.block import Block, gathered, read_block
from seatrial.targets.importing import named, reachable
from seatrial.targets.model import Model
from seatrial.targets.outputs import single
from seatrial.targets.probe import answered_shape, probed
from seatrial.targets.target import SLOPED, Face, Target
from seatrial.targets.torchadopted import module as adopt
from seatrial.targets.torchcalm import calm
from seatrial.targets.torchchance import ChanceTarget
from seatrial.targets.torchfile import module_from, put_weights
from seatrial.targets.torchlayers import first
from seatrial.targets.torchmodule import NARROW, PAD
from seatrial.targets.torchmodule import TorchTarget as TorchTarget  # noqa: PLC0414 - what this kind makes
from seatrial.targets.torchmodule import home as home  # noqa: PLC0414 - where it lives
from seatrial.targets.torchwired import DTYPES, Wiring

KNOWN = ("load", "weights", "device", "dtype", "output", "sampled")
"""Keys of a block that torch has of its own."""


def make(block: Mapping[str, Any], folder: Path) -> TorchTarget | ChanceTarget:
    """Return the target that a charter's block describes, after one probe of it; with `sampled: true`, one by chance.

    Raises:
        TargetError: With all that is wrong: keys, missing files, a builder that cannot be imported or raises, weights
            that do not fit, a file that can run code without `unsafe: true`, output of a wrong shape, NaN.
    """
    problems: list[Problem] = []
    builder = None
    with gathered(problems):
        read = read_block(block, folder, known=KNOWN, needs=("weights", "input"), pad=PAD)
        problems += _unfit(read)
    with gathered(problems):
        builder = named(str(block["load"]), folder) if "load" in block else None
    if problems:
        raise TargetError(*problems)
    sampled = bool(block.get("sampled", False))
    face = Face(Array, read.gives or "logits", read.shape, read.low, read.high, read.classes, sampled)
    face = read.told(face)
    wiring = Wiring(read.mean, read.std, block.get("output", ""), str(block.get("dtype", "float32")))
    target = fitted(loaded(read, builder), face, wiring, pad=read.pad, device=str(block.get("device", "cpu")))
    return ChanceTarget(target) if sampled else target


def fitted(module: Any, face: Face, wiring: Wiring, *, pad: int = PAD, device: str = "cpu") -> TorchTarget:
    """Return the target that a module is, after one probe of it; one column for two classes becomes two.

    Raises:
        TargetError: With all that is wrong with its answers.
    """

    def made(face: Face, wiring: Wiring) -> TorchTarget:
        with blamed("target", "the module cannot be copied and put into evaluation mode:"):
            return TorchTarget(module, face, pad=pad, device=device, wiring=wiring)

    target = made(face, wiring)
    if single(face, answered_shape(target, "target")):
        wiring, pad = replace(wiring, doubled=face.gives), max(pad, NARROW)
        target = made(face, wiring)
    return made(replace(face, classes=probed(target, "target")), wiring)


def _unfit(read: Block) -> list[Problem]:
    """Return what is wrong with the values that mean something to torch alone."""
    problems = []
    if read.shape is None:
        problems.append(Problem("target.input.shape", "is missing", "sizes of one case: [1, 28, 28]"))
    if read.gives not in ("", *SLOPED):
        problems.append(Problem("target.gives", f"{read.gives} is not for torch", f"one of {', '.join(SLOPED)}"))
    if not isinstance(read.values.get("sampled", False), bool):
        problems.append(Problem("target.sampled", "has a wrong value", "write true or false"))
    if str(read.values.get("dtype", "float32")) not in DTYPES:
        problems.append(Problem("target.dtype", "has a wrong value", f"one of {', '.join(DTYPES)}"))
    device = str(read.values.get("device", "cpu"))
    if device != "cpu" and not (device.startswith("cuda") and torch.cuda.is_available()):
        problems.append(Problem("target.device", f"there is no {device} here", "write cpu, or leave it out"))
    return problems


def loaded(read: Block, builder: Any) -> Any:
    """Return the module with its weights in it.

    Args:
        read: The block, checked.
        builder: Builds the module; None if the weights file holds a whole one.

    Raises:
        TargetError: If the builder raises or returns no module, or the weights do not fit.
    """
    if builder is None:
        with reachable(read.folder):
            return module_from(read.path("weights"), unsafe=read.unsafe)
    where = f"target.load {read.values['load']}"
    with reachable(read.folder), blamed(where, "raised"), torch.random.fork_rng(devices=[]):
        module = builder()
    if not isinstance(module, torch.nn.Module):
        raise TargetError(Problem(where, f"returned {type(module).__name__}", "it must return a torch.nn.Module"))
    return put_weights(module, read.path("weights"), unsafe=read.unsafe)


def look(block: Mapping[str, Any], folder: Path) -> Model:
    """Return what the first layer of a module takes, before it meets data.

    Args:
        block: A target block without `input`.
        folder: Where relative paths start.

    Raises:
        TargetError: If the module cannot be built, or the weights do not fit it.
    """
    read = read_block(block, folder, known=KNOWN, needs=("weights",), pad=PAD)
    layer, width = first(loaded(read, named(str(block["load"]), folder) if "load" in block else None))
    return Model(block, layer=layer, width=width)


CARD: Card[Target[Any, Any]] = Card(make, "PyTorch module", extra="torch", look=look, adopt=adopt, keep=calm)
