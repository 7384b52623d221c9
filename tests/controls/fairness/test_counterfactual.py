import pytest
from tests.controls.probation import shares


@pytest.mark.parametrize(
    "tactics", [{}, {"values": (1.0, 2.0)}, {"values": (0.0, 0.5, 1.0)}, {"values": (5.0, 0.0)}, {"one_hot": True}]
)
def test_the_flaw_falls_and_the_twin_does_not_whatever_the_tactics(tactics) -> None:
    assert shares("fairness.counterfactual", tactics) == (1.0, 0.0)
