"""Every kind of target, made from the block that a charter would hold, keeps the contract."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from seatrial import plugins
from seatrial.records.batch import Batch, Frame, Message, Talks, Texts
from seatrial.records.digest import column_digests
from seatrial.targets.frames import dataframe
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


def of_rows(rows):
    return np.array([int(job == "baker" and not age < 0.5) for age, job in zip(rows["age"], rows["job"])])


def of_texts(texts):
    return np.array([float(len(text)) for text in texts])


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


TABLE = Frame(age=X[:, 0].astype(np.float64), job=np.array(["baker", "clerk", ""])[np.arange(len(X)) % 3])
WORDS = Texts(" ".join("abcdefgh"[at % (3 + step)] for step in range(5)) for at in range(21))


def fitted(folder, *steps, given) -> None:
    """Save a pipeline of these steps and a logistic regression."""
    pipeline, linear_model = pytest.importorskip("sklearn.pipeline"), pytest.importorskip("sklearn.linear_model")
    model = pipeline.make_pipeline(*steps, linear_model.LogisticRegression())
    pytest.importorskip("skops.io").dump(model.fit(given, X[:, 0] > X[:, 1]), folder / "model.skops")


def sklearn_table(folder) -> Iterator:
    """A pipeline over mixed columns, some of them missing."""
    compose, encode = pytest.importorskip("sklearn.compose"), pytest.importorskip("sklearn.preprocessing")
    mixed = compose.make_column_transformer((encode.OneHotEncoder(), ["job"]), remainder="passthrough")
    fitted(folder, mixed, given=dataframe(TABLE, ["age", "job"]))
    turned = Frame(job=TABLE["job"], age=TABLE["age"])
    for frame in (TABLE, turned):
        yield {"weights": "model.skops", "input": {"takes": "table"}}, Batch(column_digests(frame), frame)


def sklearn_texts(folder) -> Iterator:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    fitted(folder, text.TfidfVectorizer(token_pattern=r"\w"), given=list(WORDS))
    yield {"weights": "model.skops", "input": {"takes": "texts"}}, Batch(column_digests(WORDS), WORDS)


def callables(folder) -> Iterator:
    """Functions of arrays, of tables and of texts."""
    written(folder)
    table = {"takes": "table", "columns": {"age": "number", "job": ["baker", "clerk"]}}
    yield {"load": "contracts_app:labels", "input": INPUT, "gives": "labels", "classes": 2}, arrays()
    for pad in (1, 8):
        block = {"load": "contracts_app:of_rows", "input": table, "gives": "labels", "classes": 2, "pad": pad}
        yield block, Batch(column_digests(TABLE), TABLE)
        block = {"load": "contracts_app:of_texts", "input": {"takes": "texts"}, "gives": "value", "pad": pad}
        yield block, Batch(column_digests(WORDS), WORDS)


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
    "callable": callables,
    "chat": chat,
    "faulty": of_code(
        load="contracts_app:shop", upstream={"load": "contracts_app:lookup"}, input=INPUT, gives="labels"
    ),
    "recorded": recorded,
    "sklearn": sklearn,
    "sklearn-table": sklearn_table,
    "sklearn-texts": sklearn_texts,
    "torch": torch,
}
"""Kind -> what yields the rest of the block, and cases."""


def test_every_kind_is_here() -> None:
    assert {name.partition("-")[0] for name in FIXTURES} == set(plugins.names("targets"))


@pytest.mark.parametrize("name", FIXTURES)
def test_contract(name, tmp_path) -> None:
    kind = name.partition("-")[0]
    for block, batch in FIXTURES[name](tmp_path):
        target = plugins.find("targets", kind).make({"kind": kind, **block}, tmp_path)
        check_target(target, batch)
