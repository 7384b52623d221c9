"""Engine overhead of one shard of 256 against the bare attack, in one process, interleaved.

    OMP_NUM_THREADS=1 .venv/bin/python benchmarks/speed/shard_overhead.py

What is compared: `observe` (move home, meter, referee, oracle, fold, encode, stimuli), against the same adversary
called bare on the same target plus the clean and the presented forward, which every harness needs.  Budget (DESIGN 8):
5 % or 10 ms.  CPU seconds; rounds alternate, and the median of the ratio of neighbours is told.
"""

import argparse
import json
from statistics import median
from time import process_time

import numpy as np
import torch

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.plan.plan import Promise, Shard, Stage, Trying
from seatrial.proof.canonical import digest
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
from seatrial.trial.shard import observe

CASES, SHAPE, SEED = 256, (1, 28, 28), bytes(32)
TACTICS = {"steps": 40, "step": 0.1, "restarts": 1, "random_start": True, "loss": "cross_entropy"}
QUICK = 2
BALL = Ball("linf", 1e-5)
"""So small that hardly any case falls: the attack does its whole work."""


def net() -> torch.nn.Module:
    torch.manual_seed(0)
    conv = [torch.nn.Conv2d(1, 16, 5, stride=2), torch.nn.ReLU(), torch.nn.Conv2d(16, 32, 5, stride=2), torch.nn.ReLU()]
    return torch.nn.Sequential(*conv, torch.nn.Flatten(), torch.nn.Linear(512, 10))


def scene() -> tuple[TorchTarget, Batch]:
    target = TorchTarget(net(), Face(Array, "logits", SHAPE, 0.0, 1.0, 10))
    inputs = np.random.Generator(np.random.Philox(3)).random((CASES, *SHAPE), dtype=np.float32)
    labels = target.respond(target.face.home(inputs)).argmax(dim=1).numpy()
    return target, Batch(column_digests(inputs), inputs, labels)


def bare(target: TorchTarget, batch: Batch) -> float:
    """Return the seconds of the attack alone, with the two forwards."""
    moved, adversary = batch.moved(target.face.home), plugins.find("adversaries", "evasion.pgd").make(**TACTICS)
    begun = process_time()
    target.respond(moved.inputs)
    made = adversary.attack(target, moved.open(), Bench(BALL, Random(SEED, batch.ids)))
    target.respond(made.stimuli)
    return process_time() - begun


def whole(target: TorchTarget, batch: Batch) -> float:
    """Return the seconds of the shard."""
    stage = Stage("evasion.pgd", TACTICS)
    trying = Trying("bench/pgd@1", digest(b""), {}, BALL, (stage,), "same_label", {}, "held_rate")
    promise = Promise(
        "c",
        "",
        "held_rate >= 0.5 at 95%",
        "major",
        advisory=False,
        otherwise="",
        tries=(trying,),
        count=CASES,
        members=0,
        shard=CASES,
    )
    begun = process_time()
    sight = observe(Shard("c", 0, batch.ids), promise, target, batch, lambda *_: SEED)
    assert sight.status == "done", sight.reason
    return process_time() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help=f"one round of {QUICK} steps")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.rounds, TACTICS["steps"] = 1, QUICK
    target, batch = scene()
    bare(target, batch), whole(target, batch)
    pairs = [(bare(target, batch), whole(target, batch)) for _ in range(options.rounds)]
    ratio = median(engine / alone for alone, engine in pairs)
    extra = 1000 * median(engine - alone for alone, engine in pairs)
    alone = 1000 * median(alone for alone, _ in pairs)
    result = {"bare_ms": round(alone, 1), "ratio": round(ratio, 4), "overhead_ms": round(extra, 2)}
    result["within_budget"] = bool(ratio <= 1.05 or extra <= 10)
    print(json.dumps(result) if options.json else "\n".join(f"{name:14} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
