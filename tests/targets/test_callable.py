from __future__ import annotations

import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Batch, Texts
from seatrial.records.digest import column_digests
from seatrial.targets.callable import CallableTarget, make
from seatrial.targets.target import Face
from seatrial.testing.targets import check_target

CODE = """
import numpy as np


def labels(inputs):
    from weightless import LIMIT
    return (inputs.sum(axis=1) > LIMIT).astype(int)


def logits(inputs):
    return inputs @ np.eye(3, 2)


def shout(texts):
    return [text.upper() for text in texts]


def short(inputs):
    return inputs[:1].sum(axis=1).astype(int)


LIMIT = 3
"""
INPUT = {"shape": [3], "range": [0, 1]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.py").write_text(CODE)
    (tmp_path / "weightless.py").write_text("LIMIT = 1.5\n")
    return tmp_path


def block(name, **values):
    return {"kind": "callable", "load": f"rules:{name}", "input": INPUT, "gives": name, **values}


def test_a_function_that_imports_when_it_is_called(folder):
    target = make(block("labels", classes=2), folder)
    assert target.respond(np.array([[0, 0, 1.0], [1, 1, 0]])).tolist() == [0, 1]
    inputs = np.random.default_rng(0).random((20, 3))
    check_target(target, Batch(column_digests(inputs), inputs))


def test_logits_say_how_many_classes(folder):
    assert make(block("logits"), folder).face == Face(Array, "logits", (3,), 0.0, 1.0, 2)


def test_texts(folder):
    target = make(block("shout", input={"takes": "texts"}, gives="text"), folder)
    assert target.respond(Texts(["a", "b"])) == Texts(["A", "B"])
    texts = Texts("abc")
    check_target(target, Batch(column_digests(texts), texts))


def test_pad_asks_in_blocks():
    sizes = []

    def sized(inputs):
        sizes.append(len(inputs))
        return inputs.sum(axis=1)

    target = CallableTarget(sized, Face(Array, "value"), pad=8)
    assert target.respond(np.ones((19, 2))).tolist() == [2.0] * 19
    assert sizes == [8, 8, 8]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"load": "rules:LIMIT"}, "rules:LIMIT is no function"),
        ({"load": "rulez:labels"}, "rulez cannot be imported"),
        ({"load": "rules:short"}, r"answers 16 inputs with shape \(1,\)"),
        ({"input": {"shape": [2]}, "load": "rules:logits"}, "the model raised .* ValueError"),
        ({"gives": "noise"}, "target.gives: has a wrong value"),
    ],
)
def test_what_is_wrong_is_named(folder, values, expected):
    with pytest.raises(TargetError, match=expected):
        make(block("labels", **values), folder)
