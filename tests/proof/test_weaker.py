"""What asks less than before, clause by clause."""

import pytest

from seatrial.proof.statement import Statement
from seatrial.proof.weaker import earlier_charters, weaker
from tests.proof.ledger import MODEL_A, MODEL_B, charter, clause

BEFORE = charter(clause("robust", require="held_rate >= 0.6 at 95%", severity="major"))
MORE = {"scenario": "family/more", "parameters": {}}


def now(**changes) -> list[str]:
    given = {"require": "held_rate >= 0.6 at 95%", "severity": "major", **changes}
    return weaker(charter(clause("robust", **given)), BEFORE)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"require": "held_rate >= 0.61 at 95%"},
        {"require": "held_rate >= 0.6 at 99%"},
        {"severity": "critical"},
        {"because": "other words", "otherwise": "another.remedy"},
        {"scenarios": [MORE, *clause("robust")["scenarios"]]},
    ],
)
def test_as_much_or_more(changes) -> None:
    assert now(**changes) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "sturdy"},
        {"require": "held_rate >= 0.59 at 95%"},
        {"require": "held_rate >= 0.6 at 94.9%"},
        {"require": "held_rate <= 0.6 at 95%"},
        {"require": "mean(score) >= 0.6 at 95%"},
        {"require": "held_rate - baseline >= 0.6 at 95%"},
        {"require": "held_rate >= 60% at 95%"},
        {"require": "held_rate >= 0.9 at 95% per case"},
        {"severity": "minor"},
        {"advisory": True},
        {"scenarios": []},
        {"scenarios": [MORE]},
        {"scenarios": [{"scenario": "family/robust", "parameters": {"eps": 0.1}}]},
        {"scenarios": [{"scenario": "family/robust@1", "parameters": {"eps": 0.2}}]},
    ],
)
def test_less(changes) -> None:
    assert now(**changes) == ["robust"]


def test_an_upper_limit_is_easier_when_it_rises() -> None:
    def clauses(number: str) -> dict:
        return charter(clause("slow", require=f"p99(latency) <= {number} ms at 95%"))

    assert weaker(clauses("60"), clauses("50")) == ["slow"]
    assert weaker(clauses("40"), clauses("50")) == []


def test_where_no_worst_case_counts_other_scenarios_are_others() -> None:
    mean = {"require": "mean(score) >= 0.5 at 95%"}
    both = charter(clause("robust", **mean, scenarios=[*clause("robust")["scenarios"], MORE]))
    assert weaker(both, charter(clause("robust", **mean))) == ["robust"]


def test_new_clauses_are_welcome_and_missing_ones_are_named() -> None:
    two = charter(clause("a"), clause("b"))
    assert weaker(two, charter(clause("b"))) == []
    assert weaker(charter(clause("c")), two) == ["a", "b"]


def test_left_out_defaults_are_major_and_not_advisory() -> None:
    plain = clause("robust", severity="major")
    del plain["severity"], plain["advisory"]
    assert weaker(charter(plain), BEFORE) == []
    assert weaker(charter(clause("robust", severity="minor")), charter(plain)) == ["robust"]


def test_which_charters_a_decision_is_compared_with() -> None:
    def said(kind: str, model: str, text: str, **more: str) -> Statement:
        return Statement(kind, model, {"charter": text, **more})

    log = [
        said("submission", MODEL_A, "a1"),
        said("decision", MODEL_A, "a2", decision="deploy"),
        said("submission", MODEL_B, "b1"),
        said("decision", MODEL_B, "b2", decision="deploy"),
        said("submission", MODEL_A, "a3"),
        said("decision", MODEL_A, "a4", decision="hold"),
    ]
    assert earlier_charters(log, MODEL_A) == ["a1", "a3", "b2"]
    assert earlier_charters(log[:3], MODEL_B) == ["a2", "b1"]
    assert earlier_charters([], MODEL_A) == []
