"""How often a target was asked, counted from the record: against a target that counts."""

import pytest

from seatrial.plan.calls import calls
from seatrial.plan.plan import Promise, Stage, Trying
from seatrial.records.threat import Ball


def promise(require: str = "held_rate >= 0.9 at 95%", draws: tuple[int, ...] = (1, 1)) -> Promise:
    tries = tuple(
        Trying("a/b@1", "sha256:" + "0" * 64, {}, Ball(eps=0.1), (Stage("x", {}),), "o", {}, "m", presentations=draw)
        for draw in draws
    )
    return Promise("c", "", require, "major", False, (), tries, count=4, members=0, shard=4)


def test_a_case_that_holds_is_presented_by_every_stage() -> None:
    assert calls(promise(), {"forwards": (0, 0), "stage": (-1, -1)}, 2) == 2 * (1 + 2)


def test_a_case_leaves_after_the_stage_that_broke_it() -> None:
    columns = {"forwards": (5, 7, 0), "stage": (0, 1, -2)}
    assert calls(promise(), columns, 3) == (5 + 7) + 3 + (1 + 2 + 0)


def test_draws_count_each() -> None:
    assert calls(promise(draws=(3, 2)), {"forwards": (0, 0), "stage": (0, -1)}, 2) == 2 + 3 + 5


def test_where_no_case_leaves_every_stage_sees_every_case() -> None:
    columns = {"forwards": (1, 1), "stage": (0, 0)}
    assert calls(promise("mean(score) >= 0.5 at 95%"), columns, 2) == 2 + 2 + 2 * 2


def test_models_of_the_attacker_are_free_and_a_baseline_is_not() -> None:
    columns = {"forwards": (1,), "helper_forwards": (90,), "backwards": (9,), "queries": (1,), "stage": (-1,)}
    assert calls(promise(), columns, 1) == 1 + 1 + 2
    both = {"forwards": (1,), "baseline.forwards": (2,), "stage": (-1,)}
    assert calls(promise("held_rate - baseline >= -0.1 at 95%"), both, 1) == 3 + 2 * (1 + 2)


@pytest.mark.parametrize("cases", [0, 1])
def test_without_a_record_of_stages_all_are_counted(cases: int) -> None:
    assert calls(promise(), {}, cases) == 3 * cases
