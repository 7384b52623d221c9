"""Checkpoints are whole or not there, named by their digest; what was changed or torn is not believed."""

import json
import resource
import signal
from hashlib import sha256

import pytest
import torch
from safetensors.torch import load_file

from seatrial.errors import HardenError, StoreError
from seatrial.harden.budget.pace import Bend
from seatrial.harden.checkpoint import BLOBS, INDEX, PLAN, Checkpoints, opened

TENSORS = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.tensor(3), "c": torch.zeros(4, dtype=torch.int8)}


def blobs(folder):
    return sorted((folder / "run" / BLOBS).iterdir())


def newest(folder):
    digest = json.loads((folder / "run" / INDEX).read_bytes())["checkpoints"][0]["digest"]
    return folder / "run" / BLOBS / digest.removeprefix("sha256:")


def read(folder):
    """Return the record that a new process finds."""
    data = Checkpoints(folder).read()
    return opened(data)[1] if data else None


def test_what_was_written_is_read_and_is_plain_safetensors(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    assert kept.read() == b""
    kept.write(TENSORS, {"step": 3, "spent": 0.1})
    tensors, record = opened(Checkpoints(tmp_path).read())
    assert record == {"step": 3, "spent": 0.1}
    assert all(torch.equal(tensors[name], one) and tensors[name].dtype == one.dtype for name, one in TENSORS.items())
    assert load_file(newest(tmp_path)).keys() == TENSORS.keys()


def test_every_file_is_named_by_the_digest_of_its_bytes(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    weights = kept.keep(b"weights")
    written = kept.write(TENSORS, {"step": 1}, needs=[weights])
    assert {f"sha256:{file.name}" for file in blobs(tmp_path)} == {weights, written}
    assert all(sha256(file.read_bytes()).hexdigest() == file.name for file in blobs(tmp_path))
    assert kept.weights(weights) == b"weights"


def test_equal_contents_have_one_name_and_one_file(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    assert kept.write(TENSORS, {"step": 1}) == kept.write(TENSORS, {"step": 1})
    assert len(blobs(tmp_path)) == 1


def test_the_last_two_are_kept_with_what_they_need_and_no_others(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    digests = []
    for step in range(4):
        weights = kept.keep(bytes([step]))
        digests += [weights, kept.write(TENSORS, {"step": step}, needs=[weights])]
    assert {f"sha256:{file.name}" for file in blobs(tmp_path)} == set(digests[-4:])


def test_one_changed_bit_is_seen_and_the_one_before_is_taken(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    kept.write(TENSORS, {"step": 2})
    data = bytearray(newest(tmp_path).read_bytes())
    data[-1] ^= 1
    newest(tmp_path).write_bytes(data)
    assert read(tmp_path) == {"step": 1}


@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_without_the_weights_that_it_needs_the_one_before_is_taken(tmp_path, harm) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    digest = kept.keep(b"weights")
    kept.write(TENSORS, {"step": 2}, needs=[digest])
    file = tmp_path / "run" / BLOBS / digest.removeprefix("sha256:")
    file.unlink() if harm == "gone" else file.write_bytes(b"heights")
    assert read(tmp_path) == {"step": 1}


@pytest.mark.parametrize("size", [0, 5, 60, 200])
def test_a_torn_file_is_not_believed(tmp_path, size) -> None:
    Checkpoints(tmp_path).write(TENSORS, {"step": 1})
    newest(tmp_path).write_bytes(newest(tmp_path).read_bytes()[:size])
    assert read(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"checkpoints": 3}', '{"other": []}', '{"checkpoints": [{}]}'])
def test_a_torn_index_is_not_believed(tmp_path, text) -> None:
    Checkpoints(tmp_path).write(TENSORS, {"step": 1})
    (tmp_path / "run" / INDEX).write_text(text)
    assert read(tmp_path) is None


def test_a_changed_record_is_not_believed(tmp_path) -> None:
    Checkpoints(tmp_path).write(TENSORS, {"step": 1})
    data = newest(tmp_path).read_bytes()
    assert data.count(b'\\"step\\": 1') == 1
    newest(tmp_path).write_bytes(data.replace(b'\\"step\\": 1', b'\\"step\\": 7'))
    assert read(tmp_path) is None


def test_what_is_no_checkpoint_is_told() -> None:
    with pytest.raises(HardenError, match="is none"):
        opened(b"nothing of the kind")


def test_a_full_disk_is_told_and_loses_nothing(tmp_path) -> None:
    kept = Checkpoints(tmp_path)
    kept.write(TENSORS, {"step": 1})
    before = blobs(tmp_path)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, limits[1]))
    try:
        with pytest.raises(HardenError, match=r"cannot be written.*nothing is lost"):
            kept.write({"large": torch.zeros(4000)}, {"step": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert read(tmp_path) == {"step": 1}
    assert blobs(tmp_path) == before


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HardenError, match="cannot be written"):
        Checkpoints(tmp_path / "file")


def test_a_plan_is_written_before_it_counts(tmp_path) -> None:
    kept = Checkpoints(tmp_path / "all")
    bends = (Bend(0, 0.0, 10), Bend(4, 0.4, 8))
    assert kept.planned() == ()
    kept.plan(bends)
    assert kept.planned() == bends
    told = json.loads((tmp_path / "all" / "run" / PLAN).read_text())
    assert told["bends"][1].items() >= {"step": 4, "progress": 0.4, "total": 8}.items()


def test_runs_do_not_touch_each_other_and_know_of_each_other(tmp_path) -> None:
    one, other = Checkpoints(tmp_path, run="one"), Checkpoints(tmp_path, run="other")
    one.plan([Bend(0, 0.0, 10)])
    one.write(TENSORS, {"step": 1})
    assert one.planned() == (Bend(0, 0.0, 10),)
    assert other.planned() == ()
    assert other.read() == b""
    assert other.others() == [{"step": 1}]
    other.write(TENSORS, {"step": 2})
    assert one.others() == [{"step": 2}]
    assert opened(one.read())[1] == {"step": 1}


def test_without_a_folder_candidates_are_kept_in_memory_and_nothing_else_is() -> None:
    kept = Checkpoints(None)
    old, new = kept.keep(b"old"), kept.keep(b"new")
    kept.write(TENSORS, {"step": 1}, needs=[new])
    kept.plan([Bend(0, 0.0, 1)])
    assert kept.read() == b""
    assert kept.planned() == ()
    assert kept.others() == []
    assert kept.weights(new) == b"new"
    with pytest.raises(StoreError):
        kept.weights(old)


def test_what_is_written_after_a_torn_one_lies_beside_a_good_one(tmp_path) -> None:
    first = Checkpoints(tmp_path)
    digests = [first.write(TENSORS, {"step": step}) for step in (1, 2)]
    blobs = tmp_path / "run" / BLOBS
    (blobs / digests[1].removeprefix("sha256:")).write_bytes(b"torn")
    again = Checkpoints(tmp_path)
    assert opened(again.read())[1] == {"step": 1}
    newest = again.write(TENSORS, {"step": 3})
    (blobs / newest.removeprefix("sha256:")).write_bytes(b"torn")
    assert opened(Checkpoints(tmp_path).read())[1] == {"step": 1}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"bends": [1]}', '{"bends": [{"step": 1}]}'])
def test_a_torn_plan_is_not_believed(tmp_path, text) -> None:
    kept = Checkpoints(tmp_path)
    (tmp_path / "run" / PLAN).write_text(text)
    assert kept.planned() == ()
