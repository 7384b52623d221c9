"""From a scenario and what a charter chooses to a threat and its adversaries."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.catalog.scenario import Parameter
from seatrial.catalog.settle import allowed, complete, misfit, named, resolved, settings, settle
from seatrial.errors import CatalogError
from seatrial.records.threat import Ball, Swap
from tests.catalog.scenarios import scenario


def wrong(made, values) -> list[tuple[str, str, str]]:
    with pytest.raises(CatalogError) as caught:
        complete(made, values)
    return [(p.where, p.what, p.hint) for p in caught.value.problems]


def test_defaults_are_filled_in() -> None:
    assert complete(scenario(), {}) == {"eps": 8 / 255, "restarts": 1}
    assert complete(scenario(), {"eps": 1}) == {"eps": 1.0, "restarts": 1}


def test_whole_numbers_are_whole_whatever_they_came_as() -> None:
    made = complete(scenario(), {"restarts": 2.0, "eps": 1})
    assert [type(made["restarts"]), type(made["eps"])] == [int, float]


def test_all_that_does_not_fit_is_told_at_once() -> None:
    found = wrong(scenario(), {"esp": 0.1, "eps": 2, "restarts": 1.5, "zzz": 1})
    assert found == [
        ("esp", "evasion/nudge@1 has no parameter 'esp'", "did you mean eps?"),
        ("zzz", "evasion/nudge@1 has no parameter 'zzz'", "there are eps, restarts"),
        ("eps", "2 is outside the range", "it takes a number from 0.001 to 1 (units of the input)"),
        ("restarts", "is no whole number", "it takes a whole number from 1 to 5"),
    ]


def test_every_name_is_replaced_everywhere() -> None:
    threat, (stage,) = settle(scenario(), {"eps": 0.5, "restarts": 4})
    assert threat == Ball("linf", 0.5)
    assert stage.tactics == {"steps": 3, "step": 0.25, "restarts": 4}
    value = {"a": ["$x", {"b": "$y"}], "c": "$z", "d": "x"}
    assert resolved(value, {"x": 1, "y": [2]}) == {"a": [1, {"b": [2]}], "c": "$z", "d": "x"}
    assert named(value) == {"x", "y", "z"}


def test_bounds_are_those_of_the_target_unless_the_scenario_says_its_own() -> None:
    assert settle(scenario(), {}, bounds=(-1, 3))[0] == Ball("linf", 8 / 255, -1, 3)
    own = scenario(("norm: linf", "low: 0, high: 255"))
    assert settle(own, {}, bounds=(-1, 3))[0] == Ball("linf", 8 / 255, 0, 255)


def test_a_list_of_columns_that_the_charter_must_choose() -> None:
    made = scenario(
        ("eps: {default: 8/255, low: 0.001, high: 1,", "columns: {default: null, low: 0, high: 9, kind: wholes,"),
        ("{kind: ball, norm: linf, eps: $eps}", "{kind: swap, columns: $columns}"),
    )
    assert wrong(made, {}) == [
        (
            "columns",
            "evasion/nudge@1 has no default for it",
            "choose a list of whole numbers from 0 to 9 (units of the input)",
        )
    ]
    assert settle(made, {"columns": [3, 1]})[0] == Swap((3, 1))
    assert wrong(made, {"columns": [1, 1]})[0][1] == "names one twice"
    assert wrong(made, {"columns": []})[0][1] == "is empty"
    assert wrong(made, {"columns": 3})[0][1] == "is one value"
    assert wrong(made, {"columns": [3, 10]})[0][1] == "10 is outside the range"


def test_columns_and_values_may_be_texts_and_numbers_may_not() -> None:
    made = scenario(
        ("eps: {default: 8/255, low: 0.001, high: 1,", "columns: {default: null, low: 0, high: 9, kind: columns,"),
        ("{kind: ball, norm: linf, eps: $eps}", "{kind: swap, columns: $columns}"),
    )
    assert settle(made, {"columns": ["sex", 3.0]})[0] == Swap(("sex", 3))
    assert wrong(made, {"columns": ["sex", "sex"]})[0][1] == "names one twice"
    assert wrong(made, {"columns": ["sex", 10]})[0][1] == "10 is outside the range"
    assert "a list of names of columns, or of positions from 0 to 9" in wrong(made, {})[0][2]
    values = Parameter(default=[0, 1], low=0, high=9, kind="values")
    assert misfit(values, ["f", 2]) == ""
    assert misfit(values, ["f", 12]) == "12 is outside the range"
    assert misfit(replace(values, kind="numbers"), ["f", 2]) == "holds a text"


def test_settings_of_the_oracle_take_parameters_too() -> None:
    made = scenario(("oracle: same_label", "oracle: in_time\noracle_settings: {seconds: $eps, x: 1/2}"))
    assert settings(made, {"eps": 0.25}) == {"seconds": 0.25, "x": 0.5}


@given(st.floats(0, 1), st.floats(-2, 3))
def test_a_number_fits_if_it_is_inside(high, value) -> None:
    parameter = Parameter(default=0.0, low=0.0, high=high)
    assert (misfit(parameter, value) == "") == (0 <= value <= high)


def test_ranges_in_words() -> None:
    assert (
        allowed(Parameter(None, 0.5, 2, unit="seconds", kind="numbers")) == "a list of numbers from 0.5 to 2 (seconds)"
    )
