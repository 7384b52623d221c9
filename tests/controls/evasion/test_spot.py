import pytest
from tests.controls.probation import shares

CONTROL = "evasion.spot"


@pytest.mark.parametrize("tactics", [{"places": 2}, {"steps": 2}, {"aspects": [1.0]}, {"loss": "cross_entropy"}])
def test_it_is_found_with_other_tactics(tactics) -> None:
    assert shares(CONTROL, tactics, adversary="evasion.patch") == (1.0, 0.0)


def test_a_grey_square_finds_it_not_and_neither_does_a_search_that_may_ask_once() -> None:
    assert shares(CONTROL, {"queries": 1}, adversary="evasion.patch_random") == (0.0, 0.0)
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)
