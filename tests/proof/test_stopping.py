"""A plan that stops early: where it stops follows from what was recorded, and an outsider sees where it does not."""

import pytest

from seatrial.proof import rules
from seatrial.proof.canonical import digest
from seatrial.proof.observation import decode
from seatrial.proof.stopping import not_needed, settled
from seatrial.proof.verdict import outcomes
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, clause, found_by, good

CLAUSES = clause("robust"), clause("clean", severity="major")
EARLY = charter(*CLAUSES, stop="early")
TAKE, SHARDS = 60, 5


def spared(*names: str, since: int = 2) -> tuple[tuple[str, int, str], ...]:
    """Say of these clauses that the shards from `since` on were not needed."""
    return tuple((name, index, "not_needed") for name in names for index in range(since, SHARDS))


def gate(skip=(), outcome=good, text=EARLY, **plan) -> Ledger:
    log = Ledger()
    result = log.result(log.run_plan(log.submit(MODEL_A, text, take=TAKE, **plan)), outcome, skip=skip)
    log.decide(result, text)
    return log


def said(log: Ledger) -> dict:
    return log.statements[-1].predicate


def test_a_clause_that_is_settled_needs_no_more() -> None:
    log = gate(spared("robust", "clean"))
    assert found_by(log.evidence()) == set()
    assert said(log)["decision"] == "deploy"
    assert {name: (one["n"], one["unknown"]) for name, one in said(log)["clauses"].items()} == {
        "robust": (24, 0),
        "clean": (24, 0),
    }


def test_a_breach_stops_it_too() -> None:
    log = gate(spared("robust", since=3), outcome=lambda name, _: int(name == "clean"))
    assert found_by(log.evidence()) == set()
    assert said(log)["decision"] == "reject"


@pytest.mark.parametrize(
    ("skip", "outcome"),
    [
        (spared("robust", since=1), lambda _, case: int(case[0] < 200)),
        (spared("robust", since=0), good),
        (spared("robust")[:1], good),
        ((*spared("robust"), ("robust", 0, "failed")), good),
        ((*spared("robust"), ("robust", 1, "not_done")), good),
    ],
    ids=["nothing settled", "nothing seen", "a hole", "a shard failed", "a shard not reached"],
)
def test_what_is_left_out_without_reason_is_found(skip, outcome) -> None:
    log = gate(skip, outcome)
    assert found_by(log.evidence()) == {"stops"}


def test_a_plan_that_does_not_stop_early_leaves_nothing_out() -> None:
    log = gate(spared("robust", since=4), text=charter(*CLAUSES))
    assert found_by(log.evidence()) == {"stops"}
    assert said(log)["clauses"]["robust"] == {
        "verdict": "unproven",
        "n": 60,
        "held": 48,
        "unknown": 12,
        "total": None,
        "waived": False,
    }
    assert said(log)["decision"] == "hold"


def test_a_plan_that_stops_against_its_charter_is_found() -> None:
    log = gate(spared("robust", "clean"), text=charter(*CLAUSES), stop="early")
    assert found_by(log.evidence()) == {"plans"}


def test_cases_that_were_sorted_before_they_were_tried_are_found() -> None:
    """The best cases first, and a stop before the others: the rows are of drawn cases, and not the next in the draw."""
    log = Ledger()
    run_plan = log.run_plan(log.submit(MODEL_A, EARLY, take=TAKE))
    named = log.statements[run_plan].predicate["slice"]
    drawn, honest = log.blobs[named], log.blobs[named]
    cases = sorted((drawn[at : at + 32] for at in range(0, len(drawn), 32)), key=lambda case: case[0])
    log.blobs[named] = b"".join(cases)
    result = log.result(run_plan, lambda _, case: int(case[0] < 140), skip=spared("robust", "clean"))
    log.blobs[named] = honest
    log.decide(result, EARLY)
    assert said(log)["decision"] == "deploy"
    assert "stops" in found_by(log.evidence())


def test_a_clause_stops_at_the_first_shard_that_settles_it() -> None:
    log = gate()
    plan = log.plan(0)
    shards = {(one["clause"], one["shard"]): one for one in log.statements[2].predicate["shards"]}
    tables = {one["computed"]: decode(log.blobs[one["computed"]]) for one in shards.values()}
    found = []
    for last in range(1, SHARDS + 1):
        so_far = {key: one for key, one in shards.items() if key[0] == "robust" and key[1] < last}
        found.append(settled(plan, "robust", [so_far], tables, 3))
    assert found == ["", *["held"] * (SHARDS - 1)]
    fixed = {key: value for key, value in plan.items() if key != "stop"}
    assert settled(fixed, "robust", [so_far], tables, 1) == ""
    assert not_needed(plan, "robust", [so_far], tables, 1) == ""


def test_a_second_slice_goes_on_from_the_first() -> None:
    log = Ledger()
    hard = charter(clause("robust", require="held_rate >= 0.9 at 95%"), stop="early")
    first = log.result(log.run_plan(log.submit(MODEL_A, hard, take=48)))
    log.decide(first, hard)
    assert said(log)["decision"] == "hold"
    skip = tuple(("robust", index, "not_needed") for index in range(2, 4))
    second = log.result(log.run_plan(log.submit(MODEL_A, hard, take=48), first), skip=skip)
    log.decide(second, hard)
    assert said(log)["decision"] == "deploy"
    assert said(log)["clauses"]["robust"]["n"] == 72
    assert found_by(log.evidence()) == set()
    results = [log.statements[seq].predicate for seq in (first, second)]
    assert len(outcomes(results)) == 2


def test_a_plan_that_compares_with_another_model_than_its_charter_says_is_found() -> None:
    delta = clause("delta", require="held_rate - baseline >= -0.1 at 95%")
    live = {"kind": "fake", "weights": "live"}
    text = charter(delta, baseline=live)
    for taken, finds in (
        ({"target": live, "model": MODEL_B}, set()),
        ({"target": {"kind": "fake", "weights": "weak"}, "model": MODEL_B}, {"plans"}),
        (None, {"plans"}),
    ):
        log = Ledger()
        result = log.result(log.run_plan(log.submit(MODEL_A, text, baseline=taken)))
        log.decide(result, text)
        assert found_by(log.evidence()) == finds


def test_the_last_deploy_is_that_of_the_log() -> None:
    delta = charter(clause("delta", require="held_rate - baseline >= -0.1 at 95%"), baseline="last deploy", release="2")
    for model, finds in ((MODEL_B, set()), (digest(b"straw man"), {"plans"})):
        log = Ledger()
        log.gate(MODEL_B, charter(clause("delta")))
        taken = {"target": {"kind": "fake"}, "model": model}
        result = log.result(log.run_plan(log.submit(MODEL_A, delta, baseline=taken)))
        log.decide(result, delta)
        assert found_by(log.evidence()) == finds
        assert rules.deployed(log.statements, MODEL_B) is None
