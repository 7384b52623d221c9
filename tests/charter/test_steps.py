"""Tests of playbooks: what is done where a promise is not kept."""

import json
from itertools import product

import pytest

from seatrial.charter.schema.file import schema
from seatrial.charter.steps import ACTIONS, Step, from_plain, remedy, remedy_id, roughly, seconds, spoken, to_plain
from tests.charter.charters import charter, said

SHORT = "otherwise: training.pgd"
WHOLE = """otherwise:
      - {harden: training.pgd, settings: {epochs: 3, rate: 1/4}, costs: {hours: 4}, within: 2w}
      - {guard: size-limit, settings: {largest: 28}}
      - narrow: photographs taken
          at night
      - {pause: automatic approval, within: 24 h}
      - rollback: last deploy
      - escalate: {to: risk-owner, within: 2d}
      - do: tell the team"""
STEPS = (
    Step("harden", "training.pgd", {"epochs": 3, "rate": 0.25}, 1_209_600, 4.0),
    Step("guard", "size-limit", {"largest": 28}),
    Step("narrow", "photographs taken at night"),
    Step("pause", "automatic approval", within=86_400),
    Step("rollback", "last deploy"),
    Step("escalate", "risk-owner", within=172_800),
    Step("do", "tell the team"),
)


def test_a_playbook_is_read_in_its_order() -> None:
    assert charter((SHORT, WHOLE)).clauses[0].otherwise == STEPS


def test_the_short_form_is_one_harden_step_and_keeps_its_bytes() -> None:
    short = charter()
    assert short.clauses[0].otherwise == (Step("harden", "training.pgd"),)
    assert short.text["clauses"][0]["otherwise"] == "training.pgd"
    assert short.text["clauses"][1]["otherwise"] == ""
    for same in ("otherwise: [training.pgd]", "otherwise:\n      - harden: training.pgd"):
        assert charter((SHORT, same)).canonical == short.canonical


def test_a_playbook_survives_the_way_through_json() -> None:
    written = charter((SHORT, WHOLE)).text["clauses"][0]["otherwise"]
    assert from_plain(json.loads(json.dumps(written))) == STEPS
    assert from_plain(to_plain(())) == ()
    assert written[4] == {"action": "rollback", "what": "last deploy"}, "what nobody said is not written"


def test_the_remedy_is_the_first_step_that_hardens() -> None:
    later = charter((SHORT, "otherwise: [{pause: approvals}, training.pgd, {harden: training.pgd, within: 3d}]"))
    assert later.clauses[0].remedy == remedy(later.clauses[0].otherwise) == Step("harden", "training.pgd")
    assert charter().clauses[1].remedy is None
    assert (remedy_id(STEPS), remedy_id(STEPS[1:])) == ("training.pgd", "")


def test_every_step_can_be_said() -> None:
    assert [str(step) for step in STEPS] == [
        "harden with training.pgd (epochs 3, rate 0.25) within 2 weeks",
        "put the guard size-limit (largest 28) in front of it",
        "narrow what is served: photographs taken at night",
        "pause automatic approval within 24 hours",
        "roll back to the last deploy",
        "escalate to risk-owner within 2 days",
        "tell the team",
    ]
    assert {step.action for step in STEPS} == set(ACTIONS)


def test_all_mistakes_of_a_playbook_are_told_at_once_with_their_places() -> None:
    wrong = """otherwise:
      - training.dgp
      - {harden: training.pgx, setings: {}, costs: {hours: -4}}
      - {guard: 3}
      - narrow:
      - {pause: approvals, within: soon}
      - {rollback: last deploy}
      - {rollback: last deploy}
      - escalate: {within: 2d}
      - escalate: risk-owner
      - {do: x, pause: y}
      - 7
      - escalate: {to: risk-owner, within: 2 years}"""
    at = "charter.yaml:{}: clauses.stickers.otherwise[{}]{}"
    one = (
        "is no step (write the id of a remedy, or exactly one of harden, guard, narrow, pause, rollback, escalate, do)"
    )
    told = [problem.partition(" (did you mean training.")[0] for problem in said((SHORT, wrong))]
    assert told == [
        at.format(23, 0, ": there is no remedy 'training.dgp'"),
        at.format(24, 1, ".costs.hours: must be a number above 0 (write for example `hours: 4`)"),
        at.format(24, 1, ".setings: unknown key (did you mean settings?)"),
        at.format(24, 1, ".harden: there is no remedy 'training.pgx'"),
        at.format(25, 2, '.guard: must be text, and YAML reads 3 as a number (write "3")'),
        at.format(26, 3, ".narrow: is empty (write for example `narrow: photographs taken at night go to a person`)"),
        at.format(27, 4, ".within: is no time (write 30m, 24h, 7d or 2w)"),
        at.format(29, 6, ": step 7 is there twice (keep one)"),
        at.format(30, 7, ".escalate.to: is missing (write for example `to: risk-owner`)"),
        at.format(
            31,
            8,
            ".escalate: must be a mapping of names to values "
            '(write for example `escalate: {to: risk-owner, within: "24h"}`)',
        ),
        at.format(32, 9, f": {one}"),
        at.format(33, 10, f": {one}"),
        at.format(34, 11, ".escalate.within: is no time (write 30m, 24h, 7d or 2w)"),
    ]


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("{harden: training.pgd}", "is no playbook"),
        ("3", "is no playbook"),
        ("[]", "has too few items"),
        ("''", "is empty"),
    ],
)
def test_what_is_no_playbook_is_refused(value: str, what: str) -> None:
    (problem,) = said((SHORT, f"otherwise: {value}"))
    assert problem.startswith("charter.yaml:22: clauses.stickers.otherwise: ")
    assert what in problem


@pytest.mark.parametrize(("text", "length"), [("30m", 1800), ("24h", 86_400), ("7d", 604_800), ("2w", 1_209_600)])
def test_times_are_read_and_said(text: str, length: int) -> None:
    assert seconds(text) == length
    count, unit = text[:-1], {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[text[-1]]
    assert spoken(length) == f"{count} {unit}"


@pytest.mark.parametrize("text", ["", "h", "0h", "-1h", "1.5h", "24 hours", "2y", "999999d", "24h\n", "٢h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        seconds(text)


def test_times_are_said_in_whole_units() -> None:
    counts = (1, 60, 90, 3600, 5400, 86_400, 172_800, 604_800, 691_200)
    told = ("1 minute", "1 minute", "2 minutes", "1 hour", "90 minutes", "24 hours", "2 days", "7 days", "8 days")
    assert tuple(map(spoken, counts)) == told


def test_the_published_schema_knows_every_step() -> None:
    text = schema().decode()
    steps = {"Harden", "Guard", "Narrow", "Pause", "Rollback", "Escalate", "Do"}
    assert all(f'"#/$defs/{name}"' in text for name in steps)
    assert all(f'"{word}"' in text for word, _ in product(ACTIONS, "x"))


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (0, "1 minute"),
        (59, "1 minute"),
        (150, "2 minutes"),
        (86_399, "23 hours"),
        (172_801, "2 days"),
        (10**7, "16 weeks"),
    ],
)
def test_what_is_left_is_said_roughly(span: int, told: str) -> None:
    assert roughly(span) == told
