"""Real models: torch and scikit-learn, inline and in processes, give equal bytes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.trial.scene import job_of, named, pgd, project, promise, square, trying

from seatrial.errors import TargetError
from seatrial.plan.plan import Stage
from seatrial.proof.observation import decode
from seatrial.records.threat import Ball, Corruption
from seatrial.targets.identity import manifest
from seatrial.trial.executors.inline import Inline
from seatrial.trial.executors.processes import Processes
from seatrial.trial.run import run

pytest.importorskip("torch")
safetensors = pytest.importorskip("safetensors.torch")
linear_model = pytest.importorskip("sklearn.linear_model")
skops = pytest.importorskip("skops.io")

NET = """
import torch
def build():
    torch.manual_seed(1)
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 6, 3, padding=1), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(96, 3)
    )
"""


def torch_job(folder, runs, shard):
    clause = named(promise(trying(pgd(), square(40), threat=Ball("linf", 0.1)), count=100, shard=shard), "robust")
    return job_in(folder, clause, runs, {"kind": "torch", "load": "net:build", "weights": "net.safetensors"})


def job_in(folder, clause, runs, block):
    job = job_of(folder, clause, runs=runs)
    target = {**block, "input": {"shape": [1, 4, 4], "range": [0, 1]}}
    model = manifest(target, folder)[1]
    return replace(job, plan=replace(job.plan, target=target, model=model))


def outcomes(result):
    found = {}
    for one in result.results:
        assert one.status == "done", one.reason
        columns = decode(one.parts()["computed"]).columns
        for row in range(one.cases):
            found[columns["case"][row]] = tuple(columns[name][row] for name in ("held", "score", "stage", "forwards"))
    return found


def test_torch_gives_equal_bytes_in_processes_and_equal_outcomes_at_any_size(tmp_path) -> None:
    folder = project(tmp_path, cases=100)
    (folder / "net.py").write_text(NET)
    space: dict = {}
    exec(NET, space)
    safetensors.save_file(space["build"]().state_dict(), folder / "net.safetensors")
    first = run(torch_job(folder, "a", 32), Inline())
    apart = run(torch_job(folder, "b", 32), Processes(2))
    assert [one.blobs["computed"] for one in first.results] == [one.blobs["computed"] for one in apart.results]
    assert [one.blobs["stimuli"] for one in first.results] == [one.blobs["stimuli"] for one in apart.results]
    other = outcomes(run(torch_job(folder, "c", 45), Inline()))
    assert outcomes(first) == other
    assert 0 < sum(held for held, *_ in other.values()) < 100


def test_a_model_whose_file_changed_is_another_model(tmp_path) -> None:
    folder = project(tmp_path, cases=100)
    (folder / "net.py").write_text(NET)
    space: dict = {}
    exec(NET, space)
    weights = space["build"]().state_dict()
    safetensors.save_file(weights, folder / "net.safetensors")
    job = torch_job(folder, "a", 32)
    weights["3.bias"][0] += 1
    safetensors.save_file(weights, folder / "net.safetensors")
    with pytest.raises(TargetError, match="changed since the plan"):
        run(job, Inline())


def test_sklearn_gives_equal_bytes_in_processes(tmp_path) -> None:
    folder = project(tmp_path, cases=160)
    with np.load(folder / "cases.npz") as data:
        x, y = data["x"].reshape(160, 16), data["y"]
    np.savez(folder / "cases.npz", x=x, y=y)
    model = linear_model.LogisticRegression().fit(x, y)
    skops.dump(model, folder / "m.skops")
    tries = trying(Stage("corruption.noise", {}), threat=Corruption(5))
    block = {"kind": "sklearn", "weights": "m.skops", "input": {"shape": [16], "range": [0, 1]}}

    def job(runs, shard):
        made = job_of(folder, named(promise(tries, count=160, shard=shard), "noise"), runs=runs)
        return replace(made, plan=replace(made.plan, target=block, model=manifest(block, folder)[1]))

    first, apart = run(job("a", 60), Inline()), run(job("b", 60), Processes(2))
    assert [one.blobs["computed"] for one in first.results] == [one.blobs["computed"] for one in apart.results]
    assert outcomes(first) == outcomes(run(job("c", 31), Inline()))
