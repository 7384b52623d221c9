import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from seatrial.decision import judge
from seatrial.errors import CasesError, EvidenceError, ReplayMismatch
from seatrial.evidence import export, history, recorder
from seatrial.evidence.log import Log
from seatrial.evidence.recorder import ShardRecord
from seatrial.proof import rules
from seatrial.proof.reading import Question
from seatrial.proof.trust import read as read_trust
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import Asked, System, records

NOW = 1_800_000_000
Reopened = Callable[[Log], Log]


def yes(_clause: str, _case: bytes) -> bool:
    return True


def no(_clause: str, _case: bytes) -> bool:
    return False


def _decided(system: System, log: Log, result: int, *, release: str = "1") -> int:
    return judge.record(log, result, system.charter(release).text, now=NOW)


def _verdict(system: System, log: Log, result: int) -> Mapping[str, Any]:
    decision = _decided(system, log, result)
    return log.statements()[decision].predicate


def _verifies(log: Log, decision: int | None = None) -> None:
    trust = read_trust((Path(log.place) / "trust.json").read_bytes())
    found = verify_bundle(export.export(log, decision), trust, question=Question(decision, every_signature=True))
    assert found.ok, [str(problem) for problem in found.findings]


def _attempts(log: Log) -> list[int]:
    return [s.predicate["attempt"] for s in log.statements() if s.kind == "run-plan"]


def _kinds(log: Log) -> list[str]:
    return [s.kind for s in log.statements()]


def test_a_gate_leaves_five_statements_that_verify(log: Log) -> None:
    system = System()
    result = system.gate(log, "m", yes)
    recorder.environment(log, result, {"python": "3"}, started="2026-01-01T00:00:00Z", ended="2026-01-01T00:01:00Z")
    assert _kinds(log) == ["submission", "run-plan", "run-result", "environment"]
    decision = _decided(system, log, result)
    assert log.statements()[decision].predicate["decision"] == "deploy"
    _verifies(log)


def test_the_run_plan_is_logged_before_the_run(log: Log) -> None:
    begun = System().start(log, "m")
    said = log.statements()[begun.run_plan].predicate
    assert _kinds(log) == ["submission", "run-plan"]
    assert said["nonce"] == rules.nonce(log.checkpoint_of_size(1)).hex() == begun.nonce.hex()
    assert len(begun.cases) == 60
    assert begun == recorder.begun(log, begun.run_plan)


def test_nothing_of_the_slice_is_known_before_the_submission(log: Log, tmp_path: Path) -> None:
    system = System()
    other = Log.open(shutil.copytree(log.place, tmp_path / "copy"), log._writer())
    assert set(system.start(log, "m").cases) != set(system.start(other, "m2").cases)


def test_the_same_model_again_is_a_replay_and_spends_nothing(log: Log, reopened: Reopened) -> None:
    system = System()
    decision = _decided(system, log, system.gate(log, "m", yes))
    before = log.entries()
    log = reopened(log)
    assert _decided(system, log, system.gate(log, "m", yes)) == decision
    assert log.entries() == before


def test_a_changed_threshold_is_judged_again_without_a_run(log: Log) -> None:
    loose, strict = System(), System(clauses={"change": Asked("held_rate >= 0.99 at 95%")})
    result = loose.gate(log, "m", yes)
    _decided(loose, log, result)
    assert strict.gate(log, "m", yes) == result
    decision = _decided(strict, log, result)
    assert log.statements()[decision].predicate["decision"] == "hold"
    _verifies(log)


def test_a_changed_ulp_is_a_second_attempt_on_fresh_cases(log: Log) -> None:
    system = System()
    first, second = system.start(log, "weights"), system.start(log, "weights and one ulp")
    assert (first.attempt, second.attempt) == (1, 2)
    assert set(first.cases).isdisjoint(second.cases)
    assert first.nonce != second.nonce


