"""What a verifier makes of keys that come and go, over whole logs."""

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from seatrial.proof import envelope, statement
from seatrial.proof.bundle import Evidence
from seatrial.proof.key import Key
from seatrial.proof.reading import Question
from seatrial.proof.trust import Person
from seatrial.proof.verify import verify
from tests.proof import ledger
from tests.proof.keyevents import changed, handed
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, found_by, public, story, trust, weak

NOON = 43_200
LATTICE = MLDSA44PrivateKey.from_seed_bytes(bytes(32))


def people(**more):
    return {**trust().people, "cy": Person((Key(public("cy")),), ("approver",)), **more}


def approved(log: Ledger, *who: str, decision: int = 9) -> int:
    return log.say("approval", MODEL_B, log.bound(decision) | {"at": NOON}, *who)


def test_a_rotated_key_approves_and_the_old_one_does_not() -> None:
    log = story()
    changed(log, "rotate", "ann", "ann two", key="ann", new="ann two")
    approved(log, "ann two")
    found = verify(log.evidence(), trust())
    assert found.ok, found.findings
    assert found.account.approved == ("ann",)
    approved(log, "ann")
    late = verify(log.evidence(), trust())
    assert [check.name for check in late.checks if check.problems] == ["signatures"]
    assert "ann's key is valid no more from entry 11 on" in str(late.findings[0])


def test_what_a_revoked_key_signed_before_stands() -> None:
    log = story()
    approved(log, "ann")
    changed(log, "revoke", key="ann")
    assert verify(log.evidence(), trust()).account.approved == ("ann",)


def test_the_term_in_the_trust_file_decides_and_not_the_time_that_is_claimed() -> None:
    log = story()
    at = approved(log, "ann")

    def term(**of) -> set[str]:
        return found_by(log.evidence(), trust(people={"ann": Person((Key(public("ann"), **of),), ("approver",))}))

    assert term() == term(since=at) == term(until=at + 1) == set()
    assert term(since=at + 1) == term(until=at) == {"signatures"}


def test_two_keys_of_one_person_are_one_approval() -> None:
    log = story()
    changed(log, "add", "cy", "ann two", new="ann two")
    approved(log, "ann", "ann two")
    found = verify(log.evidence(), trust(people=people(), quorum={"approve": 2, "waive": 1}))
    assert found.ok, found.findings
    assert (found.account.approved, found.account.needed) == (("ann",), 2)


def test_a_signature_of_ml_dsa_counts_and_a_changed_one_does_not() -> None:
    log = story()
    key = Key(LATTICE.public_key().public_bytes_raw(), "ml-dsa-44")
    pinned = trust(people={"ann": Person((key,), ("approver",))})
    payload = statement.write("approval", MODEL_B, log.bound(9) | {"at": NOON})

    def signed(sign) -> Evidence:
        log.entries[10:] = [envelope.seal(payload, [ledger.signer("log"), (key.public, sign)])]
        return Evidence(tuple(log.entries), log.checkpoint(), log.blobs)

    found = verify(signed(LATTICE.sign), pinned)
    assert found.ok, found.findings
    assert found.account.approved == ("ann",)

    def torn(message: bytes) -> bytes:
        signature = LATTICE.sign(message)
        return signature[:-1] + bytes([signature[-1] ^ 1])

    assert found_by(signed(torn), pinned) == {"signatures"}
    assert found_by(signed(lambda _message: bytes(2420)), pinned) == {"signatures"}
    assert found_by(signed(lambda message: LATTICE.sign(message + b"x")), pinned) == {"signatures"}


# ---- the log key --------------------------------------------------------------------------------------------------


def rotated() -> Ledger:
    """Model A under one log key (0-4), then another key (5), then model B (6-10)."""
    log = Ledger()
    log.gate(MODEL_A, charter(), weak)
    handed(log, "log two", "ann")
    log.gate(MODEL_B, charter())
    return log


def test_a_log_goes_on_under_another_key() -> None:
    log = rotated()
    newer = trust(log_key=public("log two"), log_since=5, earlier=(Key(public("log")),))
    for pinned in (trust(), newer):
        for question in (Question(), Question(every_signature=True), Question(decision=4)):
            found = verify(log.evidence(question.decision), pinned, question=question)
            assert found.ok, found.findings
            assert not any("log key was changed" in note for note in found.notes)


def test_the_old_log_key_is_refused_from_then_on() -> None:
    log = rotated()
    log.key = "log"
    log.environment(8)
    assert found_by(log.evidence()) == {"checkpoint", "signatures"}
    log = rotated()
    log.key = "log"
    evidence = log.evidence()
    log.key = "log two"
    assert found_by(evidence) == {"checkpoint"}


def test_nonces_come_from_checkpoints_of_the_key_of_their_time() -> None:
    log = Ledger()
    submission = log.submit(MODEL_A, charter())
    handed(log, "log two", "ann")
    log.decide(log.result(log.run_plan(submission)), charter())
    assert found_by(log.evidence()) == {"nonces"}


def test_a_change_on_the_log_keys_own_word_is_told() -> None:
    log = Ledger()
    handed(log, "log two")
    log.gate(MODEL_A, charter())
    found = verify(log.evidence(), trust(people={}))
    assert found.ok, found.findings
    assert next(note for note in found.notes if "log key" in note) == (
        "the log key was changed at entry 0 on its own word: the trust file names nobody who could agree"
    )
    assert "keys" in found_by(log.evidence())


def test_a_lost_log_key_is_replaced_where_the_trust_file_says_so() -> None:
    log = Ledger()
    log.gate(MODEL_A, charter(), weak)
    note, log.key = log.checkpoint(), "log two"
    event = {"role": "log", "name": "", "checkpoint": ledger.base64.b64encode(note).decode()}
    changed(log, "rotate", key="log", new="log two", **event)
    log.gate(MODEL_B, charter())
    pinned = trust(log_key=public("log two"), log_since=5, earlier=(Key(public("log")),))
    found = verify(log.evidence(), pinned)
    assert found.ok, found.findings
    assert "the log key was changed at entry 5 without the old one, as the trust file says" in found.notes
    assert "keys" in found_by(log.evidence(), trust())


def test_a_log_without_the_change_that_is_pinned_is_an_older_one() -> None:
    pinned = trust(log_key=public("log two"), log_since=5, earlier=(Key(public("log")),))
    found = verify(story().evidence(), pinned)
    assert "ask for the newest one" in str(found.findings)
    assert {check.name for check in found.checks if check.problems} == {"keys"}


def test_nothing_follows_a_closed_log() -> None:
    log = story()
    changed(log, "revoke", role="log", name="", key="log")
    found = verify(log.evidence(), trust())
    assert found.ok, found.findings
    assert "the log was closed at entry 10, by revoking its key" in found.notes
    log.environment(7)
    assert found_by(log.evidence()) == {"signatures"}


def test_an_event_from_another_log_is_found() -> None:
    log = story()
    event = {"action": "revoke", "role": "person", "name": "ann", "key": None, "new": None, "at": 1}
    event |= {"key": ledger.base64.b64encode(public("ann")).decode(), "algorithm": "ed25519", "checkpoint": None}
    payload = statement.write("key-event", statement.log_digest("log.example/other"), event | {"reason": "lost"})
    log.append(payload)
    found = verify(log.evidence(), trust())
    assert "a key-event counts in its own log only" in str(found.findings)
