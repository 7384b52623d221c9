"""What a run ran in: the fingerprint, the difference of two, and the only look at `os.environ`."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "torch",
    "numpy",
    "scipy",
    "scikit-learn",
    "onnxruntime",
    "xgboost-cpu",
    "lightgbm",
    "array-api-compat",
    "safetensors",
    "skops",
    "pandas",
    "mlxtend",
    "cryptography",
    "seatrial",
)
"""Distributions whose version can change a response, a case or a byte of evidence."""

VARIABLES = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "DNNL_MAX_CPU_ISA",
    "MKL_CBWR",
    "MKL_NUM_THREADS",
    "NPY_DISABLE_CPU_FEATURES",
    "OMP_NUM_THREADS",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
)
"""Variables that choose threads or instructions; recorded even if unset."""

FLAGS = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512bw", "avx512vl", "avx512_vnni", "avx512_bf16")
FLAGS_MORE = ("amx_tile", "amx_bf16", "amx_int8", "asimd", "asimddp", "sve", "bf16", "i8mm")

BLAME = ("cpu.", "package.", "setting.", "variable.", "python", "gpu.", "os", "project.")
"""Prefixes in the order in which a difference is likely to change bytes, worst first."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two environments differ; an absent field is empty."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return one line: `package.numpy: 2.1.0 -> 2.2.0`."""
        return f"{self.name}: {self.before or '(absent)'} -> {self.after or '(absent)'}"


def variables() -> Mapping[str, str]:
    """Return the environment variables; every caller in seatrial gets them from here."""
    return os.environ


def variable(name: str) -> str | None:
    """Return one environment variable, or None; an empty one counts as unset."""
    return variables().get(name) or None


def fingerprint(*, project: Path | None = None, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what can change a byte of a result: names in dotted form, values as text, no host or user name.

    Args:
        project: A folder whose Git revision is recorded, if it has one.
        settings: What the caller knows and this room must not import: threads of a framework, device, determinism.
    """
    found = {
        "os": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        **_cpu(),
        **{f"package.{name}": _version(name) for name in PACKAGES if _version(name)},
        **{f"variable.{name}": variables().get(name, "") for name in VARIABLES},
        **{f"setting.{name}": text for name, text in (settings or {}).items()},
        **(_project(project) if project else {}),
    }
    return dict(sorted(found.items()))


def diff(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return where two fingerprints differ, the likeliest cause of other bytes first."""
    names = {name for name in {*before, *after} if before.get(name, "") != after.get(name, "")}
    ranked = sorted(names, key=lambda name: (_blame(name), name))
    return tuple(Difference(name, before.get(name, ""), after.get(name, "")) for name in ranked)


def _blame(name: str) -> tuple[int, int]:
    """Return the rank of a field; packages keep the order of `PACKAGES`."""
    group = next((i for i, prefix in enumerate(BLAME) if name.startswith(prefix)), len(BLAME))
    package = name.removeprefix("package.")
    return group, PACKAGES.index(package) if package in PACKAGES else len(PACKAGES)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _cpu() -> dict[str, str]:
    """Return model and instruction sets; they choose the kernels of a matrix product."""
    facts = {"cpu.machine": platform.machine(), "cpu.model": platform.processor(), "cpu.flags": ""}
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return facts
    first = dict(reversed([_pair(line) for line in lines if ":" in line]))
    flags = set(first.get("flags", first.get("Features", "")).split())
    facts["cpu.flags"] = " ".join(flag for flag in (*FLAGS, *FLAGS_MORE) if flag in flags)
    numbers = [first[key] for key in ("vendor_id", "cpu family", "model", "stepping") if key in first]
    facts["cpu.model"] = " / ".join(filter(None, [first.get("model name", facts["cpu.model"]), " ".join(numbers)]))
    return facts


def _pair(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()


def _project(folder: Path) -> dict[str, str]:
    revision = _git(folder, "rev-parse", "HEAD")
    changed = _git(folder, "status", "--porcelain", "--untracked-files=no")
    if revision is None or changed is None:
        return {}
    return {"project.revision": revision, "project.state": "changed" if changed else "clean"}


def _git(folder: Path, *words: str) -> str | None:
    """Return what Git says, or None if there is no Git or no repository."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
