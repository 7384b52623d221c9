"""The harness of the hardening benchmark works; what it finds out is no test."""

import gzip
import json
import subprocess
import sys

import numpy as np
import pytest
from tests.house.source import ROOT

HARDENING = ROOT / "benchmarks" / "hardening"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as Fashion-MNIST lies in it, with a few images."""
    place = tmp_path_factory.mktemp("images")
    rng = np.random.default_rng(0)
    for name, count in (("train", 400), ("t10k", 40)):
        images, labels = rng.integers(0, 256, (count, 28, 28), dtype=np.uint8), np.arange(count, dtype=np.uint8) % 10
        with gzip.open(place / f"{name}-images-idx3-ubyte.gz", "wb") as file:
            file.write(bytes(16) + images.tobytes())
        with gzip.open(place / f"{name}-labels-idx1-ubyte.gz", "wb") as file:
            file.write(bytes(8) + labels.tobytes())
    return place


@pytest.mark.slow
@pytest.mark.parametrize("only", ["pgd-10", "training.kept"])
def test_a_contestant_is_trained_attacked_and_written_down(folder, tmp_path, only) -> None:
    words = ["minute", "--only", only, "--data", folder, "--seconds", "8", "--cases", "40", "--strongest", "0"]
    command = [sys.executable, HARDENING / "run.py", *map(str, words), "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (row,) = json.loads((tmp_path / "minute.json").read_text())["rows"]
    assert row["name"] == only
    assert row["steps"] > 0
    assert 0 <= row["pgd_40"] <= row["clean"] <= 1
