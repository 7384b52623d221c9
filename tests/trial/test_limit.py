"""Money stops a run between shards, weakens nothing, and a raised budget goes on."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.trial.scene import job_of, named, pgd, project, promise, square, trying

from seatrial.charter.money import Money, Prices
from seatrial.plan.calls import calls
from seatrial.proof.observation import decode
from seatrial.records.event import RunFinished, StoppedByClock, StoppedByMoney
from seatrial.records.threat import Ball, Corruption
from seatrial.trial.executors.inline import Inline
from seatrial.trial.limit import Purse
from seatrial.trial.run import run

CENT = Prices("USD", per_call=Fraction("0.01"))
SQUARE = trying(square(), threat=Ball("linf", 0.05))
NOISE = trying(replace(pgd(), adversary="corruption.noise", tactics={}), threat=Corruption(3))


@pytest.fixture
def folder(tmp_path) -> Path:
    return project(tmp_path / "project")


def clauses(shard=50):
    return named(promise(NOISE, shard=shard, count=200), "noise"), named(promise(SQUARE, shard=shard, count=100), "far")


def purse(amount: str) -> Purse:
    return Purse(Money(Fraction(amount), "USD"), CENT)


def cost(job, result) -> Fraction:
    total = 0
    for one in result.results:
        if one.status == "done":
            columns = decode(one.parts()["computed"]).columns
            total += calls(job.plan.promise(one.clause), columns, one.cases)
    return CENT.cost(total, 0).amount


def test_a_run_stops_at_the_first_shard_with_which_the_money_is_spent(folder) -> None:
    events = []
    job = job_of(folder, *clauses(), runs="a")
    stopped = run(job, Inline(), hear=events.append, purse=purse("1.5"))
    statuses = [one.status for one in stopped.results]
    assert statuses == ["done"] * 2 + ["not_done"] * 4, "each shard of the first clause takes 50 x 2 answers, 1 USD"
    (event,) = [one for one in events if isinstance(one, StoppedByMoney)]
    assert (event.money, event.spent, event.left) == ("1.5 USD", "2 USD", 4)
    assert cost(job, stopped) == 2
    assert events[-1] == RunFinished(2, 0, 4)


def test_what_was_spent_before_counts_and_a_raised_budget_goes_on(folder) -> None:
    job = job_of(folder, *clauses(), runs="a")
    first = run(job, Inline(), purse=purse("1.5"))
    again = run(job, Inline(), purse=purse("1.5"))
    assert [one.status for one in again.results] == [one.status for one in first.results], "nothing is left to spend"
    more = run(job, Inline(), purse=purse("3.5"))
    assert [one.status for one in more.results].count("done") == 4
    whole = run(job, Inline())
    assert {one.status for one in whole.results} == {"done"}
    free = run(job_of(folder, *clauses(), runs="b"), Inline())
    assert [one.blobs["computed"] for one in free.results] == [one.blobs["computed"] for one in whole.results]
    assert all(one.blobs == whole.results[at].blobs for at, one in enumerate(first.results) if one.status == "done")


def test_enough_money_stops_nothing_and_the_clock_still_does(folder) -> None:
    events = []
    job = job_of(folder, *clauses(), runs="a")
    result = run(job, Inline(), hear=events.append, minutes=0, purse=purse("1000"))
    assert {one.status for one in result.results} == {"not_done"}
    assert [type(one) for one in events if isinstance(one, StoppedByClock | StoppedByMoney)] == [StoppedByClock]
    assert {one.status for one in run(job, Inline(), purse=purse("1000")).results} == {"done"}


def test_time_costs_money_too(folder) -> None:
    job = job_of(folder, *clauses(), runs="a")
    dear = Purse(Money(Fraction("0.01"), "USD"), Prices("USD", per_hour=Fraction(10**9)))
    assert [one.status for one in run(job, Inline(), purse=dear).results] == ["done"] + ["not_done"] * 5


def test_a_plan_that_stops_early_is_stopped_by_money_too(folder) -> None:
    job = job_of(folder, *clauses(shard=20), runs="a")
    job = replace(job, plan=replace(job.plan, stop="early"))
    result = run(job, Inline(), purse=purse("0.1"))
    statuses = [one.status for one in result.results if one.clause == "noise"]
    assert statuses[0] == "done"
    assert set(statuses[1:]) <= {"not_done", "not_needed"}
    assert {one.status for one in result.results if one.clause == "far"} == {"not_done"}
