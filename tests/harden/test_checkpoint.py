"""Checkpoints are whole or not there; what was changed or torn is not believed."""

import json
import resource
import signal

import pytest
import torch
from safetensors.torch import load_file

from seatrial.errors import HardenError
from seatrial.harden.checkpoint import BEFORE, LAST, PLAN, Checkpoints
from seatrial.harden.pace import Bend

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(3), "c": torch.zeros(4, dtype=torch.int8)}


def test_what_was_written_is_read_and_is_plain_safetensors(tmp_path) -> None:
    kept = Checkpoints(tmp_path / "run")
    assert kept.read() is None
    kept.write(TENSORS, {"step": 3, "spent": 0.1})
    tensors, record = kept.read()
    assert record == {"step": 3, "spent": 0.1}
    assert all(torch.equal(tensors[name], one) and tensors[name].dtype == one.dtype for name, one in TENSORS.items())
    assert load_file(tmp_path / "run" / LAST).keys() == TENSORS.keys()


def test_one_changed_bit_is_seen_and_the_one_before_is_taken(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    kept.write(TENSORS, {"step": 2})
    data = bytearray((tmp_path / LAST).read_bytes())
    data[-1] ^= 1
    (tmp_path / LAST).write_bytes(data)
    assert kept.read()[1] == {"step": 1}


@pytest.mark.parametrize("size", [0, 5, 60, 200])
def test_a_torn_file_is_not_believed(tmp_path, size) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    (tmp_path / LAST).write_bytes((tmp_path / LAST).read_bytes()[:size])
    assert kept.read() is None


def test_a_changed_record_is_not_believed(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    data = (tmp_path / LAST).read_bytes()
    assert data.count(b'\\"step\\": 1') == 1
    (tmp_path / LAST).write_bytes(data.replace(b'\\"step\\": 1', b'\\"step\\": 7'))
    assert kept.read() is None


def test_a_full_disk_is_told_and_loses_nothing(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, limits[1]))
    try:
        with pytest.raises(HardenError, match="goes on from the last checkpoint"):
            kept.write({"large": torch.zeros(4000)}, {"step": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert kept.read()[1] == {"step": 1}
    assert {file.name for file in tmp_path.iterdir()} <= {LAST, BEFORE}


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HardenError, match="cannot be written"):
        Checkpoints(tmp_path / "file" / "run")


def test_a_plan_is_written_before_it_counts_and_all_is_cleared_in_the_end(tmp_path) -> None:
    kept = Checkpoints(tmp_path / "run")
    bends = (Bend(0, 0.0, 10), Bend(4, 0.4, 8))
    assert kept.planned() == ()
    kept.plan(bends)
    assert kept.planned() == bends
    assert json.loads((tmp_path / "run" / PLAN).read_text())["bends"][1] == {"step": 4, "progress": 0.4, "total": 8}
    kept.write(TENSORS, {})
    kept.clear()
    assert not (tmp_path / "run").exists()


def test_a_plan_of_another_run_is_not_followed(tmp_path) -> None:
    Checkpoints(tmp_path, run="one").plan([Bend(0, 0.0, 10)])
    assert Checkpoints(tmp_path, run="one").planned() == (Bend(0, 0.0, 10),)
    assert Checkpoints(tmp_path, run="other").planned() == ()


def test_without_a_folder_nothing_is_kept() -> None:
    kept = Checkpoints(None)
    kept.write(TENSORS, {"step": 1})
    kept.plan([Bend(0, 0.0, 1)])
    kept.clear()
    assert kept.read() is None
    assert kept.planned() == ()
