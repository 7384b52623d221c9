"""The example on a table, typed as a user would, where importing torch is an error."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_the_table_example_is_rejected_hardened_and_deployed_without_torch(tmp_path) -> None:
    fence = tmp_path / "fence"
    for name in ("torch", "safetensors"):
        (fence / name).mkdir(parents=True)
        (fence / name / "__init__.py").write_text(f"raise ImportError('{name} is out of bounds here')\n")
    environment = {**os.environ, "PYTHONPATH": str(fence), "OMP_NUM_THREADS": "1"}
    blocked = subprocess.run(
        [sys.executable, "-c", "import torch"], env=environment, check=False, capture_output=True, text=True
    )
    assert "out of bounds" in blocked.stderr
    words = [sys.executable, str(ROOT / "examples/table/demo.py"), "--seed", "5", "--work", str(tmp_path / "work")]
    played = subprocess.run(words, env=environment, check=False, capture_output=True, text=True)
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.index("✗ REJECT") < played.stdout.index("training.augmentation answers")
    assert "✓ DEPLOY" in played.stdout
    assert "verified: deploy" in played.stdout
    assert (tmp_path / "work/.seatrial/reports/attempt-2/report.html").is_file()
