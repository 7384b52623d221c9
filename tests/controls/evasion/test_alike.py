import pytest
from tests.controls.probation import shares

CONTROL = "evasion.alike"


@pytest.mark.parametrize("tactics", [{"split": False}, {"steps": 20}, {"loss": "cross_entropy"}])
def test_it_is_found_with_other_tactics(tactics) -> None:
    assert shares(CONTROL, tactics, adversary="evasion.universal") == (1.0, 0.0)


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)
