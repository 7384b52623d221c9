"""Steps of a torch module that have no useful gradient, and what is put in their place on the way back.

The answers stay as they are.  On the way back a gradient goes straight through rounding, signs, clipping and
detaching; through a submodule of the model's own that returns its input's shape, wherever its own gradient is zero or
not a number (dead zones, winners that take all, trips through numpy); through one that codes each number in several
(one-hot, thermometer) along its secant; through one that resizes an image by averages.  Softmax and sigmoid are taken
as if they gave logarithms where they underflow.  This is backward pass differentiable approximation (Athalye et al.,
arXiv:1802.00420); what none of these fits keeps the gradient that it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

FLAT = {"round", "round_", "floor", "ceil", "trunc", "fix", "sign", "sgn", "clamp", "clip", "hardtanh", "relu6"}
"""Functions of one tensor that give its shape and are passed straight through."""
LEAVING = {"numpy", "__array__", "tolist", "item", "__float__", "__bool__", "__int__"}
"""Functions by which a number leaves torch: they need a tensor without a graph."""
LEAST = 1e-12
"""Slope that a softmax or sigmoid keeps where it underflows: `losses.LEAST`, which the attacker divides by."""
HOLES = 0.05
"""Share of numbers without a gradient from which on they are filled."""
WIDTHS = (1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4)
"""Half widths of the secants, as shares of the range of what came in."""


class Straight(torch.nn.Module):
    """A module with the same answers, whose backward pass goes straight through useless steps."""

    def __init__(self, inside: torch.nn.Module) -> None:
        """Take the module; it is not changed, and must not be trained through this one."""
        super().__init__()
        self.inside = inside

    def forward(self, inputs: Any) -> Any:
        """Return what the module inside answers."""
        if not torch.is_grad_enabled():
            return self.inside(inputs)
        with _mended(self.inside), _Through():
            return self.inside(inputs)


class _Through(TorchFunctionMode):
    """While it is on, functions without a useful gradient have one."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Return what the function gives, with another way back where it needs one."""
        name, named = getattr(func, "__name__", ""), kwargs or {}
        first = args[0] if args else None
        if not (isinstance(first, torch.Tensor) and first.requires_grad and first.is_floating_point()):
            return func(*args, **named)
        if name in LEAVING:
            return func(first.detach(), *args[1:], **named)
        if name == "detach":
            return first * 1
        made = func(*args, **named)
        if name in FLAT:
            return _straight(first, made)
        if name in ("softmax", "sigmoid") and isinstance(made, torch.Tensor):
            return _saturating(first, made, name == "sigmoid", _axis(args, named))
        return made


class _Saturating(torch.autograd.Function):
    """Softmax or sigmoid, with a slope that never underflows."""

    @staticmethod
    def forward(ctx: Any, inputs: Any, made: Any, single: Any, axis: Any) -> Any:  # noqa: ARG004 - its own signature
        """Return what was made."""
        ctx.single, ctx.axis = single, axis
        ctx.save_for_backward(made)
        return made.clone()

    @staticmethod
    def backward(ctx: Any, slope: Any) -> Any:
        """Return the slope at the inputs."""
        (made,) = ctx.saved_tensors
        if ctx.single:
            return slope * (made * (1 - made)).clamp_min(LEAST), None, None, None
        raised = slope * made.clamp_min(LEAST)
        return raised - made * raised.sum(dim=ctx.axis, keepdim=True), None, None, None


_saturating: Callable[..., Any] = _Saturating.apply


def _axis(args: Any, named: Any) -> int:
    return int(named.get("dim", args[1] if len(args) > 1 and isinstance(args[1], int) else -1))


@contextmanager
def _mended(module: torch.nn.Module) -> Iterator[None]:
    """Mend the submodules that are not torch's own for one pass, and take the mending out again."""
    own = [one for one in module.modules() if not type(one).__module__.startswith("torch.nn")]
    hooks = [one.register_forward_hook(_mend) for one in own]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _mend(module: Any, args: Any, made: Any) -> Any:
    """Return a submodule's output with a way back, if it has none or one with holes; None leaves it."""
    came: Any = args[0] if args else None
    if not _differs(came) or not isinstance(made, torch.Tensor) or not made.is_floating_point():
        return None
    if made.shape == came.shape:
        holes = _holes(module, args)
        if holes is None:
            return None
        kept = _fixed(made) if bool(holes.all()) else made
        return kept + _passed(came) * holes
    if made.requires_grad and _holes(module, args) is None:
        return None
    return _spread(module, args, made)


