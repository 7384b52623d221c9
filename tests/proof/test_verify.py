"""An honest log verifies; each lie is found, by the check that is there for it."""

import base64
from dataclasses import replace

import pytest

from seatrial.proof import bundle, canonical, envelope, merkle, rules
from seatrial.proof.bundle import Evidence
from seatrial.proof.canonical import digest, dumps
from seatrial.proof.checks import CHECKS
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify, verify_bundle
from tests.proof import ledger
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, found_by, good, story, trust, weak


def test_an_honest_log_verifies() -> None:
    evidence = story().evidence()
    found = verify(evidence, trust())
    assert found.findings == ()
    assert (found.assurance, found.seq, found.entries) == ("self-attested", 9, 10)
    assert found.decision["decision"] == "deploy"
    assert any("recorded, not recomputed: entries 4" in note for note in found.notes)
    assert verify(evidence, trust(), question=Question(every_signature=True)).ok


def test_another_submitter_is_a_note_and_no_higher_assurance() -> None:
    log = Ledger({("submission", 0): {"submitter": "dana"}})
    log.gate(MODEL_A, charter())
    found = verify(log.evidence(), trust())
    assert found.ok, found.findings
    assert found.assurance == "self-attested"
    assert any("submitted by dana, on the word of runner" in note for note in found.notes)
    assert not any("submitted by" in note for note in verify(story().evidence(), trust()).notes)


def test_an_earlier_decision_can_be_asked_about() -> None:
    log = story()
    found = verify(log.evidence(4), trust(), question=Question(decision=4))
    assert found.ok
    assert found.decision["decision"] == "reject"
    assert found.decision["clauses"]["robust"]["verdict"] == "breached"
    assert found_by(log.evidence(), decision=3) >= {"decision"}


def test_a_bundle_verifies() -> None:
    assert verify_bundle(bundle.write(story().evidence()), trust()).ok


def test_a_log_without_a_decision_is_a_finding() -> None:
    log = Ledger()
    log.submit(MODEL_A, charter())
    assert "decision" in found_by(Evidence(tuple(log.entries), log.checkpoint(), {}))


def test_odd_evidence_is_a_finding_and_never_a_crash() -> None:
    assert found_by(Evidence((), b"", {}))
    assert found_by(Evidence((b"", b"{}", b"\xff"), b"\xff\n", {"sha256:": b""}))


# ---- without the log key ------------------------------------------------------------------------------------------


def _entries(change):
    def attack(evidence: Evidence) -> Evidence:
        entries = list(evidence.entries)
        change(entries)
        return replace(evidence, entries=tuple(entries))

    return attack


def _edited(entries: list[bytes]) -> None:
    payload = envelope.parsed(entries[4]).payload.replace(b'"reject"', b'"deploy"')
    body = canonical.loads(entries[4])
    entries[4] = dumps({**body, "payload": base64.b64encode(payload).decode()})


def _stripped(entries: list[bytes]) -> None:
    entries[4] = dumps({**canonical.loads(entries[4]), "signatures": []})


def _doubled(entries: list[bytes]) -> None:
    body = canonical.loads(entries[4])
    entries[4] = dumps({**body, "signatures": body["signatures"] * 2})


def _unknown(entries: list[bytes]) -> None:
    entries[4] = envelope.seal(envelope.parsed(entries[4]).payload, [ledger.signer("log"), ledger.signer("eve")])


WITHOUT_KEY = {
    "entry edited": (_entries(_edited), {"root", "signatures"}),
    "signature stripped": (_entries(_stripped), {"root", "signatures"}),
    "one key twice": (_entries(_doubled), {"root", "signatures"}),
    "unknown key": (_entries(_unknown), {"root", "signatures"}),
    "last entry dropped": (_entries(list.pop), {"root"}),
    "first entry dropped": (_entries(lambda entries: entries.pop(0)), {"root"}),
    "entry repeated": (_entries(lambda entries: entries.append(entries[-1])), {"root"}),
    "entries swapped": (_entries(list.reverse), {"root"}),
    "other spelling": (_entries(lambda entries: entries.append(b" " + entries.pop())), {"envelopes", "root"}),
}


@pytest.mark.parametrize("name", WITHOUT_KEY)
def test_nobody_without_the_key_changes_the_log(name) -> None:
    attack, checks = WITHOUT_KEY[name]
    assert checks <= found_by(attack(story().evidence()), every_signature=True)


def test_a_blob_that_was_swapped_or_is_missing_is_found() -> None:
    evidence = story().evidence()
    one, two = sorted(evidence.blobs)[:2]
    assert "blobs" in found_by(replace(evidence, blobs={**evidence.blobs, one: evidence.blobs[two]}))
    for missing in evidence.blobs:
        rest = {name: data for name, data in evidence.blobs.items() if name != missing}
        findings = verify(replace(evidence, blobs=rest), trust()).findings
        assert any(missing in str(problem) for problem in findings), missing


