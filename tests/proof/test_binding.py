"""A word is bound to one decision, its place, and every answer under it."""

from seatrial.proof import merkle
from seatrial.proof.binding import binding
from seatrial.proof.canonical import digest
from tests.proof.ledger import MODEL_B as MODEL
from tests.proof.ledger import ORIGIN, Ledger, charter, found_by, good, story


def test_a_binding_names_the_decision_its_entry_the_log_and_the_root_up_to_it() -> None:
    log = story()
    log.say("approval", MODEL, log.bound(9) | {"at": 1}, "ann")
    made = binding(ORIGIN, log.entries, 9)
    assert made == {"decision": log.of(9)["of"], "entry": 9, "log": ORIGIN, "root": made["root"]}
    assert made["root"] == merkle.root(map(merkle.leaf_hash, log.entries[:10])).hex()


def test_equal_words_over_other_evidence_are_another_decision() -> None:
    """Both decisions have the same bytes; what the model answered is not the same, and only the root says so."""
    one, other = Ledger(), Ledger({("environment", 0): {"fields": {"python": "3.12"}}})
    for log in (one, other):
        log.gate(MODEL, charter(), good)
    assert one.bound(4)["decision"] == other.bound(4)["decision"]
    assert one.bound(4)["root"] != other.bound(4)["root"]
    one.say("approval", MODEL, one.bound(4) | {"at": 1}, "ann")
    assert found_by(one.evidence()) == set()
    other.say("approval", MODEL, one.bound(4) | {"at": 1}, "ann")
    assert found_by(other.evidence()) == {"bindings"}


def test_every_part_of_a_binding_is_checked() -> None:
    for changes in (
        {"decision": digest(b"another")},
        {"entry": 4},
        {"entry": 400},
        {"log": "log.example/other"},
        {"root": "00" * 32},
    ):
        for kind, more in (("approval", {}), ("waiver", WAIVER)):
            log = story()
            log.say(kind, MODEL, log.bound(9) | {"at": 1} | more | changes, "ann")
            assert found_by(log.evidence(9)) == {"bindings"}, (kind, changes)


WAIVER = {"clause": "robust", "model": MODEL, "reason": "known", "owner": "ann", "expires": 99}
