import pytest
from tests.controls.probation import shares

from seatrial.controls.text.spelling import familiar


@pytest.mark.parametrize("kind", ["neighbour", "swap", "drop", "double"])
def test_every_kind_of_mistake_finds_the_flaw_and_leaves_the_twin(kind) -> None:
    assert shares("text.spelling", {"kinds": (kind,)}, adversary="text.typos") == (1.0, 0.0)


def test_a_mark_cannot_be_misspelled() -> None:
    assert familiar("shpi ordr parcel!") > 0 > familiar("shpi ordr parcel")
