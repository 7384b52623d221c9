"""Whole runs: equal bytes wherever and however they are worked, resume, clock, controls."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from tests.trial.scene import NONCE, job_of, named, pgd, project, promise, square, trying

from seatrial.cases.cases import source
from seatrial.cases.pools import truth
from seatrial.errors import CasesError, StoreError, TargetError
from seatrial.plan.plan import Stage
from seatrial.proof.canonical import digest
from seatrial.proof.observation import decode
from seatrial.records.event import RunFinished, RunStarted, ShardFailed, ShardFinished, StoppedByClock
from seatrial.records.threat import Ball, Corruption
from seatrial.targets.lent import identities
from seatrial.trial.executors.inline import Inline
from seatrial.trial.executors.processes import Processes
from seatrial.trial.run import Job, run

NOISE = trying(replace(pgd(), adversary="corruption.noise", tactics={}), threat=Corruption(3))
SQUARE = trying(square(), threat=Ball("linf", 0.05))


def computed(result) -> list[tuple[str, int, str, str | None]]:
    return [(r.clause, r.shard, r.status, (r.blobs or {}).get("computed")) for r in result.results]


def rows(result) -> dict[tuple[str, bytes], tuple]:
    found = {}
    for one in result.results:
        table = decode(one.parts()["computed"])
        for at, case in enumerate(table.columns["case"]):
            found[one.clause, case] = tuple(column[at] for name, column in table.columns.items() if name != "case")
    return found


@pytest.fixture
def folder(tmp_path) -> Path:
    return project(tmp_path / "project")


def clauses(shard=50):
    one = promise(SQUARE, shard=shard, count=240)
    return named(one, "square"), named(promise(NOISE, shard=shard, count=200), "noise")


def test_two_runs_are_byte_equal_inline_and_with_two_processes(folder) -> None:
    first = run(job_of(folder, *clauses(), runs="a"), Inline())
    again = run(job_of(folder, *clauses(), runs="b"), Inline())
    apart = run(job_of(folder, *clauses(), runs="c"), Processes(2))
    assert [r.status for r in first.results] == ["done"] * 9
    assert computed(first) == computed(again) == computed(apart)
    for one, other in zip(first.results, apart.results, strict=True):
        assert one.parts()["computed"] == other.parts()["computed"]
        assert one.parts()["stimuli"] == other.parts()["stimuli"]
    assert first.controls == apart.controls
    held = sum(r.held for r in first.results)
    assert 0 < held < 440


def test_outcomes_are_equal_at_two_shard_sizes_and_in_another_order(folder) -> None:
    job = job_of(folder, *clauses(), runs="a")
    first = rows(run(job, Inline()))
    other = rows(run(job_of(folder, *clauses(shard=33), runs="b"), Inline()))
    assert len(first) == 440
    assert first == other
    turned = replace(job, cases=tuple(reversed(job.cases)), folder=folder / "c")
    third = rows(run(turned, Inline()))
    both = first.keys() & third.keys()
    assert len(both) >= 240 + 160
    assert all(first[key] == third[key] for key in both)


def test_shards_are_the_slice_in_order(folder) -> None:
    job = job_of(folder, *clauses())
    assert b"".join(c for s in job.shards if s.clause == "noise" for c in s.cases) == b"".join(job.cases[:200])
    assert [(s.clause, s.index, len(s.cases)) for s in job.shards][-4:] == [("noise", i, 50) for i in range(4)]


def test_what_is_there_is_not_worked_again(folder) -> None:
    job, events = job_of(folder, *clauses()), []
    first = run(job, Inline())
    stamps = {path: path.stat().st_mtime_ns for path in job.folder.iterdir()}
    again = run(job, Inline(), hear=events.append)
    assert computed(first) == computed(again)
    assert {path: path.stat().st_mtime_ns for path in job.folder.iterdir()} == stamps
    assert events[0] == RunStarted(job.plan.digest, 9, 9)
    assert not [event for event in events if isinstance(event, ShardFinished)]


def test_another_nonce_or_plan_takes_no_old_result(folder) -> None:
    job = job_of(folder, *clauses())
    first = run(job, Inline())
    other = run(replace(job, nonce=bytes(32)), Inline())
    assert computed(first) != computed(other)
    assert len(list(job.folder.iterdir())) == 18


@pytest.mark.parametrize(
    "harm", [lambda data: data[:-3], lambda data: b"", lambda data: data[:900] + b"x" + data[901:]]
)
def test_a_damaged_result_is_made_again(folder, harm) -> None:
    job = job_of(folder, *clauses())
    first = run(job, Inline())
    file = first.results[3].file
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(StoreError, match="damaged"):
        first.results[3].parts()
    assert computed(run(job, Inline())) == computed(first)


SCRIPT = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from seatrial.trial.executors.{module} import {name}
from seatrial.trial.run import run
from tests.trial.test_run import slow_job
run(slow_job(Path(sys.argv[1]), sys.argv[2]), {name}({workers}))
"""


