"""Whose keys count at which entry, and what a key-event must look like to change that."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.proof import envelope, statement
from seatrial.proof.key import Key, key_id
from seatrial.proof.keyring import Keyring, mentions
from seatrial.proof.statement import log_digest
from seatrial.proof.trust import Person
from tests.proof import ledger
from tests.proof.keyevents import changed, handed, named
from tests.proof.ledger import MODEL_A, Ledger, public, trust
from tests.proof.said import SAID

ANN, LOG = key_id(public("ann")), key_id(public("log"))


def people(**more: Any) -> dict[str, Person]:
    """Ann approves and waives, cy approves, bo waives."""
    return {**trust().people, "cy": Person((Key(public("cy")),), ("approver",)), **more}


def ring(log: Ledger, **changes: Any) -> tuple[Keyring, list[str]]:
    """The keyring after a ledger, and what was wrong."""
    found = Keyring(trust(**{"people": people(), **changes}))
    wrong: list[str] = []
    for seq, said in enumerate(log.statements):
        if said.kind == "key-event":
            wrong += [str(one) for one in found.learn(seq, said, envelope.parsed(log.entries[seq]).key_ids)]
    return found, wrong


def after(change, *, before: int = 3) -> Ledger:
    """A ledger with some entries, and then what is done."""
    log = Ledger()
    for _ in range(before):
        log.say("incident", MODEL_A, _incident())
    change(log)
    return log


def _incident() -> dict[str, Any]:
    return SAID["incident"]


def test_a_rotated_key_counts_from_its_entry_on_and_the_old_one_up_to_it() -> None:
    found, wrong = ring(after(lambda log: changed(log, "rotate", "ann", "ann two", key="ann", new="ann two")))
    new = key_id(public("ann two"))
    assert wrong == []
    assert [found.person(ANN, seq) for seq in (0, 3, 4, 99)] == ["ann", "ann", None, None]
    assert [found.person(new, seq) for seq in (0, 2, 3, 4, 99)] == [None, None, "ann", "ann", "ann"]
    assert set(found.keys(2)) == {LOG, ANN, key_id(public("bo")), key_id(public("cy"))}
    assert ANN not in found.keys(4)
    assert found.why_not(ANN, 4) == "ann's key is valid no more from entry 4 on"
    assert found.why_not(new, 1) == "ann's key is valid only from entry 3 on"
    assert (found.began(new), found.ended(ANN), found.began(ANN), found.ended(new)) == (3, 3, None, None)


def test_an_added_key_needs_an_approver_other_than_its_person_and_the_holder() -> None:
    def added(*signers: str, **trusted: Any) -> list[str]:
        return ring(after(lambda log: changed(log, "add", "ann two", *signers, new="ann two")), **trusted)[1]

    assert added("cy") == []
    for signers in ((), ("ann",), ("bo",), ("ann", "bo")):
        assert added(*signers) == ["signatures: 1 approver other than ann and runner must sign, 0 did"], signers
    assert added("cy", holder="cy") == ["signatures: 1 approver other than ann and cy must sign, 0 did"]
    two = {"approve": 1, "waive": 1, "keys": 2}
    assert added("cy", quorum=two) == ["signatures: 2 approvers other than ann and runner must sign, 1 did"]
    both = Person((Key(public("cy")), Key(public("cy two"))), ("approver",))
    assert added("cy", "cy two", quorum=two, people=people(cy=both))[0].endswith("must sign, 1 did")
    assert added("cy", "di", quorum=two, people=people(di=Person((Key(public("di")),), ("approver",)))) == []


def test_a_revoked_key_counts_up_to_its_entry() -> None:
    found, wrong = ring(after(lambda log: changed(log, "revoke", key="ann")))
    assert wrong == []
    assert [found.person(ANN, seq) for seq in (2, 3, 4)] == ["ann", "ann", None]
    assert [found.signers("approver", [ANN], seq) for seq in (2, 4)] == [("ann",), ()]
    assert found.ever("approver", 4)


WRONG = {
    "a rotation that the old key did not sign": (
        lambda log: changed(log, "rotate", "ann two", key="ann", new="ann two"),
        "the old key",
    ),
    "a rotation that the new key did not sign": (
        lambda log: changed(log, "rotate", "ann", key="ann", new="ann two"),
        "nobody showed to hold it",
    ),
    "a rotation of somebody else's key": (
        lambda log: changed(log, "rotate", "bo", "ann two", key="bo", new="ann two"),
        "is no key of ann that is valid here",
    ),
    "a key of somebody else": (
        lambda log: changed(log, "add", "cy", "bo", new="bo"),
        "has been in this log before",
    ),
    "the log key as a person's": (lambda log: changed(log, "add", "cy", new="log"), "has been in this log before"),
    "a key for nobody": (
        lambda log: changed(log, "add", "cy", "eve", new="eve", name="eve"),
        "'eve' is nobody in the trust file",
    ),
    "an event of another log": (
        lambda log: _foreign(log, "add", "cy", "ann two", new="ann two"),
        "is about another log than",
    ),
    "an addition that ends a key": (
        lambda log: changed(log, "add", "cy", "ann two", key="ann", new="ann two"),
        "does not fit 'add'",
    ),
    "a revocation with a new key": (
        lambda log: changed(log, "revoke", "ann two", key="ann", new="ann two"),
        "does not fit 'revoke'",
    ),
    "a rotation to nothing": (lambda log: changed(log, "rotate", "ann", key="ann"), "does not fit 'rotate'"),
    "another algorithm than the key's": (
        lambda log: changed(log, "add", "cy", "ann two", new="ann two", algorithm="ml-dsa-44"),
        "is not the base64 of a raw ML-DSA-44 public key",
    ),
    "a checkpoint where none belongs": (
        lambda log: changed(log, "revoke", key="ann", checkpoint=_note(log)),
        "stands only where the log key changes",
    ),
    "a log key that nobody agreed to": (lambda log: handed(log, "log two"), "1 approver other than runner must sign"),
    "a log key that the old one did not sign": (
        lambda log: _seized(log, "ann"),
        "has not signed (if it is lost, the trust file must name",
    ),
    "a log key with the checkpoint of another size": (
        lambda log: handed(log, "log two", "ann", checkpoint=_note(log, 2)),
        "is over 2 entries, and 3 stand before",
    ),
    "a log key without a checkpoint": (
        lambda log: handed(log, "log two", "ann", checkpoint=None),
        "checkpoint over all entries before is missing",
    ),
    "a log key with a checkpoint that is none": (
        lambda log: handed(log, "log two", "ann", checkpoint="AAAA"),
        "is not a signed note",
    ),
    "another log key than that of now": (
        lambda log: changed(log, "rotate", "ann", "log two", role="log", name="", key="eve", new="log two"),
        "is not the log key at entry 3",
    ),
    "a second log key": (
        lambda log: changed(log, "add", "ann", "log two", role="log", name="", new="log two"),
        "a log has one key",
    ),
    "a log key under a name": (lambda log: handed(log, "log two", "ann", name="ann"), "a log has no other name"),
}


def _note(log: Ledger, size: int | None = None) -> str:
    return base64.b64encode(log.checkpoint(size)).decode()


def _seized(log: Ledger, *people: str) -> None:
    """The log key is changed by somebody who has not the old one, over its last checkpoint."""
    note, log.key = _note(log), "eve"
    changed(log, "rotate", *people, role="log", name="", key="log", new="eve", checkpoint=note)


def _foreign(log: Ledger, action: str, *people: str, new: str) -> None:
    event = {"action": action, "role": "person", "name": "ann", "key": None, "new": named(new), "at": 1}
    event |= {"algorithm": "ed25519", "checkpoint": None, "reason": "because"}
    log.append(statement.write("key-event", log_digest("log.example/other"), event), *people)


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_a_rule_changes_nothing(name) -> None:
    change, said = WRONG[name]
    found, wrong = ring(after(change))
    assert any(said in one for one in wrong), wrong
    assert found.events == {}
    assert found.history() == Keyring(trust(people=people())).history()
    assert found.log_key(99) == public("log")


def test_a_key_does_not_come_back() -> None:
    def there_and_back(log: Ledger) -> None:
        changed(log, "revoke", key="ann")
        changed(log, "add", "cy", "ann", new="ann")

    found, wrong = ring(after(there_and_back))
    assert "has been in this log before" in wrong[0]
    assert found.person(ANN, 9) is None


def test_an_event_that_is_repeated_does_nothing() -> None:
    log = after(lambda log: changed(log, "add", "cy", "ann two", new="ann two"))
    changed(log, "revoke", key="ann two")
    log.entries.append(log.entries[3])
    log.statements.append(log.statements[3])
    found, wrong = ring(log)
    assert "has been in this log before" in wrong[0]
    assert found.person(key_id(public("ann two")), 9) is None


# ---- the log key --------------------------------------------------------------------------------------------------


def test_the_log_key_of_an_entry_signs_the_checkpoint_that_it_is_the_last_of() -> None:
    found, wrong = ring(after(lambda log: handed(log, "log two", "ann")))
    assert wrong == []
    old, new = public("log"), public("log two")
    assert [found.log_key(seq) for seq in (0, 2, 3, 4)] == [old, old, new, new]
    assert [found.checkpoint_key(size) for size in (0, 1, 3, 4, 5)] == [old, old, old, new, new]
    assert {LOG, key_id(new)} <= found.keys(3).keys()
    assert LOG not in found.keys(4)
    assert found.why_not(LOG, 4) == "the log key is valid no more from entry 4 on"


def test_with_nobody_in_the_trust_file_the_log_key_changes_itself() -> None:
    assert ring(after(lambda log: handed(log, "log two")), people={})[1] == []


def test_it_may_be_the_first_entry() -> None:
    found, wrong = ring(after(lambda log: handed(log, "log two", "ann"), before=0))
    assert wrong == []
    assert [found.checkpoint_key(size) for size in (0, 1)] == [public("log"), public("log two")]


def test_a_lost_log_key_is_replaced_on_the_word_of_the_trust_file_at_its_entry_only() -> None:
    pinned = {"log_key": public("eve"), "log_since": 3, "earlier": (Key(public("log")),)}
    log = after(_seized)
    found, wrong = ring(log, **pinned)
    assert wrong == []
    assert found.log_key(3) == public("eve")
    assert LOG not in found.keys(3)
    for other in ({"log_since": 4}, {"log_key": public("other")}):
        assert "the trust file names no such log key from entry 3 on" in " ".join(ring(log, **{**pinned, **other})[1])
    assert Keyring(trust(**pinned)).awaited(3) == (public("eve"),)
    assert (Keyring(trust(**pinned)).awaited(2), found.awaited(3)) == ((), ())


def test_a_closed_log_takes_nothing_more() -> None:
    close = {"role": "log", "name": "", "key": "log"}
    found, wrong = ring(after(lambda log: changed(log, "revoke", **close)))
    assert (wrong, found.closed) == ([], 3)
    assert LOG in found.keys(3)
    assert LOG not in found.keys(4)


def test_a_trust_file_that_knows_of_a_change_already_agrees_with_it() -> None:
    newer = Person((Key(public("ann"), until=4), Key(public("ann two"), since=3)), ("approver",))
    log = after(lambda log: changed(log, "rotate", "ann", "ann two", key="ann", new="ann two"))
    found, wrong = ring(log, people=people(ann=newer))
    assert wrong == []
    assert [found.person(key_id(public("ann two")), seq) for seq in (2, 3)] == [None, "ann"]
    always = Person((Key(public("ann")), Key(public("ann two"))), ("approver",))
    assert "has been in this log before" in ring(log, people=people(ann=always))[1][0]


# ---- properties ---------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(["rotate", "revoke", "say", "log", "add"]), max_size=12))
def test_however_keys_change_each_entry_has_one_log_key_and_nobody_two_owners(steps) -> None:
    log, mine = Ledger(), ["ann"]
    for count, step in enumerate(steps):
        new = f"key {count}"
        if step == "say":
            log.say("incident", MODEL_A, _incident())
        elif step == "log":
            handed(log, new, "cy")
        elif step == "add":
            changed(log, "add", "cy", new, new=new)
            mine.append(new)
        elif mine and step == "rotate":
            changed(log, "rotate", mine[-1], new, key=mine[-1], new=new)
            mine[-1] = new
        elif mine:
            changed(log, "revoke", key=mine.pop())
    found, wrong = ring(log)
    assert wrong == []
    for seq, entry in enumerate(log.entries):
        signed = envelope.parsed(entry).key_ids
        envelope.check(envelope.parsed(entry), found.keys(seq))
        assert found.log_key_id(seq) in signed
    size = len(log.entries)
    assert found.checkpoint_key(size) == public(log.key)
    assert {one for one in found.keys(size) if found.person(one, size) == "ann"} == {
        key_id(public(name)) for name in mine
    }


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_event_is_never_missed_by_its_bytes(reason, origin) -> None:
    event = {"action": "revoke", "role": "person", "name": origin, "key": "AAAA", "new": None}
    event |= {"algorithm": "ed25519", "checkpoint": None, "reason": reason + ".", "at": 1}
    payload = statement.write("key-event", log_digest(origin), event)
    assert mentions(envelope.seal(payload, [ledger.signer("log")]))


def test_other_entries_are_not_taken_for_events() -> None:
    log = after(lambda _log: None)
    assert not any(map(mentions, log.entries))
