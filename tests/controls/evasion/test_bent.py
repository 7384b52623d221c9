import pytest
from tests.controls.probation import shares

CONTROL = "evasion.bent"


@pytest.mark.parametrize(
    ("adversary", "tactics"),
    [("evasion.flow", {"restarts": 1}), ("evasion.flow", {"steps": 15}), ("evasion.elastic", {"nodes": 4})],
)
def test_it_is_found_with_other_tactics(adversary, tactics) -> None:
    assert shares(CONTROL, tactics, adversary=adversary) == (1.0, 0.0)


def test_a_scanner_that_does_nothing_misses_it() -> None:
    assert shares(CONTROL, adversary="evasion.clean") == (0.0, 0.0)
