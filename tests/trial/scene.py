"""What the tests of a trial share: a small project on disk, and targets with known faults."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.plan.plan import Plan, Promise, Shard, Stage, Trying
from seatrial.proof import rules
from seatrial.proof.canonical import digest
from seatrial.records.batch import Array, Batch
from seatrial.records.digest import column_digests
from seatrial.records.threat import Ball, Threat
from seatrial.targets.target import Face
from seatrial.testing.victims import cases as cases_of
from seatrial.testing.victims import linear
from seatrial.trial.run import Job

SHAPE = (1, 4, 4)
NONCE = bytes(range(32))
PGD = {"steps": 6, "step": 0.25, "restarts": 1, "random_start": True, "loss": "cross_entropy"}

MODEL = """
import os, signal, time
import numpy as np
WEIGHTS = np.random.Generator(np.random.Philox(5)).normal(size=(16, 3))
def answer(inputs):
    flat = np.asarray(inputs, dtype=np.float64).reshape(len(inputs), -1) - 0.5
    return (flat[:, :, None] * WEIGHTS[None]).sum(axis=1)
def slow(inputs):
    time.sleep(0.004)
    return answer(inputs)
"""


def seed(trying: Trying, stage: Stage) -> bytes:
    return rules.seed(NONCE, "sha256:" + "0" * 64, "clause", trying.scenario, stage.adversary, stage.tactics)


def trying(*stages: Stage, threat: Threat | None = None, oracle: str = "same_label", draws: int = 1) -> Trying:
    threat = threat or Ball("linf", 0.1)
    return Trying("test/one@1", digest(b"one"), {}, threat, stages, oracle, {}, "held_rate", draws)


def pgd(**change: Any) -> Stage:
    return Stage("evasion.pgd", {**PGD, **change})


def promise(*tries: Trying, require: str = "held_rate >= 0.5 at 95%", shard: int = 256, count: int = 64) -> Promise:
    return Promise("clause", "", require, "major", False, (), tries, count, 0, shard)


def victim_batch(count: int = 64) -> tuple[Any, Batch[Any]]:
    victim = linear(SHAPE)
    return victim, cases_of(victim, count)


def shard_of(batch: Batch[Any], index: int = 0) -> Shard:
    return Shard("clause", index, batch.ids)


@dataclass(frozen=True)
class Function:
    """A target that is a function; not differentiable."""

    answer: Callable[[Any], Any]
    face: Face = field(default=Face(Array, "logits", SHAPE, 0.0, 1.0, 3))

    def respond(self, inputs: Any, /) -> Any:
        return self.answer(inputs)


@dataclass(frozen=True)
class Sloped:
    """A differentiable target around a linear victim, whose answers pass through a function."""

    victim: Any
    change: Callable[[Any, Any], Any]

    @property
    def face(self) -> Face:
        return self.victim.face

    def respond(self, inputs: Any, /) -> Any:
        return self.change(inputs, self.victim.respond(inputs))

    def linearise(self, inputs: Any, /) -> Any:
        responses, back = self.victim.linearise(inputs)
        return self.change(inputs, responses), back


@dataclass(frozen=True)
class Steady:
    """A linear victim whose sums do not depend on how many rows are asked at once; matrix products do."""

    victim: Any

    @property
    def face(self) -> Face:
        return self.victim.face

    def respond(self, inputs: Any, /) -> Any:
        flat = inputs.reshape(len(inputs), -1)
        return (flat[:, :, None] * self.victim.weights.T[None]).sum(axis=1) + self.victim.bias

    def linearise(self, inputs: Any, /) -> Any:
        def back(weights: Any) -> Any:
            return (weights[:, :, None] * self.victim.weights[None]).sum(axis=1).reshape(inputs.shape)

        return self.respond(inputs), back


def project(folder: Path, *, cases: int = 240, function: str = "answer") -> Path:
    """Write a model and its cases into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "boat.py").write_text(MODEL)
    space: dict[str, Any] = {}
    exec(MODEL, space)
    x = (np.random.Generator(np.random.Philox(7)).random((cases, *SHAPE))).astype(np.float32)
    np.savez(folder / "cases.npz", x=x, y=space["answer"](x).argmax(axis=1))
    return folder


def plan_of(folder: Path, *promises: Promise, function: str = "answer") -> tuple[Plan, tuple[bytes, ...]]:
    """Return a plan over a project's cases, and the cases."""
    with np.load(folder / "cases.npz") as data:
        ids = column_digests(data["x"])
    pool = rules.pool_blob(ids, 1000, 0)
    target = {"kind": "callable", "load": f"boat:{function}", "input": {"shape": [*SHAPE], "range": [0, 1]}}
    plan = Plan(
        model=digest(b"model"),
        charter=digest(b"charter"),
        target={**target, "gives": "logits"},
        cases={"kind": "npz", "settings": {"path": "cases.npz"}, "gate": 1000, "rehearsal": 0, "members": None},
        pool=digest(pool),
        members="",
        take=len(ids),
        shard=256,
        code={},
        clauses=promises,
    )
    return plan, rules.slice_of(NONCE, ids, len(ids))


def job_of(folder: Path, *promises: Promise, runs: str = "run", function: str = "answer") -> Job:
    plan, cases = plan_of(folder, *promises, function=function)
    return Job(plan, cases, (), NONCE, folder, folder / runs)


def square(queries: int = 30) -> Stage:
    return Stage("evasion.square", {"queries": queries, "share": 0.8})


def named(one: Promise, name: str) -> Promise:
    return replace(one, name=name)
