"""The README shows what `--help` says."""

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"<!-- seatrial --help, 100 columns -->\n```text\n(.*?)```", re.DOTALL)


def test_the_help_in_the_readme_is_the_help() -> None:
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    assert found
    run = subprocess.run(
        [sys.executable, "-m", "seatrial", "--help"],
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    said = "\n".join(line.rstrip() for line in run.stdout.decode().splitlines()).strip("\n") + "\n"
    assert found.group(1) == said, "write it again"
