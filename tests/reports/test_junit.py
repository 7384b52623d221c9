import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import junitparser.xunit2
import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from tests.reports import dossiers
from tests.reports.strangers import strange

from seatrial import plugins
from seatrial.reports.junit import LONGEST, Junit, text

SCHEMAS = Path(__file__).parents[1] / "third_party" / "schemas"


@cache
def published() -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(SCHEMAS / "junit-10.xsd")


@pytest.fixture
def schema() -> xmlschema.XMLSchema10:
    return published()


def rendered(dossier) -> ET.Element:
    return ET.fromstring(Junit().render(dossier))


def outcomes(dossier) -> dict[str, str]:
    """Case -> failure, error, skipped, or nothing."""
    kinds = ("failure", "error", "skipped")
    return {
        case.get("name"): next((kind for kind in kinds if case.find(kind) is not None), "")
        for case in rendered(dossier).iter("testcase")
    }


def test_it_is_found_by_its_name() -> None:
    assert plugins.find("reports", "junit").make is Junit


@pytest.mark.parametrize("name", dossiers.ALL)
def test_it_meets_the_published_schema_and_repeats(name, schema) -> None:
    data = Junit().render(dossiers.ALL[name]())
    schema.validate(data.decode())
    assert data == Junit().render(dossiers.ALL[name]())


def test_the_schema_refuses_another_dialect(schema) -> None:
    wrong = Junit().render(dossiers.rejected()).decode().replace("<testcase ", '<testcase line="3" ')
    assert not schema.is_valid(wrong)


@pytest.mark.parametrize("name", dossiers.ALL)
def test_another_reader_counts_the_same(name) -> None:
    dossier = dossiers.ALL[name]()
    data = Junit().render(dossier)
    suites = list(junitparser.xunit2.JUnitXml.fromstring(data))
    suite = suites[0]
    cases = list(suite)
    results = [result for case in cases for result in case.result]
    assert len(suites) == 1
    assert suite.tests == len(cases)
    assert (suite.failures, suite.errors, suite.skipped) == tuple(
        sum(isinstance(one, kind) for one in results)
        for kind in (junitparser.Failure, junitparser.Error, junitparser.Skipped)
    )
    assert suite.time == pytest.approx(sum(clause.seconds for clause in dossier.clauses), abs=0.001)
    assert [case.time for case in cases] == [pytest.approx(clause.seconds, abs=0.001) for clause in dossier.clauses]


def test_each_verdict_has_its_element() -> None:
    assert outcomes(dossiers.rejected()) == {"imperceptible-change": "failure", "weather": "", "clean": ""}
    assert outcomes(dossiers.held_back()) == {
        "imperceptible-change": "skipped",
        "garbage-in": "error",
        "clean": "skipped",
        "quick-enough": "skipped",
    }


def test_what_blocks_nothing_fails_nothing() -> None:
    one = dossiers.rejected()
    advisory = replace(one, clauses=(replace(one.clauses[0], advisory=True), *one.clauses[1:]))
    waived = replace(one, clauses=(replace(one.clauses[0], waived=True, waiver="known"), *one.clauses[1:]))
    assert set(outcomes(advisory).values()) == set(outcomes(waived).values()) == {"skipped", ""}
    skipped = rendered(waived).find(".//skipped")
    assert skipped is not None
    assert skipped.get("message", "").startswith("waived; imperceptible-change is breached")
    assert "waived: known" in (skipped.text or "")


def test_a_clause_that_asks_less_is_not_simply_green() -> None:
    one = dossiers.deployed()
    weaker = replace(one, decision="hold", clauses=(replace(one.clauses[0], weaker=True), one.clauses[1]))
    assert outcomes(weaker)["imperceptible-change"] == "skipped"


def test_a_hold_is_never_all_green() -> None:
    gone = replace(dossiers.deployed(), decision="hold", sentence="Hold: less is asked than before (gone).")
    assert outcomes(gone)["(decision)"] == "skipped"
    assert "(decision)" not in outcomes(dossiers.deployed())


def test_what_a_failure_says() -> None:
    dossier = replace(dossiers.rejected(), lines={"imperceptible-change": 12}, charter_file="models/charter.yaml")
    failure = rendered(dossier).find(".//failure")
    assert failure is not None
    assert failure.get("type") == "breached"
    assert failure.get("message") == (
        "imperceptible-change is breached: 385 of 900 held, 2 unknown, asked is held_rate >= 0.60 at 95%"
    )
    said = (failure.text or "").splitlines()
    assert "at: models/charter.yaml:12" in said
    assert "broke 319 cases: Projected gradient descent, 40 steps (evasion.pgd · Linf, eps 0.2)" in said
    assert any(line.startswith("reproduce: seatrial ") for line in said)
    properties = {one.get("name"): one.get("value") for one in rendered(dossier).iter("property")}
    assert properties["seatrial.decision"] == "reject"
    assert properties["seatrial.digest.model"] == dossier.digests["model"]


def test_a_rehearsal_is_named_as_one() -> None:
    suite = rendered(replace(dossiers.rejected(), rehearsal=True)).find("testsuite")
    assert suite is not None
    assert suite.get("name") == "digits-reader 2026.11 (rehearsal)"


def test_nothing_hides_and_nothing_breaks_the_page() -> None:
    assert text("a\x00\x1b\u202e\ufffe\ud800b\n<&>") == "a<U+0000><U+001B><U+202E><U+FFFE><U+D800>b\n<&>"
    assert len(text("x" * 10**6)) < LONGEST + 60
    assert rendered(dossiers.hostile()).tag == "testsuites"


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossier=strange())
def test_anything_at_all_gives_a_valid_document(dossier) -> None:
    data = Junit().render(dossier).decode("utf-8")
    published().validate(data)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", data)
    assert [case.get("name") for case in rendered(dossier).iter("testcase")][: len(dossier.clauses)] == [
        text(clause.name) for clause in dossier.clauses
    ]