def slow_job(folder: Path, runs: str) -> Job:
    """A run of about three seconds on one core."""
    return job_of(folder, named(promise(SQUARE, shard=20, count=240), "square"), runs=runs, function="slow")


@pytest.mark.parametrize(("module", "name", "workers"), [("inline", "Inline", ""), ("processes", "Processes", "2")])
def test_kill_9_in_the_middle_and_resume_gives_the_same_bytes(folder, module, name, workers) -> None:
    whole = run(slow_job(folder, "whole"), Inline())
    script = SCRIPT.format(module=module, name=name, workers=workers)
    paths = [str(Path(__file__).parents[2]), *[p for p in sys.path if p]]
    begun = subprocess.Popen([sys.executable, "-c", script, str(folder), "killed", *paths])
    shards = folder / "killed"
    wait(lambda: shards.exists() and len(list(shards.glob("*.shard"))) >= 2)
    children = psutil.Process(begun.pid).children(recursive=True)
    os.kill(begun.pid, signal.SIGKILL)
    begun.wait()
    left = len(list(shards.glob("*.shard")))
    assert 2 <= left < 12
    wait(lambda: not any(child.is_running() and child.status() != "zombie" for child in children))
    assert len(list(shards.glob("*.shard"))) <= left + 2
    assert computed(run(slow_job(folder, "killed"), Processes(2))) == computed(whole)


