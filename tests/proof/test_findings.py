"""Findings as a verifier sees them: found by decisions, closed by what bears that out."""

from typing import Any

import pytest

from seatrial.proof.findings import finding_id
from tests.proof import ledger
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, story

NOON = 43_200
SAID: dict[str, Any] = {"title": "", "step": None, "owner": "", "due": None, "evidence": None, "rests_on": None}


def of(log: Ledger, entry: int) -> str:
    return str(log.of(entry)["of"])


def word(log: Ledger, action: str, *, entry: int = 4, clause: str = "robust", **changes: Any) -> dict[str, Any]:
    decision = of(log, entry)
    about = {"id": finding_id(clause, decision), "decision": decision, "clause": clause, "severity": "major"}
    return {**SAID, **about, "action": action, "note": "", "by": "eve", "at": NOON, **changes}


def said(*words: tuple[str, dict[str, Any]]) -> list[str]:
    """What the check says of model A's finding after these words."""
    log = story()
    for action, changes in words:
        values = {name: value(log) if callable(value) else value for name, value in changes.items()}
        log.say("finding", MODEL_A, word(log, action, **values))
    return told(log)


def told(log: Ledger) -> list[str]:
    found = ledger.verify(log.evidence(), ledger.trust())
    assert {check.name for check in found.checks if check.problems} <= {"findings"}
    return [str(problem) for check in found.checks for problem in check.problems]


def test_an_id_is_the_clause_and_six_digits_of_what_found_it() -> None:
    one, other = finding_id("robust", "sha256:" + "0" * 64), finding_id("robust", "sha256:" + "1" * 64)
    assert one != other
    assert one.startswith("robust-")
    assert len(one) == len("robust-") + 6


@pytest.mark.parametrize(
    "words",
    [
        [("assign", {"owner": "ann", "due": NOON + 60})],
        [("step", {"step": 1, "note": "done"}), ("close", {"evidence": "sha256:" + "0" * 64})],
        [("close", {"rests_on": lambda log: of(log, 9)})],
    ],
    ids=["assigned", "with evidence", "held later"],
)
def test_what_is_borne_out_is_accepted(words) -> None:
    assert said(*words) == []


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([("close", {})], "closed by nothing"),
        ([("close", {"rests_on": lambda log: of(log, 4)})], "does not bear it out"),
        ([("close", {"rests_on": lambda log: of(log, 0)})], "does not bear it out"),
        ([("close", {"rests_on": "sha256:" + "0" * 64})], "does not bear it out"),
        ([("assign", {"clause": "clean"})], "is of a clause that its decision found held"),
        ([("assign", {"clause": "nothing"})], "is of a clause that its decision found held"),
        ([("assign", {"id": "robust-000000"})], "is not called after its clause and its decision"),
        ([("assign", {"decision": "sha256:" + "0" * 64})], "names no decision before it"),
        ([("close", {"evidence": "sha256:" + "0" * 64}), ("assign", {})], "was closed before"),
        ([("open", {}), ("open", {})], "opened twice"),
        ([("assign", {"id": "other-000000", "decision": None})], "never opened"),
    ],
)
def test_what_is_not_borne_out_is_found(words, what) -> None:
    problems = said(*words)
    assert problems
    assert any(what in problem for problem in problems), problems


def test_a_decision_from_before_answers_nothing() -> None:
    log = story()
    log.gate(MODEL_A, ledger.charter(), ledger.weak, take=29)
    later = max(seq for seq, one in enumerate(log.statements) if one.kind == "decision")
    log.say("finding", MODEL_A, word(log, "close", entry=later, rests_on=of(log, 9)))
    assert any("does not bear it out" in problem for problem in told(log))
    assert log.statements[9].model == MODEL_B


def test_a_note_needs_its_incident() -> None:
    log = story()
    what = {"id": "INC-1", "what": "x", "severity": "minor", "since": 1, "decision": None, "finding": "x-000000"}
    links: dict[str, Any] = {"clauses": [], "scenarios": [], "cases": [], "evidence": []}
    log.say("incident", MODEL_A, {**what, **links, "action": "note", "by": "eve", "at": NOON})
    assert told(log) == ["entry 10: incident INC-1 was never opened"]
