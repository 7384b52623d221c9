"""People: whose word counts, what they sign, and what is lacking before a deploy may be acted on."""

import base64
import json
import time

import pytest
from tests.stories.projects import CLEAN, NEAR

import seatrial
from seatrial.decision.licence import licence
from seatrial.errors import InputError, LogError
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import create

DAY = 86_400
LOOSE = CLEAN.replace("0.80", "0.75")
"""Less than was asked of this model before: a hold."""


@pytest.fixture
def people(net):
    """A torch project that trusts ada and bob to approve, and bob to waive."""
    for name, roles in (("ada", ["approver"]), ("bob", ["approver", "waiver"]), ("eve", [])):
        signer = create(net.folder / f"{name}.key")
        words = [word for role in roles for word in ("--role", role)]
        done = net.do("keys", "trust", name, base64.b64encode(signer.public).decode(), *words)
        assert done.code == 0, done.err
    return net


def key(name):
    return ("--key", f"{name}.key")


def test_a_deploy_is_licensed_when_enough_people_who_did_not_submit_it_approved(people) -> None:
    assert people.do("keys", "quorum", "--approve", 2).out == "approve 2, waive 1\n"
    assert people.gate("--submitter", "ada").code == 0
    assert people.do("status").code == 0
    lacking = people.do("status", "--require-approvals")
    assert lacking.code == 3
    assert "2 more people must approve it" in " ".join(lacking.out.split())
    refused = people.do("approve", *key("ada"))
    assert refused.code == 2
    assert "submitted the model" in refused.problems
    assert people.do("approve", *key("bob")).code == 0
    assert people.do("approve", *key("bob")).code == 0
    found = people.do("status", "--json", "--require-approvals")
    assert (found.code, found.json["approved"], found.json["granted"]) == (3, ["bob"], False)
    carol = create(people.folder / "carol.key")
    people.do("keys", "trust", "carol", base64.b64encode(carol.public).decode(), "--role", "approver")
    done = people.do("approve", *key("carol"))
    assert "licensed to deploy" in done.out
    assert people.do("status", "--require-approvals").code == 0
    assert people.do("verify").code == 0
    assert "approval" in people.do("log").out


def test_an_approval_is_of_one_decision(people) -> None:
    people.gate()
    people.do("approve", *key("bob"))
    assert people.do("status", "--require-approvals").code == 0
    people.write(clauses=(CLEAN.replace("0.80", "0.85"), NEAR))
    assert people.gate().code == 0
    assert people.do("status", "--require-approvals").code == 3
    assert people.do("status", "--require-approvals", "--decision", "previous").code == 0


def test_a_waiver_lets_a_hold_deploy_until_it_expires(people) -> None:
    assert people.gate().code == 0
    people.write(clauses=(LOOSE, NEAR))
    assert people.gate().code == 3
    assert people.do("approve", *key("ada")).code == 2
    refused = people.do("waive", "clean", "--reason", "shipping beside a human", "--until", "7 days", *key("ada"))
    assert refused.code == 2
    assert "role of a waiver" in refused.problems
    done = people.do("waive", "clean", "--reason", "shipping beside a human", "--until", "7 days", *key("bob"))
    assert done.code == 0, done.err
    judged = people.do("judge")
    assert judged.code == 0
    assert "shipping beside a human" in judged.out
    people.do("approve", *key("ada"))
    assert people.do("status", "--require-approvals").code == 0
    later = time.time() + 8 * DAY
    found = seatrial.status(people.charter, now=lambda: later)
    assert not found.granted
    assert found.lacking == (f"the waiver of clean (entry {found.waivers[0].entry}) has expired",)
    assert seatrial.judge(people.charter, now=lambda: int(later)).exit_code == 3
    assert people.do("verify").code == 0


