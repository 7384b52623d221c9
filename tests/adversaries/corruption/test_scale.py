import pytest

from seatrial.adversaries.corruption.scale import strength
from seatrial.errors import TrialError

SMALL, LARGE = (1.0, 2.0, 3.0, 4.0, 5.0), (16.0, 17.0, 18.0, 19.0, 20.0)


def test_the_published_tables_are_met_and_joined():
    assert [strength(SMALL, LARGE, at, 32) for at in range(1, 6)] == list(SMALL)
    assert [strength(SMALL, LARGE, at, 224) for at in range(1, 6)] == list(LARGE)
    assert strength(SMALL, LARGE, 1, 28) == 1
    assert strength(SMALL, LARGE, 1, 500) == 16
    assert strength(SMALL, LARGE, 1, 85) == pytest.approx(4, rel=0.01)  # the geometric middle of 32 and 224


@pytest.mark.parametrize("severity", [0, 6, -1])
def test_other_severities_are_refused(severity):
    with pytest.raises(TrialError, match="1, 2, 3, 4 or 5"):
        strength(SMALL, LARGE, severity, 32)
