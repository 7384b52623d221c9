"""What a decision took, counted from its record: answers, time, money; and what settling it would take."""

import re
from typing import Any

import pytest

from seatrial.decision import judge
from seatrial.decision.decision import read
from seatrial.decision.spent import in_minutes, spent
from seatrial.evidence import recorder
from seatrial.evidence.log import Log
from seatrial.proof.rests import chain
from seatrial.testing.gating import Asked, System, evenly

SYSTEM = System(clauses={"clean": Asked("held_rate >= 0.8 at 95%"), "change": Asked("held_rate >= 0.5 at 90%")})
PRICED = {"minutes": None, "prices": {"per_call": "0.01 USD", "per_hour": "6 USD"}}
BEGUN, ENDED = "2026-11-21T10:00:00Z", "2026-11-21T10:03:00Z"


def _gated(log: Log, clean: float, budget: dict[str, Any], *, timed: bool = True) -> int:
    result = SYSTEM.gate(log, "m", evenly({"clean": clean}))
    if timed:
        recorder.environment(log, result, {}, started=BEGUN, ended=ENDED)
    return judge.record(log, result, {**SYSTEM.charter().text, "budget": budget}, now=0)


def test_what_settles_a_hold_is_said_with_its_chance_its_time_and_its_money(log: Log) -> None:
    settle = read(log, _gated(log, 0.88, PRICED)).clauses[0].settle
    found = re.search(r"about (\d+) more cases .* \(probability (0\.\d\d) under the rate that was seen\)", settle)
    assert found, settle
    slices = int(found[1]) // 60
    money = slices * (2 * 60 * 2 * 0.01 + 3 / 60 * 6)
    assert f"; that takes about {3 * slices} minutes and {money:.2f}".rstrip("0").rstrip(".") in settle


@pytest.mark.parametrize(
    ("budget", "timed", "told"),
    [({"minutes": 3}, True, "minutes"), (PRICED, False, "USD"), ({"minutes": 3}, False, "")],
)
def test_only_what_is_known_is_said(log: Log, budget: dict[str, Any], timed: bool, told: str) -> None:
    settle = read(log, _gated(log, 0.88, budget, timed=timed)).clauses[0].settle
    assert ("that takes about" in settle) == bool(told)
    assert told in settle
    assert ("USD" in settle) == (told == "USD")


def test_answers_and_money_are_summed_from_the_record(log: Log) -> None:
    seq = _gated(log, 1.0, PRICED)
    said = log.statements()[seq].predicate
    took = spent(log, chain(log.statements(), said["run_result"]), SYSTEM.plan(log, "m"), {"budget": PRICED})
    assert took.calls == {"clean": 120, "change": 120}, "each case untouched, and as its one stage made it"
    assert took.seconds == 180
    assert str(took.money) == "2.7 USD"
    assert str(took.of("clean")) == "1.2 USD"
    assert str(took) == "2.7 USD: 240 answers of the target, 3 minutes by the runner's clock"
    free = spent(log, chain(log.statements(), said["run_result"]), SYSTEM.plan(log, "m"), {})
    assert (free.money, free.of("clean")) == (None, None)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 second"), (1, "1 second"), (40, "40 seconds"), (90, "2 minutes"), (600, "10 minutes")],
)
def test_times_are_said_in_words(seconds: float, told: str) -> None:
    assert in_minutes(seconds) == told
