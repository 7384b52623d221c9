import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from tests.reports import dossiers
from tests.reports.strangers import strange

from seatrial import plugins
from seatrial.reports.reporter import Dossier
from seatrial.reports.sarif import SCHEMA, Sarif

SCHEMAS = Path(__file__).parents[1] / "third_party" / "schemas"
TAGS = ("atlas:AML.T0043", "atlas:AML.T0015", "nist:NISTAML.022", "owasp:LLM07:2025", "plain")
STAGES = dossiers.EVASION


@cache
def validator() -> jsonschema.Draft4Validator:
    document = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_bytes())
    assert document["id"] == SCHEMA
    return jsonschema.Draft4Validator(document, format_checker=jsonschema.FormatChecker())


@pytest.fixture
def schema() -> jsonschema.Draft4Validator:
    return validator()


def rendered(dossier: Dossier) -> dict:
    return json.loads(Sarif().render(dossier))


def run(dossier: Dossier) -> dict:
    return rendered(dossier)["runs"][0]


def tagged() -> Dossier:
    """A reject with lines, tags and what helps."""
    one = dossiers.rejected()
    tried = tuple(replace(stage, tags=TAGS, objective="Show it.", defences=("training.pgd",)) for stage in STAGES)
    first = replace(one.clauses[0], tried=tried)
    return replace(
        one,
        clauses=(first, *one.clauses[1:]),
        charter_file="models/my digits/charter.yaml",
        lines={"imperceptible-change": 13, "weather": 19, "clean": 25},
    )


def test_it_is_found_by_its_name() -> None:
    assert plugins.find("reports", "sarif").make is Sarif


@pytest.mark.parametrize("name", [*dossiers.ALL, "tagged"])
def test_it_meets_the_published_schema_and_repeats(name, schema) -> None:
    dossier = tagged() if name == "tagged" else dossiers.ALL[name]()
    schema.validate(rendered(dossier))
    assert Sarif().render(dossier) == Sarif().render(dossier)


def test_the_schema_refuses_what_is_wrong(schema) -> None:
    wrong = rendered(tagged())
    wrong["runs"][0]["results"][0]["level"] = "fatal"
    assert not schema.is_valid(wrong)


