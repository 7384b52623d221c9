"""The main example: the plain network is rejected; the whole story works for any seed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "digits"
COMMAND = [sys.executable, "-c", "from seatrial.cli.app import main; main()"]


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    log = {"SEATRIAL_LOG": str(folder / "log"), "SEATRIAL_KEY": str(folder / "log.key")}
    return subprocess.run(words, cwd=folder, env={**os.environ, **log}, capture_output=True, text=True, check=False)


def test_the_plain_network_is_rejected_on_the_critical_clause(tmp_path) -> None:
    for name in ("charter.yaml", "model.py", "train.py"):
        shutil.copy(EXAMPLE / name, tmp_path)
    assert typed(tmp_path, sys.executable, "train.py", "--epochs", "6", "--seed", "3").returncode == 0
    assert typed(tmp_path, *COMMAND, "init", "--yes").returncode == 0
    gated = typed(tmp_path, *COMMAND, "gate", "--executor", "inline")
    assert gated.returncode == 6, gated.stderr
    assert "imperceptible-change is breached" in " ".join(gated.stdout.split())
    assert (tmp_path / ".seatrial" / "reports" / "attempt-1" / "report.html").exists()


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", ["1", "2", "3", "4", "5"])
def test_the_whole_story_works_for_any_seed(tmp_path, seed) -> None:
    words = [sys.executable, str(EXAMPLE / "demo.py"), "--seed", seed, "--work", str(tmp_path / "demo")]
    played = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert played.returncode == 0, played.stdout[-3000:]
    assert "reject (exit code 6)" in played.stdout
    assert "deploy (exit code 0)" in played.stdout
