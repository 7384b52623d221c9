import pytest

from seatrial.decision import judge
from seatrial.errors import EvidenceError, InputError
from seatrial.evidence import lineage
from seatrial.evidence.lineage import Origin, aliases, ancestors, lineages
from seatrial.evidence.log import Log
from seatrial.proof.canonical import digest
from seatrial.testing.gating import System

A, B, C, FILES_A, FILES_B = (digest(name) for name in (b"a", b"b", b"c", b"files a", b"files b"))
NOON = 1_795_262_400


def stated(log: Log, model: str, origin: Origin, artifact: str = "", by: str = "ann", at: int = NOON) -> int:
    return lineage.record(log, model, origin, by=by, at=at, artifact=artifact)


def test_ancestors_come_nearest_first(log: Log) -> None:
    stated(log, B, Origin(parent=A, remedy="training.pgd", made=b'{"epochs": 3}', clause="near"))
    stated(log, C, Origin(parent=B, revision="0123abc", data=digest(b"rows")))
    found = ancestors(log, C)
    assert [(one.model, one.parent) for one in found] == [(C, B), (B, A)]
    assert found[0].revision == "0123abc"
    assert log.store.get(found[1].record or "") == b'{"epochs": 3}'
    assert ancestors(log, A) == ()


def test_the_same_said_again_is_no_second_entry(log: Log) -> None:
    first = stated(log, B, Origin(parent=A))
    assert stated(log, B, Origin(parent=A), by="bob", at=NOON + 1) == first
    assert stated(log, B, Origin(parent=A, remedy="another")) == first + 1
    assert len(lineages(log.statements())) == 2


def test_a_renamed_file_is_found_by_its_artifact(log: Log) -> None:
    stated(log, B, Origin(parent=FILES_A), artifact=FILES_B)
    stated(log, C, Origin(), artifact=FILES_B)
    assert aliases(log.statements(), C) == {B, C, FILES_B}
    assert [one.parent for one in ancestors(log, C)] == [FILES_A, None]
    assert [one.model for one in ancestors(log, FILES_B)] == [B, C]


def test_a_ring_ends(log: Log) -> None:
    stated(log, A, Origin(parent=B))
    stated(log, B, Origin(parent=A))
    stated(log, C, Origin(parent=C))
    assert [one.model for one in ancestors(log, A)] == [A, B]
    assert [one.model for one in ancestors(log, C)] == [C]


def test_two_parents_are_both_told(log: Log) -> None:
    stated(log, C, Origin(parent=A))
    stated(log, C, Origin(parent=B))
    assert {one.parent for one in ancestors(log, C)} == {A, B}


def test_it_answers_a_decision_by_its_entry(log: Log) -> None:
    system = System()
    result = system.gate(log, "m", lambda _clause, _case: False)
    decision = judge.record(log, result, system.charter().text, now=NOON)
    stated(log, B, Origin(parent=digest(b"m"), answers=decision, clause="change"))
    found = ancestors(log, B)[0]
    assert found.answers == digest(log.payload(decision))
    assert found.clause == "change"


def test_an_entry_that_is_no_decision_is_refused(log: Log) -> None:
    entry = stated(log, B, Origin(parent=A))
    for wrong in (entry, 99, -1):
        with pytest.raises(InputError, match="no decision"):
            stated(log, C, Origin(answers=wrong))
    with pytest.raises(EvidenceError, match="answers"):
        stated(log, C, Origin(answers="deploy"))
    with pytest.raises(EvidenceError, match="parent"):
        stated(log, C, Origin(parent="abc"))
    assert len(log.statements()) == entry + 1