def test_releases_reset_nothing_before_a_deploy(log: Log) -> None:
    system = System()
    for number, release in enumerate(("1", "2", "3"), 1):
        begun = system.start(log, f"m{number}", release=release)
        result = recorder.finish(log, begun.run_plan, list(records(begun, no)), {}, {})
        _decided(system, log, result, release=release)
    assert _attempts(log) == [1, 2, 3]


def test_a_campaign_ends_with_a_new_release_after_a_deploy(log: Log) -> None:
    system = System()
    system.gate(log, "bad", no)
    _decided(system, log, system.gate(log, "good", yes))
    system.gate(log, "again the same release", yes)
    system.gate(log, "next", yes, release="2")
    system.gate(log, "next and worse", yes, release="3")
    assert _attempts(log) == [1, 2, 3, 1, 2]


def test_an_abandoned_submission_counts_and_is_taken_up_again(log: Log, reopened: Reopened) -> None:
    system = System()
    seq = recorder.submit(log, system.plan(log, "m"), system.charter(), "somebody")
    system.gate(log, "n", yes)
    log = reopened(log)
    begun = system.start(log, "m")
    assert (begun.submission, begun.attempt) == (seq, 1)
    assert begun.nonce == rules.nonce(log.checkpoint_of_size(seq + 1))
    _decided(system, log, recorder.finish(log, begun.run_plan, list(records(begun, yes)), {}, {}))
    assert _attempts(log) == [2, 1]
    _verifies(log)


# Cases are spent like attempts.


def test_a_submission_whose_cases_others_drew_meanwhile_stays_abandoned(log: Log) -> None:
    system = System(cases=200)
    recorder.submit(log, system.plan(log, "m"), system.charter(), "somebody")
    for number in range(2):
        system.gate(log, f"m{number}", yes)
    before = log.entries()
    with pytest.raises(CasesError, match="40 gate cases are left, entry 0 was submitted for 60"):
        system.start(log, "m")
    assert log.entries() == before
    assert _attempts(log) == [2, 3]


def test_declared_reuse_draws_opened_cases_again(log: Log) -> None:
    system = System(cases=200, reuse=True)
    for number in range(4):
        result = system.gate(log, f"m{number}", yes)
    _decided(system, log, result)
    found = verify_bundle(export.export(log), read_trust((Path(log.place) / "trust.json").read_bytes()))
    assert found.ok
    assert any("nominal" in note for note in found.notes)


def test_members_are_drawn_from_training_cases(log: Log) -> None:
    system = System(clauses={"private": Asked(members=30)})
    begun = system.start(log, "m")
    assert len(set(begun.members)) == 30
    assert set(begun.members).isdisjoint(system.pool)
    _decided(system, log, recorder.finish(log, begun.run_plan, list(records(begun, yes)), {}, {}))
    _verifies(log)
    with pytest.raises(CasesError, match="101 training cases are asked for, 100 are there"):
        System(clauses={"private": Asked(members=101)}).start(log, "m")


# --again: more cases for the same trial.


def test_again_continues_the_earlier_result_over_both_slices(log: Log) -> None:
    system = System()
    first = system.gate(log, "m", lambda _, case: case[0] % 3 != 0)
    assert _verdict(system, log, first)["decision"] == "hold"
    begun = system.start(log, "m", again=True)
    assert (begun.attempt, begun.continues) == (2, first)
    result = system.gate(log, "m", lambda _, case: case[0] % 3 != 0)
    clause = _verdict(system, log, result)["clauses"]["change"]
    assert clause["n"] == 120
    assert history.outlook(log, system.plan(log, "m"), "1", again=True).slices == 3
    _verifies(log)


