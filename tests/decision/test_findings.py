"""Findings as a view over the log, and their rank."""

from collections.abc import Callable
from typing import Any

import pytest

from seatrial.decision import findings as view
from seatrial.decision.decision import read
from seatrial.decision.findings import Tracked, find, findings, ids
from seatrial.decision.judge import record
from seatrial.decision.known import known
from seatrial.decision.rank import ranked
from seatrial.errors import InputError
from seatrial.evidence.log import Log
from seatrial.proof import canonical, statement
from seatrial.testing.gating import Asked, System, evenly

NOW = 1_795_262_400
SYSTEM = System(clauses={"change": Asked(), "noise": Asked(severity="major", eps=0.2)})
BAD, GOOD = {"change": 0.1}, dict[str, float]()


def decide(log: Log, model: str, shares: dict[str, float], *, system: System = SYSTEM, release: str = "1") -> int:
    result = system.gate(log, model, evenly(shares), release=release)
    return record(log, result, system.charter(release).text, now=NOW)


def say(log: Log, one: Tracked, action: str, **changes: Any) -> None:
    about = {"id": one.id, "decision": one.decision, "clause": one.clause, "severity": one.severity, "title": ""}
    rest = {"step": None, "owner": "", "due": None, "evidence": None, "rests_on": None, "note": ""}
    fields = {**about, **rest, "action": action, "by": "eve", "at": NOW, **changes}
    log.append(statement.write("finding", one.model, fields))


def test_a_clause_that_is_not_held_is_a_finding_until_it_is_closed(log: Log) -> None:
    first = decide(log, "a", BAD)
    (one,) = findings(log)
    assert (one.clause, one.verdict, one.state, one.seen) == ("change", "breached", "open", (first,))
    assert one.decision == canonical.digest(log.payload(first))
    second = decide(log, "b", BAD)
    (again,) = findings(log)
    assert (again.id, again.seen) == (one.id, (first, second))
    third = decide(log, "c", GOOD)
    (answered,) = findings(log)
    assert (answered.state, answered.answered, answered.verdict) == ("answered", third, "breached")
    decide(log, "d", BAD)
    assert findings(log)[0].state == "open", "it is back, and nobody had closed it"
    say(log, one, "close", evidence="sha256:" + "0" * 64, note="done")
    assert findings(log)[0].state == "closed"
    decide(log, "e", BAD)
    assert [found.state for found in findings(log)] == ["closed", "open"]
    assert len({found.id for found in findings(log)}) == 2


def test_the_ids_of_a_report_are_those_of_the_view(log: Log) -> None:
    decide(log, "a", {"change": 0.1, "noise": 0.1})
    decide(log, "b", GOOD)
    decide(log, "c", BAD)
    told = ids(log.statements(), log.payload)
    assert told == {one.clause: one.id for one in findings(log)}
    early = log.statements()[: findings(log)[0].seen[0] + 1]
    assert ids(early, log.payload) == told


def test_words_add_up(log: Log) -> None:
    decide(log, "a", BAD)
    (one,) = findings(log)
    say(log, one, "assign", owner="ann", due=NOW + 60)
    say(log, one, "assign", owner="bob")
    (now,) = findings(log)
    assert (now.owner, now.due) == ("bob", NOW + 60)
    assert (now.overdue(NOW + 60), now.overdue(NOW + 61)) == (False, True)
    say(log, one, "close", evidence="sha256:" + "0" * 64, note="done")
    assert not findings(log)[0].overdue(NOW + 61), "what is closed is not overdue"


@pytest.mark.parametrize(("named", "what"), [("", "there is no finding ''"), ("x", "there is no finding 'x'")])
def test_what_is_no_finding_is_refused(log: Log, named: str, what: str) -> None:
    decide(log, "a", {"change": 0.1, "noise": 0.1})
    with pytest.raises(InputError, match=what):
        find(log, named)


