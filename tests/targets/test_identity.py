from __future__ import annotations

import hashlib

import numpy as np
import pytest
import rfc8785

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Talks, Texts
from seatrial.targets.identity import manifest
from seatrial.targets.probe import canaries
from seatrial.targets.target import Face

BLOCK = {"kind": "torch", "load": "mine.model:build", "weights": "w.bin", "input": {"shape": [2], "range": [0, 1]}}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("")
    (tmp_path / "mine" / "model.py").write_text("import near\n")
    (tmp_path / "near.py").write_text("x = 1\n")
    (tmp_path / "far.py").write_text("x = 1\n")
    (tmp_path / "w.bin").write_bytes(b"weights")
    return tmp_path


def test_digest_by_the_rule_in_the_docstring(folder):
    files, digest = manifest(BLOCK, folder)
    names = ["mine/__init__.py", "mine/model.py", "near.py", "w.bin"]
    assert [entry["path"] for entry in files] == names
    hashes = [hashlib.sha256((folder / name).read_bytes()) for name in names]
    assert [entry["sha256"] for entry in files] == [found.hexdigest() for found in hashes]
    rest = hashlib.sha256(rfc8785.dumps({"paths": names, "target": BLOCK})).digest()
    joined = b"".join(found.digest() for found in hashes) + rest
    assert digest == "sha256:" + hashlib.sha256(joined).hexdigest()


def test_everything_that_matters_changes_it_and_nothing_else(folder):
    first = manifest(BLOCK, folder)[1]
    (folder / "far.py").write_text("x = 2\n")
    (folder / "mine" / "__pycache__").mkdir()
    (folder / "mine" / "__pycache__" / "model.pyc").write_bytes(b"1")
    assert manifest(BLOCK, folder)[1] == first
    seen = {first, manifest({**BLOCK, "pad": 32}, folder)[1]}
    for name in ("w.bin", "mine/model.py", "near.py", "mine/__init__.py"):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes(kept + b" ")
        seen.add(manifest(BLOCK, folder)[1])
        (folder / name).write_bytes(kept)
    (folder / "mine" / "__init__.py").rename(folder / "mine" / "__init_.py")
    seen.add(manifest(BLOCK, folder)[1])
    assert len(seen) == 7


def test_files_in_other_keys_count(folder):
    files, _ = manifest({**BLOCK, "vocabulary": {"file": "far.py"}}, folder)
    assert "far.py" in [entry["path"] for entry in files]


def test_missing_weights(folder):
    with pytest.raises(TargetError, match="cannot be read"):
        manifest({**BLOCK, "weights": "gone.bin"}, folder)


def test_a_callable_is_what_it_answers(folder):
    block = {"kind": "callable", "load": "rule:f", "gives": "value", "input": {"shape": [2], "range": [0, 1]}}
    digests = []
    for factor in ("1", "1", "2"):
        (folder / "rule.py").write_text(
            "from pathlib import Path\ndef f(x): return x.sum(axis=1) * float(Path(PATH).read_text())\n"
        )
        with (folder / "rule.py").open("a") as file:
            file.write(f"PATH = {str(folder / 'factor')!r}\n")
        (folder / "factor").write_text(factor)
        files, digest = manifest(block, folder)
        assert [entry["path"] for entry in files] == ["canaries", "rule.py"]
        digests.append(digest)
    assert digests[0] == digests[1] != digests[2]


def test_canaries_are_fixed_and_in_range():
    face = Face(Array, "logits", (1, 2, 2), low=-1, high=3)
    first = canaries(face)
    assert first.shape == (16, 1, 2, 2)
    assert first.dtype == np.float32
    assert -1 <= first.min() < -0.5
    assert 2.5 < first.max() <= 3
    assert hashlib.sha256(first.tobytes()).hexdigest() == hashlib.sha256(canaries(face).tobytes()).hexdigest()
    assert np.allclose(first.ravel()[:2], [-1 + 4 * 0.6180339887, -1 + 4 * 0.2360679775], atol=1e-6)
    assert len(canaries(Face(Texts, "text"))) == len(set(canaries(Face(Talks, "talk")))) == 16
    with pytest.raises(TargetError, match="shape"):
        canaries(Face(Array, "logits"))
