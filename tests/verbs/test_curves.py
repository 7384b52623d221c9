"""Which clauses are sweeps of sizes, and what stood at each of them."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from seatrial.plan.plan import Promise, Stage, Trying
from seatrial.records.threat import Ball, Corruption, Malformed, Motion, Untouched
from seatrial.verbs.curves import curves, swept
from seatrial.verbs.rows import Rows


def trying(threat, *, scenario="evasion/x@1", oracle="same_label", stages=1):
    made = tuple(Stage(f"evasion.x{at}", {}) for at in range(stages))
    return Trying(scenario, "", {}, threat, made, oracle, {}, "held_rate")


def promise(*tries, name="far"):
    return Promise(name, "", "held_rate >= 0.6 at 95%", "critical", False, "", tries, 10, 0, 10)


@dataclass
class Clause:
    """What a curve reads of a judgement."""

    name: str = "far"
    require: str = "held_rate >= 0.6 at 95%"
    verdict: str = "held"
    n: int = 10


def seen(stage, unknown=None):
    columns = {"stage": np.array(stage, np.int16), "unknown": np.array(unknown or [0] * len(stage))}
    return Rows(tuple(bytes([at]) * 32 for at in range(len(stage))), columns, np.zeros(len(stage), int), ())


BALLS = tuple(trying(Ball("linf", eps)) for eps in (0.1, 0.2, 0.3))
NONE = trying(Untouched(), scenario="baseline/clean@1")


def test_growing_sizes_are_a_sweep():
    found = swept(promise(*BALLS))
    assert (found.scenario, found.what) == ("evasion/x", "eps (linf ball)")
    assert found.steps == ((0.1, 0), (0.2, 1), (0.3, 2))
    assert found.asks


def test_adversaries_of_one_size_count_together():
    assert swept(promise(trying(Ball(eps=0.1), stages=2), trying(Ball(eps=0.2), stages=3))).steps == (
        (0.1, 1),
        (0.2, 4),
    )


def test_untouched_cases_may_come_first():
    found = swept(promise(NONE, trying(Ball(eps=0.1), oracle="same_answer")))
    assert (found.before, found.steps, found.asks) == (1, ((0.1, 1),), True)


@pytest.mark.parametrize(
    "tries",
    [
        BALLS[::-1],
        (BALLS[0], BALLS[0]),
        (BALLS[0], trying(Ball("l2", 0.2))),
        (BALLS[0], trying(Ball("linf", 0.2), scenario="evasion/y@1")),
        (BALLS[0], NONE),
        (trying(Motion(10, 0.1)), trying(Motion(20, 0.2))),
        (trying(Malformed()),),
        (NONE,),
    ],
)
def test_what_is_no_sweep(tries):
    assert swept(promise(*tries)) is None


def test_what_stood_is_counted_down():
    stage = [-2, 0, 0, 1, 2, 2, -1, -1, -1, -1]
    (curve,) = curves([(Clause(), promise(*BALLS), seen(stage))], {"evasion/x": "Uphill"})
    assert curve.title == "Uphill"
    assert [(point.size, point.held) for point in curve.points] == [(0, 9), (0.1, 7), (0.2, 6), (0.3, 4)]
    assert all(point.low < point.held / 10 < point.high for point in curve.points)
    assert curve.nested


def test_what_is_not_known_is_lost_below_and_won_above():
    stage, unknown = [0, -1, -1, -1, -1, -1, -1, -1], [0, 1, 0, 0, 0, 0, 0, 0]
    (curve,) = curves([(Clause(), promise(*BALLS[:2]), seen(stage, unknown))])
    assert [(point.held, point.unknown) for point in curve.points] == [(7, 3), (6, 3), (6, 3)]
    assert curve.points[0].high == 1.0


def test_clauses_that_change_in_one_way_share_a_curve():
    near, far = promise(BALLS[0], name="near"), promise(BALLS[2], name="far")
    rows = {"near": seen([0, *[-1] * 9]), "far": seen([-2, *[0] * 7, -1, -1])}
    found = curves([(Clause(name=one.name), one, rows[one.name]) for one in (near, far)])
    (curve,) = found
    assert curve.clauses == ("near", "far")
    assert [(point.size, point.held, point.clause) for point in curve.points] == [
        (0, 10, "near"),
        (0.1, 9, "near"),
        (0.3, 2, "far"),
    ]
    assert not curve.nested


def test_other_rules_are_another_curve():
    linf, l2 = promise(*BALLS, name="linf"), promise(trying(Ball("l2", 1.0)), name="l2")
    found = curves([(Clause(name=one.name), one, seen([-1] * 10)) for one in (linf, l2)])
    assert [curve.what for curve in found] == ["eps (linf ball)", "eps (l2 ball)"]


def test_a_severity_promises_nothing_between():
    heavy = promise(trying(Corruption(1)), trying(Corruption(3)))
    (curve,) = curves([(Clause(), heavy, seen([-1] * 10))])
    assert not curve.nested


def test_an_untried_clause_has_no_curve():
    one = promise(*BALLS)
    assert curves([(Clause(verdict="untried"), one, seen([-1] * 10))]) == ()
    assert curves([(Clause(), one, replace(seen([]), cases=()))]) == ()


def nearest(stage, distance, unknown=None):
    rows = seen(stage, unknown)
    return replace(rows, columns={**rows.columns, "distance": np.array(distance)})


def test_one_run_for_the_nearest_break_gives_the_whole_curve():
    rows = nearest([-2, 0, 0, 0, -1, -1, -1, -1, -1, -1], [0.0, 0.04, 0.09, 0.3, *[np.nan] * 6])
    (curve,) = curves([(Clause(), promise(BALLS[2]), rows)])
    held = {round(point.size, 3): point.held for point in curve.points}
    assert [size * 40 for size in held] == pytest.approx(range(13))
    assert list(held.values()) == [9, 9, 8, 8, 7, 7, 7, 7, 7, 7, 7, 7, 6]
    assert curve.near
    assert curve.nested
    assert not curves([(Clause(), promise(*BALLS), seen([-1] * 10))])[0].near


def test_in_l0_only_whole_numbers_are_sizes():
    rows = nearest([0, 0, *[-1] * 8], [1.0, 3.0, *[np.nan] * 8])
    (curve,) = curves([(Clause(), promise(trying(Ball("l0", 4.0))), rows)])
    assert [(point.size, point.held) for point in curve.points] == [(0, 10), (1, 9), (2, 9), (3, 8), (4, 8)]


def test_a_break_whose_size_nobody_measured_counts_at_the_largest_only():
    rows = nearest([0, *[-1] * 9], [np.nan] * 10, [0] * 9 + [1])
    (curve,) = curves([(Clause(), promise(BALLS[0]), rows)])
    assert [point.held for point in curve.points] == [9] * 12 + [8]
    assert {point.unknown for point in curve.points} == {1}
