"""Scenarios from YAML files."""

import pytest

from seatrial.catalog.file import PACKAGED, load, read, read_one
from seatrial.catalog.scenario import scenario_from
from seatrial.errors import CatalogError
from seatrial.proof.canonical import dumps, loads
from tests.catalog.scenarios import TEXT, changed, scenario, written


def said(*pairs: tuple[str, str]) -> list[str]:
    _, problems = read_one(changed(*pairs), "s.yaml")
    return [str(problem) for problem in problems]


def test_everything_that_is_written_is_there() -> None:
    made = scenario()
    assert made.name == "evasion/nudge@1"
    assert made.parameters["eps"].default == 8 / 255
    assert made.parameters["restarts"].kind == "whole"
    assert made.adversaries[0].tactics == {"steps": 3, "step": 0.25, "restarts": "$restarts"}
    assert made.tags["nist"] == ("NISTAML.022",)
    assert (made.presentations, made.oracle_settings) == (1, {})
    assert made.defences[0].use == "training.pgd"


def test_the_text_is_plain_and_gives_the_scenario_back() -> None:
    made = scenario()
    again = loads(dumps(made.text))
    assert again == made.text
    assert scenario_from(again) == made
    assert scenario_from(again).digest == made.digest


def test_spelling_and_order_do_not_change_the_digest() -> None:
    assert scenario(("8/255", str(8 / 255)), ("title: A nudge", "title: 'A nudge'")).digest == scenario().digest
    lines = TEXT.splitlines(keepends=True)
    moved = "".join([lines[0], *lines[3:5], *lines[1:3], *lines[5:]]).encode()
    found, _ = read_one(moved, "s.yaml")
    assert found is not None
    assert found.digest == scenario().digest


@pytest.mark.parametrize(
    "part", [("eps: {default: 8/255", "eps: {default: 0.5"), ("steps: 3", "steps: 4"), ("note: small", "note: x")]
)
def test_what_is_said_enters_the_digest(part) -> None:
    assert scenario(part).digest != scenario().digest


REQUIRED = [line.partition(":")[0] for line in TEXT.splitlines() if line[0] not in " -"]


@pytest.mark.parametrize("key", REQUIRED)
def test_every_field_must_be_there(key) -> None:
    lines, kept, skip = TEXT.splitlines(), [], False
    for line in lines:
        skip = line.startswith(f"{key}:") or (skip and line[0] in " -")
        kept += [] if skip else [line]
    _, problems = read_one("\n".join(kept).encode(), "s.yaml")
    assert any(str(problem).startswith(f"s.yaml:1: {key}: is missing") for problem in problems)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("title:", "titel:"), "s.yaml:4: titel: unknown key (did you mean title?)"),
        (("id: evasion/nudge", "id: Evasion"), "s.yaml:2: id: is no id of a scenario"),
        (("version: 1", "version: 0"), "s.yaml:3: version: must be 1 or more"),
        (("version: 1", "version: '1'"), "s.yaml:3: version: must be a whole number"),
        (("2026-11-21", "21.11.2026"), "s.yaml:8: changed: is no day (write it like 2026-11-21)"),
        (("2026-11-21", "2026-11-01"), "s.yaml:8: changed: is before `created`"),
        (("kind: paper", "kind: rumour"), "s.yaml:9: origin.kind: must be 'paper', 'incident'"),
        (
            ("default: 8/255", "default: 2"),
            "s.yaml:11: parameters.eps.default: 2 is outside the range (it takes a number",
        ),
        (("default: 8/255", "default: [1]"), "s.yaml:11: parameters.eps.default: is a list"),
        (("default: 1,", "default: 1.5,"), "s.yaml:12: parameters.restarts.default: is no whole number"),
        (("low: 1, high: 5", "low: 6, high: 5"), "s.yaml:12: parameters.restarts.low: is above `high`"),
        (("low: 1, high: 5", "low: 0.5, high: 5"), "s.yaml:12: parameters.restarts.low: the range of whole numbers"),
        (("restarts: $restarts", "restarts: 1"), "s.yaml:12: parameters.restarts: is used nowhere (write `$restarts`"),
        (("eps: $eps", "eps: $esp"), "s.yaml:13: threat: `$esp` is no parameter (declared are eps, restarts)"),
        (("norm: linf", "norm: l3"), "s.yaml:13: threat.norm: 'l3' is no norm (one of linf, l2, l1, l0)"),
        (("kind: ball", "kind: bell"), "s.yaml:13: threat: no threat 'bell'"),
        (("norm: linf", "nrom: linf"), "s.yaml:13: threat: ball has no nrom"),
        (("norm: linf", "low: 1, high: 1/2"), "s.yaml:13: threat.low: must be less than `high`"),
        (("norm: linf", "queries: 1.5"), "s.yaml:13: threat.queries: must be a whole number"),
        (("low: 0.001", "low: 0"), "s.yaml:13: threat.eps: must be more than 0, or there is nothing to try"),
        (("instruments: [margin]", "instruments: []"), "s.yaml:19: instruments: has too few items: 1 or more"),
        (("cost: seconds", "cost: cheap"), "s.yaml:23: cost: must be 'seconds', 'minutes' or 'hours'"),
        (("atlas:", "mitre:"), "s.yaml:22: tags.mitre: unknown key"),
        (("expected: A sound model holds.", "expected: ''"), "s.yaml:18: expected: is empty"),
    ],
)
def test_every_kind_of_mistake_has_its_line(pair, expected) -> None:
    assert any(problem.startswith(expected) for problem in said(pair)), said(pair)


