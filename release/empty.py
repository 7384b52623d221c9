"""`python -m release.empty`: the wheel of dist/ is installed into empty environments, with each extra, and used."""

# ruff: noqa: T201 - it is a command

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from release.dist import ROOT, project_of
from release.inventory import EXTRAS
from release.verifier import NAME as VERIFIER

PROBE = Path(__file__).with_name("probe.py")
CONSTRAINTS = ROOT / "constraints.txt"
_LEFT_OUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CI")


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line asks for and return the exit code: 0, or 4 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m release.empty", description="Use the wheel where nothing else is.")
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where the wheel lies (default: dist/)")
    parser.add_argument("--only", action="append", choices=["core", *EXTRAS], help="this part alone; may be repeated")
    parser.add_argument("--torch-index", default="", help="an index that has torch without CUDA")
    options = parser.parse_args(arguments)
    failed = [part for part in options.only or ["core", *EXTRAS] if not _passes(part, options)]
    print(f"failed: {', '.join(failed)}" if failed else "the wheel works with every part that was asked for")
    return 4 if failed else 0


def _passes(part: str, options: argparse.Namespace) -> bool:
    """Return whether the wheel works in a fresh environment with this extra, and say what does not."""
    wheels = sorted(options.dist.resolve().glob("seatrial-*.whl"))
    if len(wheels) != 1:
        print(f"there is no wheel in {options.dist}, or more than one: `make dist` first")
        return False
    print(f"== {part}", flush=True)
    with tempfile.TemporaryDirectory(prefix="seatrial-empty-") as name:
        home = Path(name)
        python = home / "venv" / "bin" / "python"
        place = _variables(home)
        steps = [
            [sys.executable, "-m", "venv", str(home / "venv")],
            *_installs(part, str(python), wheels[0], options.torch_index),
            [str(python), "-m", "pip", "check"],
            [str(python), "-I", str(PROBE), part, project_of(ROOT)["version"], str(wheels[0].with_name(VERIFIER))],
        ]
        (home / "work").mkdir()
        return all(subprocess.run(step, cwd=home / "work", env=place, check=False).returncode == 0 for step in steps)


def _installs(part: str, python: str, wheel: Path, index: str) -> list[list[str]]:
    """Return the commands that install: torch first where it is wanted, from an index that has it without CUDA."""
    pip = [python, "-m", "pip", "install", "--quiet"]
    wanted = f"{wheel}[{part}]" if part != "core" else str(wheel)
    torch = re.search(r"^torch==\S+", CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE)
    if part not in ("torch", "demo") or torch is None:
        return [[*pip, wanted]]
    more = ["--retries", "0", "--extra-index-url", index] if index else []
    return [[*pip, "--no-deps", *more, torch.group()], [*pip, wanted]]


def _variables(home: Path) -> dict[str, str]:
    """Return this process's variables without what would lead out of the environment, and with a home of its own."""
    kept = {key: text for key, text in os.environ.items() if not key.startswith("SEATRIAL_") and key not in _LEFT_OUT}
    folders = {"XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "data")}
    return {**kept, **folders, "PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


if __name__ == "__main__":
    sys.exit(main())
