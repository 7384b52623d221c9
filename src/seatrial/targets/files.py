"""Which files may be loaded: the one place that knows what can run code.

A file is what its content says, and it must be named like it: a pickle called `model.safetensors` is refused,
with or without `unsafe`.  The loaders that cannot run code (safetensors; `torch.load(weights_only=True)`; skops
with a list of trusted types) are called for what is safe, and only `unsafe: true` in the charter reaches the others.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from seatrial.errors import Problem, TargetError

SAFETENSORS, ARCHIVE, SKOPS = "safetensors", "torch archive", "skops file"
TORCHSCRIPT, EXPORT, PICKLE, PACKED = "TorchScript archive", "torch.export archive", "pickle", "compressed pickle"
UNKNOWN = "file of unknown content"

TORCH = {
    ".safetensors": (SAFETENSORS,),
    ".pt": (ARCHIVE, PICKLE, TORCHSCRIPT),
    ".pth": (ARCHIVE, PICKLE, TORCHSCRIPT),
    ".ts": (TORCHSCRIPT,),
    ".torchscript": (TORCHSCRIPT,),
    ".pt2": (EXPORT,),
}
"""Extension -> what a file of that name may hold, for torch."""

SKLEARN = {
    ".skops": (SKOPS,),
    ".joblib": (PICKLE, PACKED),
    ".pkl": (PICKLE, PACKED),
    ".pickle": (PICKLE, PACKED),
}
"""The same for scikit-learn."""

RUNS_CODE = {
    TORCHSCRIPT: "a TorchScript archive",
    EXPORT: "a torch.export archive",
    PICKLE: "a pickle",
    PACKED: "a compressed pickle",
}
"""What can run code when it is loaded, in words.  A `state_dict` in the old torch format is a pickle too, but what is
called like a torch file goes through `weights_only` first, which runs nothing."""

_PACKERS = (b"\x78", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00", b"\x04\x22\x4d\x18")


def sniffed(data: bytes) -> str:
    """Return what a file holds, by its content alone: one of the constants of this module."""
    if data[:4] == b"PK\x03\x04":
        return _zipped(data)
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return PICKLE
    size = int.from_bytes(data[:8], "little")
    if len(data) > 8 and data[8:9] == b"{" and size < 2**32:
        return SAFETENSORS
    if data.startswith(_PACKERS):
        return PACKED
    return PICKLE if data.endswith(b".") and data[:1] in b"(]}cSIFVLXGK" else UNKNOWN


def read(path: Path) -> bytes:
    """Return a file's bytes, read once: what is judged is what is loaded.

    Raises:
        TargetError: If it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise TargetError(Problem(str(path), "there is no such file", "paths start at the charter's folder")) from None
    except OSError as error:
        raise TargetError(Problem(str(path), f"cannot be read: {error.strerror}")) from error


def admitted(path: Path, data: bytes, names: Mapping[str, tuple[str, ...]], *, unsafe: bool) -> str:
    """Return what the file holds, if it may be loaded.

    Args:
        path: Its name, for the extension and for messages.
        data: Its content.
        names: `TORCH` or `SKLEARN`.
        unsafe: Whether the charter says `unsafe: true`.

    Raises:
        TargetError: If name and content disagree, or it can run code and `unsafe` is not set.
    """
    holds, suffix = sniffed(data), path.suffix.lower()
    if suffix not in names:
        raise TargetError(
            Problem(str(path), f"no loader for {suffix or 'a file without extension'}", f"there are {', '.join(names)}")
        )
    if holds not in names[suffix]:
        what = f"is called {suffix} but holds a {holds}" if data else "is empty"
        raise TargetError(Problem(str(path), what, f"{suffix} is for a {' or '.join(names[suffix])}"))
    if holds in RUNS_CODE and not unsafe and not (names is TORCH and holds == PICKLE):
        raise refused(path, RUNS_CODE[holds])
    return holds


def refused(path: Path, what: str) -> TargetError:
    """Return the error for a file that can run code where the charter does not allow it."""
    return TargetError(
        Problem(
            str(path),
            f"{what} can run code when it is loaded, so it was not loaded",
            "save it as .safetensors (torch) or .skops (scikit-learn), or, if you trust it, write `unsafe: true`",
        )
    )


def _zipped(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return UNKNOWN
    last = {name.rsplit("/", 1)[-1] for name in names}
    if "archive_format" in last or "serialized_exported_program.json" in last:
        return EXPORT
    if "constants.pkl" in last or any("/code/" in f"/{name}" for name in names):
        return TORCHSCRIPT
    if "schema.json" in names:
        return SKOPS
    return ARCHIVE if "data.pkl" in last else UNKNOWN
