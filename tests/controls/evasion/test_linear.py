import pytest
from tests.controls.trialled import shares, users

from seatrial import plugins

CONTROL = "evasion.linear"


@pytest.mark.parametrize("adversary", users(CONTROL))
@pytest.mark.parametrize("seed", range(3))
def test_the_flaw_falls_and_the_twin_stands(adversary, seed):
    assert shares(CONTROL, adversary, seed) == (True, True)


def test_somebody_uses_it_and_it_is_small():
    assert users(CONTROL)
    made = plugins.find("controls", CONTROL).make()
    assert len(made.flaw().cases) == len(made.twin().cases) == 16


@pytest.mark.parametrize("adversary", ["evasion.pgd", "evasion.momentum"])
@pytest.mark.parametrize("tactics", [{"steps": 5}, {"steps": 100, "step": 0.02}, {"loss": "margin"}])
def test_it_works_with_other_tactics(adversary, tactics):
    assert shares(CONTROL, adversary, 0, **tactics) == (True, True)


def test_a_scanner_that_does_nothing_misses_it():
    assert shares(CONTROL, "evasion.clean", 0) == (False, True)
