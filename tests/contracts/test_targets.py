"""Every kind of target, made from the block that a charter would hold, keeps the contract."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from seatrial import plugins
from seatrial.records.batch import Batch, Message, Talks
from seatrial.records.digest import column_digests
from seatrial.testing.assistant import Assistant
from seatrial.testing.targets import check_target

X = np.random.default_rng(7).random((21, 6), dtype=np.float32)
WEIGHTS = np.random.default_rng(8).normal(size=(6, 3))
INPUT = {"shape": [6], "range": [0, 1]}
CODE = """
import numpy as np
from seatrial.targets.faulty import faulty
from seatrial.targets.callable import CallableTarget
from seatrial.targets.target import Face
from seatrial.records.batch import Array


def labels(rows):
    return (rows[:, 0] > rows[:, 1]).astype(np.int64)


def lookup(column):
    return column * 2


def shop(upstream):
    return lambda rows: (upstream(rows[:, 0]) > rows[:, 1]).astype(np.int64)


def whole():
    return CallableTarget(labels, Face(Array, "labels", (6,), 0.0, 1.0, 2))


def network():
    import torch

    return torch.nn.Sequential(torch.nn.Linear(6, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3))
"""


def arrays() -> Batch:
    return Batch(column_digests(X), X)


def written(folder: Path) -> str:
    (folder / "contracts_app.py").write_text(CODE)
    return "contracts_app"


def chat(_folder) -> Iterator:
    talks = Talks((Message("user", f"question {at}"), Message("user", "and then?")) for at in range(5))
    with Assistant(leaks=False, canary="nothing-to-see").serving() as url:
        yield {"url": url, "model": "demo"}, Batch(column_digests(talks), talks)


def recorded(folder) -> Iterator:
    keys = np.frombuffer(b"".join(column_digests(X)), dtype=np.uint8).reshape(-1, 32)
    np.savez(folder / "answers.npz", cases=keys, answers=X @ WEIGHTS)
    yield {"path": "answers.npz", "gives": "logits", "input": INPUT}, arrays()


def sklearn(folder) -> Iterator:
    skops, linear_model = pytest.importorskip("skops.io"), pytest.importorskip("sklearn.linear_model")
    skops.dump(linear_model.LogisticRegression().fit(X, (X @ WEIGHTS).argmax(axis=1)), folder / "model.skops")
    yield {"weights": "model.skops", "input": INPUT}, arrays()


def torch(folder) -> Iterator:
    framework, files = pytest.importorskip("torch"), pytest.importorskip("safetensors.torch")
    module = written(folder)
    space: dict = {}
    exec(CODE, space)
    with framework.random.fork_rng(devices=[]):
        framework.manual_seed(1)
        files.save_file(space["network"]().state_dict(), folder / "model.safetensors")
    yield {"load": f"{module}:network", "weights": "model.safetensors", "input": INPUT}, arrays()


def of_code(**block) -> Callable[[Path], Iterator]:
    def fixture(folder) -> Iterator:
        written(folder)
        yield block, arrays()

    return fixture


FIXTURES: dict[str, Callable[[Path], Iterator]] = {
    "built": of_code(load="contracts_app:whole"),
    "callable": of_code(load="contracts_app:labels", input=INPUT, gives="labels", classes=2),
    "chat": chat,
    "faulty": of_code(
        load="contracts_app:shop", upstream={"load": "contracts_app:lookup"}, input=INPUT, gives="labels"
    ),
    "recorded": recorded,
    "sklearn": sklearn,
    "torch": torch,
}
"""Kind -> what yields the rest of the block, and cases."""


@pytest.mark.parametrize("kind", plugins.names("targets"))
def test_contract(kind, tmp_path) -> None:
    for block, batch in FIXTURES[kind](tmp_path):
        target = plugins.find("targets", kind).make({"kind": kind, **block}, tmp_path)
        check_target(target, batch)
