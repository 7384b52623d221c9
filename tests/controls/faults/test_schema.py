import pytest
from tests.controls.probation import shares

from seatrial.adversaries.faults.schema import KINDS
from seatrial.controls.faults.schema import SchemaControl, flaws


def test_the_flaw_falls_and_the_twin_does_not() -> None:
    assert shares("faults.schema") == (1.0, 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_finds_the_flaw(kind) -> None:
    assert shares("faults.schema", {"kinds": (kind,)}) == (1.0, 0.0)


def test_both_answer_good_rows_alike() -> None:
    control = SchemaControl()
    rows = control.flaw().cases.take(0, 16).inputs
    assert not flaws(rows)
    assert (control.flaw().target.respond(rows) == control.twin().target.respond(rows)).all()
