"""How a trained network is judged: plain PGD, the standard set of the evasion engine, AutoAttack, and calibration.

AutoAttack runs in an environment of its own (`confirm.py`); nothing of it is ours.
"""

# ruff: noqa: PLC0415 - what is asked for when its turn comes

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from data import EPS

HERE = Path(__file__).parent
VARIABLES = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def attacked(model: Any, x: Any, y: Any, steps: int = 40, stride: float = 0.01) -> tuple[Any, Any, Any]:
    """Return who is right untouched, who stands a plain PGD from a random start, and its last points.

    A case falls if any point on the way is answered wrong.
    """
    torch.manual_seed(0)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    clean, held, ends = [], [], []
    for part in torch.arange(len(x)).split(256):
        inputs, labels = x[part], y[part]
        points = (inputs + torch.empty_like(inputs).uniform_(-EPS, EPS)).clamp(0, 1)
        stands = model(inputs).argmax(1) == labels
        clean.append(stands.clone())
        for _ in range(steps):
            points.requires_grad_()
            out = model(points)
            stands &= out.argmax(1) == labels
            (slope,) = torch.autograd.grad(torch.nn.functional.cross_entropy(out, labels, reduction="sum"), points)
            points = (points.detach() + stride * slope.sign()).clamp(min=0, max=1)
            points = torch.min(torch.max(points, inputs - EPS), inputs + EPS)
        with torch.no_grad():
            stands &= model(points).argmax(1) == labels
        held.append(stands)
        ends.append(points)
    return torch.cat(clean).numpy(), torch.cat(held).numpy(), torch.cat(ends)


def standard(model: Any, x: Any, y: Any) -> Any:
    """Return which cases stand the standard set of the evasion engine, `(n,)`."""
    import seatrial

    return seatrial.attack(model, x, y, eps=EPS, tier="standard").outcome == "held"


def confirmed(python: Path, model: Any, x: Any, y: Any) -> Any:
    """Return which cases stand AutoAttack of another environment, `(n,)`."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        torch.save(model.state_dict(), place / "weights.pt")
        np.savez(place / "cases.npz", x=x, y=y)
        words = [
            str(python.absolute()),
            str(HERE / "confirm.py"),
            *(str(place / one) for one in ("weights.pt", "cases.npz")),
        ]
        done = subprocess.run(
            words, check=True, env={**os.environ, **VARIABLES}, cwd=folder, capture_output=True, text=True
        )
    return np.array(json.loads(done.stdout.splitlines()[-1]))


def calibrated(model: Any, x: Any, points: Any, y: Any) -> dict[str, Any]:
    """Return ECE, Brier score and NLL on untouched cases and at the end of an attack."""
    from seatrial.harden.scores import reliability

    with torch.no_grad():
        found = {name: reliability(model(some).softmax(1).double().numpy(), y)
                 for name, some in (("clean", torch.from_numpy(x)), ("attacked", points))}  # fmt: skip
    return {name: {"ece": one.ece, "brier": one.brier, "nll": one.nll} for name, one in found.items()}
