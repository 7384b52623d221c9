"""The firing range: with what is installed, every planted flaw is found and every patched twin is left alone."""

from functools import cache

import pytest

from seatrial import plugins
from seatrial.controls.control import Populated
from seatrial.records.digest import column_digests
from seatrial.verbs.range_ import DRAWS, range_

PAIRS = [
    (adversary, control)
    for adversary in plugins.names("adversaries")
    for control in plugins.find("adversaries", adversary).controls
]

POPULATED = [
    control for control in plugins.names("controls") if isinstance(plugins.find("controls", control).make(), Populated)
]


SHORT = {f"evasion.{name}" for name in ("square", "simba", "nes", "spsa", "bandits", "surfree", "boundary")}
"""Searches that run out of queries on the population before they have found all that can fall."""


@cache
def ranged(adversary):
    """Return the rows of one adversary; all together would be too much for one test."""
    return range_([adversary])


@pytest.mark.parametrize(("adversary", "control"), PAIRS)
def test_the_flaw_falls_and_the_twin_does_not(adversary, control) -> None:
    rows = [row for row in ranged(adversary) if (row.adversary, row.control) == (adversary, control)]
    assert rows, "the range leaves it out"
    for row in rows:
        assert row.found, row.reason
        assert row.flaw >= row.least
        assert row.twin <= row.most
        assert row.flaw > row.twin
        assert row.low <= row.flaw <= row.high


@pytest.mark.parametrize("adversary", [name for name in plugins.names("adversaries") if name not in SHORT])
def test_intervals_cover_the_known_share_where_the_attack_is_exact(adversary) -> None:
    for row in ranged(adversary):
        if row.known is not None:
            assert (row.known, row.drawn) == (0.5, DRAWS)
            assert row.covered >= 0.8 * DRAWS, row
            assert abs(row.fell - row.known) < 0.1, row


def test_there_are_populations() -> None:
    assert len(POPULATED) >= 9


def test_an_attack_that_runs_out_of_queries_is_seen_to_fall_short() -> None:
    (square,) = ranged("evasion.square")
    (exact,) = {row.fell for name in ("evasion.pgd", "evasion.fgsm") for row in ranged(name)}
    assert square.fell < exact
    assert square.covered < 0.9 * DRAWS


@pytest.mark.parametrize("control", POPULATED)
def test_no_two_draws_are_the_same_and_a_draw_repeats(control) -> None:
    made = plugins.find("controls", control).make()
    once, again, other = (made.population(draw).cases.take(0, 16).inputs for draw in (3, 3, 4))
    assert column_digests(once) == column_digests(again)
    assert column_digests(once) != column_digests(other)


def test_nothing_else_is_on_the_range() -> None:
    names = ["evasion.pgd", "corruption.noise", "faults.latency"]
    wanted = {(adversary, control) for adversary, control in PAIRS if adversary in names}
    assert {(row.adversary, row.control) for row in range_(names)} == wanted


def test_every_control_guards_somebody() -> None:
    assert {control for _, control in PAIRS} == set(plugins.names("controls"))