def _fixed(values: Any) -> Any:
    """Return the values without a graph (`detach` is one of the functions that are passed straight through)."""
    with torch.no_grad():
        return values.clone()


def _passed(values: Any) -> Any:
    """Return zeros through which a gradient reaches the values."""
    return values - _fixed(values)


def _differs(came: Any) -> bool:
    return isinstance(came, torch.Tensor) and came.requires_grad and came.is_floating_point() and came.ndim > 1


def _holes(module: Any, args: Any) -> Any:
    """Return 1 where a submodule gives its input no gradient and 0 elsewhere; None if it has next to no holes."""
    alone = args[0].detach().requires_grad_()
    with torch.enable_grad(), torch.random.fork_rng(devices=[]):
        made = module.forward(alone, *args[1:])
    if not made.requires_grad:
        return torch.ones_like(alone)
    # Odd weights: a sum over a softmax or a normalised layer has no gradient for good reasons.
    weights = torch.arange(1, made.numel() + 1, dtype=made.dtype, device=made.device).sin().reshape(made.shape)
    (slope,) = torch.autograd.grad((made * weights).sum(), alone, allow_unused=True)
    if slope is None:
        return torch.ones_like(alone)
    if not bool(torch.isfinite(slope).all()):
        return torch.ones_like(alone)
    holes = (slope == 0).to(alone.dtype)
    return holes if float(holes.mean()) >= HOLES else None


def _straight(came: Any, made: Any) -> Any:
    if not isinstance(made, torch.Tensor) or made.shape != came.shape:
        return made
    return came + (made - came).detach()


def _spread(module: Any, args: Any, made: Any) -> Any:
    """Return an output of another shape with a way back: along secants, or by averages over an image; None is none."""
    came = args[0]
    lay = _layout(module, args, made)
    if lay:
        slope = _secant(module, args)
        return _fixed(made) + slope * _passed(lay(came))
    if came.ndim == made.ndim == 4 and came.shape[:2] == made.shape[:2]:
        pooled = torch.nn.functional.adaptive_avg_pool2d(came, made.shape[2:])
        return _fixed(made) + _passed(pooled)
    return None


def _answer(module: Any, args: Any, came: Any) -> Any:
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        return module.forward(came, *args[1:])


def _layout(module: Any, args: Any, made: Any) -> Callable[[Any], Any] | None:
    """Return how the numbers of an input lie in an output that codes each in several; None if it is not such a code."""
    came = args[0].detach()
    times, over = divmod(made[0].numel(), came[0].numel())
    if over or times < 2:
        return None
    lays = [lay for lay in _lays(times, made) if _fits(lay, came, made)]
    width = float(came.max() - came.min()) / 4
    every_other = (torch.arange(came.numel(), device=came.device) % 3 == 0).reshape(came.shape)
    changed = _answer(module, args, came + width * every_other) != made
    for lay in lays:
        if not bool((changed & ~lay(every_other.to(came.dtype)).bool()).any()):
            return lay
    return None


def _lays(times: int, made: Any) -> list[Callable[[Any], Any]]:
    shape = made.shape
    return [
        lambda x: x.repeat_interleave(times, dim=1).reshape(shape),
        lambda x: torch.cat([x] * times, dim=1).reshape(shape),
        lambda x: x.reshape(len(x), -1).repeat_interleave(times, dim=1).reshape(shape),
    ]


def _fits(lay: Callable[[Any], Any], came: Any, made: Any) -> bool:
    return bool(lay(came).shape == made.shape)


def _secant(module: Any, args: Any) -> Any:
    """Return the slope of each output number, as the mean over secants of several widths."""
    came = args[0].detach()
    slope: Any = 0.0
    for width in WIDTHS:
        half = width * float(came.max() - came.min()) or 1.0
        slope = slope + (_answer(module, args, came + half) - _answer(module, args, came - half)) / (2 * half)
    return slope / len(WIDTHS)
