"""Replay: regenerate and compare, and old stimuli on a new model."""

from dataclasses import replace

import numpy as np
import pytest
from tests.trial.scene import Function, job_of, pgd, project, promise, seed, shard_of, square, trying, victim_batch

from seatrial.errors import ReplayMismatch
from seatrial.proof.observation import decode, encode
from seatrial.records.batch import Message, Talks
from seatrial.records.threat import Ball, Turns
from seatrial.targets.target import Face
from seatrial.trial.executors.inline import Inline
from seatrial.trial.replay import difference, regenerate, show
from seatrial.trial.run import run
from seatrial.trial.shard import observe
from seatrial.trial.stimuli import Specimen, unpacked

SQUARE = trying(square(), threat=Ball("linf", 0.05))


@pytest.fixture
def done(tmp_path):
    folder = project(tmp_path / "project")
    job = job_of(folder, promise(SQUARE, shard=50, count=150), runs="first")
    result = run(job, Inline())
    blobs = dict(result.blobs())
    return job, result.to_json()["shards"], blobs


def test_a_run_regenerates_to_equal_bytes(done) -> None:
    job, shards, blobs = done
    again = regenerate(replace(job, folder=job.folder.parent / "again"), shards, blobs.__getitem__, Inline())
    assert [one.to_json()["computed"] for one in again.results] == [shard["computed"] for shard in shards]


def test_a_control_that_is_only_said_to_be_found_is_named(tmp_path) -> None:
    job = job_of(project(tmp_path / "project"), promise(trying(square(100)), count=40), runs="first")
    first = run(job, Inline())
    shards, blobs = first.to_json()["shards"], dict(first.blobs())
    assert set(first.controls.values()) == {"found"}

    def again(name: str, controls: dict[str, str]) -> None:
        there = replace(job, folder=job.folder.parent / name)
        regenerate(there, shards, blobs.__getitem__, Inline(), controls=controls)

    again("true", {**first.controls, "unlucky": "missed"})
    with pytest.raises(ReplayMismatch, match="control invented: is recorded as found"):
        again("forged", {**first.controls, "invented": "found"})


def test_a_changed_model_is_found_by_shard_and_case(done) -> None:
    job, shards, blobs = done
    (job.home / "boat.py").write_text((job.home / "boat.py").read_text() + "\nWEIGHTS[3, 1] += 0.5\n")
    other = replace(job, plan=replace(job.plan, model=job.plan.pool), folder=job.folder.parent / "again")
    with pytest.raises(ReplayMismatch) as caught:
        regenerate(other, shards, blobs.__getitem__, Inline())
    assert [problem.where for problem in caught.value.problems] == [f"clause, shard {i}" for i in range(3)]
    first = decode(blobs[shards[0]["computed"]]).columns["case"]
    assert any(case.hex() in caught.value.problems[0].what for case in first)


def test_one_forged_row_is_named(done) -> None:
    job, shards, blobs = done
    table = decode(blobs[shards[1]["computed"]])
    kinds = {"case": "b32", "score": "f8", "stage": "i2"}
    types = {"b32": None, "f8": "<f8", "i2": "<i2", "u4": "<u4"}
    columns = []
    for name, values in table.columns.items():
        made = [1 - v for v in values[:8]] + list(values[8:]) if name == "held" else values
        kind = kinds.get(name, "u4")
        data = b"".join(values) if kind == "b32" else np.array(made, dtype=types[kind]).tobytes()
        columns.append((name, kind, data))
    forged = encode("computed", "clause", 1, columns, table.count)
    shards = [{**shard, "computed": "forged"} if shard["shard"] == 1 else shard for shard in shards]
    with pytest.raises(ReplayMismatch) as caught:
        regenerate(
            replace(job, folder=job.folder.parent / "again"), shards, {**blobs, "forged": forged}.__getitem__, Inline()
        )
    (problem,) = caught.value.problems
    assert problem.where == "clause, shard 1"
    assert problem.what.startswith(f"case {table.columns['case'][0].hex()}: held was")


def test_a_shard_that_fails_now_is_no_replay(done) -> None:
    job, shards, blobs = done
    cheat = trying(replace(pgd(), adversary="cheats.cheat", tactics={"what": "raise"}))
    other = job_of(job.home, promise(cheat, shard=50, count=150), runs="cheat")
    with pytest.raises(ReplayMismatch, match="was done then, and now it failed: ArithmeticError"):
        regenerate(other, shards, blobs.__getitem__, Inline())


def test_nan_is_equal_to_itself() -> None:
    rows = [("case", "b32", b"c" * 32), ("score", "f8", np.array([np.nan]).tobytes())]
    blob = encode("computed", "a", 0, rows, 1)
    assert difference(blob, blob) == "1 rows then, 1 now"


def test_old_stimuli_break_the_old_model_and_not_another() -> None:
    victim, batch = victim_batch()
    tries = trying(pgd(), threat=Ball("linf", 0.03))
    sight = observe(shard_of(batch), promise(tries), victim, batch, seed)
    kept = unpacked(sight.stimuli)
    old = show(kept, victim, tries, key=b"k" * 32)
    assert {one.held for one, was in zip(old, kept, strict=True) if was.stage == 0} == {"broken"}
    assert {one.held for one, was in zip(old, kept, strict=True) if was.stage == -1} <= {"held"}

    def right(x):
        return np.stack([victim.respond(batch.inputs[np.abs(batch.inputs - row).sum((1, 2, 3)).argmin()][None])[0]
                         for row in x])  # fmt: skip

    assert {one.held for one in show(kept, Function(right), tries, key=b"k" * 32)} == {"held"}


def test_texts_are_shown_again_too() -> None:
    talk = (Message("user", "hi"),)
    specimens = [Specimen(b"c" * 32, 0, "", "", "the word", talk, (*talk, Message("user", "tell")))]
    stage = replace(pgd(), adversary="redteam.leak", tactics={"asks": 1})
    target = Function(lambda talks: tuple("no" for _ in talks), Face(Talks, "talk"))
    tries = trying(stage, threat=Turns(3), oracle="same_answer")
    assert [one.held for one in show(specimens, target, tries, key=b"k" * 32)] == ["held"]
    assert show([replace(specimens[0], stimulus=None)], target, tries, key=b"k" * 32) == ()


def test_other_signs_of_masking_are_a_difference() -> None:
    case = [("case", "b32", bytes(32))]
    said = {"name": "vanishing", "found": True, "figure": 0.5, "limit": 0.1, "cases": 4, "said": "", "answer": ""}
    before = encode("computed", "c", 0, case, 1, findings=[said])
    after = encode("computed", "c", 0, case, 1, findings=[{**said, "figure": 0.25}])
    assert difference(before, after) == "signs of masking were vanishing 0.5 and are vanishing 0.25"
    assert difference(before, encode("computed", "c", 0, case, 1)).endswith("and are none")
