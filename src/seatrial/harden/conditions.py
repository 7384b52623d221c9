"""What the last bits of training depend on besides what is asked: processor, versions, variables, and our code."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from seatrial.evidence import installed, machine
from seatrial.evidence.environment import variables

STEERING = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "NPY_DISABLE_CPU_FEATURES",
    "NVIDIA_TF32_OVERRIDE",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
)
"""Variables that choose instructions, and with them the last bits of a product."""


@cache
def environment(*packages: str) -> dict[str, str]:
    """Return what decides the last bits of a model, and which code makes it: names in dotted form.

    Args:
        packages: Distributions that train besides numpy; those that are not installed are left out.
    """
    spec = find_spec("seatrial")
    code = installed.code(Path(spec.origin).parent) if spec is not None and spec.origin else ""
    processor, language = machine.cpu(), machine.python()
    known: dict[str, str] = {f"cpu.{name}": processor.get(f"cpu.{name}", "") for name in ("machine", "model", "flags")}
    known |= {f"variable.{name}": variables()[name] for name in STEERING if variables().get(name)}
    known |= {f"package.{name}": found for name in packages if (found := _version(name))}
    return {**known, "code.seatrial": code, "numpy": np.__version__, "python": language["python"]}


def _version(name: str) -> str:
    """Return the version of a distribution; empty if it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
