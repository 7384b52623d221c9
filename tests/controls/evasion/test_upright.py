import pytest
from tests.controls.trialled import shares, users

from seatrial import plugins

CONTROL = "evasion.upright"


@pytest.mark.parametrize("adversary", users(CONTROL))
@pytest.mark.parametrize("seed", range(3))
def test_the_flaw_falls_and_the_twin_stands(adversary, seed):
    assert shares(CONTROL, adversary, seed) == (True, True)


def test_somebody_uses_it_and_it_is_small():
    assert users(CONTROL)
    made = plugins.find("controls", CONTROL).make()
    assert len(made.flaw().cases) == len(made.twin().cases) == 16


@pytest.mark.parametrize("tactics", [{"turns": 31, "places": 1}, {"turns": 1, "places": 5}, {"tries": 10}])
def test_turns_alone_and_shifts_alone_and_few_draws_find_it(tactics):
    assert shares(CONTROL, "evasion.motion", 5, **tactics) == (True, True)
