from __future__ import annotations

import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.targets.accounted import capabilities
from seatrial.targets.built import make
from seatrial.targets.identity import manifest
from seatrial.targets.target import Conditional, Service

CODE = """
from seatrial.records.batch import Array
from seatrial.targets.faulty import faulty
from seatrial.targets.target import Face


class Scorer:
    face = Face(takes=Array, gives="value", shape=(3,), low=0, high=1)

    def __init__(self, lookup):
        self.lookup = lookup

    def respond(self, inputs):
        return inputs.sum(axis=1) * self.lookup()


def target():
    return faulty(Scorer, lambda: 2.0)


def nothing():
    return 7


def broken():
    raise OSError("no database")
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "built_app.py").write_text(CODE)
    return tmp_path


def test_a_system_with_a_dependency_that_can_fail(folder):
    block = {"kind": "built", "load": "built_app:target"}
    target = make(block, folder)
    assert target.respond(np.ones((2, 3))).tolist() == [6.0, 6.0]
    assert {Conditional, Service} <= set(capabilities(target))
    files, digest = manifest(block, folder)
    assert [entry["path"] for entry in files] == ["built_app.py", "canaries"]
    (folder / "built_app.py").write_text(CODE.replace("2.0", "3.0"))
    again, other = manifest(block, folder)
    assert other != digest
    assert again[1]["sha256"] != files[1]["sha256"]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"load": "built_app:nothing"}, "returned int, which is no target"),
        ({"load": "built_app:broken"}, "raised OSError: no database"),
        ({"load": "built_app:gone"}, "built_app has no 'gone'"),
        ({}, "names nothing"),
        ({"load": "built_app:target", "input": {}}, "target.input: is unknown here"),
    ],
)
def test_mistakes(folder, block, expected):
    with pytest.raises(TargetError, match=expected):
        make({"kind": "built", **block}, folder)
