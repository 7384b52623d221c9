"""What a report is told of a decision: counts per class, what changed since, and what has no decision."""

import shutil
import time

import pytest
from playwright.sync_api import sync_playwright

from seatrial.catalog.catalog import Catalog
from seatrial.decision import judge as judging
from seatrial.errors import InputError
from seatrial.evidence import recorder
from seatrial.reports.html import Html
from seatrial.testing.gating import Asked, System, evenly, log_in, records
from seatrial.verbs.dossier import dossier
from seatrial.verbs.reference import referred

EMPTY = Catalog(())
SWEEP = {"near": Asked(eps=0.1), "far": Asked(require="held_rate >= 0.3 at 95%", eps=0.2)}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def log(tmp_path):
    return log_in(tmp_path / "log")


def decide(log, system, model, **shares):
    result = system.gate(log, model, evenly(shares))
    return judging.record(log, result, system.charter().text, now=0)


def test_every_case_is_counted_in_its_class(log):
    said = dossier(log, decide(log, System(take=300), "m", change=0.7), EMPTY)
    (clause,) = said.clauses
    assert set(clause.groups) == {str(at) for at in range(10)}
    assert sum(cases for cases, _ in clause.groups.values()) == clause.n == 300
    assert sum(held for _, held in clause.groups.values()) == clause.held == 210


def test_clauses_of_two_sizes_make_a_curve(log):
    said = dossier(log, decide(log, System(clauses=SWEEP, take=100), "m", near=0.9, far=0.4), EMPTY)
    (curve,) = said.curves
    assert curve.clauses == ("near", "far")
    assert [(point.size, point.held) for point in curve.points] == [(0.1, 90), (0.2, 40)]


def test_it_is_compared_with_the_decision_before_and_with_what_is_live(log):
    system = System(take=100)
    first = decide(log, system, "first", change=1.0)
    assert dossier(log, first, EMPTY).compared == {}
    second = decide(log, system, "second", change=0.1)
    said = dossier(log, second, EMPTY)
    assert said.compared["previous"] == said.compared["live"]
    assert said.compared["live"].decisions == ("deploy", "reject")
    third = decide(log, system, "third", change=0.95)
    said = dossier(log, third, EMPTY)
    assert said.compared["previous"].decisions == ("reject", "deploy")
    assert said.compared["live"].decisions == ("deploy", "deploy")
    assert [moved.change for moved in said.compared["previous"].clauses] == ["better"]


def test_an_earlier_decision_is_compared_with_what_was_before_it_and_not_after(log):
    system = System(take=100)
    first = decide(log, system, "first", change=1.0)
    decide(log, system, "second", change=0.1)
    assert dossier(log, first, EMPTY).compared == {}


def test_commands_name_the_decision_so_that_they_stay_true(log):
    system = System(take=100)
    first = decide(log, system, "first", change=1.0)
    second = decide(log, system, "second", change=0.1)
    assert dossier(log, first, EMPTY).again == f"seatrial replay --level r2 --decision {first}"
    assert dossier(log, second, EMPTY).again == f"seatrial replay --level r2 --decision {second}"


def test_a_later_attempt_without_a_decision_is_mentioned(log):
    system = System(take=100)
    decided = decide(log, system, "first", change=1.0)
    assert dossier(log, decided, EMPTY).notes == (
        "The model's identity is declared: its target block and its answers to 16 fixed inputs.",
    )
    system.start(log, "second")
    assert "A later attempt (entry 4 of the log) has no decision yet" in dossier(log, decided, EMPTY).notes[-1]


def test_an_attempt_without_a_decision_says_how_far_it_came(log):
    system = System(take=100)
    with pytest.raises(InputError, match="nothing was submitted"):
        referred(log, None)
    recorder.submit(log, system.plan(log, "m"), system.charter(), "somebody")
    with pytest.raises(InputError, match=r"attempt 1 \(entry 0\) was submitted and drew no cases.*goes on"):
        referred(log, None)
    begun = system.start(log, "m")
    with pytest.raises(InputError, match=r"drew its cases and has no result; finished shards are kept"):
        referred(log, None)
    shards = list(records(begun, evenly({})))
    failed = recorder.ShardRecord("change", shards[0].shard, "failed", reason="ValueError: no such layer")
    recorder.finish(log, begun.run_plan, [failed, *shards[1:]], {}, {})
    with pytest.raises(InputError, match=r"\(entry 2; shards: 3 done, 1 failed\) that nobody judged.*seatrial judge"):
        referred(log, None)


def test_an_entry_of_an_abandoned_attempt_is_told_from_others(log):
    system = System(take=100)
    decided = decide(log, system, "first", change=1.0)
    begun = system.start(log, "second")
    with pytest.raises(InputError, match=r"attempt 2 \(entry 4\) drew its cases"):
        referred(log, begun.run_plan)
    assert referred(log, 0) == decided


@pytest.mark.parametrize("status", ["failed", "not_done"])
def test_a_run_that_gave_nothing_has_a_page_that_says_why(log, status):
    system = System(take=100)
    begun = system.start(log, "m")
    reason = "ValueError: no such layer" if status == "failed" else ""
    none = [recorder.ShardRecord(one.clause, one.shard, status, reason=reason) for one in records(begun, evenly({}))]
    result = recorder.finish(log, begun.run_plan, none, {}, {})
    said = dossier(log, judging.record(log, result, system.charter().text, now=0), EMPTY)
    assert said.decision == "hold"
    page = Html().render(said).decode()
    wanted = "no such layer" if status == "failed" else "none of its 4 shards was reached"
    assert wanted in page
    assert said.clauses[0].examples == ()
    assert said.clauses[0].groups == {}


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(300)
def test_a_page_about_100_000_cases_is_small_and_opens_at_once(log, tmp_path):
    system = System(cases=260_000, take=100_000, shard=2000, clauses=SWEEP)
    seq = decide(log, system, "m", near=0.7, far=0.2)
    began = time.process_time()
    page = Html().render(dossier(log, seq, EMPTY))
    assert time.process_time() - began < 60
    assert len(page) < 300_000
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    file = tmp_path / "report.html"
    file.write_bytes(page)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        tab.goto(file.as_uri(), wait_until="load")
        loaded = tab.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
        browser.close()
    assert loaded < 5000
