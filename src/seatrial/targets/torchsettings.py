"""What of torch's own settings can change the bytes of an answer, for the record of the environment."""

from __future__ import annotations

from hashlib import sha256

import torch


def surroundings(device: str) -> dict[str, str]:
    """Return threads, kernels, determinism and device, as torch has them now: name -> text.

    Args:
        device: Where the module computes: `cpu`, `cuda:0`.
    """
    found = {
        "torch.device": device,
        "torch.threads": str(torch.get_num_threads()),
        "torch.capability": torch.backends.cpu.get_cpu_capability(),
        "torch.deterministic": ("off", "warn", "error")[torch.get_deterministic_debug_mode()],
        "torch.matmul": torch.get_float32_matmul_precision(),
        "torch.mkl": str(torch.backends.mkl.is_available()),  # type: ignore[no-untyped-call]
        "torch.onednn": str(torch.backends.mkldnn.is_available()),  # type: ignore[no-untyped-call]
        "torch.build": f"sha256:{sha256(torch.__config__.show().encode()).hexdigest()}",
    }
    return {**found, **_cuda(device)} if device.startswith("cuda") else found


def _cuda(device: str) -> dict[str, str]:
    cudnn, chosen = torch.backends.cudnn, torch.device(device)
    major, minor = torch.cuda.get_device_capability(chosen)
    return {
        "torch.gpu": torch.cuda.get_device_name(chosen),
        "torch.gpu.capability": f"{major}.{minor}",
        "torch.cuda": str(torch.version.cuda),
        "torch.cudnn": str(cudnn.version()),  # type: ignore[no-untyped-call]
        "torch.tf32": f"cudnn {cudnn.allow_tf32}, matmul {torch.backends.cuda.matmul.allow_tf32}",
        "torch.benchmark": str(cudnn.benchmark),
    }
