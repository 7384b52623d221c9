"""Two environments side by side: what drifted, worst first, what it means, and what to do about it.

Fields are grouped by what a difference can do.  The first groups can change the bytes of a result, so that a replay
elsewhere may differ; the others cannot by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FORM = "2"
"""What `fingerprint` writes as its `form`; a record without one is of the first form."""
COMPUTE = (
    "torch", "numpy", "scipy", "scikit-learn", "onnxruntime", "onnxruntime-gpu", "xgboost", "xgboost-cpu", "lightgbm",
    "catboost", "tensorflow", "keras", "jax", "jaxlib", "triton", "mkl", "intel-openmp", "torchvision", "torchaudio",
    "transformers", "tokenizers", "array-api-compat", "safetensors", "skops", "joblib", "threadpoolctl", "pandas",
    "pyarrow", "pillow", "opencv-python", "opencv-python-headless", "mlxtend", "cryptography", "seatrial",
)  # fmt: skip
"""Distributions whose code can change a response, a case or a byte of evidence, likeliest first; NVIDIA's besides."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of which a difference means the same."""

    name: str
    title: str
    means: str
    """What a difference means, in a sentence."""
    advice: str
    """What to do about it."""
    fields: str
    """Pattern of the names that belong to it."""
    matters: bool = True
    """Whether a difference can change what is answered or served."""


_COMPUTED = "|".join(re.escape(name) for name in COMPUTE)
GROUPS = (
    Group(
        "kernels",
        "processor and accelerator",
        "Matrix products may go through other kernels, so scores differ in their last digits and close cases may turn.",
        "Run both on one type of processor and accelerator, or compare verdicts and scores within a tolerance.",
        r"cpu\.(?!count).*|gpu\..*|variable\.(ATEN_CPU_CAPABILITY|DNNL_MAX_CPU_ISA|ONEDNN_MAX_CPU_ISA|MKL_CBWR|"
        r"NPY_DISABLE_CPU_FEATURES|OPENBLAS_CORETYPE|MKL_ENABLE_INSTRUCTIONS)",
    ),
    Group(
        "compute",
        "packages in the compute path",
        "The code that computes, loads or draws is another one.",
        "Install the recorded versions; the same version with another digest is another build: find out whose.",
        rf"(package|record)\.({_COMPUTED}|nvidia-.*)|code\..*|python|libc",
    ),
    Group(
        "settings",
        "threads, determinism and other settings",
        "Sums may be taken in another order, or kernels chosen that do not repeat themselves.",
        "Set them as recorded; one thread for each worker is what seatrial sets itself.",
        r"setting\.(?!executor).*|variable\..*",
    ),
    Group(
        "target",
        "the endpoint that answers",
        "Something else may be answering: another host, another certificate, or a proxy in between.",
        "Ask who changed it; the model behind an endpoint is known by its answers only, so gate again.",
        r"network\..*",
    ),
    Group(
        "project",
        "the project's own code",
        "The files around the charter are another revision, or were changed since.",
        "Check out the recorded revision, or commit what is there and gate it.",
        r"project\.(?!untracked).*",
    ),
    Group(
        "deployment",
        "feature flags and deployment window",
        "It is served under other switches, or at another time, than it was tried for.",
        "Try it as it will be served: `seatrial gate --flag name=value --window first/last`.",
        r"flag\..*|window",
    ),
    Group(
        "system",
        "system, container and memory",
        "No byte of a result follows from these alone; a smaller memory may end a run.",
        "Nothing, if the groups above are empty.",
        r"os(\..*)?|python\..*|container(\..*)?|memory\..*|cpu\.count|setting\.executor",
        matters=False,
    ),
    Group(
        "other",
        "everything else",
        "Not known to change a result.",
        "Nothing, if the groups above are empty.",
        r".*",
        matters=False,
    ),
)
"""Worst first; a field belongs to the first group whose pattern fits its name."""
_PATTERNS = tuple(re.compile(group.fields, re.DOTALL) for group in GROUPS)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which two environments differ; an absent field is empty."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """Return one line: `package.numpy: 2.1.0 -> 2.2.0`."""
        return f"{self.name}: {self.before or '(absent)'} -> {self.after or '(absent)'}"


@dataclass(frozen=True, slots=True)
class Drifted:
    """What drifted of one group."""

    group: Group
    differences: tuple[Difference, ...]
    """At least one."""

    @property
    def told(self) -> tuple[Difference, ...]:
        """What is told of it: another version has another digest, which needs no line of its own."""
        versions = {one.name.partition(".")[2] for one in self.differences if one.name.startswith("package.")}
        hidden = {f"record.{name}" for name in versions}
        return tuple(one for one in self.differences if one.name not in hidden)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        said = {"group": self.group.name, "title": self.group.title, "matters": self.group.matters}
        said |= {"means": self.group.means, "advice": self.group.advice}
        return {**said, "fields": {one.name: [one.before, one.after] for one in self.differences}}


def diff(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """Return where two fingerprints differ, the likeliest cause of other bytes first; names come in one total order.

    An absent field and an empty one are the same.  Where the two are of different forms, what one of them does not
    speak of is left out: its silence says nothing.
    """
    alike = before.get("form", "") == after.get("form", "")
    both = {*before, *after} if alike else before.keys() & after.keys()
    names = {name for name in both if before.get(name, "") != after.get(name, "")} - {"form"}
    return tuple(Difference(name, before.get(name, ""), after.get(name, "")) for name in sorted(names, key=rank))


def drifted(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Drifted, ...]:
    """Return the same in groups, worst first; groups without a difference are left out."""
    found = diff(before, after)
    grouped = [(group, tuple(one for one in found if group_of(one.name) is group)) for group in GROUPS]
    return tuple(Drifted(group, ones) for group, ones in grouped if ones)


def group_of(name: str) -> Group:
    """Return the group that a field belongs to."""
    return next(group for group, pattern in zip(GROUPS, _PATTERNS, strict=True) if pattern.fullmatch(name))


def rank(name: str) -> tuple[int, int, str]:
    """Return the place of a field in the order: its group, in it packages as in `COMPUTE`, then the name."""
    package = name.partition(".")[2]
    place = COMPUTE.index(package) if name.startswith(("package.", "record.")) and package in COMPUTE else len(COMPUTE)
    return GROUPS.index(group_of(name)), place, name