def test_a_log_signed_by_another_key_is_found() -> None:
    log = Ledger()
    log.key = "eve"
    log.gate(MODEL_A, charter())
    assert found_by(log.evidence()) >= {"checkpoint", "signatures", "nonces"}


def test_another_logs_checkpoint_is_found() -> None:
    log, other = story(), story()
    other.environment(7)
    assert found_by(replace(log.evidence(), checkpoint=other.checkpoint())) == {"root"}
    assert found_by(log.evidence(), trust(origin="other.example/digits")) >= {"checkpoint", "nonces"}


# ---- by the holder of the log key ---------------------------------------------------------------------------------


def test_a_log_that_was_cut_and_signed_again_is_found_by_who_remembers() -> None:
    log = story()
    leaves = tuple(merkle.leaf_hash(entry) for entry in log.entries)
    again = Ledger()
    again.gate(MODEL_B, charter())
    assert found_by(again.evidence()) == set()
    assert found_by(again.evidence(), remembered=leaves) == {"memory"}
    without = tuple(check for check in CHECKS if check.name != "memory")
    assert verify(again.evidence(), trust(), question=Question(remembered=leaves), checks=without).ok


def test_what_is_remembered_may_be_shorter_and_not_longer() -> None:
    log = story()
    leaves = tuple(merkle.leaf_hash(entry) for entry in log.entries)
    found = verify(log.evidence(), trust(), question=Question(remembered=leaves[:3]))
    assert (found.ok, found.assurance) == (True, "remembered")
    log.environment(7)
    leaves = tuple(merkle.leaf_hash(entry) for entry in log.entries)
    assert found_by(story().evidence(), remembered=leaves) == {"memory"}


def _chosen_nonce(log: Ledger, said: dict) -> dict:
    """Re-roll: another nonce, and the slice that it draws."""
    nonce, plan = bytes(32), log.plan(said["submission"])
    free = rules.left(rules.gate_cases(log.blobs[plan["pool"]]), log.opened(), plan["take"], reuse=False)
    drawn = log.put(b"".join(rules.slice_of(nonce, free, plan["take"])))
    return {**said, "nonce": nonce.hex(), "slice": drawn}


def _chosen_cases(log: Ledger, said: dict) -> dict:
    return {**said, "slice": log.put(b"".join(rules.gate_cases(log.blobs[log.plan(5)["pool"]])[:30]))}


def _opened_again(log: Ledger, said: dict) -> dict:
    return {**said, "slice": log.statements[1].predicate["slice"]}


def _later_checkpoint(log: Ledger, said: dict) -> dict:
    return {**said, "checkpoint": base64.b64encode(log.checkpoint(3)).decode()}


def _fewer_rows(log: Ledger, said: dict) -> dict:
    """Drop what did not hold."""
    shards = [shard for shard in said["shards"] if (shard["clause"], shard["shard"]) != ("robust", 1)]
    return {**said, "shards": shards}


def _other_rows(log: Ledger, said: dict) -> dict:
    """Rows of cases that were not drawn."""
    blob = ledger.observed("robust", 0, list(ledger.CASES[:12]), good)
    return {**said, "shards": [{**said["shards"][0], "computed": log.put(blob)}, *said["shards"][1:]]}


def _rows_twice(log: Ledger, said: dict) -> dict:
    first = log.blobs[said["shards"][0]["computed"]]
    again = first.replace(b'"shard":0', b'"shard":1')
    shards = [said["shards"][0], {**said["shards"][1], "computed": log.put(again)}, *said["shards"][2:]]
    return {**said, "shards": shards}


def _clean_as_robust(log: Ledger, said: dict) -> dict:
    """The rows of one clause, shown for another."""
    clean = [shard for shard in said["shards"] if shard["clause"] == "clean"]
    return {**said, "shards": clean + [{**shard, "clause": "robust"} for shard in clean]}


def _deploy(_log: Ledger, said: dict) -> dict:
    return {**said, "decision": "deploy"}


def _held(_log: Ledger, said: dict) -> dict:
    clauses = {name: {**entry, "verdict": "held"} for name, entry in said["clauses"].items()}
    return {**said, "clauses": clauses, "decision": "deploy"}


def _counted(_log: Ledger, said: dict) -> dict:
    return {**said, "clauses": {name: {**entry, "held": 30} for name, entry in said["clauses"].items()}}


def _softer_plan(log: Ledger, said: dict) -> dict:
    plan = canonical.loads(log.blobs[said["plan"]])
    plan["clauses"]["robust"]["require"] = "held_rate >= 0.1 at 95%"
    return {**said, "plan": log.put(dumps(plan))}


def _replanned(**changes):
    """A plan that is not what the charter says, with the trial digest that follows from it."""

    def lie(log: Ledger, said: dict) -> dict:
        plan = canonical.loads(log.blobs[said["plan"]]) | changes
        return {**said, "plan": log.put(dumps(plan)), "trial": rules.trial(plan)}

    return lie


def _negative(log: Ledger, said: dict) -> dict:
    plan = canonical.loads(log.blobs[said["plan"]])
    plan["clauses"]["robust"] |= {"count": 60, "members": -30}
    return {**said, "plan": log.put(dumps(plan)), "trial": rules.trial(plan)}


