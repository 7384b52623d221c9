"""What a verification says of people: who signed in which role, whose approval counts, whose word was taken back."""

from dataclasses import replace

from seatrial.proof import account, envelope, outcome
from seatrial.proof.account import LOG
from seatrial.proof.canonical import digest
from seatrial.proof.outcome import plain, told
from seatrial.proof.reading import Question
from seatrial.proof.verify import NOTHING, verify
from tests.proof import attacks
from tests.proof.attacks import NOON, honest, person, sampled
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, found_by, story, trust, weak

TWO = trust(people={name: person(name) for name in ("ada", "bob")}, quorum={"approve": 2, "waive": 1})


def _approved(*people: str, submitter: str = "runner") -> Ledger:
    log = Ledger({("submission", 0): {"submitter": submitter}})
    log.gate(MODEL_B, charter())
    for name in people:
        log.say("approval", MODEL_B, log.bound(4) | {"at": NOON}, name)
    return log


def _revoke(log: Ledger, seq: int, name: str) -> None:
    of = digest(envelope.parsed(log.entries[seq]).payload)
    log.say("revocation", log.statements[seq].model, {"entry": seq, "of": of, "reason": "in haste", "at": NOON}, name)


def test_people_are_named_and_counted() -> None:
    found = verify(_approved("ada", "bob").evidence(), TWO, question=Question(approved=True))
    assert found.ok
    assert "approved by ada, bob (2 of 2)" in told(found)
    assert f"entries signed: {LOG} 7, ada (approver, waiver) 1, bob (approver, waiver) 1" in told(found)
    assert plain(found)["approved"] == ["ada", "bob"]
    assert plain(found)["signed"]["bob"] == {"roles": ["approver", "waiver"], "entries": 1}


def test_nobody_approved_and_that_is_said() -> None:
    found = verify(_approved().evidence(), TWO)
    assert found.ok
    assert "not approved (0 of 2)" in told(found)
    assert found_by(_approved().evidence(), TWO, approved=True) == {"approvals"}


def test_what_does_not_count_is_said_with_the_reason() -> None:
    found = verify(_approved("ada", "bob", submitter="ada").evidence(), TWO)
    assert found.ok
    assert "not approved: only bob (1 of 2)" in told(found)
    assert "the approval of ada does not count: submitted the model" in told(found)


def test_an_approval_that_was_taken_back_is_said_to_be() -> None:
    log = _approved("ada", "bob")
    _revoke(log, 5, "ada")
    found = verify(log.evidence(), TWO)
    assert found.ok, found.findings
    assert "not approved: only bob (1 of 2)" in told(found)
    assert "the approval of ada does not count: took the approval back" in told(found)
    assert plain(found)["uncounted"] == {"ada": "took the approval back"}


def test_a_waiver_is_told_with_its_people_and_who_withdrew() -> None:
    log = Ledger()
    result = log.result(log.run_plan(log.submit(MODEL_A, charter())), weak)
    named = {"clause": "robust", "model": MODEL_A, "reason": "known", "owner": "ada", "expires": 200, "at": 50}
    waiver = log.say("waiver", MODEL_A, log.bound(log.decide(result, charter())) | named, "ada")
    log.decide(result, charter(), waivers={"robust": waiver}, as_of=100)
    found = verify(log.evidence(), TWO)
    assert found.ok, found.findings
    assert f"waived: robust by ada (entry {waiver}), until 1970-01-01T00:03:20Z" in told(found)
    _revoke(log, waiver, "ada")
    later = verify(log.evidence(), TWO)
    assert later.ok, later.findings
    assert f"waived: robust by ada (entry {waiver}), until 1970-01-01T00:03:20Z; withdrawn by ada" in told(later)
    assert plain(later)["waivers"][0]["withdrawn"] == ["ada"]


def test_of_what_does_not_verify_nothing_is_told() -> None:
    shown = honest().evidence()
    found = verify(type(shown)(shown.entries[:-1], shown.checkpoint, shown.blobs), trust())
    assert found.account == NOTHING
    assert "approved" not in told(found).partition("NOT VERIFIED")[2]


def test_samples_that_are_all_there_are_not_mentioned() -> None:
    assert "withheld:" not in "\n".join(account.lines(verify(sampled()[1], trust()).account))


def test_who_asks_for_approvals_asks_for_waivers_that_have_not_expired() -> None:
    shown = attacks._waived("ann")
    asked = Question(approved=True)
    kept = [str(one) for one in verify(shown.evidence, trust(), question=asked).findings]
    late = [str(one) for one in verify(shown.evidence, trust(), question=replace(asked, now=200)).findings]
    assert kept == ["entry 5: 0 of 1 people approved the decision"]
    assert late == [*kept, "entry 4: the decision rests on this waiver, and it expired at 1970-01-01T00:03:20Z"]


def test_what_was_not_asked_for_is_not_told_as_good() -> None:
    found = verify(story().evidence(), trust())
    well, _, silent = outcome.told(found).partition("not asked for, and not checked: ")
    assert silent == "disclosed, memory, age, assurance, approvals, files, attestation"
    assert "approvals" not in well
    every = outcome.told(found, every=True)
    assert "-       approvals: " in every
    assert "ok      decision: " in every
    assert {one["name"] for one in outcome.plain(found)["checks"] if not one["asked"]} == set(silent.split(", "))


def test_too_few_approvals_are_no_approval() -> None:
    log = story()
    log.say("approval", MODEL_B, log.bound(9) | {"at": 1}, "ann")
    two = trust(quorum={"approve": 2, "waive": 1})
    assert "not approved: only ann (1 of 2)" in outcome.told(verify(log.evidence(), two)).splitlines()
    assert "approved by ann (1 of 1)" in outcome.told(verify(log.evidence(), trust())).splitlines()
