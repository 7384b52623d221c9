from seatrial.decision import judge
from seatrial.decision.decision import Decision, read
from seatrial.decision.sentence import sentence
from seatrial.evidence.log import Log
from seatrial.testing.gating import Asked, System, evenly

TWO = {"clean": Asked("held_rate >= 0.8 at 95%"), "change": Asked("held_rate >= 0.5 at 90%", "major")}


def _read(log: Log, system: System, result: int) -> Decision:
    return read(log, judge.record(log, result, system.charter().text, now=0))


def _gated(log: Log, clean: float, change: float = 1.0) -> Decision:
    system, shares = System(clauses=TWO), {"clean": clean, "change": change}
    return _read(log, system, system.gate(log, "m", evenly(shares)))


def test_deploy_in_words(log: Log) -> None:
    assert sentence(_gated(log, 1.0)) == (
        "Deploy reader 1: all 2 clauses are held, with 90% confidence over all attempts "
        "(tested at 95% because it is attempt 1)."
    )


def test_reject_in_words(log: Log) -> None:
    found = _gated(log, 0.1, 0.1)
    held = found.clauses[0].held
    assert sentence(found) == (
        f"Reject reader 1: the critical clause clean is breached, {held} of 60 cases held, "
        "asked is held_rate >= 0.8 at 95%."
    )


def test_hold_in_words(log: Log) -> None:
    said = sentence(_gated(log, 0.82))
    assert said.startswith("Hold reader 1: the clause clean is unproven, ")
    assert said.endswith(".")
    assert "\n" not in said


def test_asking_less_in_words(log: Log) -> None:
    first = _gated(log, 0.82)
    loose = System(clauses={**TWO, "clean": Asked("held_rate >= 0.6 at 95%")})
    found = _read(log, loose, first.run_result)
    assert found.weaker == ("clean",)
    assert sentence(found).endswith(
        "everything asked is held, but less is asked than before (clean) and nobody has waived that."
    )
