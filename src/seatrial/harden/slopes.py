"""The slope at the inputs of a first convolution, several times as cheaply as torch computes it on a CPU.

Attacks need it at every step.  For few channels and a stride above one, which is how small networks begin, torch takes
ten times as long for it as for the answer itself.  It is the same sum in another order: the slope is cut into as many
pictures as the stride has places, each of which is a dense convolution of what came back, and these are woven together.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch.nn import functional

FEW = 4
"""Channels up to which it pays."""


def quickened(module: Any) -> Any:
    """Return the module, convolutions of few channels in it changed to compute slopes at their inputs quickly.

    What they answer is the same.  Only plain two-dimensional ones that stride, on the CPU, are changed.
    """
    for one in module.modules():
        if _fits(one):
            one._conv_forward = partial(_answer, one.stride, one.padding)  # noqa: SLF001 - the seam of torch's own class
    return module


def _fits(one: Any) -> bool:
    """Return whether a part of a module is a convolution for which it pays."""
    if type(one) is not torch.nn.Conv2d or one.weight.device.type != "cpu":
        return False
    plain = one.groups == 1 and one.dilation == (1, 1) and one.padding_mode == "zeros"
    padded = isinstance(one.padding, tuple)
    return plain and padded and one.in_channels <= FEW and min(one.stride) > 1


def _answer(stride: tuple[int, int], padding: tuple[int, int], inputs: Any, weight: Any, bias: Any) -> Any:
    """Return what a convolution answers; its slope at the inputs, if it is wanted, is computed by `_Strided`."""
    if not (torch.is_grad_enabled() and inputs.requires_grad and inputs.ndim == 4):
        return torch.conv2d(inputs, weight, bias, stride, padding)
    if torch.is_autocast_enabled("cpu") and inputs.dtype != torch.float64:
        made = torch.get_autocast_dtype("cpu")
        inputs, weight, bias = (one if one is None else one.to(made) for one in (inputs, weight, bias))
    return _Strided.apply(inputs, weight, bias, stride, padding)  # type: ignore[no-untyped-call]


class _Strided(torch.autograd.Function):
    """A convolution whose slope at the inputs is woven."""

    @staticmethod
    def forward(ctx: Any, inputs: Any, weight: Any, bias: Any, *how: tuple[int, int]) -> Any:
        """Return what the convolution answers."""
        ctx.save_for_backward(inputs, weight)
        ctx.how = how
        stride, padding = how
        return torch.conv2d(inputs, weight, bias, stride, padding)

    @staticmethod
    def backward(ctx: Any, *slopes: Any) -> Any:
        """Return the slopes at inputs, weights and bias, where they are wanted."""
        (slope,), (inputs, weight), (stride, padding) = slopes, ctx.saved_tensors, ctx.how
        need = ctx.needs_input_grad
        below = woven(slope, weight, stride, padding, tuple(inputs.shape[2:])) if need[0] else None
        other = (None, None)
        if need[1] or need[2]:
            wanted = [False, bool(need[1]), bool(need[2])]
            told = ([weight.shape[0]], stride, padding, (1, 1), False, (0, 0), 1, wanted)
            other = torch.ops.aten.convolution_backward(slope, inputs, weight, *told)[1:]
        return below, *other, None, None


def woven(slope: Any, weight: Any, stride: tuple[int, int], padding: tuple[int, int], size: tuple[int, ...]) -> Any:
    """Return the slope of a strided convolution at its inputs `(n, channels, *size)`.

    Args:
        slope: At what it answered, `(n, filters, ...)`.
        weight: Its filters, `(filters, channels, height, width)`.
        stride: Rows and columns from one window to the next.
        padding: Zeros beside the inputs, in rows and columns.
        size: Height and width of the inputs.
    """
    filters, channels, *kernel = weight.shape
    reach = [-(-length // step) for length, step in zip(kernel, stride, strict=True)]
    grown = functional.pad(weight, (0, reach[1] * stride[1] - kernel[1], 0, reach[0] * stride[0] - kernel[0]))
    parts = grown.reshape(filters, channels, reach[0], stride[0], reach[1], stride[1])
    dense = parts.permute(1, 3, 5, 0, 2, 4).flip((4, 5)).reshape(-1, filters, *reach)
    found = torch.conv2d(slope, dense, padding=[one - 1 for one in reach])
    rows, columns = (place * step for place, step in zip(found.shape[2:], stride, strict=True))
    split = found.reshape(len(found), channels, *stride, *found.shape[2:])
    whole = split.permute(0, 1, 4, 2, 5, 3).reshape(len(found), channels, rows, columns)
    kept = whole[:, :, padding[0] : padding[0] + size[0], padding[1] : padding[1] + size[1]]
    return functional.pad(kept, (0, size[1] - kept.shape[3], 0, size[0] - kept.shape[2]))
