import pytest
from tests.controls.probation import shares

CONTROL = "evasion.linear"


@pytest.mark.parametrize("adversary", ["evasion.pgd", "evasion.momentum"])
@pytest.mark.parametrize("tactics", [{"steps": 5}, {"steps": 100, "step": 0.02}, {"loss": "margin"}])
def test_it_works_with_other_tactics(adversary, tactics) -> None:
    assert shares(CONTROL, tactics, adversary=adversary) == (1.0, 0.0)


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)
