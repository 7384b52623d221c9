"""A torch module as somebody has it in memory: in its own dtype, on its own device, perhaps in training mode."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from seatrial.errors import blamed
from seatrial.records.batch import Array
from seatrial.targets.outputs import single
from seatrial.targets.target import Face, Target
from seatrial.targets.torchchance import ChanceTarget
from seatrial.targets.torchmodule import NARROW, PAD, TorchTarget
from seatrial.targets.torchwired import DTYPES, Wiring
from seatrial.targets.wants import FIT, RAISED, Asked, Wants, faced

TRAINING = "the model was in training mode: a copy of it in evaluation mode was attacked, the model itself is as it was"
DRAWN = "the model answers by chance: it was attacked in expectation and judged over several draws"


def module(model: Any, asked: Asked, wants: Wants) -> tuple[Target[Any, Any], tuple[str, ...]]:
    """Return the target that a module is, and what there is to say of it; the module stays as it is.

    Raises:
        TargetError: If it cannot be copied, raises, or answers something that cannot be judged.
    """
    own = getattr(model, "_orig_mod", model)
    wiring = Wiring(wants.mean, wants.std, wants.output, _dtype(own))
    device = wants.device or _device(own)
    shape = tuple(asked.inputs.shape[1:])
    first = _made(own, Face(Array, wants.gives or "logits", shape, wants.low, wants.high), wiring, device=device)
    with blamed("model", RAISED, FIT):
        answers = first.respond(asked.inputs)
        again = first.respond(asked.inputs)
    face = faced(answers, asked, wants)
    alone = single(face, tuple(answers.shape))
    wiring = replace(wiring, doubled=face.gives) if alone else wiring
    target: Target[Any, Any] = _made(own, face, wiring, device=device, pad=NARROW if alone else PAD)
    notes = (TRAINING,) if any(part.training for part in own.modules()) else ()
    if not torch.equal(answers.nan_to_num(), again.nan_to_num()):
        return ChanceTarget(target), (*notes, DRAWN)  # type: ignore[arg-type]
    return target, notes


def _made(own: Any, face: Face, wiring: Wiring, *, device: str, pad: int = PAD) -> TorchTarget:
    with blamed("model", "cannot be copied and put into evaluation mode:", "hand over a function of a batch instead"):
        return TorchTarget(own, face, pad=pad, device=device, wiring=wiring)


def _dtype(own: Any) -> str:
    """Return the dtype of the first parameter that is a float; float32 if there is none."""
    found = next((one.dtype for one in own.parameters() if one.is_floating_point()), torch.float32)
    return next((name for name, dtype in DTYPES.items() if dtype == found), "float32")


def _device(own: Any) -> str:
    """Return where the first parameter or buffer is."""
    found = next(iter((*own.parameters(), *own.buffers())), None)
    return "cpu" if found is None else str(found.device)
