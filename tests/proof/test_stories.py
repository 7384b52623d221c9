"""Longer stories: more cases, interruptions, weaker charters, reuse, members, waivers, approvals."""

from seatrial.proof import canonical, rules, statement
from seatrial.proof.canonical import digest, dumps
from seatrial.proof.verify import verify
from tests.proof import ledger
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, clause, found_by, story, trust, weak
from tests.proof.said import SAID


def test_a_hold_is_settled_by_more_cases() -> None:
    text = charter(clause("robust", require="held_rate >= 0.92 at 95%"))
    log = Ledger()
    first = log.result(log.run_plan(log.submit(MODEL_A, text)))
    assert log.statements[log.decide(first, text)].predicate["decision"] == "hold"
    second = log.result(log.run_plan(log.submit(MODEL_A, text), continues=first))
    decision = log.statements[log.decide(second, text)].predicate
    assert (decision["decision"], decision["clauses"]["robust"]["n"]) == ("deploy", 60)
    assert found_by(log.evidence()) == set()


def test_an_earlier_result_of_the_same_trial_cannot_be_passed_over() -> None:
    log = Ledger()
    log.gate(MODEL_A, charter(), weak)
    log.gate(MODEL_A, charter())
    assert found_by(log.evidence()) == {"attempts"}


def test_an_interrupted_run_is_finished_by_a_later_result() -> None:
    log = Ledger()
    run_plan = log.run_plan(log.submit(MODEL_A, charter()))
    torn = log.result(run_plan, skip=(("robust", 1, "not_done"), ("clean", 0, "failed")))
    decision = log.statements[log.decide(torn, charter())].predicate
    assert (decision["clauses"]["robust"]["verdict"], decision["clauses"]["clean"]["verdict"]) == (
        "unproven",
        "untried",
    )
    assert found_by(log.evidence()) == set()
    log.decide(log.result(run_plan), charter())
    found = verify(log.evidence(), trust())
    assert found.ok
    assert found.decision["decision"] == "deploy"


def test_a_weaker_charter_is_named_and_holds() -> None:
    log = Ledger()
    result = log.result(log.run_plan(log.submit(MODEL_A, charter())), weak)
    log.decide(result, charter())
    softer = charter(clause("robust", require="held_rate >= 0.01 at 95%"), clause("clean", severity="major"))
    decision = log.statements[log.decide(result, softer)].predicate
    assert (decision["decision"], decision["weaker"]) == ("hold", ["robust"])
    assert found_by(log.evidence()) == set()
    log.tweaks[("decision", 2)] = {"weaker": [], "decision": "deploy"}
    log.decide(result, softer)
    assert found_by(log.evidence()) == {"decision"}


def test_declared_reuse_is_called_nominal() -> None:
    text = charter(cases={"kind": "bundled", "gate": 500, "rehearsal": 100, "reuse": "declared"})
    log = Ledger()
    log.gate(MODEL_A, text, weak, take=70)
    log.gate(MODEL_B, text, take=70)
    found = verify(log.evidence(), trust())
    assert found.ok
    assert any("nominal" in note for note in found.notes)


def test_members_are_drawn_by_the_nonce() -> None:
    def with_members(log: Ledger) -> int:
        text = charter(clause("robust"))
        plan = ledger.plan_of(MODEL_A, text, log.put(rules.pool_blob(ledger.CASES, 500, 100)), "", 30)
        clauses = {"robust": {**plan["clauses"]["robust"], "members": 7, "count": 20}}
        result = log.result(log.run_plan(log.submit(MODEL_A, text, clauses=clauses)))
        return log.decide(result, text)

    log = Ledger()
    decision = log.statements[with_members(log)].predicate
    assert decision["clauses"]["robust"]["n"] == 27
    assert found_by(log.evidence()) == set()
    log = Ledger({("run-plan", 0): {"members": digest(b"others")}})
    with_members(log)
    assert found_by(log.evidence()) == {"slices"}


def _waived(log: Ledger, *people: str, model: str = MODEL_A, expires: int = 200) -> int:
    """A rejected model, a waiver of its breached critical clause, and a decision that rests on it."""
    result = log.result(log.run_plan(log.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": model, "reason": "known", "owner": "ann", "expires": expires, "at": 50}
    said = log.bound(log.decide(result, charter())) | named
    waiver = log.say("waiver", model, said, *people)
    return log.decide(result, charter(), waivers={"robust": waiver}, as_of=100)


def test_a_waiver_turns_reject_into_deploy_and_is_shown() -> None:
    log = Ledger()
    decision = log.statements[_waived(log, "ann")].predicate
    assert (decision["decision"], decision["clauses"]["robust"]["waived"]) == ("deploy", True)
    assert decision["clauses"]["robust"]["verdict"] == "breached"
    assert found_by(log.evidence()) == set()
    two = trust(quorum={"approve": 1, "waive": 2})
    assert found_by(log.evidence(), two) == {"waivers"}
    log = Ledger()
    _waived(log, "ann", "bo")
    assert found_by(log.evidence(), two) == set()


def test_waivers_that_do_not_count() -> None:
    for people, model, expires in (((), MODEL_A, 200), (("ann",), MODEL_B, 200), (("ann",), MODEL_A, 100)):
        log = Ledger()
        _waived(log, *people, model=model, expires=expires)
        assert "waivers" in found_by(log.evidence()), (people, model, expires)
    log = Ledger()
    _waived(log, "eve")
    assert found_by(log.evidence()) == {"signatures", "waivers"}
    nobody = trust(people={"ann": ledger.Person((ledger.Key(ledger.public("ann")),), ("approver",))})
    log = Ledger()
    _waived(log, "ann")
    assert found_by(log.evidence(), nobody) == {"waivers"}


def test_personal_signatures_are_checked_without_all() -> None:
    log = Ledger()
    _waived(log, "ann")
    seq = next(seq for seq, said in enumerate(log.statements) if said.kind == "waiver")
    body = canonical.loads(log.entries[seq])
    personal = {"keyid": body["signatures"][1]["keyid"], "sig": body["signatures"][0]["sig"]}
    log.entries[seq] = dumps({**body, "signatures": [body["signatures"][0], personal]})
    assert found_by(log.evidence()) == {"signatures"}


def test_an_approval_names_a_decision_before_it() -> None:
    log = story()
    log.say("approval", MODEL_B, log.bound(9) | {"at": 5}, "ann")
    assert found_by(log.evidence()) == set()
    log.say("approval", MODEL_B, log.bound(9) | {"decision": digest(b"none"), "at": 5}, "ann")
    assert found_by(log.evidence()) == {"bindings"}


def test_another_systems_charter_is_refused() -> None:
    log = Ledger()
    log.gate(MODEL_A, charter(system={"name": "other", "release": "1", "owner": "team"}))
    assert found_by(log.evidence()) == {"plans"}


def test_statements_are_read_once_more_by_nobody() -> None:
    """Every kind that a verdict rests on was said in these stories, so that none is out of the verifier's sight."""
    log = Ledger()
    _waived(log, "ann")
    log.gate(MODEL_B, charter())
    log.say("approval", MODEL_B, log.bound(len(log.entries) - 1) | {"at": 5}, "ann")
    assert {said.kind for said in log.statements} == set(statement.FIELDS) - (SAID.keys() - {"waiver", "approval"})
    assert found_by(log.evidence()) == set()