def test_again_without_a_result_takes_up_what_lies_there(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    assert system.start(log, "m", again=True) == begun


def test_again_after_an_interruption_of_again_spends_no_third_attempt(log: Log) -> None:
    system = System()
    first = system.gate(log, "m", yes)
    seq = recorder.submit(log, system.plan(log, "m"), system.charter(), "somebody", again=True)
    for again in (False, True):
        begun = system.start(log, "m", again=again)
        assert (begun.submission, begun.continues) == (seq, first)


def test_again_is_refused_while_shards_are_missing(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    done = list(records(begun, yes))
    part = [done[0], *(dataclasses.replace(r, status="not_done", computed=None, measured=None) for r in done[1:])]
    recorder.finish(log, begun.run_plan, part, {}, {})
    with pytest.raises(CasesError, match="2 shards of this trial are not done"):
        system.start(log, "m", again=True)


# Results.


def _undone(record: ShardRecord, status: str = "not_done") -> ShardRecord:
    return dataclasses.replace(record, status=status, computed=None, measured=None, reason=f"because {status}")


def test_missing_shards_are_finished_later_and_done_ones_stay(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    done = list(records(begun, yes))
    first = recorder.finish(log, begun.run_plan, [done[0], _undone(done[1]), _undone(done[2], "failed")], {}, {})
    decision = _decided(system, log, first)
    assert log.statements()[decision].predicate["clauses"]["change"]["verdict"] == "untried"
    second = recorder.finish(log, begun.run_plan, [_undone(done[0]), done[1], done[2]], {}, {})
    assert second > first
    assert [s["status"] for s in log.statements()[second].predicate["shards"]] == ["done"] * 3
    assert _verdict(system, log, second)["decision"] == "deploy"
    _verifies(log)
    _verifies(log, decision)


def test_a_done_shard_that_comes_out_differently_is_an_error(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    recorder.finish(log, begun.run_plan, list(records(begun, yes)), {}, {})
    before = log.entries()
    with pytest.raises(ReplayMismatch, match="shard 0 of change") as caught:
        recorder.finish(log, begun.run_plan, list(records(begun, no)), {}, {})
    assert caught.value.exit_code == 5
    assert log.entries() == before


def test_what_was_measured_is_never_compared(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    done = list(records(begun, yes))
    first = recorder.finish(log, begun.run_plan, done, {}, {})
    slower = [dataclasses.replace(record, measured=None) for record in done]
    assert recorder.finish(log, begun.run_plan, slower, {}, {}) == first


def test_the_same_failure_again_adds_nothing(log: Log) -> None:
    begun = System().start(log, "m")
    failed = [_undone(record, "failed") for record in records(begun, yes)]
    first = recorder.finish(log, begun.run_plan, failed, {}, {})
    again = [dataclasses.replace(record, reason="another text") for record in failed]
    assert recorder.finish(log, begun.run_plan, again, {}, {}) == first


def test_a_missed_control_cannot_be_tried_until_it_is_found(log: Log) -> None:
    system = System()
    begun = system.start(log, "m")
    done = list(records(begun, yes))
    recorder.finish(log, begun.run_plan, [_undone(r) for r in done], {"flaw": "missed"}, {"change": ["flaw"]})
    result = recorder.finish(log, begun.run_plan, done, {"flaw": "found"}, {"change": ["flaw"]})
    assert log.statements()[result].predicate["controls"] == {"flaw": "missed"}
    clause = _verdict(system, log, result)["clauses"]["change"]
    assert clause["verdict"] == "untried"
    _verifies(log)


def test_a_result_cut_into_other_shards_is_refused(log: Log) -> None:
    begun = System().start(log, "m")
    done = list(records(begun, yes))
    recorder.finish(log, begun.run_plan, done, {}, {})
    with pytest.raises(EvidenceError, match="other shards"):
        recorder.finish(log, begun.run_plan, done[:2], {}, {})


def test_the_first_account_of_the_environment_stands(log: Log) -> None:
    result = System().gate(log, "m", yes)
    times = {"started": "2026-01-01T00:00:00Z", "ended": "2026-01-01T00:01:00Z"}
    first = recorder.environment(log, result, {"python": "3.11"}, **times)
    assert recorder.environment(log, result, {"python": "3.12"}, **times) == first


# Crashes and races.


def _steps(log: Log, system: System, model: str) -> int:
    """Gate as a verb does; every step may find its work done."""
    begun = system.start(log, model)
    result = recorder.finish(log, begun.run_plan, list(records(begun, yes)), {}, {})
    recorder.environment(log, result, {"python": "3"}, started="2026-01-01T00:00:00Z", ended="2026-01-01T00:01:00Z")
    return _decided(system, log, result)


def test_a_gate_killed_between_any_two_bytes_resumes_to_the_same_record(log: Log, tmp_path: Path) -> None:
    system = System(cases=300, take=20)
    _steps(log, system, "m")
    whole = (Path(log.place) / "log").read_bytes()
    notes = [log.checkpoint_of_size(size) for size in range(len(log.entries()) + 1)]
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 0x0A]
    for cut in sorted({*range(0, len(whole), 197), *ends, *(end - 1 for end in ends)}):
        covered = sum(end <= cut for end in ends)
        for size in {max(0, covered - 1), covered}:
            copy = shutil.copytree(log.place, tmp_path / "copy")
            (copy / "log").write_bytes(whole[:cut])
            (copy / "checkpoint").write_bytes(notes[size])
            resumed = Log.open(copy, log._writer())
            _steps(resumed, system, "m")
            assert (copy / "log").read_bytes() == whole, (cut, size)
            shutil.rmtree(copy)
    _verifies(log)


GATING = """
import sys
from pathlib import Path
from seatrial.decision import judge
from seatrial.testing.gating import System, log_in

log, system = log_in(Path(sys.argv[1])), System(cases=6000, take=60)
for number in range(int(sys.argv[3])):
    name = sys.argv[2].format(number)
    result = system.gate(log, name, lambda clause, case: case[0] % 2 == 0)
    judge.record(log, result, system.charter().text, now=0)
"""


def _gating(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", GATING, str(folder), name, str(count)]
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True)


def test_two_processes_gate_twenty_models_each(log: Log) -> None:
    both = [_gating(log.place, name, 20) for name in ("one {}", "two {}")]
    for process in both:
        assert process.communicate(timeout=120)[1] == ""
    statements = log.statements()
    plans = [s for s in statements if s.kind == "run-plan"]
    slices = [history.slice_at(log, plan) for plan in plans]
    assert _attempts(log) == list(range(1, 41))
    assert len(set().union(*slices)) == 40 * 60
    _verifies(log)


def test_two_processes_that_gate_the_same_models_share_one_record(log: Log) -> None:
    both = [_gating(log.place, "same {}", 10) for _ in range(2)]
    for process in both:
        assert process.communicate(timeout=120)[1] == ""
    assert [_kinds(log).count(kind) for kind in ("submission", "run-plan", "run-result", "decision")] == [10] * 4
    assert _attempts(log) == list(range(1, 11))
    _verifies(log)


def test_a_gating_process_killed_over_and_over_gets_there(log: Log) -> None:
    for _ in range(6):
        process = _gating(log.place, "m {}", 8)
        try:
            process.communicate(timeout=0.45)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    assert _gating(log.place, "m {}", 8).communicate(timeout=60)[1] == ""
    assert [_kinds(log).count(kind) for kind in ("submission", "run-plan", "run-result", "decision")] == [8] * 4
    _verifies(log)


def test_a_blob_that_was_changed_is_named(log: Log) -> None:
    system = System()
    result = system.gate(log, "m", yes)
    shard = log.statements()[result].predicate["shards"][1]
    place = Path(log.place) / "blobs" / shard["computed"].removeprefix("sha256:")
    place.write_bytes(place.read_bytes()[:-1] + b"\x01")
    with pytest.raises(EvidenceError, match=place.name):
        judge.judge(log, result, system.charter().text, now=NOW)