def wait(ready, *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def test_the_clock_stops_a_run_and_a_raised_budget_goes_on(folder) -> None:
    events = []
    job = slow_job(folder, "clocked")
    stopped = run(job, Inline(), hear=events.append, minutes=0.5 / 60)
    statuses = [r.status for r in stopped.results]
    assert "done" in statuses
    assert statuses[-1] == "not_done"
    assert [e.left for e in events if isinstance(e, StoppedByClock)] == [statuses.count("not_done")]
    assert events[-1] == RunFinished(statuses.count("done"), 0, statuses.count("not_done"))
    kept = {r.shard: r.blobs for r in stopped.results if r.status == "done"}
    finished = run(job, Inline())
    assert {r.status for r in finished.results} == {"done"}
    assert all(finished.results[shard].blobs == blobs for shard, blobs in kept.items())


def test_an_interrupt_leaves_what_is_finished(folder) -> None:
    def interrupt(event) -> None:
        if isinstance(event, ShardFinished) and event.shard == 2:
            raise KeyboardInterrupt

    job = job_of(folder, *clauses())
    with pytest.raises(KeyboardInterrupt):
        run(job, Processes(2), hear=interrupt)
    assert len(list(job.folder.glob("*.shard"))) >= 3
    assert {r.status for r in run(job, Inline()).results} == {"done"}


def test_a_killed_worker_fails_its_shard_and_the_rest_goes_on(folder) -> None:
    deadly = trying(replace(pgd(), adversary="cheats.cheat", tactics={"what": "kill"}))
    events = []
    job = job_of(folder, named(promise(deadly, shard=120, count=240), "deadly"), *clauses())
    result = run(job, Processes(2), hear=events.append)
    assert [(r.clause, r.status) for r in result.results[:2]] == [("deadly", "failed")] * 2
    assert "SIGKILL" in result.results[0].reason
    assert {r.status for r in result.results[2:]} == {"done"}
    assert len([e for e in events if isinstance(e, ShardFailed)]) == 2


def test_an_adversary_out_of_its_ball_fails_its_shard_only(folder) -> None:
    cheat = trying(replace(pgd(), adversary="cheats.cheat", tactics={"what": "overstep"}), threat=Ball("linf", 0.1))
    job = job_of(folder, named(promise(cheat, shard=120, count=240), "cheat"), *clauses())
    result = run(job, Inline())
    assert [r.status for r in result.results[:2]] == ["failed"] * 2
    assert "RuleBroken" in result.results[0].reason
    assert result.results[0].to_json()["computed"] is None
    assert {r.status for r in result.results[2:]} == {"done"}


def test_a_missing_case_ends_the_run(folder) -> None:
    job = job_of(folder, *clauses())
    with pytest.raises(CasesError, match="not there"):
        run(replace(job, cases=(b"x" * 32, *job.cases[1:])), Inline())


@pytest.mark.parametrize("executor", [Inline(), Processes(1)])
def test_a_target_that_does_not_load_ends_the_run(folder, executor) -> None:
    job = job_of(folder, *clauses(), function="absent")
    with pytest.raises(TargetError):
        run(job, executor)


def test_controls_are_run_once_per_adversary_and_named_by_clause(folder) -> None:
    strong = promise(trying(square(100)), count=40)
    noisy = named(promise(NOISE, count=40), "noise")
    result = run(job_of(folder, named(strong, "square"), noisy, named(strong, "again")), Inline())
    squares = result.control_of["square"]
    assert len(squares) == 1
    assert result.control_of["again"] == squares
    assert squares[0].startswith("evasion.linear: evasion.square ")
    assert set(result.controls) == set(squares) | set(result.control_of["noise"])
    assert set(result.controls.values()) == {"found"}


def test_an_adversary_too_weak_for_its_control_is_missed(folder) -> None:
    weak = trying(square(1), threat=Ball("linf", 0.05))
    result = run(job_of(folder, promise(weak, count=10)), Inline())
    assert list(result.controls.values()) == ["missed"]


def test_a_result_says_what_the_statement_needs(folder) -> None:
    result = run(job_of(folder, *clauses()), Inline())
    body = result.to_json()
    assert set(body) == {"shards", "controls", "control_of"}
    assert set(body["shards"][0]) == {"clause", "shard", "status", "computed", "measured", "stimuli", "reason"}
    blobs = dict(result.blobs())
    assert all(digest(data) == name for name, data in blobs.items())
    assert {shard["computed"] for shard in body["shards"]} <= set(blobs)


def test_a_full_disk_is_said_so(folder) -> None:
    job = job_of(folder, *clauses(), runs="taken")
    job.folder.write_text("a file where a folder should be")
    with pytest.raises(StoreError, match="cannot be written"):
        run(job, Inline())


def test_the_nonce_decides(folder) -> None:
    assert job_of(folder, *clauses()).nonce == NONCE


def test_labels_that_changed_after_the_plan_was_made_are_refused(folder) -> None:
    made = job_of(folder, *clauses())
    cases = source(made.plan.cases["kind"], made.plan.cases["settings"], folder)
    bound = replace(made, plan=replace(made.plan, truth=truth(cases)))
    with np.load(folder / "cases.npz") as data:
        inputs, labels = data["x"], data["y"]
    np.savez(folder / "cases.npz", x=inputs, y=(labels + 1) % 3)
    with pytest.raises(CasesError, match="labels or groups have changed"):
        run(bound, Inline())
    np.savez(folder / "cases.npz", x=inputs[::-1], y=labels[::-1])
    assert {one.status for one in run(bound, Inline()).results} == {"done"}


NEAR = """
import boat
from seatrial.testing.victims import linear
def target():
    return linear((1, 4, 4))
"""


def borrowing(folder, runs: str) -> Job:
    (folder / "near.py").write_text(NEAR)
    block = {"kind": "built", "load": "near:target"}
    one = promise(trying(Stage("evasion.transfer", {"queries": 4}), threat=Ball("linf", 0.1, queries=4)), count=20)
    job = job_of(folder, one, runs=runs)
    found = {"near": {"target": block, "model": identities({"near": block}, folder)["near"]}}
    return replace(job, plan=replace(job.plan, surrogates=found))


def test_workers_load_the_attackers_models_and_two_runs_are_equal(folder) -> None:
    first, apart = run(borrowing(folder, "a"), Inline()), run(borrowing(folder, "b"), Processes(2))
    assert [one.status for one in first.results] == ["done"]
    assert computed(first) == computed(apart)
    table = decode(first.results[0].parts()["computed"])
    assert max(table.columns["helper_forwards"]) > 0
    assert max(table.columns["queries"]) <= 4
