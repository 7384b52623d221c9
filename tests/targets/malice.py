"""Files that touch a marker when they are loaded by what does not take care."""

from __future__ import annotations

import bz2
import io
import pickle
import warnings
import zipfile
from functools import cache
from pathlib import Path

import joblib
import numpy as np
import skops.io
import torch


class Payload:
    """Touches the marker when it is unpickled, or given its state."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __setstate__(self, state):
        Path(state["marker"]).touch()


class Opened:
    """A pickle that needs no class of ours: opens a file for writing."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self):
        return (open, (self.marker, "a"))


class PickledModule(torch.nn.Module):
    def __init__(self, marker: Path) -> None:
        super().__init__()
        self.payload = Opened(marker)


def pickled(path: Path, marker: Path) -> None:
    path.write_bytes(pickle.dumps(Opened(marker)))


def old_pickle(path: Path, marker: Path) -> None:
    path.write_bytes(pickle.dumps(Opened(marker), protocol=0))


def joblibbed(path: Path, marker: Path) -> None:
    joblib.dump(Opened(marker), str(path))


def compressed(path: Path, marker: Path) -> None:
    joblib.dump(Opened(marker), str(path), compress=3)


def packed(path: Path, marker: Path) -> None:
    path.write_bytes(bz2.compress(pickle.dumps(Opened(marker))))


def pickled_module(path: Path, marker: Path) -> None:
    torch.save(PickledModule(marker), path)


def old_module(path: Path, marker: Path) -> None:
    torch.save(PickledModule(marker), path, _use_new_zipfile_serialization=False)


def torchscript(path: Path, marker: Path) -> None:
    class Script(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(2))
            self.training = False
            self.place = str(marker)

        def forward(self, inputs):
            return inputs

        @torch.jit.export
        def __getstate__(self):
            return (self.weight, self.training, self.place)

        @torch.jit.export
        def __setstate__(self, state: tuple[torch.Tensor, bool, str]):
            torch.save(state[0], state[2])
            self.weight = state[0]
            self.training = state[1]
            self.place = state[2]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(Script()), str(path))


@cache
def _program() -> bytes:
    good = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.export.save(torch.export.export(torch.nn.Linear(2, 2), (torch.zeros(2, 2),)), good)
    return good.getvalue()


def exported(path: Path, marker: Path) -> None:
    evil = io.BytesIO()
    torch.save(Opened(marker), evil)
    with zipfile.ZipFile(io.BytesIO(_program())) as source, zipfile.ZipFile(path, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, evil.getvalue() if "sample_inputs" in name else source.read(name))


def skopsed(path: Path, marker: Path) -> None:
    skops.io.dump(Payload(marker), path)


def npz(path: Path, marker: Path) -> None:
    np.savez(path, x=np.array([Opened(marker)], dtype=object), y=np.array([0]))


TORCH = {
    "module.pt": pickled_module,
    "module.pth": pickled_module,
    "old.pt": old_module,
    "plain.pt": pickled,
    "script.ts": torchscript,
    "script.torchscript": torchscript,
    "script.pt": torchscript,
    "program.pt2": exported,
}
SKLEARN = {
    "model.pkl": pickled,
    "zero.pickle": old_pickle,
    "model.joblib": joblibbed,
    "small.joblib": compressed,
    "packed.joblib": packed,
}
DISGUISED = {
    "pickle.safetensors": pickled,
    "pickle.skops": pickled,
    "pickle.pt2": pickled,
    "pickle.ts": pickled,
    "zero.safetensors": old_pickle,
    "joblib.safetensors": joblibbed,
    "small.skops": compressed,
    "module.safetensors": pickled_module,
    "module.skops": pickled_module,
    "script.safetensors": torchscript,
    "program.pt": exported,
    "program.safetensors": exported,
    "types.pt": skopsed,
}
