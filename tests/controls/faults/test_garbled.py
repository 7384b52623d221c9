import pytest
from tests.controls.probation import shares

from seatrial.adversaries.faults.garbled import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_alone_finds_the_flaw(kind) -> None:
    assert shares("faults.garbled", {"kinds": (kind,)}) == (1.0, 0.0)
