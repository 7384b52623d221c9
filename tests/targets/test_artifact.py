"""The files of a model by the rule of model signing: what counts, what is left out, what is refused."""

import hashlib
import os

import pytest

from seatrial.errors import TargetError
from seatrial.proof import manifest
from seatrial.targets.artifact import hashed, walked
from seatrial.targets.identity import identify

BLOCK = {"kind": "torch", "weights": "model/w.bin", "input": {"shape": [2], "range": [0, 1]}}


def lay(folder, **files):
    for name, data in files.items():
        place = folder / name.replace("__", "/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


@pytest.fixture
def model(tmp_path):
    """A folder as a hub ships it: hidden files, folders in folders, and what git keeps beside it."""
    found = lay(tmp_path / "model", **{"w.bin": b"weights", "config.json": b"{}", "sub__a.txt": b"a", "sub-1": b"b"})
    for name in (
        ".hidden",
        ".gitignore",
        ".gitattributes",
        ".git/config",
        ".github/ci.yml",
        "sub/.gitignore",
        "sub/.git/x",
    ):
        (found / name).parent.mkdir(parents=True, exist_ok=True)
        (found / name).write_bytes(name.encode())
    (found / "empty").mkdir()
    return found


def test_hidden_files_count_and_git_at_the_top_does_not(model):
    assert sorted(walked(model)) == [
        ".hidden", "config.json", "sub-1", "sub/.git/x", "sub/.gitignore", "sub/a.txt", "w.bin",
    ]  # fmt: skip


def test_the_digest_is_that_of_the_published_rule(model):
    """Every step is taken here again: order by parts, raw digests, one hash over them."""
    order = [".hidden", "config.json", "sub/.git/x", "sub/.gitignore", "sub/a.txt", "sub-1", "w.bin"]
    joined = b"".join(hashlib.sha256((model / name).read_bytes()).digest() for name in order)
    assert manifest.root(hashed(walked(model))) == "sha256:" + hashlib.sha256(joined).hexdigest()


def test_a_single_file_is_a_model_too(model):
    assert list(walked(model / "w.bin")) == ["."]
    once = hashlib.sha256(b"weights").digest()
    assert manifest.root(hashed(walked(model / "w.bin"))) == "sha256:" + hashlib.sha256(once).hexdigest()


def test_what_is_named_is_left_out_with_all_that_is_in_it(model):
    found = walked(model, ignore=("sub", "w.bin"))
    assert sorted(found) == [".hidden", "config.json", "sub-1"]


def test_links_are_refused_all_at_once_unless_they_are_allowed(model):
    (model / "link.bin").symlink_to(model / "w.bin")
    (model / "sub" / "up").symlink_to(model)
    (model / "sub" / "broken").symlink_to(model / "absent")
    (model / ".git" / "link").symlink_to(model / "w.bin")
    with pytest.raises(TargetError, match="symbolic link") as caught:
        walked(model)
    assert len(caught.value.problems) == 3
    (model / "sub" / "up").unlink()
    (model / "sub" / "broken").unlink()
    assert walked(model, links=True)["link.bin"] == model / "link.bin"
    (model.parent / "alias").symlink_to(model)
    with pytest.raises(TargetError, match="symbolic link"):
        walked(model.parent / "alias")


def test_what_is_no_file_is_refused(model, tmp_path):
    os.mkfifo(model / "pipe")
    with pytest.raises(TargetError, match="neither a file nor a folder"):
        walked(model)
    with pytest.raises(TargetError, match="no such file"):
        walked(tmp_path / "absent")
    (model / "pipe").unlink()
    (model / "broken").symlink_to(model / "absent")
    with pytest.raises(TargetError, match="no such file"):
        walked(model, links=True)


def test_weights_alone_are_an_artifact_of_one_file(model, tmp_path):
    found = identify(BLOCK, tmp_path)
    assert found.manifest.signed == ("model/w.bin",)
    assert found.artifact == manifest.root(hashed(walked(model / "w.bin")))
    assert not found.manifest.declared
    assert manifest.read(found.blob) == found.manifest


def test_a_block_may_name_the_folder_that_is_signed(model, tmp_path):
    plain, whole = identify(BLOCK, tmp_path), identify({**BLOCK, "artifact": "model"}, tmp_path)
    assert whole.artifact == manifest.root(hashed(walked(model))) != plain.artifact
    assert whole.digest != plain.digest
    assert identify({**BLOCK, "artifact": "model/"}, tmp_path).artifact == whole.artifact
    (model / "config.json").write_bytes(b"{ }")
    changed = identify({**BLOCK, "artifact": "model"}, tmp_path)
    assert changed.artifact != whole.artifact
    assert changed.digest != whole.digest
    assert identify(BLOCK, tmp_path) == plain


def test_the_weights_must_lie_in_what_is_signed(model, tmp_path):
    (tmp_path / "w.bin").write_bytes(b"weights")
    with pytest.raises(TargetError, match=r"does not hold w\.bin"):
        identify({**BLOCK, "weights": "w.bin", "artifact": "model"}, tmp_path)
    with pytest.raises(TargetError, match="no such file"):
        identify({**BLOCK, "artifact": "absent"}, tmp_path)


def test_another_name_is_another_model_of_the_same_artifact(model, tmp_path):
    before = identify(BLOCK, tmp_path)
    (model / "w.bin").rename(model / "new.bin")
    after = identify({**BLOCK, "weights": "model/new.bin"}, tmp_path)
    assert after.digest != before.digest
    assert after.artifact == before.artifact
