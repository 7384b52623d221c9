"""Keys: made, listed, rotated, revoked, lost; and a runner who signs what is run."""

import base64
import io
import json

import pytest

import seatrial
from seatrial.errors import InputError
from seatrial.evidence.signers.ed25519 import create
from seatrial.evidence.signers.mldsa import create as create_ml_dsa
from seatrial.proof import trust

WHY = ("--reason", "the laptop was lost")


@pytest.fixture
def people(net):
    """A torch project that trusts ann and bob to approve."""
    for name in ("ann", "bob"):
        assert net.do("keys", "trust", name, made(net, name), "--role", "approver").code == 0
    return net


def made(project, name: str) -> str:
    """A new unencrypted key in the project's folder; its public half in base64."""
    return base64.b64encode(create(project.folder / f"{name}.key").public).decode()


def rows(project) -> dict[str, dict]:
    found = project.do("keys", "list", "--json")
    assert found.code == 0, found.err
    return {row["id"]: row for row in found.json}


def of(project, name: str) -> list[tuple[int, int | None, str]]:
    """The terms of somebody's keys, and what says so."""
    return [(row["since"], row["until"], row["by"]) for row in rows(project).values() if row["who"] == name]


def test_a_lost_laptop(people) -> None:
    assert people.gate().code == 0
    (lost,) = (row["id"] for row in rows(people).values() if row["who"] == "ann")
    done = people.do("keys", "revoke", lost[:6], *WHY)
    assert "a key of ann counts no more" in done.out
    refused = people.do("approve", "--key", "ann.key")
    assert refused.code == 2
    assert "ann's key is valid no more from entry" in refused.problems
    made(people, "ann two")
    alone = people.do("keys", "add", "ann", "--new", "ann two.key", *WHY)
    assert alone.code == 2
    assert "1 approver other than ann" in alone.problems
    assert people.do("keys", "add", "ann", "--new", "ann two.key", "--key", "bob.key", *WHY).code == 0
    assert people.do("approve", "--key", "ann two.key").code == 0
    assert people.do("status", "--require-approvals").code == 0
    assert people.do("verify").code == 0
    (first, until, by), (second, _, added) = of(people, "ann")
    assert (first, by) == (0, f"the trust file; ended by entry {until - 1}")
    assert (second, added) == (until, f"entry {until}")
    listed = people.do("keys", "list").out
    assert f"ann (approver)  ed25519  entries 0 to {until - 1}, by the trust file; ended by entry {until - 1}" in listed


def test_somebody_changes_to_a_post_quantum_key(people, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\nhush\n"))
    told = people.do("keys", "new", "ann pq.key", "--algorithm", "ml-dsa-44", "--password", "hush")
    assert told.code == 0, told.err
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\n"))
    done = people.do("keys", "rotate", "--key", "ann.key", "--new", "ann pq.key", *WHY)
    assert done.code == 0, done.err
    assert people.gate().code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("hush\n"))
    assert people.do("approve", "--key", "ann pq.key").code == 0
    assert people.do("verify").code == 0
    assert {row["algorithm"] for row in rows(people).values() if row["who"] == "ann"} == {"ed25519", "ml-dsa-44"}


def test_a_post_quantum_key_stands_in_the_trust_file(people) -> None:
    public = base64.b64encode(create_ml_dsa(people.folder / "cy.key").public).decode()
    wrong = people.do("keys", "trust", "cy", public, "--role", "approver")
    assert wrong.code == 2
    assert "is not the base64 of a raw Ed25519 public key" in wrong.problems
    assert people.do("keys", "trust", "cy", public, "--algorithm", "ml-dsa-44", "--role", "approver").code == 0
    assert people.gate().code == 0
    assert people.do("approve", "--key", "cy.key").code == 0
    assert people.do("verify").code == 0


def test_the_log_key_is_changed_and_the_gate_goes_on(people, monkeypatch) -> None:
    assert people.gate().code == 0
    alone = people.do("keys", "rotate", "--log-key", "--new", "log two.key", *WHY)
    assert (alone.code, "must sign, 0 did" in alone.problems) == (2, True)
    done = people.do("keys", "rotate", "--log-key", "--new", "log two.key", "--key", "ann.key", *WHY)
    assert done.code == 0, done.err
    assert "SEATRIAL_KEY=" in done.out
    pinned = trust.read((people.folder / "trust.json").read_bytes())
    assert (len(pinned.earlier), pinned.log_since) == (1, of(people, "the log")[1][0])
    refused = people.gate()
    assert refused.code == 4
    assert "the log key is valid no more from entry" in refused.problems
    monkeypatch.setenv("SEATRIAL_KEY", str(people.folder / "log two.key"))
    assert people.gate("--again").code == 0
    assert people.do("verify").code == 0
    assert people.do("approve", "--key", "ann.key").code == 0
    again = people.do("keys", "rotate", "--log-key", "--new", "log three.key", "--key", "ann.key", *WHY)
    assert again.code == 0, again.err
    assert len(trust.read((people.folder / "trust.json").read_bytes()).earlier) == 2
    assert people.do("verify").code == 0


