from dataclasses import dataclass
from threading import Event
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Batch
from seatrial.targets.faulty import Delay, faulty, late, make
from seatrial.targets.target import Conditional, Differentiable, Face, Fresh, Service
from seatrial.testing.targets import check_target

FACE = Face(takes=Array, gives="value", shape=(1,))


@dataclass(frozen=True)
class Plain:
    lookup: Any
    face: Face = FACE

    def respond(self, inputs, /):
        return self.lookup(inputs[:, 0])


@dataclass(frozen=True)
class Able:
    lookup: Any
    key: bytes = b""
    face: Face = FACE

    def respond(self, inputs, /):
        return self.lookup(inputs[:, 0]) + len(self.key)

    def linearise(self, inputs, /):
        return self.respond(inputs), lambda weights: weights[:, None] * 2

    def fresh(self, key, /):
        return Able(self.lookup, key)


def double(keys):
    return keys * 2


def test_it_answers_as_the_system_does_and_its_rows_share_the_time_of_the_call() -> None:
    target = faulty(Plain, double)
    rows = np.array([[1.0], [2.0]])
    assert target.respond(rows).tolist() == [2.0, 4.0]
    answers, seconds = target.serve(rows)
    assert answers.tolist() == [2.0, 4.0]
    assert seconds[0] == seconds[1] >= 0


def test_under_a_delay_the_dependency_is_late_and_the_target_itself_stays_as_it_is() -> None:
    target = faulty(Plain, double)
    slow = target.under(Delay(0.2))
    answers, seconds = slow.serve(np.ones((3, 1)))
    assert answers.tolist() == [2.0] * 3
    assert min(seconds) >= 0.2
    begun = perf_counter()
    slow.under(Delay(0.1)).respond(np.ones((1, 1)))
    assert perf_counter() - begun >= 0.3
    asked = []
    patient = faulty(Plain, lambda keys: asked.append(1) or keys)
    patient.under(Delay(60.0))
    patient.respond(np.ones((1, 1)))
    assert asked == [1]


def test_a_dependency_may_fail_for_good() -> None:
    called = Event()
    with pytest.raises(ConnectionError, match=r"did not answer in 0\.01 s"):
        late(called.set, Delay(0.01, fails=True))()
    assert not called.is_set()


def test_it_has_the_capabilities_of_the_system_and_two_more() -> None:
    plain, able = faulty(Plain, double), faulty(Able, double)
    for target in (plain, able, able.fresh(b"k"), able.under(Delay(0.0)), plain.under(Delay(0.0))):
        assert isinstance(target, Conditional)
        assert isinstance(target, Service)
    assert not isinstance(plain, Differentiable)
    assert not isinstance(plain, Fresh)
    assert isinstance(able.under(Delay(0.0)), Differentiable)
    assert isinstance(able.under(Delay(0.0)), Fresh)
    assert able.fresh(b"key").respond(np.ones((1, 1))).tolist() == [5.0]
    answers, back = able.linearise(np.ones((1, 1)))
    assert answers.tolist() == [2.0]
    assert back(np.ones(1)).tolist() == [[2.0]]


SHOP = """
import numpy as np

def lookup(keys):
    return keys * 0 + 1.0

def build(upstream):
    return lambda rows: (rows[:, 0] + upstream(rows[:, 1]) > 1.5).astype(np.int64)
"""
BLOCK = {
    "kind": "faulty",
    "load": "shop:build",
    "upstream": {"load": "shop:lookup"},
    "input": {"shape": [2], "range": [0, 1]},
    "gives": "labels",
}


def test_a_block_makes_it(tmp_path) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    target = make(BLOCK, tmp_path)
    assert target.respond(np.array([[0.9, 0.0], [0.1, 0.0]])).tolist() == [1, 0]
    assert target.under(Delay(0.1)).serve(np.array([[0.9, 0.0]]))[1][0] >= 0.1
    assert target.face.gives == "labels"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"upstream": "shop:lookup"}, "does not say what to load"),
        ({"upstream": {"load": "shop:lost"}}, "lost"),
        ({"load": "shop:lost"}, "lost"),
        ({"mode": 1}, r"target\.mode"),
        ({"gives": "logits"}, "logits"),
    ],
)
def test_a_wrong_block_is_refused(tmp_path, change, text) -> None:
    (tmp_path / "shop.py").write_text(SHOP)
    with pytest.raises(TargetError, match=text):
        make({**BLOCK, **change}, tmp_path)


@pytest.mark.parametrize("system", [Plain, Able])
def test_it_keeps_the_contract_of_a_target(system) -> None:
    rows = np.arange(5.0)[:, None]
    check_target(faulty(system, double), Batch(tuple(bytes([at]) * 32 for at in range(5)), rows))
