"""Every benchmark runs, and measures something; how fast it is, is no test."""

import json
import subprocess
import sys

import pytest
from tests.house.source import ROOT

SPEED = ROOT / "benchmarks" / "speed"
NUMBERS = {
    "append_log.py": ("folder_per_s", "database_per_s", "files_per_s", "rows_per_s", "tree_s", "proof_ms", "check_ms"),
    "attack_step.py": ("bare_ms", "engine_ms", "ratio"),
    "corruptions.py": ("budget", "ratio"),
    "shard_overhead.py": ("bare_ms", "ratio"),
    "startup.py": ("python", "typer", "typer_help", "import", "help", "gate_help", "catalog_list"),
    "verify_log.py": ("entries", "verify_min_s", "verify_median_s", "verify_all_median_s", "import_median_s"),
}


def test_every_benchmark_is_run_here() -> None:
    assert {path.name for path in SPEED.glob("*.py")} == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_benchmark_gives_its_numbers(name) -> None:
    words = [sys.executable, SPEED / name, "--quick", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    for number in NUMBERS[name]:
        found = result[number]
        for value in found.values() if isinstance(found, dict) else (found,):
            assert value > 0


def test_all_are_in_the_readme() -> None:
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    assert [name for name in NUMBERS if f"{name}`" not in text] == []
