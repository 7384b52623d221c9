import dataclasses
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import accumulate
from math import comb
from typing import Any

import pytest

from seatrial.decision import judge
from seatrial.errors import CriterionError, EvidenceError, InputError
from seatrial.evidence import export, recorder
from seatrial.evidence.log import Log
from seatrial.proof import bounds, statement
from seatrial.proof.binding import binding
from seatrial.proof.criterion import parse
from seatrial.proof.tally import Tally
from seatrial.proof.verdict import clause_verdict
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import Asked, System, evenly, records, signer_of

NOW = 1_800_000_000
BASE = {"clean": Asked("held_rate >= 0.8 at 95%"), "change": Asked("held_rate >= 0.5 at 95%", "major")}


def share(**shares: float) -> Callable[[str, bytes], bool]:
    """Return outcomes in which a clause holds for this share of cases."""
    return evenly(shares)


def _record(log: Log, system: System, result: int, *, release: str = "1", now: int = NOW) -> tuple[int, dict[str, Any]]:
    seq = judge.record(log, result, system.charter(release).text, now=now)
    found = verify_bundle(export.export(log), log.trust)
    assert found.ok, [str(problem) for problem in found.findings]
    return seq, dict(log.statements()[seq].predicate)


def _verdicts(said: dict[str, Any]) -> dict[str, str]:
    return {name: clause["verdict"] for name, clause in said["clauses"].items()}


def test_all_held_is_deploy(log: Log) -> None:
    system = System(clauses=BASE)
    _, said = _record(log, system, system.gate(log, "m", share()))
    assert said["decision"] == "deploy"
    assert said["clauses"]["clean"] == {
        "verdict": "held",
        "n": 60,
        "held": 60,
        "unknown": 0,
        "total": None,
        "waived": False,
    }


@pytest.mark.parametrize(
    ("shares", "decision", "verdict"),
    [
        ({"clean": 0.1}, "reject", "breached"),
        ({"change": 0.1}, "hold", "breached"),
        ({"clean": 0.85}, "hold", "unproven"),
    ],
)
def test_one_clause_that_is_not_held_decides(log: Log, shares: dict[str, float], decision: str, verdict: str) -> None:
    system = System(clauses=BASE)
    _, said = _record(log, system, system.gate(log, "m", share(**shares)))
    assert said["decision"] == decision
    assert _verdicts(said)[next(iter(shares))] == verdict


def test_an_advisory_clause_never_blocks(log: Log) -> None:
    system = System(clauses={**BASE, "hint": Asked("held_rate >= 0.9 at 95%", advisory=True)})
    _, said = _record(log, system, system.gate(log, "m", share(hint=0.0)))
    assert said["decision"] == "deploy"
    assert _verdicts(said)["hint"] == "breached"


def test_without_data_nothing_is_held(log: Log) -> None:
    system = System(clauses=BASE)
    begun = system.start(log, "m")
    none = [dataclasses.replace(r, status="failed", computed=None, measured=None) for r in records(begun, share())]
    _, said = _record(log, system, recorder.finish(log, begun.run_plan, none, {}, {}))
    assert said["decision"] == "hold"
    assert set(_verdicts(said).values()) == {"untried"}


def test_judging_is_a_pure_function_of_what_is_recorded(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share())
    text = system.charter().text
    before = log.entries()
    first = judge.judge(log, result, text, now=NOW)
    assert judge.judge(Log.open(log.place), result, text, now=NOW + 10**6) == first
    assert log.entries() == before


def test_a_charter_with_other_clauses_or_scenarios_cannot_judge_it(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share())
    fewer = System(clauses={"clean": BASE["clean"]})
    with pytest.raises(EvidenceError, match="other clauses"):
        judge.judge(log, result, fewer.charter().text, now=NOW)
    other = System(clauses={**BASE, "clean": dataclasses.replace(BASE["clean"], eps=0.05)})
    with pytest.raises(EvidenceError, match="other scenarios"):
        judge.judge(log, result, other.charter().text, now=NOW)


def test_what_is_no_result_cannot_be_judged(log: Log) -> None:
    system = System(clauses=BASE)
    system.gate(log, "m", share())
    for seq in (-1, 0, 1, 99):
        with pytest.raises(InputError, match="no run-result"):
            judge.judge(log, seq, system.charter().text, now=NOW)


def test_a_criterion_without_a_bound_is_refused(log: Log) -> None:
    system = System(clauses={"fair": Asked("accuracy >= 0.5 at 95%")})
    with pytest.raises(CriterionError, match="fair"):
        judge.judge(log, system.gate(log, "m", share()), system.charter().text, now=NOW)


# Asking less than before.


def test_asking_less_of_the_same_model_holds_it(log: Log) -> None:
    strict = System(clauses=BASE)
    result = strict.gate(log, "m", share(clean=0.85))
    _record(log, strict, result)
    loose = System(clauses={**BASE, "clean": Asked("held_rate >= 0.6 at 95%")})
    _, said = _record(log, loose, result)
    assert set(_verdicts(said).values()) == {"held"}
    assert (said["decision"], said["weaker"]) == ("hold", ["clean"])


def test_asking_less_than_the_last_deploy_holds_another_model(log: Log) -> None:
    strict = System(clauses=BASE)
    _record(log, strict, strict.gate(log, "m", share()))
    loose = System(clauses={**BASE, "clean": dataclasses.replace(BASE["clean"], severity="minor")})
    _, said = _record(log, loose, loose.gate(log, "n", share(), release="2"), release="2")
    assert (said["decision"], said["weaker"]) == ("hold", ["clean"])


