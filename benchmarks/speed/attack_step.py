"""One step of PGD against a bare loop written by hand: `python benchmarks/speed/attack_step.py [--rounds 10]`.

Both attack the same MNIST-shaped CNN on one thread, 256 cases, 40 steps, with a radius so small that no case falls
(so that nobody saves work).  Both ask the untouched cases first and the last point at the end.  A round is bare,
engine, engine, bare; CPU time, and the median ratio of neighbours.  Budget: 1.05.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from statistics import median
from time import process_time

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.evasion.pgd import Pgd
from seatrial.records.batch import Array, Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

CASES, STEPS, QUICK, EPS, STEP = 256, 40, 2, 1e-6, 0.1
BUDGET = 1.05


def network() -> torch.nn.Module:
    torch.manual_seed(0)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 16, 4, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.Conv2d(16, 32, 4, stride=2, padding=1),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(32 * 49, 100),
        torch.nn.ReLU(),
        torch.nn.Linear(100, 10),
    )


def bare(model: torch.nn.Module, x: torch.Tensor, y: torch.Tensor, steps: int) -> torch.Tensor:
    with torch.no_grad():
        model(x).argmax(1)
    point = (x + torch.empty_like(x).uniform_(-EPS, EPS)).clamp(0, 1)
    low, high = (x - EPS).clamp(0, 1), (x + EPS).clamp(0, 1)
    for _ in range(steps):
        point.requires_grad_()
        loss = torch.nn.functional.cross_entropy(model(point), y, reduction="sum")
        (gradient,) = torch.autograd.grad(loss, point)
        point = torch.min(torch.max(point.detach() + STEP * EPS * gradient.sign(), low), high)
    with torch.no_grad():
        return model(point).argmax(1)


def engine(target: TorchTarget, batch: Batch[Array], steps: int) -> Ledger:
    ledger = Ledger.empty(CASES)
    bench = Bench(Ball("linf", EPS), Random(bytes(32), batch.ids))
    Pgd(steps=steps, step=STEP).attack(meter(target, ledger), batch, bench)
    return ledger


def spent(work: Callable[[], object]) -> float:
    """Return milliseconds of CPU."""
    start = process_time()
    work()
    return (process_time() - start) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help=f"one round of {QUICK} steps")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    steps, rounds = (QUICK, 1) if options.quick else (STEPS, options.rounds)
    torch.set_num_threads(1)
    model = network().eval().requires_grad_(requires_grad=False)
    target = TorchTarget(model, Face(Array, "logits", (1, 28, 28), 0.0, 1.0, 10))
    x = torch.rand(CASES, 1, 28, 28)
    y = model(x).argmax(1)
    batch: Batch[Array] = Batch(tuple(at.to_bytes(32, "big") for at in range(CASES)), x, y)
    bare(model, x, y, steps)
    ledger = engine(target, batch, steps)
    assert int(ledger.backwards.min()) == steps, "a case fell: the comparison would be unfair"
    ours, theirs = [], []
    for _ in range(rounds):
        theirs += [spent(lambda: bare(model, x, y, steps))]
        ours += [spent(lambda: engine(target, batch, steps)), spent(lambda: engine(target, batch, steps))]
        theirs += [spent(lambda: bare(model, x, y, steps))]
    ours, theirs = [spell / steps for spell in ours], [spell / steps for spell in theirs]
    ratio = median(mine / other for mine, other in zip(ours, theirs, strict=True))
    if options.json:
        print(json.dumps({"bare_ms": median(theirs), "engine_ms": median(ours), "ratio": ratio, "budget": BUDGET}))
        return
    print(f"bare loop   {median(theirs):7.3f} ms a gradient pass (fastest {min(theirs):.3f})")
    print(f"evasion.pgd {median(ours):7.3f} ms a gradient pass (fastest {min(ours):.3f})")
    print(f"ratio       {ratio:7.3f} in the median pair, {min(ours) / min(theirs):.3f} of the fastest; budget {BUDGET}")


if __name__ == "__main__":
    main()
