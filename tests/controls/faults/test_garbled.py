import pytest
from tests.controls.probation import shares

from seatrial.adversaries.faults.garbled import KINDS
from seatrial.controls.faults.garbled import GarbledControl


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.garbled") == (1.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_finds_the_flaw(kind) -> None:
    assert shares("faults.garbled", {"kinds": (kind,)}) == (1.0, 0.0)


def test_both_answer_good_texts_alike() -> None:
    control = GarbledControl()
    texts = control.flaw().cases.take(0, 16).inputs
    assert (control.flaw().target.respond(texts) == control.twin().target.respond(texts)).all()
