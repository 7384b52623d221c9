"""Shares on the way of a run: in steps, or evenly."""

import numpy as np
import pytest

from seatrial.harden.parts.phases import Phases, staged

STAGES = ((0.0, {"clean": 1.0}), (0.2, {"linf": 0.5, "clean": 0.5}), (0.6, {"linf": 0.8, "patch": 0.2}))


@pytest.mark.parametrize(
    ("progress", "shares"),
    [
        (0.0, {"clean": 1.0, "linf": 0.0, "patch": 0.0}),
        (0.19, {"clean": 1.0, "linf": 0.0, "patch": 0.0}),
        (0.2, {"clean": 0.5, "linf": 0.5, "patch": 0.0}),
        (0.6, {"clean": 0.0, "linf": 0.8, "patch": 0.2}),
        (1.0, {"clean": 0.0, "linf": 0.8, "patch": 0.2}),
    ],
)
def test_a_phase_holds_until_the_next(progress, shares) -> None:
    assert Phases(STAGES).at(progress) == shares


@pytest.mark.parametrize(
    ("progress", "shares"),
    [
        (0.1, {"clean": 0.75, "linf": 0.25, "patch": 0.0}),
        (0.2, {"clean": 0.5, "linf": 0.5, "patch": 0.0}),
        (0.5, {"clean": 0.125, "linf": 0.725, "patch": 0.15}),
        (0.9, {"clean": 0.0, "linf": 0.8, "patch": 0.2}),
    ],
)
def test_gliding_shares_move_evenly_and_always_add_up(progress, shares) -> None:
    made = Phases(STAGES, glide=True).at(progress)
    assert made == pytest.approx(shares)
    assert sum(made.values()) == pytest.approx(1)


def test_every_lot_meets_a_part_that_has_a_share() -> None:
    phases, lots = Phases(STAGES), np.array([0.0, 0.5, 1 - 2.0**-24])
    assert [phases.names[at] for at in phases.met(0.0, lots)] == ["clean"] * 3
    assert [phases.names[at] for at in phases.met(0.3, lots)] == ["clean", "linf", "linf"]
    assert [phases.names[at] for at in phases.met(0.7, lots)] == ["linf", "linf", "patch"]


def test_a_lot_that_meets_a_part_meets_it_for_as_long_as_its_share_does_not_shrink() -> None:
    """Lots are shared out in one order all the time, so what a case meets changes only where shares do."""
    lots = (np.arange(1000) + 0.5) / 1000
    before, after = (Phases(STAGES, glide=True).met(at, lots) for at in (0.30, 0.31))
    assert (before != after).mean() < 0.02


def test_a_part_that_never_has_a_share_is_no_part() -> None:
    assert Phases(((0.0, {"linf": 1.0, "patch": 0.0}),)).names == ("linf",)


def test_mistakes_of_several_phases_are_told_together() -> None:
    _, problems = staged({}, [[0.5, {"linf": 0.5}], [0.2, {"clean": "all"}]])
    assert [one.where for one in problems] == ["phases[0]", "phases[1].clean", "phases"]
