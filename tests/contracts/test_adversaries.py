"""Every adversary on the shelf keeps the contract; with other tactics, the tests of its own room try it."""

import pytest

from seatrial import plugins
from seatrial.testing.adversaries import check_adversary

QUICKER = {
    "evasion.square": {"queries": 150},
    "evasion.patch_random": {"queries": 60},
    "evasion.patch": {"probes": 16, "places": 4, "queries": 40},
    "evasion.sticker": {"steps": 20},
}
"""Tactics, where the plain ones take long."""


@pytest.mark.parametrize("name", plugins.names("adversaries"))
def test_contract(name) -> None:
    check_adversary(name, tactics=QUICKER.get(name))
