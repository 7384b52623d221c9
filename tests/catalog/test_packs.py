"""What is packaged: each scenario sound, complete, and in step with its adversary."""

import dataclasses

import pytest

from seatrial import plugins
from seatrial.catalog.file import PACKAGED, read
from seatrial.catalog.lint import check
from seatrial.catalog.settle import MANY, settings, settle
from seatrial.records.threat import threat_from, threat_to

SCENARIOS = read(PACKAGED).scenarios


def chosen(scenario, end: str = "default"):
    """Return a value for each parameter; where there is no default, the smallest."""
    values = {}
    for name, parameter in scenario.parameters.items():
        value = getattr(parameter, end)
        value = parameter.low if value is None else value
        values[name] = [value] if parameter.kind in MANY and not isinstance(value, list) else value
    return values


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_it_lints_clean(scenario) -> None:
    assert list(check(scenario)) == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_its_file_is_where_its_id_says(scenario) -> None:
    assert (PACKAGED / f"{scenario.id}.yaml").is_file()


@pytest.mark.parametrize("end", ["default", "low", "high"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_it_can_be_settled_at_both_ends(scenario, end) -> None:
    threat, stages = settle(scenario, chosen(scenario, end), bounds=(-1.0, 2.0))
    assert threat_from(threat_to(threat)) == threat
    assert stages
    if hasattr(threat, "low"):
        assert (threat.low, threat.high) == (-1.0, 2.0)
    assert not any(isinstance(value, str) and value.startswith("$") for s in stages for value in s.tactics.values())


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_its_tactics_are_exactly_the_fields_of_its_adversary(scenario) -> None:
    _, stages = settle(scenario, chosen(scenario))
    for stage in stages:
        card = plugins.find("adversaries", stage.use)
        fields = {field.name: field for field in dataclasses.fields(card.make)}
        assert set(stage.tactics) == set(fields)
        for name, value in stage.tactics.items():
            default = fields[name].default
            same = isinstance(value, list) if isinstance(default, tuple) else isinstance(value, type(default) | int)
            assert same, f"{name}: {value!r} beside {default!r}"
            assert isinstance(value, bool) == isinstance(default, bool)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_its_oracle_is_that_of_the_adversary_and_takes_its_settings(scenario) -> None:
    for against in scenario.adversaries:
        assert plugins.find("adversaries", against.use).oracle == scenario.oracle
    plugins.find("oracles", scenario.oracle).make(**settings(scenario, chosen(scenario)))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_its_words_are_sentences(scenario) -> None:
    for text in (scenario.objective, scenario.expected, scenario.rollback_trigger):
        assert text[-1] in ".?"
        assert len(text) > 40
    assert all(defence.note for defence in scenario.defences)


def test_tactics_of_the_standard_attack() -> None:
    pgd = next(scenario for scenario in SCENARIOS if scenario.id == "evasion/pgd-linf")
    assert pgd.adversaries[0].tactics["steps"] == 40
    assert pgd.adversaries[0].tactics["step"] == 0.1
    assert pgd.parameters["eps"].high == 1


def test_no_parameter_lets_a_charter_search_less_than_the_default() -> None:
    effort = [(s, s.parameters[name]) for s in SCENARIOS for name in ("restarts", "queries") if name in s.parameters]
    assert effort
    assert all(parameter.low == parameter.default for _, parameter in effort)