def test_a_result_per_clause_and_scenario_that_broke_it_on_the_line_of_the_promise() -> None:
    results = run(tagged())["results"]
    assert [one["ruleId"] for one in results] == ["evasion/fgsm-linf", "evasion/pgd-linf", "evasion/square-linf"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "models/my digits/charter.yaml"
    assert " " not in place["artifactLocation"]["uri"]
    assert place["region"] == {"startLine": 13}
    assert {one["level"] for one in results} == {"error"}
    said = results[1]["message"]["text"]
    assert said.startswith("imperceptible-change is breached: 385 of 900 held, asked is held_rate >= 0.60 at 95%.")
    assert "Projected gradient descent, 40 steps broke 319" in said
    assert "`seatrial replay --clause imperceptible-change" in said


def test_rules_carry_what_code_scanning_shows() -> None:
    rules = run(tagged())["tool"]["driver"]["rules"]
    first = rules[0]
    assert first["shortDescription"]["text"] == "One gradient step"
    assert "training.pgd" in first["help"]["markdown"]
    assert first["properties"]["security-severity"] == "9.5"
    assert first["properties"]["tags"][:2] == ["security", "machine-learning"]
    linked = {(one["target"]["toolComponent"]["name"], one["target"]["id"]) for one in first["relationships"]}
    assert ("MITRE ATLAS", "AML.T0043") in linked
    assert ("OWASP Top 10 for LLM Applications", "LLM07:2025") in linked
    assert len({rule["id"] for rule in rules}) == len(rules)


def test_every_index_points_at_what_it_names() -> None:
    one = run(tagged())
    driver = one["tool"]["driver"]
    for result in one["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    for place, named in enumerate(driver["supportedTaxonomies"]):
        assert named["index"] == place
        assert one["taxonomies"][place]["name"] == named["name"]
    for rule in driver["rules"]:
        for link in rule["relationships"]:
            there = one["taxonomies"][link["target"]["toolComponent"]["index"]]
            assert link["target"]["id"] in {taxon["id"] for taxon in there["taxa"]}


def test_what_is_no_matter_of_security_says_so() -> None:
    rule = run(dossiers.rejected())["tool"]["driver"]["rules"][0]
    assert "security-severity" not in rule["properties"]
    assert "security" not in rule["properties"]["tags"]
    assert "taxonomies" not in run(dossiers.rejected())


def test_an_alert_stays_the_same_whatever_the_numbers_do() -> None:
    def marks(dossier):
        return {one["ruleId"]: one["partialFingerprints"] for one in run(dossier)["results"]}

    one = tagged()
    worse = replace(one.clauses[0], held=1, require="held_rate >= 0.90 at 99%", tried=tuple(reversed(STAGES)))
    again = tuple(replace(stage, scenario=stage.scenario.replace("@1", "@2")) for stage in worse.tried)
    other = replace(one, release="9", attempt=7, clauses=(replace(worse, tried=again),), lines={})
    assert marks(one) == marks(other)
    assert marks(one) != marks(replace(one, system="another"))
    values = [mark["seatrial/v1"] for mark in marks(one).values()]
    assert len(set(values)) == len(values)


def test_a_waived_finding_is_suppressed_and_not_hidden() -> None:
    one = tagged()
    clause = replace(one.clauses[0], waived=True, waiver="risk 12, until 2027-01-01")
    results = run(replace(one, clauses=(clause,)))["results"]
    assert len(results) == 3
    assert all(
        result["suppressions"]
        == [{"kind": "external", "status": "accepted", "justification": "risk 12, until 2027-01-01"}]
        for result in results
    )


def test_what_no_scenario_broke_has_a_rule_of_ours() -> None:
    results = run(dossiers.held_back())["results"]
    found = {(one["properties"]["clause"], one["ruleId"]): one["level"] for one in results}
    assert found["garbage-in", "seatrial/untried"] == "error"
    assert found["clean", "seatrial/weaker"] == "warning"
    assert found["quick-enough", "faults/slow-disk"] == "note"
    assert found["imperceptible-change", "evasion/pgd-linf"] == "warning"
    one = dossiers.rejected()
    plain = replace(one.clauses[0], tried=(), wrong=500)
    assert [result["ruleId"] for result in run(replace(one, clauses=(plain,)))["results"]] == [
        "seatrial/wrong-before-attack"
    ]
    bare = replace(plain, wrong=0)
    assert [result["ruleId"] for result in run(replace(one, clauses=(bare,)))["results"]] == ["seatrial/breached"]


def test_a_deploy_has_no_result_and_an_untried_clause_no_success() -> None:
    assert run(dossiers.deployed())["results"] == []
    assert run(dossiers.deployed())["invocations"][0]["executionSuccessful"] is True
    held = run(dossiers.held_back())["invocations"][0]
    assert (held["executionSuccessful"], held["exitCode"]) == (False, 3)
    assert any("faults.swallows_nan was missed" in one["message"]["text"] for one in held["toolExecutionNotifications"])


def test_gate_and_rehearsal_are_categories_of_their_own() -> None:
    one = dossiers.rejected()
    assert run(one)["automationDetails"]["id"] == "seatrial/digits-reader/gate/1"
    assert run(replace(one, rehearsal=True))["automationDetails"]["id"] == "seatrial/digits-reader/rehearsal/1"


def test_a_charter_that_is_not_the_judged_one_is_said() -> None:
    result = run(dossiers.rejected())["results"][0]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert "not the one that was judged" in result["message"]["text"]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossier=strange())
def test_anything_at_all_gives_a_valid_log(dossier) -> None:
    data = Sarif().render(dossier)
    value = json.loads(data.decode("utf-8"))
    validator().validate(value)
    for rule in value["runs"][0]["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) <= 20
    assert len(data) < 10_000_000
