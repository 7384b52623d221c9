"""What somebody meets who types things in the wrong order, or half of them."""

import io
import sys

import pytest
from tests.stories.projects import CLEAN, FAR, NEAR, make_torch


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        ("hush\n", 0, "for trust.json:"),
        ("", 2, "--password '' does not encrypt the key"),
    ],
)
def test_without_a_terminal_a_new_key_takes_its_password_from_a_line(project, typed, code, says, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    done = project.do("keys", "new", "ada.key")
    assert done.code == code
    assert says in done.out + done.problems
    assert (project.folder / "ada.key").exists() == (code == 0)
    assert "hush" not in done.out + done.err


def test_a_key_that_is_there_is_told_before_a_password_is_asked_for(project) -> None:
    assert project.do("keys", "new", "ada.key", "--password", "hush").code == 0
    before = (project.folder / "ada.key").read_bytes()
    done = project.do("keys", "new", "ada.key")
    assert done.code == 2
    assert "there is a key already" in done.problems
    assert "assword" not in done.out + done.err
    assert (project.folder / "ada.key").read_bytes() == before


def test_what_is_no_public_key_and_what_is_no_role_are_told_together(project) -> None:
    before = (project.folder / "trust.json").read_bytes()
    done = project.do("keys", "trust", "ada", "ada.key", "--role", "approvr")
    assert done.code == 2
    assert "did you mean approver?" in done.problems
    assert "'ada.key' is not the base64 of a raw Ed25519 public key" in done.problems
    assert "`seatrial keys new FILE` prints it" in done.problems
    assert (project.folder / "trust.json").read_bytes() == before


def test_a_plan_without_pilot_and_without_a_result_says_why_it_knows_no_rates(project) -> None:
    told = project.do("plan", "--pilot", "0")
    assert told.code == 0
    assert "No rates, and no price" in told.out
    assert "No rates" not in project.do("plan", "--pilot", "0", "--rate", "clean=0.9").out


def test_before_any_decision_the_list_of_findings_does_not_say_that_all_is_held(project) -> None:
    said = project.do("finding", "list").out
    assert "`seatrial gate` makes one" in said
    assert "held every clause" not in said


def test_the_page_of_models_is_named_where_it_was_written(project) -> None:
    assert project.gate().code == 0
    done = project.do("model", "list", "--html", "models.html")
    assert "models.html" in done.err
    assert (project.folder / "models.html").read_bytes().startswith(b"<!doctype html>")


def test_a_clause_without_a_playbook_has_a_finding_that_is_named(own) -> None:
    project = own(make_torch, clauses=(CLEAN, FAR))
    said = project.gate()
    assert said.code == 6, said.err
    named = project.do("finding", "list", "--json").json["findings"][0]["id"]
    assert named in said.out


def test_a_weaker_clause_is_answered_by_a_command_that_has_it_waived(net) -> None:
    assert net.gate().code == 0
    assert net.write(clauses=(CLEAN.replace("0.80", "0.75"), NEAR)).gate().code == 3
    assert "seatrial waive clean --until DAY --reason WHY --key FILE" in " ".join(net.do("report").out.split())


def test_a_wrong_password_is_called_one(net, monkeypatch) -> None:
    made = net.do("keys", "new", "ada.key", "--password", "hush").out
    net.do("keys", "trust", "ada", made.split()[-1], "--role", "approver")
    assert net.gate().code == 0
    monkeypatch.setattr(sys, "stdin", io.StringIO("hash\n"))
    done = net.do("approve", "--key", "ada.key")
    assert done.code == 4
    assert "ada.key: the password does not open it" in done.problems
    assert "hash" not in done.out + done.err


def test_a_quorum_of_nobody_is_a_mistake_of_the_command(project) -> None:
    before = (project.folder / "trust.json").read_bytes()
    assert project.do("keys", "quorum", "--approve", "0").code == 2
    assert (project.folder / "trust.json").read_bytes() == before


def test_a_question_without_a_terminal_is_no_interruption(project, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    done = project.do("witness", "init", "witness")
    assert done.code == 2
    assert "say it as an option" in done.problems
    assert "interrupted" not in done.err
    assert not (project.folder / "witness").exists()
