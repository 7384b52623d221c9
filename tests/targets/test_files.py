from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch
from tests.targets import malice

from seatrial.errors import TargetError
from seatrial.targets import sklearn as sklearn_target
from seatrial.targets import torch as torch_target
from seatrial.targets.files import PICKLE, SAFETENSORS, SKLEARN, TORCH, UNKNOWN, admitted, read, sniffed

FACE = {"input": {"shape": [2], "range": [0, 1]}}
BUILDER = "import torch\n\n\ndef build():\n    return torch.nn.Linear(2, 2)\n"
LIVE = """
import sys
from pathlib import Path
from seatrial.errors import SeatrialError
from seatrial.targets import sklearn, torch

folder = Path(sys.argv[1])
for name in sys.argv[2:]:
    kind, file = name.split("/")
    trust = {"trusted": ["tests.targets.malice.Payload"]} if kind == "sklearn" else {}
    block = {**trust, "weights": name, "unsafe": True, "input": {"shape": [2]}}
    try:
        {"torch": torch, "sklearn": sklearn}[kind].make(block, folder)
    except SeatrialError:
        pass
"""


def put(folder: Path, name: str, write) -> Path:
    marker = folder / f"ran-{name}"
    (folder / name).parent.mkdir(exist_ok=True)
    write(folder / name, marker)
    marker.unlink(missing_ok=True)
    return marker


@pytest.mark.parametrize("load", [True, False], ids=["load", "whole"])
@pytest.mark.parametrize("name", malice.TORCH)
def test_torch_runs_nothing_without_unsafe(tmp_path, name, load):
    (tmp_path / "plain_builder.py").write_text(BUILDER)
    marker = put(tmp_path, name, malice.TORCH[name])
    block = {"kind": "torch", "weights": name, **FACE, **({"load": "plain_builder:build"} if load else {})}
    with pytest.raises(TargetError, match=r"can run code when it is loaded, so it was not loaded .*unsafe: true"):
        torch_target.make(block, tmp_path)
    assert not marker.exists()


@pytest.mark.parametrize("name", malice.SKLEARN)
def test_sklearn_runs_nothing_without_unsafe(tmp_path, name):
    marker = put(tmp_path, name, malice.SKLEARN[name])
    with pytest.raises(TargetError, match="can run code when it is loaded, so it was not loaded"):
        sklearn_target.make({"kind": "sklearn", "weights": name, **FACE}, tmp_path)
    assert not marker.exists()


@pytest.mark.parametrize("unsafe", [True, False])
@pytest.mark.parametrize("name", malice.DISGUISED)
def test_a_false_name_opens_nothing(tmp_path, name, unsafe):
    marker = put(tmp_path, name, malice.DISGUISED[name])
    make = sklearn_target.make if name.endswith(".skops") else torch_target.make
    with pytest.raises(TargetError, match=r"is called .* but holds a "):
        make({"weights": name, "unsafe": unsafe, **FACE}, tmp_path)
    assert not marker.exists()


def test_skops_runs_no_type_that_is_not_trusted(tmp_path):
    marker = put(tmp_path, "model.skops", malice.skopsed)
    for unsafe in (True, False):
        with pytest.raises(TargetError, match=r"trusted: \[tests.targets.malice.Payload\]"):
            sklearn_target.make({"weights": "model.skops", "unsafe": unsafe, **FACE}, tmp_path)
    assert not marker.exists()


def test_the_payloads_are_live(tmp_path):
    """Without this the tests above could not fail."""
    kinds = {f"torch/{name}": write for name, write in malice.TORCH.items()}
    kinds |= {f"sklearn/{name}": write for name, write in malice.SKLEARN.items()} | {"sklearn/m.skops": malice.skopsed}
    markers = {}
    for at, (name, write) in enumerate(kinds.items()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        markers[name] = tmp_path / f"ran-{at}"
        write(tmp_path / name, markers[name])
        markers[name].unlink(missing_ok=True)
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-W", "ignore", "-c", LIVE, str(tmp_path), *kinds], check=True, cwd=root)
    assert {name for name, marker in markers.items() if not marker.exists()} == set()


def test_state_dict_of_tensors_needs_no_unsafe(tmp_path):
    torch.save({"weight": torch.zeros(2, 2)}, tmp_path / "weights.pt", _use_new_zipfile_serialization=False)
    data = read(tmp_path / "weights.pt")
    assert admitted(tmp_path / "weights.pt", data, TORCH, unsafe=False) == PICKLE
    with pytest.raises(TargetError, match="can run code"):
        admitted(tmp_path / "weights.pkl", data, SKLEARN, unsafe=False)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"\x00" * 40, b"hello"])
def test_what_is_not_known_is_not_loaded(tmp_path, data):
    assert sniffed(data) == UNKNOWN
    for name in ("a.safetensors", "a.pt", "a.pkl", "a.bin", "a"):
        (tmp_path / name).write_bytes(data)
        for names in (TORCH, SKLEARN):
            with pytest.raises(TargetError):
                admitted(tmp_path / name, data, names, unsafe=True)


def test_sniffing_a_safetensors_header():
    assert sniffed((2).to_bytes(8, "little") + b"{}") == SAFETENSORS
