import pytest
from tests.controls.probation import shares

CONTROL = "evasion.dimmed"


@pytest.mark.parametrize("tactics", [{"universal": False}, {"steps": 30}, {"least": 0.5}, {"light": 0.5}])
def test_it_is_found_with_other_tactics(tactics) -> None:
    assert shares(CONTROL, tactics, adversary="evasion.sticker") == (1.0, 0.0)


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)
