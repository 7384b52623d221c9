"""What a report says of a playbook: every step, with what to type."""

from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial import plugins
from seatrial.charter.steps import Step
from seatrial.reports import wording
from seatrial.reports.reporter import Dossier

STEPS = (
    Step("pause", "automatic reading", within=86_400),
    Step("harden", "training.pgd", {"epochs": 3}, hours=4.0),
    Step("escalate", "risk owner", within=172_800),
    Step("harden", "training.pgd"),
    Step("do", "tell the team"),
)
COMMANDS = (
    "seatrial finding step change-3f2a9c 1 --evidence FILE",
    "seatrial harden --clause imperceptible-change",
    "seatrial finding assign change-3f2a9c --to 'risk owner' --within 2d",
    "seatrial finding step change-3f2a9c 4 --evidence FILE",
    "seatrial finding step change-3f2a9c 5 --evidence FILE",
)


def rejected(finding: str = "change-3f2a9c", **changes) -> Dossier:
    said = dossiers.rejected()
    clauses = (
        replace(one, steps=STEPS, finding=finding) if one.name == "imperceptible-change" else one
        for one in said.clauses
    )
    return replace(said, clauses=tuple(clauses), **changes)


def clause(dossier: Dossier):
    return next(one for one in dossier.clauses if one.name == "imperceptible-change")


def test_every_step_has_its_words_and_its_command() -> None:
    said = rejected(weights="")
    told = wording.playbook(said, clause(said))
    assert tuple(command for _, command in told) == COMMANDS
    assert [what for what, _ in told] == [str(step) for step in STEPS]


def test_what_is_not_logged_has_no_finding_to_type() -> None:
    said = rejected(finding="", weights="")
    assert [command for _, command in wording.playbook(said, clause(said))] == ["", COMMANDS[1], "", "", ""]


def test_a_charter_of_another_name_is_named() -> None:
    said = rejected(charter_file="a/digits.yaml", weights="")
    commands = [command for _, command in wording.playbook(said, clause(said))]
    assert commands[0].endswith(" --charter digits.yaml")
    assert commands[1].startswith("seatrial harden digits.yaml ")


@pytest.mark.parametrize("form", ["text", "html", "markdown", "junit", "sarif", "json"])
def test_every_form_shows_every_step(form: str) -> None:
    shown = plugins.find("reports", form).make().render(rejected()).decode()
    assert "change-3f2a9c" in shown
    for step in STEPS:
        assert step.what in " ".join(shown.split())


def test_what_is_worth_most_stands_first() -> None:
    said = replace(rejected(), first=(("imperceptible-change", "weight 9 x gap 0.4"),))
    first, command = wording.steps(said)[0]
    assert first.startswith("Begin with imperceptible-change: by a rule of thumb it takes most risk away for its cost")
    assert first.endswith("(weight 9 x gap 0.4).")
    assert command == ""


def test_what_it_took_is_a_note() -> None:
    said = replace(rejected(), spent="0.1 USD: 240 answers of the target")
    assert "What it took: 0.1 USD: 240 answers of the target." in wording.notes(said)
    assert wording.cost(replace(clause(said), spent="0.05 USD")).endswith("; 0.05 USD for all answers")
