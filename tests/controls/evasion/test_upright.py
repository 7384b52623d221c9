import pytest
from tests.controls.probation import shares


@pytest.mark.parametrize("tactics", [{"turns": 31, "places": 1}, {"turns": 1, "places": 5}, {"tries": 10}])
def test_turns_alone_and_shifts_alone_and_few_draws_find_it(tactics) -> None:
    assert shares("evasion.upright", tactics, adversary="evasion.motion") == (1.0, 0.0)
