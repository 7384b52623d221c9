"""A run that stops early stops where its shards say, whatever lies there already and whoever works them."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.trial.scene import job_of, named, pgd, project, promise, trying

from seatrial.plan.plan import Stage
from seatrial.proof.observation import decode
from seatrial.records.event import RunFinished, ShardFinished, StoppedByClock
from seatrial.records.threat import Corruption, Untouched
from seatrial.trial.executors.inline import Inline
from seatrial.trial.executors.processes import Processes
from seatrial.trial.run import Job, run
from seatrial.trial.watch import Earlier

CLEAN = trying(Stage("evasion.clean", {}), threat=Untouched())
NOISE = trying(replace(pgd(), adversary="corruption.noise", tactics={}), threat=Corruption(3))


@pytest.fixture
def folder(tmp_path) -> Path:
    return project(tmp_path / "project")


def early(folder: Path, *clauses, runs: str = "run", **changes) -> Job:
    job = job_of(folder, *(replace(one, first=8) for one in clauses), runs=runs)
    return replace(job, plan=replace(job.plan, stop="early"), **changes)


def one(require="held_rate >= 0.5 at 95%", name="clean", *, count=200, tried=CLEAN):
    return named(promise(tried, require=require, shard=64, count=count), name)


def statuses(result, clause="clean") -> list[str]:
    return [one.status for one in result.results if one.clause == clause]


def test_it_stops_after_the_first_shard_that_settles_it(folder) -> None:
    heard = []
    result = run(early(folder, one("held_rate >= 0.8 at 95%"), one(name="easy")), Inline(), hear=heard.append)
    assert statuses(result) == ["done"] * 3 + ["not_needed"] * 4
    assert statuses(result, "easy") == ["done"] + ["not_needed"] * 6
    assert [e.cases for e in heard if isinstance(e, ShardFinished)] == [8, 8, 16, 8]
    assert any(isinstance(e, RunFinished) and e.done == 4 for e in heard)


def test_what_a_worker_did_beyond_the_stop_is_thrown_away(folder) -> None:
    job = early(folder, one())
    fixed = replace(job, plan=replace(job.plan, stop=""))
    assert set(statuses(run(fixed, Inline()))) == {"done"}
    for shard in job.shards:
        job.work(shard)
    result = run(job, Inline())
    assert statuses(result) == ["done"] + ["not_needed"] * 6
    assert len(list(result.blobs())) == 3


def test_processes_stop_at_the_same_shard_with_the_same_bytes(folder) -> None:
    asked = one("held_rate >= 0.8 at 95%", tried=NOISE, name="noise"), one()
    here, there = (run(early(folder, *asked, runs=name), how) for name, how in (("a", Inline()), ("b", Processes(2))))
    told = [[(r.clause, r.shard, r.status, (r.blobs or {}).get("computed")) for r in x.results] for x in (here, there)]
    assert told[0] == told[1]


def test_an_open_clause_takes_all_its_cases(folder) -> None:
    result = run(early(folder, one("held_rate >= 0.9999 at 95%")), Inline())
    assert set(statuses(result)) == {"done"}


def test_a_later_attempt_asks_for_more(folder) -> None:
    first = run(early(folder, one("held_rate >= 0.7 at 95%"), runs="a"), Inline())
    ninth = run(early(folder, one("held_rate >= 0.7 at 95%"), runs="b", attempt=9), Inline())
    assert statuses(ninth).count("done") > statuses(first).count("done")


def test_what_earlier_slices_showed_counts(folder) -> None:
    asked = one("held_rate >= 0.8 at 95%")
    first = run(early(folder, asked, runs="a"), Inline())
    parts = [one for one in first.results if one.blobs]
    tables = {one.blobs[kind]: decode(one.parts()[kind]) for one in parts for kind in ("computed", "measured")}
    earlier = Earlier(({"run_plan": 1, **first.to_json()},), tables)
    second = run(early(folder, asked, runs="b", earlier=earlier), Inline())
    assert statuses(second).count("done") < statuses(first).count("done")


def test_the_clock_stops_it_before_it_is_settled(folder) -> None:
    heard = []
    result = run(early(folder, one(), one(name="other")), Inline(), hear=heard.append, minutes=0)
    assert set(statuses(result)) == set(statuses(result, "other")) == {"not_done"}
    assert any(isinstance(e, StoppedByClock) for e in heard)


def test_what_lies_beyond_a_stop_by_the_clock_waits_for_what_is_before_it(folder) -> None:
    job = early(folder, one("held_rate >= 0.8 at 95%"))
    job.work(job.shards[2])
    assert set(statuses(run(job, Inline(), minutes=0))) == {"not_done"}
    assert statuses(run(job, Inline())) == ["done"] * 3 + ["not_needed"] * 4
