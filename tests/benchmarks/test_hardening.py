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


def test_further_seeds_join_those_that_lie_there_unless_something_else_was_asked(tmp_path) -> None:
    script = f"""
import argparse, json, sys
sys.path.insert(0, {str(HARDENING)!r})
from pathlib import Path
import run
def put(rows, cases=40):
    told = argparse.Namespace(out=Path({str(tmp_path)!r}), seconds=None, skip=0, cases=cases, strongest=0, confirmed=0)
    run.written("minute", rows, told, "few")
    rows = json.loads((told.out / "minute.json").read_text())["rows"]
    return [(row["name"], row["seed"], row["clean"]) for row in rows]
row = lambda name, seed, clean: {{"name": name, "seed": seed, "clean": clean}}
found = [put([row("a", 2, 0.1)]), put([row("b", 1, 0.2)]), put([row("a", 2, 0.3)]), put([row("c", 3, 0.4)], 50)]
print(json.dumps(found))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        [["a", 2, 0.1]],
        [["b", 1, 0.2], ["a", 2, 0.1]],
        [["b", 1, 0.2], ["a", 2, 0.3]],
        [["c", 3, 0.4]],
    ]
