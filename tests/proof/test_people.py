"""Whose word counts: one's own can be taken back, a quorum can take back any, and the log key none."""

import pytest

from seatrial.proof.envelope import key_id, parsed
from seatrial.proof.key import Key
from seatrial.proof.people import Words
from seatrial.proof.trust import Person
from tests.proof import ledger
from tests.proof.ledger import MODEL_B, Ledger, public, story, trust

ROLES = {"ann": ("approver",), "bo": ("approver", "waiver"), "cy": ("approver",), "runner": ("approver",)}
NOON = 43_200


def pinned(approve: int = 2):
    people = {name: Person((Key(public(name)),), roles) for name, roles in ROLES.items()}
    return trust(people=people, quorum={"approve": approve, "waive": 1})


def words(log: Ledger, approve: int = 2) -> Words:
    names = {key_id(public(name)): name for name in ROLES}
    signers = lambda seq: {names[one] for one in parsed(log.entries[seq]).key_ids if one in names}  # noqa: E731
    return Words(log.statements, signers, lambda seq: log.of(seq)["of"], pinned(approve))


def approve(log: Ledger, *names: str) -> int:
    return log.say("approval", MODEL_B, log.bound(9) | {"at": NOON}, *names)


def revoke(log: Ledger, which: int, *names: str, **changes) -> int:
    said = log.of(which) | {"reason": "no longer", "at": NOON} | changes
    return log.say("revocation", MODEL_B, said, *names)


def counted(said: Words) -> list[str]:
    return [name for name, why in said.approved(9).items() if not why]


def test_people_are_counted_and_neither_the_submitter_nor_the_holder() -> None:
    log = story()
    approve(log, "ann")
    approve(log, "ann", "bo")
    approve(log, "runner")
    approve(log, "eve")
    assert counted(words(log)) == ["ann", "bo"]
    assert words(log).approved(9)["runner"] == "holds the log key"
    assert words(log).why_not("bo", {"bo"}) == "submitted the model"
    assert words(log).why_not("eve", {"x"}) == "has not the role of an approver in trust.json"


def test_who_approved_takes_back_the_own_word_and_no_other() -> None:
    log = story()
    both = approve(log, "ann", "bo")
    back = revoke(log, both, "ann")
    said = words(log, approve=3)
    assert (said.idle(back), said.withdrawn(both), counted(said)) == ("", {"ann"}, ["bo"])
    assert said.approved(9)["ann"] == "took the approval back"
    approve(log, "ann")
    assert counted(words(log, approve=3)) == ["ann", "bo"]
    assert counted(said.upto(back)) == ["ann", "bo"]


@pytest.mark.parametrize(
    ("who", "quorum", "gone"),
    [
        (("bo", "cy"), 2, {"ann"}),
        (("bo",), 2, set()),
        (("bo",), 1, {"ann"}),
        (("bo", "runner"), 2, set()),
        (("runner",), 1, set()),
        ((), 1, set()),
        (("eve",), 1, set()),
    ],
)
def test_a_quorum_of_others_takes_back_any_word_and_the_holder_of_the_log_key_is_none_of_them(
    who, quorum, gone
) -> None:
    log = story()
    mine = approve(log, "ann")
    back = revoke(log, mine, *who)
    said = words(log, approve=quorum)
    assert said.withdrawn(mine) == gone
    assert bool(said.idle(back)) == (not gone)


def test_a_waiver_is_one_word_and_ends_with_any_of_its_signers() -> None:
    log = story()
    fields = {"clause": "robust", "model": MODEL_B, "reason": "known", "owner": "bo", "expires": NOON, "at": 1}
    waiver = log.say("waiver", MODEL_B, log.bound(9) | fields, "bo", "cy")
    assert words(log).waived(waiver, 1)
    assert not words(log).waived(waiver, 2), "cy has not the role"
    revoke(log, waiver, "cy")
    assert not words(log).waived(waiver, 1)


def test_what_is_taken_back_is_a_word_before_it() -> None:
    log = story()
    mine = approve(log, "ann")
    for changes, why in (
        ({"entry": 9}, "no approval or waiver before it"),
        ({"entry": 40}, "no approval or waiver before it"),
        ({"of": log.of(9)["of"]}, "other words than those"),
    ):
        assert why in words(log).idle(revoke(log, mine, "ann", **changes)), changes
    other = log.say("revocation", ledger.MODEL_A, log.of(mine) | {"reason": "x", "at": 1}, "ann")
    assert "other words than those" in words(log).idle(other)
    assert counted(words(log)) == ["ann"]


def test_many_words_are_weighed_once_each() -> None:
    log = story()
    mine = [approve(log, "ann") for _ in range(20)]
    back = [revoke(log, one, "ann") for one in mine * 3]
    asked: list[int] = []
    known = words(log)
    counting = Words(known.statements, lambda seq: asked.append(seq) or known.signers(seq), known.digest, known.trust)
    for size in range(len(log.entries) + 1):
        said = counting.upto(size)
        assert [bool(said.withdrawn(one)) for one in mine] == [at < size for at in back[:20]]
    assert len(asked) == len(set(asked)) <= len(log.entries)
