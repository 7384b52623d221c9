"""Are budgets kept?  `python benchmarks/hardening/budgets.py [--runs 40] [--out DIR]`.

Forty runs with budgets from 4 to 40 CPU seconds, recipes and settings in turns, each in a process of its own on one
thread; what counts is what `apply` took of the processor, from its first line to its last.  Small budgets get fewer
images, because a run makes one pass over them at least.
"""

# ruff: noqa: PLC0415 - a script beside its modules; a run imports what it needs in its own process

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

RECIPES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("training.pgd", {}),
    ("training.kept", {}),
    ("training.onestep", {}),
    ("training.trades", {}),
    ("training.free", {}),
    ("training.mixture", {}),
    ("training.pgd", {"awp": 0.005}),
    ("training.pgd", {"steps": 4, "climb": 0.6}),
    ("training.kept", {"ema": 0.99}),
    ("training.pgd", {"plain": 0.3, "half": "no"}),
)
LEAST, MOST = 4.0, 40.0
"""CPU seconds of the smallest budget and of the largest."""
KEPT, NEVER, SHARE = 0.05, 0.1, 0.95
"""The claim: so many runs end within this share of their budget, and none further away than that."""


def tasks(runs: int, folder: Path) -> list[dict[str, Any]]:
    """Return what is run: budgets even in their logarithm, every recipe at budgets of all sizes."""
    made = []
    for at in range(runs):
        place = (at * 17) % runs
        seconds = LEAST * (MOST / LEAST) ** (place / max(1, runs - 1))
        use, settings = RECIPES[at % len(RECIPES)]
        images = 1500 if seconds < 8 else 4000 if seconds < 20 else 8000
        made.append({"use": use, "settings": settings, "seconds": round(seconds, 2), "images": images, "seed": at,
                     "folder": str(folder.absolute())})  # fmt: skip
    return made


def ran(task: dict[str, Any]) -> dict[str, Any]:
    """Return what one run took, in this process."""
    from hashlib import sha256
    from time import process_time

    import torch
    from data import EPS, begun, images

    from seatrial import plugins
    from seatrial.cases.listed import listed
    from seatrial.harden.remedy import Means
    from seatrial.records.batch import Array
    from seatrial.records.threat import Ball
    from seatrial.targets.target import Face
    from seatrial.targets.torch import TorchTarget

    torch.set_num_threads(1)
    data = images(Path(task["folder"]))
    x, y = (part[: task["images"]] for part in data["train"])
    target = TorchTarget(begun(task["seed"]), Face(Array, "logits", (1, 28, 28), 0.0, 1.0, 10))
    recipe, cases = plugins.find("remedies", task["use"]).make(**task["settings"]), listed(x, y)
    seed = sha256(str(task["seed"]).encode()).digest()
    with tempfile.TemporaryDirectory() as folder:
        first = process_time()
        means = Means(seed, seconds=task["seconds"], folder=Path(folder))
        record = recipe.apply(target, cases, Ball("linf", EPS), means).record
        spent = process_time() - first
    told = {name: record[name] for name in ("steps", "passes", "clean", "robust", "cpu_seconds")}
    plan = record["plan"]
    more = {"decisions": len(plan), "planned": plan[0]["total"], "looks": plan[0].get("looks", 0)}
    return {**told, **more, "judged": len(record["judged"]), "spent": round(spent, 3), "data": data["name"]}


def alone(task: dict[str, Any]) -> dict[str, Any]:
    """Return what one run took, in a process of its own."""
    variables = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
    command = [sys.executable, str(Path(__file__).absolute()), "--one", json.dumps(task)]
    done = subprocess.run(command, check=False, env=variables, capture_output=True, text=True)
    if done.returncode:
        return {**task, "error": done.stderr.strip().splitlines()[-1]}
    told = json.loads(done.stdout.splitlines()[-1])
    away = round(told["spent"] / task["seconds"] - 1, 4)
    return {**{name: one for name, one in task.items() if name != "folder"}, **told, "away": away}


def claimed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the runs say of the claim."""
    aways = sorted(abs(row["away"]) for row in rows if "away" in row)
    inside = sum(one <= KEPT for one in aways)
    return {
        "runs": len(rows),
        "failed": len(rows) - len(aways),
        "within_5_percent": inside,
        "median": aways[len(aways) // 2] if aways else None,
        "worst": aways[-1] if aways else None,
        "over": max((row["away"] for row in rows if "away" in row), default=None),
        "kept": bool(aways) and inside >= SHARE * len(rows) and aways[-1] <= NEVER and len(aways) == len(rows),
    }


def main() -> None:
    from data import FASHION

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=FASHION, help="folder of Fashion-MNIST, as its files are called")
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--only", type=int, nargs="*", help="only these runs, by number")
    parser.add_argument("--out", type=Path, help="where the JSON goes; printed only by default")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(ran(json.loads(options.one))))
        return
    rows = []
    for at, task in enumerate(tasks(options.runs, options.data)):
        if options.only is None or at in options.only:
            rows.append(alone(task))
            print(json.dumps(rows[-1]), flush=True)
    said = claimed(rows)
    print(json.dumps(said))
    if options.out:
        import torch

        options.out.mkdir(parents=True, exist_ok=True)
        whole = {"claim": "budgets", "torch": torch.__version__, **said, "rows": rows}
        (options.out / "budgets.json").write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