def _nobody(log: Ledger, said: dict) -> dict:
    plan = canonical.loads(log.blobs[said["plan"]])
    plan["clauses"]["robust"]["scenarios"][0]["adversaries"] = []
    return {**said, "plan": log.put(dumps(plan)), "trial": rules.trial(plan)}


def _other_trial(_log: Ledger, said: dict) -> dict:
    return {**said, "trial": digest(b"same as before")}


LIES = {
    "attempt 2 called the first": ("run-plan", 1, {"attempt": 1}, {"attempts"}),
    "nonce chosen": ("run-plan", 1, _chosen_nonce, {"nonces"}),
    "cases chosen": ("run-plan", 1, _chosen_cases, {"slices"}),
    "opened cases drawn again": ("run-plan", 1, _opened_again, {"slices"}),
    "checkpoint of another size": ("run-plan", 1, _later_checkpoint, {"nonces"}),
    "run-plan of another submission": (
        "run-plan",
        1,
        {"submission": 0},
        {"references", "attempts", "nonces", "decision"},
    ),
    "members without members": ("run-plan", 1, {"members": digest(b"")}, {"slices"}),
    "continues what is not its trial": ("run-plan", 1, {"continues": 2}, {"references", "attempts"}),
    "a shard left out": ("run-result", 1, _fewer_rows, {"results"}),
    "rows of other cases": ("run-result", 1, _other_rows, {"results"}),
    "rows of a case twice": ("run-result", 1, _rows_twice, {"results"}),
    "rows of another clause": ("run-result", 1, _clean_as_robust, {"results"}),
    "result of another run": ("run-result", 1, {"run_plan": 1}, {"references", "results", "decision"}),
    "plan softer than its charter": ("submission", 1, _softer_plan, {"plans"}),
    "another target": ("submission", 1, _replanned(target={"kind": "other"}), {"plans"}),
    "reuse that was not declared": ("submission", 1, _replanned(cases={"reuse": True}), {"plans"}),
    "negative counts": ("submission", 1, _negative, {"plans"}),
    "a scenario without an adversary": ("submission", 1, _nobody, {"plans"}),
    "another trial": ("submission", 1, _other_trial, {"plans"}),
    "another release": ("submission", 1, {"release": "2"}, {"plans"}),
    "reject called deploy": ("decision", 0, _deploy, {"decision"}),
    "breached called held": ("decision", 0, _held, {"decision"}),
    "counts": ("decision", 0, _counted, {"decision"}),
    "decision of another release": ("decision", 1, {"release": "2"}, {"plans"}),
    "an instant without waivers": ("decision", 1, {"as_of": 7}, {"waivers"}),
    "a later entry": (
        "decision",
        1,
        {"run_result": 9},
        {"references", "slices", "plans", "results", "stops", "decision"},
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_the_holder_of_the_log_key_is_found_out(name) -> None:
    kind, nth, lie, checks = LIES[name]
    log = story({(kind, nth): lie})
    asked = 4 if kind == "decision" and nth == 0 else 9
    evidence = Evidence(tuple(log.entries), log.checkpoint(), log.blobs)
    found = found_by(evidence, decision=asked)
    assert found == checks or name == "a later entry"
    assert found >= checks
    if len(checks) == 1:  # then nobody else would notice
        rest = tuple(check for check in CHECKS if check.name not in checks)
        assert verify(evidence, trust(), question=Question(decision=asked), checks=rest).ok


def test_a_done_shard_is_never_changed() -> None:
    log = Ledger()
    run_plan = log.run_plan(log.submit(MODEL_A, charter()))
    log.result(run_plan, weak)
    log.decide(log.result(run_plan, good), charter())
    assert found_by(log.evidence()) == {"results"}


def test_a_second_run_plan_of_one_submission_is_found() -> None:
    log = Ledger()
    submission = log.submit(MODEL_A, charter())
    log.run_plan(submission)
    log.decide(log.result(log.run_plan(submission)), charter())
    assert found_by(log.evidence()) == {"references"}


def test_a_missed_control_does_not_hold() -> None:
    log = story({("run-result", 1): {"controls": {"planted: family.x {}": "missed"}}})
    decision = verify(log.evidence(), trust()).decision
    assert verify(log.evidence(), trust()).ok
    assert {name: entry["verdict"] for name, entry in decision["clauses"].items()} == {
        "robust": "untried",
        "clean": "held",
    }
    assert decision["decision"] == "hold"


def test_a_control_that_the_plan_names_cannot_be_left_out() -> None:
    log = story({("run-result", 1): {"controls": {}, "control_of": {}}})
    found = verify(log.evidence(), trust())
    assert found.ok
    assert (found.decision["decision"], found.decision["clauses"]["robust"]["verdict"]) == ("hold", "untried")
    silent = {"controls": {}, "control_of": {}}
    log = story({("run-result", 1): silent, ("decision", 1): _held})
    assert found_by(log.evidence()) == {"decision"}
