import dataclasses
import subprocess
import sys

import pytest

from seatrial.decision import judge
from seatrial.decision.decision import Decision, read
from seatrial.errors import InputError
from seatrial.evidence import recorder
from seatrial.evidence.log import Log
from seatrial.proof.canonical import digest
from seatrial.testing.gating import Asked, System, evenly, records

TWO = {"clean": Asked("held_rate >= 0.8 at 95%"), "change": Asked("held_rate >= 0.5 at 90%", "major")}


def _read(log: Log, system: System, result: int) -> Decision:
    return read(log, judge.record(log, result, system.charter().text, now=0))


def _gated(log: Log, clean: float, change: float = 1.0, *, again: bool = False) -> Decision:
    system, shares = System(clauses=TWO), {"clean": clean, "change": change}
    result = system.gate(log, "m", evenly(shares), again=again)
    return _read(log, system, result)


def test_it_says_all_that_a_report_needs(log: Log) -> None:
    found = _gated(log, 1.0)
    clean, change = found.clauses
    assert (found.decision, found.exit_code, found.attempt, found.slices) == ("deploy", 0, 1, 1)
    assert (found.system, found.release, found.owner) == ("reader", "1", "owner")
    assert found.payload == digest(log.payload(found.seq))
    assert [clean.name, change.name] == ["clean", "change"]
    assert (clean.limit, clean.side, clean.verdict, clean.settle) == (0.8, ">=", "held", "")
    assert clean.low == pytest.approx(0.05 ** (1 / 60))
    assert clean.high == 1.0
    assert clean.strict == pytest.approx(0.025 ** (1 / 60))
    assert (clean.confidence, clean.attempt_confidence) == (95.0, 97.5)
    assert (found.confidence, found.attempt_confidence) == (90.0, 95.0)


@pytest.mark.parametrize(("clean", "change", "code"), [(1.0, 1.0, 0), (0.82, 1.0, 3), (0.1, 1.0, 6), (1.0, 0.1, 3)])
def test_the_exit_code_is_that_of_the_decision(log: Log, clean: float, change: float, code: int) -> None:
    assert _gated(log, clean, change).exit_code == code


def test_a_hold_says_what_would_settle_it_and_that_does(log: Log) -> None:
    first = _gated(log, 0.88)
    settle = first.clauses[0].settle
    assert first.exit_code == 3
    assert "more cases (`seatrial gate --again`, " in settle
    last = first
    while last.exit_code == 3 and last.slices < 12:
        last = _gated(log, 0.88, again=True)
    assert last.decision == "deploy"
    assert last.clauses[0].n == 60 * last.slices
    assert last.attempt == last.slices
    assert last.clauses[0].low > 0.8


def test_it_is_untried_for_a_reason(log: Log) -> None:
    system = System(clauses=TWO)
    begun = system.start(log, "m")
    done = list(records(begun, lambda *_: True))
    broken = [
        dataclasses.replace(r, status="failed", computed=None, measured=None, reason="it raised") if r.shard == 1 else r
        for r in done
    ]
    result = recorder.finish(log, begun.run_plan, broken, {"flaw": "missed"}, {"clean": ["flaw"], "change": []})
    clean, change = _read(log, system, result).clauses
    assert clean.settle == "the planted flaw flaw was missed: silence of this adversary proves nothing"
    assert change.settle == "1 shards failed: it raised"


def test_what_was_not_reached_can_be_gone_on_with(log: Log) -> None:
    system = System(clauses=TWO)
    begun = system.start(log, "m")
    done = [
        dataclasses.replace(r, status="not_done", computed=None, measured=None) if r.shard else r
        for r in records(begun, lambda *_: True)
    ]
    result = recorder.finish(log, begun.run_plan, done, {}, {})
    found = _read(log, system, result)
    assert found.exit_code == 3
    assert found.clauses[0].settle.startswith("2 shards were not reached: run the same command again")


def test_a_quantile_is_drawn_as_the_share_that_it_speaks_of(log: Log) -> None:
    system = System(clauses={"fast": Asked("p90(seconds) <= 0.5 s at 95%")})
    (fast,) = _read(log, system, system.gate(log, "m", lambda *_: True)).clauses
    assert (fast.limit, fast.side, fast.held, fast.verdict) == (0.9, ">=", 60, "held")


def test_an_upper_limit_is_held_from_below(log: Log) -> None:
    system = System(clauses={"broken": Asked("held_rate <= 0.5 at 95%")})
    (broken,) = _read(log, system, system.gate(log, "m", lambda *_: False)).clauses
    assert (broken.side, broken.verdict) == ("<=", "held")
    assert broken.strict == pytest.approx(1 - 0.025 ** (1 / 60))


def test_what_is_no_decision_cannot_be_read(log: Log) -> None:
    _gated(log, 1.0)
    for seq in (0, 2, -1, 99):
        with pytest.raises(InputError, match="no decision"):
            read(log, seq)


def test_judging_imports_no_framework_and_no_prosecutor() -> None:
    code = (
        "import sys; import seatrial.decision.sentence;"
        "print([m for m in sys.modules if m.split('.')[0] in ('numpy', 'scipy', 'torch', 'sklearn', 'pydantic', 'yaml')"
        " or m.startswith(('seatrial.trial', 'seatrial.targets', 'seatrial.adversaries', 'seatrial.oracles'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
