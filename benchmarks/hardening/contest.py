"""One contestant: `python contest.py TASK.json WEIGHTS.pt RESULT.json`, under the contestant's own Python.

A task names a contestant (`pgd-10`, `trades-10`, `free-8`, `art-pgd-10`, or a remedy of ours with its settings), CPU
seconds, a seed, and a folder of images.  One thread.
"""

# ruff: noqa: PLC0415 - a contestant imports what it needs when its turn comes

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

import torch

sys.path.insert(0, str(Path(__file__).parent))
from data import EPS, begun, images


def ours(task: dict[str, Any], model: Any, x: Any, y: Any) -> tuple[Any, dict[str, Any]]:
    """Return the module that a remedy of ours makes, within the same CPU seconds, checks and choice among them."""
    from hashlib import sha256

    from safetensors.torch import load

    from seatrial import plugins
    from seatrial.cases.listed import listed
    from seatrial.harden.remedy import Means
    from seatrial.records.batch import Array
    from seatrial.records.threat import Ball
    from seatrial.targets.target import Face
    from seatrial.targets.torch import TorchTarget

    target = TorchTarget(model, Face(Array, "logits", (1, 28, 28), 0.0, 1.0, 10))
    cases = listed(x, y)
    recipe = plugins.find("remedies", task["use"]).make(**task.get("settings", {}))
    seed = sha256(str(task["seed"]).encode()).digest()
    made = recipe.apply(target, cases, Ball("linf", EPS), Means(seed, seconds=task["seconds"]))
    model.load_state_dict(load(made.weights))
    names = ("steps", "passes", "clean", "robust", "chosen", "events", "cpu_seconds", "bfloat16", "plan", "checks")
    return model, {name: made.record[name] for name in names}


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(1)
    data = images(Path(task["folder"]))
    model, (x, y) = begun(task["seed"]), data["train"]
    told: dict[str, Any] = {}
    first = process_time()
    if task["use"].startswith("training."):
        model, told = ours(task, model, x, y)
    else:
        from trainers import PEERS

        also = {"batch": task["batch"]} if "batch" in task else {}
        told = {"steps": PEERS[task["use"]](model, x, y, task["seconds"], task["seed"], **also)}
    torch.save(model.state_dict(), sys.argv[2])
    Path(sys.argv[3]).write_text(json.dumps({**told, "seconds": process_time() - first}))


if __name__ == "__main__":
    main()