def test_asking_more_is_not_weaker(log: Log) -> None:
    loose = System(clauses=BASE)
    result = loose.gate(log, "m", share())
    _record(log, loose, result)
    strict = System(clauses={**BASE, "clean": Asked("held_rate >= 0.9 at 95%")})
    assert _record(log, strict, result)[1]["weaker"] == []


# Waivers.


def _waive(log: Log, decision: int, clause: str, who: Sequence[str], *, expires: int = NOW + 100) -> int:
    said = log.statements()[decision]
    fields = binding(log.origin, log.entries(), decision) | {"clause": clause, "model": said.model, "at": NOW}
    more = {"reason": "a risk that is known", "owner": "ada", "expires": expires}
    payload = statement.write("waiver", said.model, fields | more)
    return log.append(payload, signers=[signer_of(name) for name in who])


def test_a_waived_clause_does_not_block_and_is_shown(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share(clean=0.85))
    decision, _ = _record(log, system, result)
    waiver = _waive(log, decision, "clean", ["ada"])
    _, said = _record(log, system, result)
    assert (said["decision"], said["waivers"], said["as_of"]) == ("deploy", [waiver], NOW)
    assert said["clauses"]["clean"]["verdict"] == "unproven"
    assert said["clauses"]["clean"]["waived"] is True


def test_a_waiver_covers_asking_less(log: Log) -> None:
    strict, loose = System(clauses=BASE), System(clauses={**BASE, "clean": Asked("held_rate >= 0.6 at 95%")})
    result = strict.gate(log, "m", share(clean=0.85))
    _record(log, strict, result)
    decision, _ = _record(log, loose, result)
    _waive(log, decision, "clean", ["ada"])
    assert _record(log, loose, result)[1]["decision"] == "deploy"


def test_a_breached_critical_clause_takes_two_people(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share(clean=0.1))
    decision, _ = _record(log, system, result)
    _waive(log, decision, "clean", ["ada"])
    assert _record(log, system, result)[1]["decision"] == "reject"
    _waive(log, decision, "clean", ["ada", "bob"])
    assert _record(log, system, result)[1]["decision"] == "deploy"


def test_a_waiver_expires_and_is_of_one_model(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share(clean=0.85))
    decision, _ = _record(log, system, result)
    _waive(log, decision, "clean", ["ada"])
    assert _record(log, system, result, now=NOW + 99)[1]["decision"] == "deploy"
    assert _record(log, system, result, now=NOW + 100)[1]["decision"] == "hold"
    other = system.gate(log, "n", share(clean=0.85))
    assert _record(log, system, other)[1]["decision"] == "hold"


def test_a_waiver_that_is_not_needed_is_not_used(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share(clean=0.85))
    decision, _ = _record(log, system, result)
    _waive(log, decision, "change", ["ada"])
    assert _record(log, system, result)[0] == decision


def test_looking_at_the_same_waiver_later_says_nothing_new(log: Log) -> None:
    system = System(clauses=BASE)
    result = system.gate(log, "m", share(clean=0.85))
    decision, _ = _record(log, system, result)
    _waive(log, decision, "clean", ["ada"])
    first, _ = _record(log, system, result)
    assert _record(log, system, result, now=NOW + 50)[0] == first


# What the doubt is spent on.


def _is_held(n: int, held: int, attempt: int) -> bool:
    asked = parse("held_rate >= 0.6 at 95%")
    state = {"control_missed": False, "failed": False, "not_done": False}
    return clause_verdict(asked, Tally(n, held, 0), attempt, 1, **state) == "held"


def _least_held(n: int, attempt: int) -> int:
    """Return how many of n cases must hold for `held` at an attempt."""
    return bisect_left(range(n + 1), x=True, key=lambda held: _is_held(n, held, attempt))


def test_a_model_at_the_limit_is_deployed_in_no_more_than_one_campaign_of_twenty() -> None:
    """Ten attempts on fresh cases, or the same trial continued, in 5,000 campaigns each: at most 5 % deploys."""
    n, rate, attempts, campaigns = 200, 0.5999, 10, 5000
    below = list(accumulate(comb(n, x) * rate**x * (1 - rate) ** (n - x) for x in range(n)))
    rng = random.Random(20261121)
    fresh = [_least_held(n, k) for k in range(1, attempts + 1)]
    pooled = [_least_held(n * k, k) for k in range(1, attempts + 1)]
    deploys = {"fresh": 0, "pooled": 0, "each at 95%": 0}
    for _ in range(campaigns):
        held = [bisect_right(below, rng.random()) for _ in range(attempts)]
        deploys["fresh"] += any(x >= least for x, least in zip(held, fresh, strict=True))
        deploys["pooled"] += any(x >= least for x, least in zip(accumulate(held), pooled, strict=True))
        deploys["each at 95%"] += any(x >= fresh[0] for x in held)
    assert 0.02 < deploys["fresh"] / campaigns <= 0.05
    assert 0.01 < deploys["pooled"] / campaigns <= 0.05
    assert deploys["each at 95%"] / campaigns > 0.15


def test_what_attempts_spend_adds_up_to_no_more_than_the_doubt() -> None:
    alpha = Fraction(1, 20)
    spent = sum(bounds.alpha_at(alpha, k) for k in range(1, 1001))
    assert spent == alpha * Fraction(1000, 1001)
