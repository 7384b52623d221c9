"""Torch as somebody left it: its generators, its threads and its settings come back, whatever happens in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def calm() -> Iterator[None]:
    """Let torch be used for a while, with gradients on; its global state comes back, even after an error.

    That is: the generators of all devices, the number of threads, what is said of deterministic kernels, the switches
    of cuDNN, and whether gradients are recorded.
    """
    threads, strict = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    cudnn = torch.backends.cudnn
    switches = cudnn.allow_tf32, cudnn.benchmark
    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()  # type: ignore[no-untyped-call]
    try:
        with torch.random.fork_rng(devices=list(devices)), torch.inference_mode(mode=False), torch.enable_grad():
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_deterministic_debug_mode(strict)
        cudnn.allow_tf32, cudnn.benchmark = switches
