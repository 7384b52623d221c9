"""Several threats at once: what hardening against one leaves open, what a union and a mixture stand, on MNIST digits.

Everyone begins with the same network, trained without an attack, and gets as many CPU seconds.  Judged by PGD in each
ball, the worst of three corruptions, a grey rectangle in the worst place and the worst patch, on images that nobody has
learned from.  `python benchmarks/hardening/several.py` prints a line of JSON for each.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import safetensors.torch
import torch

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.cases.listed import listed
from seatrial.harden.remedy import Means
from seatrial.records.batch import Array
from seatrial.records.random import Random
from seatrial.records.threat import Ball, Corruption, Patch
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

sys.path.insert(0, str(Path(__file__).parent))
from data import begun, images

BALLS = {"linf": Ball("linf", 0.2), "l2": Ball("l2", 1.5), "l1": Ball("l1", 8.0)}
DIRT = ("corruption.noise", "corruption.blur", "corruption.brightness")
AREA, SEVERITY, SEED = 0.05, 3, bytes(range(32))
RADII = {"linf": 0.2, "l2": 1.5, "l1": 8.0}
SHARES = {
    "threat": 0.25,
    "l2": 0.15,
    "l1": 0.15,
    **dict.fromkeys(DIRT, 0.05),
    "occlusion": 0.1,
    "patch": 0.1,
    "clean": 0.1,
}
CONTEST: dict[str, tuple[str, dict[str, Any]]] = {
    "training.pgd": ("training.pgd", {}),
    **{
        f"training.union, {how}": ("training.union", {"how": how, **RADII})
        for how in ("msd", "max", "average", "rotation")
    },
    "training.mixture": ("training.mixture", {"parts": SHARES, **RADII, "area": AREA, "severity": SEVERITY}),
}
"""Row of the table -> remedy and settings."""


def target(module: Any) -> TorchTarget:
    """Return a network as attacks see it."""
    return TorchTarget(module, Face(Array, "logits", (1, 28, 28), 0.0, 1.0, 10))


def first(x: Any, y: Any, *, epochs: int = 8) -> Any:
    """Return the network that everyone begins with, trained without an attack."""
    module, rng = begun(1), np.random.default_rng(1)
    adam = torch.optim.Adam(module.parameters(), 2e-3)
    for _ in range(epochs):
        for rows in np.array_split(rng.permutation(len(x)), len(x) // 64):
            adam.zero_grad()
            torch.nn.functional.cross_entropy(module(torch.from_numpy(x[rows])), torch.from_numpy(y[rows])).backward()  # type: ignore[no-untyped-call]
            adam.step()
    return module


def hardened(module: Any, name: str, cases: Any, seconds: float) -> tuple[Any, dict[str, Any]]:
    """Return what a row of the contest makes of the network, and its record."""
    remedy, told = CONTEST[name]
    victim = target(module)
    made = (
        plugins.find("remedies", remedy).make(**told).apply(victim, cases, BALLS["linf"], Means(SEED, seconds=seconds))
    )
    child = begun(1)
    child.load_state_dict(safetensors.torch.load(made.weights))
    return child, dict(made.record)


def judged(module: Any, cases: Any, patched: int) -> dict[str, float]:
    """Return which share of the cases stands what, in percent.

    Args:
        module: The network.
        cases: Images that it has not learned from.
        patched: Of these, so many meet a rectangle or a patch.
    """
    victim = target(module)
    batch = cases.take(0, len(cases)).moved(victim.face.home)
    few = batch.take(np.arange(min(patched, len(batch))))

    def right(part: Any, name: str, threat: Any, **tactics: Any) -> Any:
        adversary = plugins.find("adversaries", name).make(**tactics)
        stimuli = adversary.attack(victim, part, Bench(threat, Random(SEED, part.ids))).stimuli
        answers = victim.respond(victim.face.home(part.inputs if stimuli is None else stimuli))
        return (answers.argmax(1) == part.labels).numpy()

    balls = {name: right(batch, "evasion.pgd", ball, steps=40, restarts=1) for name, ball in BALLS.items()}
    dirt = [right(batch, name, Corruption(SEVERITY)).mean() for name in DIRT]
    shares = {"clean": right(batch, "evasion.clean", BALLS["linf"]).mean()}
    shares |= {name: held.mean() for name, held in balls.items()}
    shares["union"] = np.logical_and.reduce(list(balls.values())).mean()
    shares["worst corruption"] = min(dirt)
    shares["occlusion"] = right(few, "corruption.occlusion", Patch(AREA)).mean()
    shares["patch"] = right(few, "evasion.patch", Patch(AREA), queries=100).mean()
    return {name: round(100 * float(one), 1) for name, one in shares.items()}


def main() -> None:
    """Print a row for each contestant, as it is ready."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="CPU seconds of each")
    parser.add_argument("--cases", type=int, default=300, help="images in balls and dirt")
    parser.add_argument("--patched", type=int, default=100, help="of these, images with rectangles and patches")
    parser.add_argument("--only", default="", help="rows whose name holds this")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = images()
    train, test = listed(*data["train"]), listed(*(one[: options.cases] for one in data["test"]))
    module, rows = first(*data["train"][:2]), dict[str, Any]()
    for name in ("the parent", *CONTEST):
        if options.only not in name:
            continue
        start = process_time()
        child, record = (module, {}) if name == "the parent" else hardened(module, name, train, options.seconds)
        spent = round(process_time() - start)
        rows[name] = {**judged(child, test, options.patched), "updates": record.get("steps", 0), "seconds": spent}
        sys.stdout.write(json.dumps({name: rows[name], "parts": record.get("parts")}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
