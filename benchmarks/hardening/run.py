"""Robust accuracy for CPU seconds: `python benchmarks/hardening/run.py CLAIM ... [--peers P] [--seeds 1] [--out DIR]`.

Every contestant trains the same network from the same weights, in a process of its own, on one thread, for the same
CPU seconds; all are attacked by the same code.  `--peers P` names a folder with ART's environment (`P/art/bin/python`),
made by `benchmarks/truth/run.py`; without it ART is left out.
"""

# ruff: noqa: E402, PLC0415 - a script beside its modules

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from data import EPS, FASHION, images, network

TRADITION = ("pgd-10", "trades-10", "free-8", "art-pgd-10")
CLAIMS: dict[str, dict[str, Any]] = {
    "minute": {"seconds": 60, "who": {name: {"use": name} for name in (*TRADITION, "training.pgd", "training.kept")}},
    "recipes": {
        "seconds": 60,
        "who": {f"training.{name}": {"use": f"training.{name}"} for name in ("onestep", "trades", "mart", "free")},
    },
    "four-minutes": {"seconds": 240, "who": {"pgd-10": {"use": "pgd-10"}}},
    "half-off": {
        "seconds": 60,
        "who": {
            f"training.{name}, float32": {"use": f"training.{name}", "settings": {"half": "no"}}
            for name in ("pgd", "kept")
        },
    },
    "collapse": {
        "seconds": 60,
        "who": {
            "one step, no random start": {"use": "training.onestep", "settings": {"random": False}},
            "one step, no random start, high rate": {
                "use": "training.onestep",
                "settings": {
                    "random": False,
                    "growth": 0.0,
                    "schedule": "constant",
                    "warm": 0.02,
                    "rate": 8e-3,
                    "checks": 16,
                },
            },
        },
    },
}


def trained(task: dict[str, Any], peers: Path | None) -> tuple[Any, dict[str, Any]]:
    """Return the network of one contestant, in evaluation mode, and what it told."""
    python = str((peers / "art/bin/python").absolute()) if peers and task["use"].startswith("art") else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "task.json").write_text(json.dumps(task))
        variables = {**os.environ, **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")}
        command = [
            python,
            str(HERE / "contest.py"),
            *(str(place / n) for n in ("task.json", "weights.pt", "told.json")),
        ]
        subprocess.run(command, check=True, env=variables, cwd=folder, capture_output=True)
        model = network()
        model.load_state_dict(torch.load(place / "weights.pt", weights_only=True))
        return model.eval(), json.loads((place / "told.json").read_text())


def attacked(model: Any, x: Any, y: Any, steps: int = 40, stride: float = 0.01) -> tuple[float, float]:
    """Return clean accuracy, and robust accuracy under a plain PGD from a random start that keeps the worst point."""
    torch.manual_seed(0)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    clean, held = [], []
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
    return float(torch.cat(clean).double().mean()), float(torch.cat(held).double().mean())


def standard(model: Any, x: Any, y: Any) -> float:
    """Return robust accuracy under the standard set of the evasion engine."""
    import seatrial

    return float(seatrial.attack(model, x, y, eps=EPS, tier="standard").robust_accuracy)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="+", choices=CLAIMS)
    parser.add_argument("--data", type=Path, default=FASHION, help="folder of Fashion-MNIST, as its files are called")
    parser.add_argument("--peers", type=Path, help="folder with the environment of ART")
    parser.add_argument("--out", type=Path, help="where the JSON goes; printed only by default")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, help="another budget")
    parser.add_argument("--cases", type=int, default=2000, help="test images under PGD-40")
    parser.add_argument("--strongest", type=int, default=500, help="test images under the standard set")
    parser.add_argument("--only", nargs="*", help="only contestants whose name contains one of these")
    options = parser.parse_args()
    data = images(options.data)
    x, y = (part[: options.cases] for part in data["test"])
    for title in options.claims:
        claim, rows = CLAIMS[title], []
        seconds = options.seconds or claim["seconds"]
        for seed in range(options.first, options.first + options.seeds):
            for name, one in claim["who"].items():
                if options.only and not any(part in name for part in options.only):
                    continue
                if one["use"].startswith("art") and options.peers is None:
                    continue
                task = {**one, "seconds": seconds, "seed": seed, "folder": str(options.data.absolute())}
                model, told = trained(task, options.peers)
                clean, robust = attacked(model, x, y)
                few = options.strongest
                row = {"name": name, "seed": seed, "clean": clean, "pgd_40": robust,
                       "standard": standard(model, x[:few], y[:few]) if few else None,
                       "pgd_40_few": attacked(model, x[:few], y[:few])[1] if few else None, **told}  # fmt: skip
                shown = {k: v for k, v in row.items() if k not in ("events", "plan", "checks")}
                print(json.dumps(shown), flush=True)
                rows.append(row)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            said = {"claim": title, "data": data["name"], "eps": EPS, "seconds": seconds, "cases": len(x),
                    "strongest": options.strongest, "torch": torch.__version__, "rows": rows}  # fmt: skip
            (options.out / f"{title}.json").write_text(json.dumps(said, indent=1) + "\n")


if __name__ == "__main__":
    main()
