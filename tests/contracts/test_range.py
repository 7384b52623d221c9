"""The firing range: with what is installed, every planted flaw is found and every patched twin is left alone."""

import pytest

from seatrial import plugins
from seatrial.verbs.range_ import range_

PAIRS = [
    (adversary, control)
    for adversary in plugins.names("adversaries")
    for control in plugins.find("adversaries", adversary).controls
]


@pytest.fixture(scope="module")
def ranged():
    return range_()


@pytest.mark.parametrize(("adversary", "control"), PAIRS)
def test_the_flaw_falls_and_the_twin_does_not(ranged, adversary, control) -> None:
    rows = [row for row in ranged if (row.adversary, row.control) == (adversary, control)]
    assert rows, "the range leaves it out"
    for row in rows:
        assert row.found, row.reason
        assert row.flaw >= row.least
        assert row.twin <= row.most
        assert row.flaw > row.twin
        assert row.low <= row.flaw <= row.high


def test_nothing_else_is_on_the_range(ranged) -> None:
    assert {(row.adversary, row.control) for row in ranged} == set(PAIRS)


def test_every_control_guards_somebody() -> None:
    assert {control for _, control in PAIRS} == set(plugins.names("controls"))
