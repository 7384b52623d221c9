import pytest
from tests.controls.probation import shares

from seatrial.adversaries.faults.malformed import KINDS
from seatrial.controls.faults.malformed import MalformedControl


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.malformed") == (1.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_finds_the_flaw(kind) -> None:
    assert shares("faults.malformed", {"kinds": (kind,)}) == (1.0, 0.0)


def test_both_answer_good_rows_alike() -> None:
    control = MalformedControl()
    rows = control.flaw().cases.take(0, 16).inputs
    assert (control.flaw().target.respond(rows) == control.twin().target.respond(rows)).all()
