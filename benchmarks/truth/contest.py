"""One contestant on one task: `python contest.py TASK.json RESULT.json`, under the contestant's own Python.

A task names a network, a norm, a radius, so many cases and a contestant `peer.attack` with its numbers.  What is timed
is the attack alone, in CPU seconds of one thread; networks are frozen for everyone, so nobody computes gradients of
weights.  Every break is checked afterwards, for everyone alike: a fresh forward pass, finite, inside the input range,
and inside the ball in float64 (Linf to one unit in the last place of 1, L1 and L2 to 1e-6 of eps).
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent))
import contestants
from models import DATA, load


class Counted(torch.nn.Module):
    """A network that counts the rows it answers and the rows whose gradient is pulled."""

    def __init__(self, inner: torch.nn.Module) -> None:
        super().__init__()
        self.inner, self.forwards, self.backwards = inner, 0, 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.forwards += len(x)
        out = self.inner(x.float())  # some peers hand over float64
        if out.requires_grad:
            out.register_hook(self._pulled)
        return out

    def _pulled(self, slope: torch.Tensor) -> None:
        self.backwards += len(slope)


def inside(task: dict[str, Any], x: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Return which points the rules allow, `(n,)`."""
    change = (points.double() - x.double()).flatten(1)
    good = points.isfinite().flatten(1).all(1) & (points >= 0).flatten(1).all(1) & (points <= 1).flatten(1).all(1)
    if task["eps"] is None:
        return good
    size = sized(task["norm"], change)
    room = float(np.spacing(np.float32(1))) if task["norm"] == "linf" else 1e-6 * task["eps"]
    return good & (size <= task["eps"] + room)


def sized(norm: str, change: torch.Tensor) -> torch.Tensor:
    """Return the size of flat changes `(n, numbers)`."""
    if norm == "l0":
        return (change != 0).sum(1).double()
    return change.abs().amax(1) if norm == "linf" else change.norm(p=int(norm[1]), dim=1)


def main() -> None:
    task = json.loads(Path(sys.argv[1]).read_text())
    torch.set_num_threads(1)
    torch.manual_seed(0)
    np.random.seed(0)  # noqa: NPY002 - what the peers draw from
    model = Counted(load(task["folder"], task["model"])).eval()
    with np.load(f"{task['folder']}/{DATA[task['model'].split('-')[0]]}.npz") as kept:
        x, y = (torch.from_numpy(kept[f"test_{part}"][: task["cases"]]) for part in "xy")
    attack = contestants.find(task["contestant"])
    attack(model, x[:2], y[:2], {**task, "warm": True})
    model.forwards = model.backwards = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = process_time()
    points = attack(model, x, y, task)
    seconds = process_time() - begun
    with torch.no_grad():
        clean, fell = model.inner(x).argmax(1) == y, model.inner(points).argmax(1) != y
        scores = model.inner(points)
    good = inside(task, x, points) & scores.isfinite().all(1)
    broken = ~clean | (fell & good)
    size = sized(task["norm"], (points.double() - x.double()).flatten(1))
    size[~clean] = 0
    size[clean & ~(fell & good)] = float("inf")
    counted = getattr(attack, "counted", None) or (model.forwards, model.backwards)
    result = {
        "contestant": task["contestant"],
        "model": task["model"],
        "cases": len(x),
        "clean": clean.double().mean().item(),
        "robust": (~broken).double().mean().item(),
        "refused": int((clean & fell & ~good).sum()),
        "seconds": seconds,
        "forwards": counted[0] / len(x),
        "backwards": counted[1] / len(x),
        "median": float(size[clean].median()) if bool(clean.any()) else None,
        "megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
        "standing": np.flatnonzero((~broken).numpy()).tolist(),
    }
    Path(sys.argv[2]).write_text(json.dumps(result))


if __name__ == "__main__":
    main()
