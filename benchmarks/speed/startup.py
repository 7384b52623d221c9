"""How long a command takes to begin: `--help`, a list, the import of the package, each as a whole process.

    .venv/bin/python benchmarks/speed/startup.py [--rounds 15] [--quick]

Interleaved with what nothing can beat: Python itself, and the packages that the command line is made of (typer imports
all of `typer_help` when it shows help and reads options).  Budget: `seatrial --help` in 0.3 s, on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from time import perf_counter

BUDGET = 0.3
SEATRIAL = str(Path(sys.executable).with_name("seatrial"))
COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "typer": [sys.executable, "-c", "import typer, rich"],
    "typer_help": [sys.executable, "-c", "import typer.rich_utils; from pydantic import TypeAdapter"],
    "import": [sys.executable, "-c", "import seatrial"],
    "help": [SEATRIAL, "--help"],
    "gate_help": [SEATRIAL, "gate", "--help"],
    "catalog_list": [SEATRIAL, "catalog", "list"],
}
"""Name -> words."""


def cost(words: list[str]) -> tuple[float, float]:
    """Return seconds on the clock and of CPU of a process, which must succeed."""
    before, begun = getrusage(RUSAGE_CHILDREN), perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    clock, after = perf_counter() - begun, getrusage(RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_const", const=1, dest="rounds", help="one round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    for words in COMMANDS.values():
        cost(words)
    rows = [{name: cost(words) for name, words in COMMANDS.items()} for _ in range(options.rounds)]
    result: dict[str, dict[str, float]] = {}
    for name in COMMANDS:
        clock, cpu = zip(*(row[name] for row in rows), strict=True)
        over = median(row[name][1] / row["typer_help"][1] for row in rows)
        result[name] = {"seconds": round(median(clock), 3), "cpu": round(median(cpu), 3), "ratio": round(over, 2)}
    if options.json:
        print(json.dumps(result))
        return
    for name, row in result.items():
        print(f"{name:14} {row['seconds']:.3f} s   CPU {row['cpu']:.3f} s   {row['ratio']:.2f} x typer_help")
    print(f"budget         {BUDGET:.3f} s for help")


if __name__ == "__main__":
    main()
