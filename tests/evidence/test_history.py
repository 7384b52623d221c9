import pytest

from seatrial.errors import CasesError, EvidenceError, InputError
from seatrial.evidence import history, recorder
from seatrial.evidence.log import Log
from seatrial.proof import rules
from seatrial.testing.gating import Asked, System, records


def yes(_clause: str, _case: bytes) -> bool:
    return True


def test_a_replay_is_found_behind_other_submissions(log: Log) -> None:
    system = System()
    first = system.start(log, "m")
    result = system.gate(log, "m", yes)
    for name in ("a", "b"):
        system.gate(log, name, yes)
    assert history.find_replay(log, system.plan(log, "m").trial) == history.Replay(0, first.run_plan, result)
    assert system.start(log, "m") == first
    ahead = history.outlook(log, system.plan(log, "m"), "1")
    assert (ahead.attempt, ahead.replay is not None) == (1, True)


def test_another_trial_is_no_replay(log: Log) -> None:
    system = System()
    system.gate(log, "m", yes)
    assert history.find_replay(log, system.plan(log, "n").trial) is None


def test_another_systems_charter_is_refused(log: Log) -> None:
    with pytest.raises(InputError, match="of the system 'writer'"):
        System(name="writer").start(log, "m")
    with pytest.raises(InputError, match="of the system 'er'"):
        System(name="er").start(log, "m")
    assert log.entries() == ()


def test_used_up_cases_are_refused_before_anything_is_spent(log: Log) -> None:
    system = System(cases=200)
    assert len(rules.gate_cases(log.store.get(system.plan(log, "m").pool))) == 160
    for number in range(2):
        system.gate(log, f"m{number}", yes)
    before = log.entries()
    ahead = history.outlook(log, system.plan(log, "one more"), "1")
    assert (ahead.left, len(ahead.problems)) == (40, 1)
    with pytest.raises(CasesError, match=r"40 are left .*add about 25 new cases, of which 80% fall to the gate"):
        system.start(log, "one more")
    assert log.entries() == before


def test_a_criterion_out_of_reach_is_refused_with_what_it_takes(log: Log) -> None:
    system = System(clauses={"change": Asked("held_rate >= 0.94 at 95%")})
    system.gate(log, "first", yes)
    before = log.entries()
    with pytest.raises(CasesError, match="attempt 2 with 60 cases: it takes at least 78 cases"):
        system.start(log, "second")
    assert log.entries() == before
    System(clauses={"change": Asked("held_rate >= 0.94 at 95%", advisory=True)}).start(log, "second")


def test_looking_ahead_writes_nothing_and_comes_true(log: Log) -> None:
    system = System()
    system.gate(log, "m", yes)
    plan = system.plan(log, "n")
    before, every = log.entries(), len(rules.gate_cases(log.store.get(plan.pool)))
    ahead = history.outlook(log, plan, "1")
    assert (ahead.attempt, ahead.left, ahead.slices, ahead.replay, ahead.problems) == (2, every - 60, 1, None, ())
    assert log.entries() == before
    assert system.start(log, "n").attempt == ahead.attempt


def test_looking_ahead_at_again_counts_all_slices(log: Log) -> None:
    system = System(clauses={"change": Asked("held_rate >= 0.94 at 95%")})
    result = system.gate(log, "m", yes)
    plan = system.plan(log, "m")
    assert history.outlook(log, plan, "1").replay == history.Replay(0, 1, result)
    ahead = history.outlook(log, plan, "1", again=True)
    assert (ahead.attempt, ahead.slices, ahead.replay, ahead.problems) == (2, 2, None, ())


def test_what_a_run_plan_continues_is_the_last_result_of_its_trial(log: Log) -> None:
    system = System()
    first = system.gate(log, "m", yes)
    begun = system.start(log, "m", again=True)
    statements = log.statements()
    assert history.to_continue(statements, 0) is None
    assert history.to_continue(statements, begun.submission) == first
    assert (history.slices_of(statements, 1), history.slices_of(statements, begun.run_plan)) == (1, 2)
    assert history.slices_of(statements, None) == 0
    recorder.finish(log, begun.run_plan, list(records(begun, yes)), {}, {})
    third = system.start(log, "m", again=True)
    assert history.slices_of(log.statements(), third.run_plan) == 3


def test_a_list_of_cases_that_is_cut_is_refused() -> None:
    assert history.split(b"a" * 32 + b"b" * 32) == (b"a" * 32, b"b" * 32)
    with pytest.raises(EvidenceError, match="whole digests"):
        history.split(b"a" * 33)
