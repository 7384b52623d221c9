"""Whether scenarios are sound."""

import pytest

from seatrial.catalog.catalog import gather
from seatrial.catalog.lint import check, lint
from tests.catalog.scenarios import scenario


def said(*pairs: tuple[str, str]) -> list[str]:
    return [str(problem) for problem in check(scenario(*pairs))]


def test_a_sound_scenario_has_no_findings() -> None:
    assert said() == []
    assert said(("training.pgd", "rate limit per client")) == []
    assert said(("atlas: [AML.T0043.000]", "owasp: [LLM01:2025, LLM10:2025], avid: [AVID-2023-V001]")) == []


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (
            ("evasion.pgd", "evasion.pdg"),
            "evasion/nudge@1: against: there is no adversary 'evasion.pdg' (did you mean evasion.pgd",
        ),
        (
            ("evasion.pgd", "attack.pgd"),
            "evasion/nudge@1: against: there is no adversary 'attack.pgd' (did you mean evasion.pgd",
        ),
        (
            ("same_label", "same_lable"),
            "evasion/nudge@1: oracle: there is no oracle 'same_lable' (did you mean same_label",
        ),
        (("held_rate", "rate_held"), "evasion/nudge@1: metric: there is no metric 'rate_held'"),
        (("training.pgd", "training.dgp"), "evasion/nudge@1: defences: there is no remedy 'training.dgp'"),
        (("AML.T0043.000", "T0043"), "evasion/nudge@1: tags.atlas: 'T0043' is no such id (one is written AML.T0043"),
        (("NISTAML.022", "NISTAML.2"), "evasion/nudge@1: tags.nist: 'NISTAML.2' is no such id"),
        (("atlas: [AML.T0043.000]", "owasp: [LLM11:2025]"), "evasion/nudge@1: tags.owasp: 'LLM11:2025' is no such id"),
        (("atlas: [AML.T0043.000]", "owasp: [LLM01:2023]"), "evasion/nudge@1: tags.owasp: 'LLM01:2023' is no such id"),
        (("[NISTAML.022]", "[NISTAML.022, NISTAML.022]"), "evasion/nudge@1: tags.nist: NISTAML.022 is there twice"),
    ],
)
def test_every_kind_of_finding(pair, expected) -> None:
    (problem,) = said(pair)
    assert problem.startswith(expected)


def test_what_changed_is_a_new_version() -> None:
    older = gather([scenario()])
    silent = gather([scenario(("steps: 3", "steps: 1"), ("note: small", "note: tiny"))])
    (problem,) = lint(silent, older=older)
    assert str(problem) == (
        "evasion/nudge@1: changed without a new version: against, parameters (raise `version`, and keep the old file)"
    )
    open_ = gather([scenario(), scenario(("version: 1", "version: 2"), ("steps: 3", "steps: 1"))])
    assert lint(open_, older=older) == []
    assert lint(older, older=older) == []
