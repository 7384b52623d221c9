"""What ranks make one of, update by update: gradients, buffers, losses, and what a recipe keeps of each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from seatrial.harden.ranks.place import Ranks

RANK = "@"
"""Stands before the number of the rank whose own a tensor of a checkpoint is."""


@dataclass(frozen=True)
class Pooled:
    """The same on all ranks."""

    loss: float
    """Of all cases of the update; not finite if that of any rank is not."""
    slopes: list[Any]
    """One per parameter; None where no rank has any."""


def pooled(ranks: Ranks, loss: float, slopes: Sequence[Any], share: float, like: Sequence[Any]) -> Pooled:
    """Return what one process would have found on the cases of all.

    Each rank's mean counts by its share of the cases.

    Args:
        ranks: All of them.
        loss: The mean of this one's cases.
        slopes: Its gradients, one per parameter or None.
        share: Of all cases of the update, those of this one.
        like: The parameters.
    """
    if ranks.place.world == 1:
        return Pooled(loss, list(slopes))
    there = [slope is not None for slope in slopes]
    parts = [torch.zeros_like(one) if slope is None else slope for slope, one in zip(slopes, like, strict=True)]
    flat, dtype = _flat(parts), torch.float64 if any(one.dtype == torch.float64 for one in parts) else torch.float32
    whole = torch.cat([flat.to(dtype) * share, torch.tensor([*map(float, there), loss * share], dtype=dtype)])
    total = ranks.summed(whole)
    found = float(total[-1])
    somebody = (total[-1 - len(there) : -1] > 0).tolist()
    made = _cut(total, like)
    return Pooled(found, [one if any_ else None for one, any_ in zip(made, somebody, strict=True)])


def levelled(ranks: Ranks, module: Any, share: float) -> None:
    """Give the module of every rank the mean of all buffers that are no whole numbers: statistics of normalisation.

    Each rank normalises over its own cases, so they differ after every update.

    Args:
        ranks: All of them.
        module: This one's.
        share: Of all cases of the update, those of this one.
    """
    if ranks.place.world == 1:
        return
    buffers = [one for one in module.buffers() if one.is_floating_point()]
    if not buffers:
        return
    mine = _flat(buffers).to(torch.float64)
    # Around those of the first rank, so that constants among them stay what they are to the bit.
    origin = ranks.summed(mine if ranks.place.rank == 0 else torch.zeros_like(mine))
    mean = origin + ranks.summed((mine - origin) * share)
    with torch.no_grad():
        for one, level in zip(buffers, _cut(mean, buffers), strict=True):
            one.copy_(level)


def exchanged(ranks: Ranks, carried: Mapping[str, Any], rows: Sequence[npt.NDArray[np.intp]], size: int) -> None:
    """Give every rank what the others keep of the cases that they have just met; see `of_cases`.

    Args:
        ranks: All of them.
        carried: What the recipe keeps between visits; changed in place.
        rows: Of each rank, the cases that it met.
        size: Cases that are learned from, in all.
    """
    names = of_cases(carried, size) if ranks.place.world > 1 else []
    for name in names:
        kept, mine = carried[name], torch.from_numpy(rows[ranks.place.rank])
        parts = ranks.told(kept[mine].contiguous().reshape(-1).view(torch.uint8).cpu().numpy().tobytes())
        for at, part in enumerate(parts):
            if at != ranks.place.rank:
                shape = (len(rows[at]), *kept.shape[1:])
                found = torch.frombuffer(bytearray(part), dtype=kept.dtype).reshape(shape)
                kept[torch.from_numpy(rows[at])] = found.to(kept.device)


def of_cases(carried: Mapping[str, Any], size: int) -> list[str]:
    """Return the names of what belongs to cases: its first axis has one place for each that is learned from.

    The rest belongs to the rank: its parts of a batch are never as many.
    """
    return sorted(name for name, one in carried.items() if one.ndim and len(one) == size)


def gathered(ranks: Ranks, carried: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Return what the recipes of all ranks carry, as one set of tensors for a checkpoint; `own` is the way back.

    Args:
        ranks: All of them.
        carried: What this one's recipe keeps between visits.
        size: Cases that are learned from, in all.
    """
    whole = {name: one.detach().clone().contiguous() for name, one in carried.items()}
    if ranks.place.world == 1:
        return whole
    shared = of_cases(whole, size)
    mine = {name: one.cpu() for name, one in whole.items() if name not in shared}
    told = [load_tensors(one) for one in ranks.told(save_tensors(mine))]
    apart = {f"{RANK}{at}/{name}": one for at, tensors in enumerate(told) for name, one in tensors.items()}
    return apart | {name: whole[name] for name in shared}


def own(ranks: Ranks, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return what this rank's recipe carried, of what `gathered` returned."""
    mine = f"{RANK}{ranks.place.rank}/"
    return {name.removeprefix(mine): one for name, one in tensors.items() if name.startswith(mine) or RANK not in name}


def _flat(parts: Sequence[Any]) -> Any:
    wide = [one.detach().reshape(-1).to(torch.promote_types(one.dtype, torch.float32)) for one in parts]
    return torch.cat(wide)


def _cut(flat: Any, like: Sequence[Any]) -> list[Any]:
    """Return the parts of a flat tensor, shaped and typed like others."""
    found, at = [], 0
    for one in like:
        found.append(flat[at : at + one.numel()].reshape(one.shape).to(one.dtype))
        at += one.numel()
    return found
