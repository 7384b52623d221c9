"""The harness of the truth table works, with networks of random weights; what it finds out is no test."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from tests.house.source import ROOT

TRUTH = ROOT / "benchmarks" / "truth"
BUILD = """
import sys
sys.path.insert(0, sys.argv[1])
import models, torch
torch.manual_seed(0)
torch.save(models.BUILDERS["cnn"]().state_dict(), sys.argv[2])
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("truth")
    torch.manual_seed(0)
    x = torch.rand(16, 1, 28, 28).numpy()
    subprocess.run([sys.executable, "-c", BUILD, TRUTH, place / "cnn-pgd.pt"], check=True)
    np.savez(place / "digits.npz", test_x=x, test_y=np.arange(16) % 10)
    return place


def played(folder, *words):
    command = [sys.executable, TRUTH / "run.py", *words, "--folder", folder, "--models", "cnn-pgd", "--out", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return {row["name"]: row for row in json.loads((folder / f"{words[0]}.json").read_text())["rows"]}


def test_contestants_without_a_peer_play_the_same_cases_and_are_counted(folder):
    rows = played(folder, "pgd-40", "--only", "bare", "seatrial")
    assert set(rows) == {"bare.pgd", "seatrial.pgd"}
    for row in rows.values():
        assert "error" not in row
        assert 0 <= row["robust"] <= row["clean"] <= 1
        assert row["seconds"] > 0
        assert row["refused"] == 0
    assert rows["bare.pgd"]["forwards"] == rows["bare.pgd"]["backwards"] == 40
    assert rows["seatrial.pgd"]["backwards"] <= 40


def test_a_peer_without_an_environment_is_asked_for(folder):
    command = [sys.executable, TRUTH / "run.py", "pgd-40", "--folder", folder, "--only", "foolbox"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 1
    assert "needs --peers" in done.stderr
