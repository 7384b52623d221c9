"""Robust accuracy for CPU seconds: `python benchmarks/hardening/run.py CLAIM ... [--peers P] [--seeds 3] [--out DIR]`.

Every contestant trains the same network from the same weights, in a process of its own, on one thread, for the same
CPU seconds; all are attacked by the same code.  Contestants take turns within a seed, those of several claims among
them.  `--peers P` names a folder with the environments of ART (`P/art/bin/python`) and of AutoAttack
(`P/autoattack/bin/python`), made by `benchmarks/truth/run.py`; without them ART is left out and nothing is confirmed.
"""

# ruff: noqa: E402 - a script beside its modules

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from data import EPS, FASHION, images, network
from judging import VARIABLES, attacked, calibrated, confirmed, standard
from overhead import compared

TRADITION = ("pgd-10", "trades-10", "free-8", "art-pgd-10")
RECIPES = ("pgd", "kept", "onestep", "trades", "mart", "free")
CLAIMS: dict[str, dict[str, Any]] = {
    "minute": {"seconds": 60, "who": {name: {"use": name} for name in (*TRADITION, "training.pgd", "training.kept")}},
    "recipes": {"seconds": 60, "who": {f"training.{name}": {"use": f"training.{name}"} for name in RECIPES[2:]}},
    "four-minutes": {"seconds": 240, "who": {"pgd-10": {"use": "pgd-10"}}},
    "small-batch": {
        "seconds": 60,
        "who": {f"{name}, batch 32": {"use": name, "batch": 32} for name in ("pgd-10", "trades-10", "free-8")},
    },
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
    "overhead": {"seconds": 0, "who": {}},
}
UNSHOWN = ("events", "plan", "checks")


def trained(task: dict[str, Any], peers: Path | None) -> tuple[Any, dict[str, Any]]:
    """Return the network of one contestant, in evaluation mode, and what it told."""
    python = str((peers / "art/bin/python").absolute()) if peers and task["use"].startswith("art") else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "task.json").write_text(json.dumps(task))
        files = [str(place / name) for name in ("task.json", "weights.pt", "told.json")]
        command = [python, "-P", str(HERE / "contest.py"), *files]
        subprocess.run(command, check=True, env={**os.environ, **VARIABLES}, cwd=folder, stdout=subprocess.DEVNULL)
        model = network()
        model.load_state_dict(torch.load(place / "weights.pt", weights_only=True))
        return model.eval(), json.loads((place / "told.json").read_text())


def judged(model: Any, data: tuple[Any, Any], options: argparse.Namespace, *, confirm: bool) -> dict[str, Any]:
    """Return what a network shows on test images."""
    first = options.skip if len(data[0]) >= options.skip + options.cases else 0
    x, y = (part[first : first + options.cases] for part in data)
    clean, held, ends = attacked(model, x, y)
    row = {"clean": float(clean.mean()), "pgd_40": float(held.mean()), "calibration": calibrated(model, x, ends, y)}
    few, fewer = options.strongest, options.confirmed
    if few:
        strong = standard(model, x[:few], y[:few])
        row |= {"standard": float(strong.mean()), "pgd_40_few": float(held[:few].mean())}
        if confirm and fewer:
            second = confirmed(options.peers / "autoattack/bin/python", model, x[:fewer], y[:fewer])
            row["autoattack"] = float(second.mean())
            row["standard_same"] = float(strong[:fewer].mean())
            row["differ"] = int((strong[:fewer] != second).sum())
    return row


def turns(options: argparse.Namespace) -> Iterator[tuple[str, int, str, dict[str, Any]]]:
    """Yield claim, seed, name and task of every contestant, all of a seed before the next seed."""
    for seed in range(options.first, options.first + options.seeds):
        for title in options.claims:
            for name, one in CLAIMS[title]["who"].items():
                absent = one["use"].startswith("art") and options.peers is None
                if absent or (options.only and not any(part in name for part in options.only)):
                    continue
                seconds = options.seconds or CLAIMS[title]["seconds"]
                yield (
                    title,
                    seed,
                    name,
                    {**one, "seconds": seconds, "seed": seed, "folder": str(options.data.absolute())},
                )


def written(title: str, rows: list[dict[str, Any]], options: argparse.Namespace, name: str) -> None:
    """Put the rows of a claim beside those of other seeds that lie there; do nothing without a folder."""
    if options.out is None:
        return
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / f"{title}.json"
    said = {"claim": title, "data": name, "eps": EPS, "seconds": options.seconds or CLAIMS[title]["seconds"],
            "skipped": options.skip, "cases": options.cases, "strongest": options.strongest,
            "confirmed": options.confirmed, "torch": torch.__version__}  # fmt: skip
    before = json.loads(file.read_text()) if file.is_file() else {}
    same = {key: value for key, value in before.items() if key != "rows"} == said
    new = {(row["name"], row.get("seed")) for row in rows}
    kept = [row for row in before.get("rows", []) if (row["name"], row.get("seed")) not in new] if same else []
    every = sorted([*kept, *rows], key=lambda row: row.get("seed", 0))
    file.write_text(json.dumps({**said, "rows": every}, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="+", choices=CLAIMS)
    parser.add_argument("--data", type=Path, default=FASHION, help="folder of Fashion-MNIST, as its files are called")
    parser.add_argument("--peers", type=Path, help="folder with the environments of ART and AutoAttack")
    parser.add_argument("--out", type=Path, help="where the JSON goes, after every contestant; printed only by default")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, help="another budget")
    parser.add_argument("--cases", type=int, default=2000, help="test images under PGD-40")
    parser.add_argument(
        "--skip", type=int, default=2000, help="test images before these: a rate was once chosen on them"
    )
    parser.add_argument("--strongest", type=int, default=300, help="test images under the standard set")
    parser.add_argument("--confirmed", type=int, default=200, help="of these, test images under AutoAttack")
    parser.add_argument(
        "--confirm", nargs="*", default=["training."], help="whom AutoAttack confirms, by parts of names"
    )
    parser.add_argument("--only", nargs="*", help="only contestants whose name contains one of these")
    options = parser.parse_args()
    data, rows = images(options.data), dict[str, list[dict[str, Any]]]()
    for title, seed, name, task in turns(options):
        model, told = trained(task, options.peers)
        confirm = options.peers is not None and any(part in name for part in options.confirm)
        row = {"name": name, "seed": seed, **judged(model, data["test"], options, confirm=confirm), **told}
        print(json.dumps({key: value for key, value in row.items() if key not in UNSHOWN}), flush=True)
        rows.setdefault(title, []).append(row)
        written(title, rows[title], options, data["name"])
    if "overhead" in options.claims:
        found = compared(data["train"])
        print(json.dumps(found), flush=True)
        written("overhead", [found], options, data["name"])


if __name__ == "__main__":
    main()