def test_a_waiver_that_was_withdrawn_lets_nothing_pass(people) -> None:
    assert people.gate().code == 0
    people.write(clauses=(LOOSE, NEAR))
    assert people.gate().code == 3
    people.do("waive", "clean", "--reason", "beside a human", "--until", "7 days", "--owner", "dora", *key("bob"))
    assert people.do("judge").code == 0
    (waiver,) = [row["entry"] for row in people.do("log", "--json").json["rows"] if row["kind"] == "waiver"]
    done = people.do("revoke", waiver, "--reason", "no human any more", *key("bob"))
    assert (done.code, "Decision" in done.out) == (0, True), done.err
    assert "was withdrawn by bob" in people.do("status").out
    judged = people.do("judge")
    assert judged.code == 3
    assert "at the risk of dora, withdrawn by bob (no human any more)" in " ".join(judged.out.split())
    assert people.do("verify").code == 0


def test_a_breached_critical_clause_takes_the_quorum_at_once(people) -> None:
    people.write(clauses=(CLEAN, NEAR.replace("0.01", "0.6")))
    assert people.do("keys", "quorum", "--waive", 2).code == 0
    assert people.gate().code == 6
    words = ("waive", "near", "--reason", "nobody can reach it", "--until", "2 days")
    assert "2 people must waive it together" in people.do(*words, *key("bob")).problems
    ada = Log.open(people.log, pinned=(people.folder / "trust.json").read_bytes()).trust.people["ada"].keys[0].public
    people.do("keys", "trust", "ada", base64.b64encode(ada).decode(), "--role", "waiver")
    assert people.do(*words, *key("bob"), *key("ada")).code == 0
    assert people.do("judge").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("approve",), "no personal key was named"),
        (("approve", "--key", "none.key"), "cannot be read"),
        (("approve", *key("eve")), "has not the role of an approver"),
        (("approve", *key("bob"), *key("bob")), "signs twice"),
        (("waive", "cleen", "--reason", "x", "--until", "1 day", *key("bob")), "is no clause of that decision"),
        (("waive", "clean", "--reason", "x", "--until", "1 day", *key("bob")), "is held, and needs no waiver"),
        (("waive", "clean", "--reason", "x", "--until", "soon", *key("bob")), "is no time"),
        (("waive", "clean", "--reason", "x", "--until", "2020-01-01", *key("bob")), "is past"),
        (("waive", "clean", "--reason", "x", "--until", "9999 days", *key("bob")), "366 days at most"),
        (("waive", "clean", "--reason", " ", "--until", "1 day", *key("bob")), "say why the risk is taken"),
        (("waive", "clean", "--reason", "x", "--until", "2030-01-01T00:00:00", *key("bob")), "is no time"),
        (("keys", "trust", "dan", "abc"), "is not the base64 of a raw Ed25519 public key"),
        (("keys", "trust", "dan", "abc", "--role", "king"), "no role 'king'"),
        (("keys", "quorum", "--approve", "0"), "greater than or equal to 1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_logged(people, words, said) -> None:
    people.gate()
    entries = people.entries
    done = people.do(*words)
    assert done.code in (2, 4, 5)
    assert said in done.problems
    assert people.entries == entries


def test_a_password_opens_an_encrypted_key(people, monkeypatch) -> None:
    signer = create(people.folder / "dan.key", password=b"open")
    people.do("keys", "trust", "dan", base64.b64encode(signer.public).decode(), "--role", "approver")
    people.gate()
    with pytest.raises(LogError):
        seatrial.approve(people.charter, [people.folder / "dan.key"], passwords=["shut"])
    found = seatrial.approve(people.charter, [people.folder / "dan.key"], passwords=["open"])
    assert found.approved == ("dan",)


def test_status_of_what_is_no_decision_is_refused(people) -> None:
    assert people.do("status").code == 2
    people.gate()
    log = Log.open(people.log)
    with pytest.raises(InputError, match="is no decision"):
        licence(log, 0, now=0)
    assert json.loads(people.do("status", "--json").out)["decision"] == "deploy"
