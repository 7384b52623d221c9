import pytest
from tests.controls.probation import shares

from seatrial.adversaries.faults.schema import KINDS
from seatrial.controls.faults.schema import SchemaControl, flaws


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_finds_the_flaw(kind) -> None:
    assert shares("faults.schema", {"kinds": (kind,)}) == (1.0, 0.0)


def test_its_own_rows_are_in_schema() -> None:
    assert not flaws(SchemaControl().flaw().cases.take(0, 16).inputs)