def test_many_mistakes_come_at_once() -> None:
    found = said(("title:", "titel:"), ("version: 1", "version: x"), ("cost: seconds", "cost: 5"))
    assert [problem.split(": ")[0] for problem in found] == ["s.yaml:1", "s.yaml:3", "s.yaml:4", "s.yaml:23"]


def test_all_files_of_all_folders_are_read_and_all_their_mistakes_told(tmp_path) -> None:
    written(tmp_path / "a", "one.yaml", ("version: 1", "version: 0"))
    written(tmp_path / "a/deep", "two.yml", ("cost: seconds", "cost: 5"))
    written(tmp_path / "b", "three.yaml")
    with pytest.raises(CatalogError) as caught:
        read(tmp_path / "a", tmp_path / "b")
    assert [p.where for p in caught.value.problems] == ["a/deep/two.yml:23: cost", "a/one.yaml:3: version"]


def test_two_of_one_id_and_version_are_an_error_that_names_both(tmp_path) -> None:
    written(tmp_path / "a", "one.yaml")
    written(tmp_path / "b", "two.yaml")
    with pytest.raises(CatalogError, match=r"b/two.yaml:1: evasion/nudge@1 is there already, in a/one.yaml"):
        read(tmp_path / "a", tmp_path / "b")
    written(tmp_path / "b", "two.yaml", ("version: 1", "version: 2"))
    assert [s.name for s in read(tmp_path / "a", tmp_path / "b").scenarios] == ["evasion/nudge@1", "evasion/nudge@2"]


def test_a_team_keeps_its_own_beside_the_packaged_ones(tmp_path) -> None:
    own = tmp_path / "scenarios"
    packaged = load(own)
    written(own, "nudge.yaml")
    assert {s.name for s in load(own).scenarios} - {s.name for s in packaged.scenarios} == {"evasion/nudge@1"}
    assert load(own).digest != packaged.digest == load().digest


def test_the_packaged_ones_are_the_first_dozen() -> None:
    ids = {scenario.id for scenario in read(PACKAGED).scenarios}
    assert ids >= {
        "baseline/clean",
        "evasion/fgsm",
        "evasion/pgd-linf",
        "evasion/pgd-l2",
        "evasion/momentum-linf",
        "evasion/square-linf",
        "corruption/gaussian-noise",
        "corruption/gaussian-blur",
        "corruption/occlusion",
        "faults/malformed-input",
        "faults/slow-dependency",
        "redteam/system-prompt-leak",
        "privacy/membership",
        "fairness/counterfactual-swap",
    }


def test_a_missing_file_is_named(tmp_path) -> None:
    _, (problem,) = read_one(tmp_path / "gone.yaml")
    assert "cannot be read" in problem.what