def test_a_beginning_names_one_finding_or_is_refused(log: Log) -> None:
    decide(log, "a", BAD)
    assert find(log, "ch").clause == "change"
    say(log, findings(log)[0], "close", evidence="sha256:" + "0" * 64, note="done")
    decide(log, "b", BAD)
    with pytest.raises(InputError, match="beginning of several"):
        find(log, "change")
    assert find(log, findings(log)[1].id).state == "open"


def test_a_charter_that_asks_less_answers_nothing(log: Log) -> None:
    decide(log, "a", {"change": 0.55})
    less = System(clauses={"change": Asked("held_rate >= 0.2 at 95%"), "noise": SYSTEM.clauses["noise"]})
    later = decide(log, "b", {"change": 0.55}, system=less)
    assert log.statements()[later].predicate["clauses"]["change"]["verdict"] == "held"
    assert findings(log)[0].state == "open"
    before = log.statements()[findings(log)[0].seen[0]].predicate["charter"]
    assert not view.answers(log, later, "change", before)


def test_the_rank_is_weight_times_gap_times_exposure(log: Log) -> None:
    seq = decide(log, "a", {"change": 0.5, "noise": 0.1})
    first, second = ranked(log, findings(log))
    clauses = {clause.name: clause for clause in read(log, seq).clauses}
    for one, weight in ((first, 3 if first.finding.clause == "noise" else 9), (second, 0)):
        clause = clauses[one.finding.clause]
        assert one.gap == pytest.approx(clause.limit - clause.strict)
        assert one.exposure == 1.0
        assert one.hours is None
        assert one.score == one.risk == one.weight * one.gap
        assert weight in (0, one.weight)
    assert first.score >= second.score
    assert {first.weight, second.weight} == {3, 9}
    assert "cost unknown" in str(first)


def _live(log: Log, decision: int, share: int) -> None:
    said = {"decision": canonical.digest(log.payload(decision)), "entry": decision, "event": "live", "share": share}
    rest = {"environment": "production", "licensed": True, "reason": "", "by": "eve", "at": NOW}
    log.append(statement.write("rollout-event", log.statements()[decision].model, {**said, **rest}))


@pytest.mark.parametrize(("share", "exposure"), [(100, 1.0), (10, 0.1)])
def test_exposure_is_the_share_of_the_traffic(log: Log, share: int, exposure: float) -> None:
    seq = decide(log, "a", BAD)
    _live(log, seq, share)
    (one,) = ranked(log, findings(log))
    assert one.exposure == pytest.approx(exposure)
    assert "of the traffic" in one.exposure_from


def test_a_model_without_traffic_exposes_a_tenth(log: Log) -> None:
    good = decide(log, "a", GOOD)
    _live(log, good, 100)
    decide(log, "b", BAD)
    (one,) = ranked(log, findings(log))
    assert (one.exposure, one.exposure_from) == (0.1, "the model has no traffic")


def test_the_last_rate_is_that_of_the_same_clause_and_scenarios(log: Log) -> None:
    decide(log, "a", {"change": 0.9})
    seq = decide(log, "b", {"change": 0.5}, release="2")
    found = known(log, SYSTEM.plan(log, "c"))
    assert (found["change"].rate, found["change"].entry, found["change"].release) == (0.5, seq, "2")
    assert found["change"].low < 0.5 < found["change"].high
    assert found["change"].calls == 2, "once untouched, once as the only stage made it"
    assert str(found["change"]) == f"entry {seq}, release 2"
    other: Callable[[Asked], System] = lambda asked: System(clauses={"change": asked})  # noqa: E731
    assert known(log, other(Asked(eps=0.3)).plan(log, "c")) == {}, "other parameters are another question"
    assert known(log, other(Asked("mean(score) >= 0.5 at 95%")).plan(log, "c")) == {}
    assert set(known(log, other(Asked("held_rate >= 0.1 at 90%")).plan(log, "c"))) == {"change"}


def test_an_empty_log_knows_nothing(log: Log) -> None:
    assert known(log, SYSTEM.plan(log, "a")) == {}
    assert findings(log) == ()
    assert ranked(log, ()) == ()