def test_a_lost_log_key(people, monkeypatch) -> None:
    assert people.gate().code == 0
    monkeypatch.setenv("SEATRIAL_KEY", str(people.folder / "nowhere.key"))
    assert people.gate().code == 4
    done = people.do("keys", "rotate", "--log-key", "--lost", "--new", "log two.key", *WHY)
    assert done.code == 0, done.err
    monkeypatch.setenv("SEATRIAL_KEY", str(people.folder / "log two.key"))
    assert people.gate("--again").code == 0
    told = people.do("verify")
    assert told.code == 0
    assert "without the old one, as the trust file says" in " ".join(told.out.split())


def test_a_log_is_closed(people) -> None:
    assert people.gate().code == 0
    done = people.do("keys", "revoke", "--log-key", *WHY)
    assert "the log is closed" in done.out
    refused = people.do("approve", "--key", "ann.key")
    assert refused.code == 4
    assert "the log key was revoked at entry" in refused.problems
    assert people.do("verify").code == 0


def test_a_runner_signs_what_is_run_and_is_its_submitter(people, monkeypatch) -> None:
    assert people.gate().code == 0
    public = made(people, "ci")
    done = people.do("keys", "trust", "ci", public, "--role", "runner")
    assert done.out == "ci: 1 key, runner\n"
    refused = people.gate("--again")
    assert refused.code == 4
    assert "no runner has signed this submission" in refused.problems
    assert "SEATRIAL_RUNNER_KEY" in refused.problems
    made(people, "eve")
    assert "nobody's key here" in people.gate("--again", "--key", "eve.key").problems
    assert "has not the role of a runner" in people.gate("--again", "--key", "ann.key").problems
    other = people.gate("--again", "--key", "ci.key", "--submitter", "dan")
    assert (other.code, "the runner's key is ci's" in other.problems) == (2, True)
    assert people.gate("--again", "--key", "ci.key").code == 0
    verified = people.do("verify", "--json")
    assert verified.code == 0
    assert verified.json["assurance"] == "self-attested"  # what it is over began without the runner
    monkeypatch.setenv("SEATRIAL_RUNNER_KEY", (people.folder / "ci.key").read_text())
    assert people.gate().code == 0  # a replay: nothing is signed
    assert json.loads(people.do("status", "--json").out)["submitter"] == "ci"


def test_from_the_first_run_on_a_runner_is_a_separate_one(people) -> None:
    people.do("keys", "trust", "ci", made(people, "ci"), "--role", "runner")
    assert people.gate("--key", "ci.key").code == 0
    verified = people.do("verify", "--json", "--require", "separate runner")
    assert (verified.code, verified.json["assurance"]) == (0, "separate runner")


def test_a_runner_needs_a_name_of_its_own_where_its_keys_are_older(people) -> None:
    assert people.gate().code == 0
    refused = people.do("keys", "trust", "ann", made(people, "more"), "--role", "runner")
    assert refused.code == 2
    assert "give the runner a name of its own" in refused.problems


MISTAKES = [
    (("keys", "revoke", "zzz", *WHY), 2, "no key 'zzz'"),
    (("keys", "revoke", *WHY), 2, "name one key by its id, or --log-key"),
    (("keys", "revoke", "--reason", " ", "--log-key"), 2, "reason: is empty"),
    (("keys", "rotate", "--new", "ann.key", *WHY), 2, "0 old keys were named"),
    (("keys", "rotate", "--key", "ann.key", "--new", "ann.key", *WHY), 2, "has been in this log before"),
    (("keys", "rotate", "--key", "ann.key", "--new", "bob.key", *WHY), 2, "has been in this log before"),
    (("keys", "rotate", "--key", "ann.key", "--new", "absent.key", *WHY), 4, "the key cannot be read"),
    (("keys", "rotate", "--lost", "--key", "ann.key", "--new", "x.key", *WHY), 2, "revoke it, and add one"),
    (("keys", "add", "eve", "--new", "ann.key", "--key", "bob.key", *WHY), 2, "'eve' is nobody"),
    (("keys", "new", "x.key", "--algorithm", "rsa", "--password", "x"), 2, "no algorithm 'rsa'"),
    (("keys", "quorum", "--keys", "0"), 2, "greater than or equal to 1"),
    (("keys", "trust", "eve", "AAAA", "--from", "5", "--until", "5"), 2, "is not the base64"),
    (("approve", "--key", "awskms:alias/x"), 4, "does not say which public key is expected"),
]


def test_mistakes_are_told_with_what_to_do(people) -> None:
    people.gate()
    before = people.do("log").out
    for words, code, said in MISTAKES:
        done = people.do(*words)
        assert (done.code, said in done.problems) == (code, True), (words, done.problems)
    assert people.do("log").out == before


def test_the_log_key_is_no_persons_to_revoke(people) -> None:
    (row,) = (row for row in rows(people).values() if row["who"] == "the log")
    assert "is the log key" in people.do("keys", "revoke", row["id"], *WHY).problems


def test_a_key_in_another_place_signs(people) -> None:
    assert people.gate().code == 0
    assert people.do("approve", "--key", f"file2:{people.folder}/ann.key").code == 0
    made(people, "eve")
    with pytest.raises(InputError, match="nobody's key"):
        seatrial.approve(people.folder, [f"file2:{people.folder}/eve.key"])
