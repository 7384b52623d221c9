"""What is done about what is not held: playbooks, findings, incidents, from the command line."""

import base64
import re

import pytest
from tests.stories.projects import CLEAN, FAR, save_weights

from seatrial.evidence.signers.ed25519 import create

PLAYBOOK = """  otherwise:
    - {pause: automatic sorting, within: 24h, costs: {hours: 2}}
    - escalate: {to: risk-owner, within: 2d}
    - do: measure again under daylight
"""
FAILING = FAR + PLAYBOOK


@pytest.fixture
def failing(net):
    """A torch project whose critical clause is breached; it has a playbook."""
    net.write(clauses=(CLEAN, FAILING))
    assert net.gate().code == 6
    return net


def listed(project, *words):
    return project.do("finding", "list", "--json", *words).json["findings"]


def only(project):
    (found,) = listed(project)
    return found


def test_a_breached_clause_is_a_finding_with_its_playbook_and_its_time(failing) -> None:
    found = only(failing)
    assert (found["clause"], found["state"], found["verdict"], found["severity"]) == (
        "far",
        "open",
        "breached",
        "critical",
    )
    assert found["id"].startswith("far-")
    assert len(found["id"]) == len("far-") + 6
    assert [step["said"] for step in found["steps"]] == [
        "pause automatic sorting within 24 hours",
        "escalate to risk-owner within 2 days",
        "measure again under daylight",
    ]
    assert (found["owner"], found["overdue"]) == ("", False)
    assert found["due"] is not None
    text = failing.do("finding", "list")
    assert text.code == 0
    assert found["id"] in text.out
    assert "1 of 3: pause" in " ".join(text.out.split())
    assert re.search(r"in 2[34] hours\)", " ".join(text.out.split()))


def test_the_report_says_what_to_type_for_each_step(failing) -> None:
    name = only(failing)["id"]
    text = failing.do("report").out
    assert f"finding    {name}" in text or name in text
    assert "1. pause automatic sorting within 24 hours" in text
    flat = " ".join(text.replace("\\\n", " ").split())
    assert f"seatrial finding step {name} 1 --evidence FILE" in flat
    assert f"seatrial finding assign {name} --to risk-owner --within 2d" in flat
    assert "seatrial finding list --rank" in flat
    for form in ("html", "markdown", "junit", "sarif", "json"):
        shown = failing.do("report", "--as", form)
        assert shown.code == 0, shown.err
        assert "automatic sorting" in shown.out, form
        assert name in shown.out, form
    steps = {one["name"]: one.get("steps", []) for one in failing.do("report", "--as", "json").json["clauses"]}
    assert [step["action"] for step in steps["far"]] == ["pause", "escalate", "do"]
    assert steps["clean"] == []


def test_a_finding_is_assigned_worked_off_and_closed_by_a_later_decision(failing) -> None:
    name = only(failing)["id"]
    (failing.folder / "switch.txt").write_text("off since noon\n")
    done = failing.do("finding", "assign", name[:6], "--to", "risk-owner", "--within", "7d", "--said-by", "ann")
    assert done.code == 0, done.err
    assert "risk-owner answers for it, due" in done.out
    assert failing.do("finding", "step", name, "1", "--evidence", "switch.txt").code == 0
    shown = only(failing)
    assert shown["owner"] == "risk-owner"
    assert [step["done"] is not None for step in shown["steps"]] == [True, True, False], "assigned, so escalated"
    assert shown["words"][0]["by"] == "ann"
    assert "step 1 of" in failing.do("finding", "step", name, "1", "--note", "again").problems
    refused = failing.do("finding", "close", name, "--by", "last")
    assert refused.code == 2
    assert f"does not close {name}: far is breached there" in refused.problems
    failing.write(clauses=(CLEAN, FAILING.replace(">= 0.70", ">= 0.01")))
    assert failing.gate().code == 3, "a criterion that asks less is no answer"
    assert only(failing)["state"] == "open"
    refused = failing.do("finding", "close", name, "--by", "last")
    assert refused.code == 2
    assert (
        "asks less of far" in refused.problems or "is breached" in refused.problems or "is unproven" in refused.problems
    )
    assert failing.do("verify").code == 0
    done = failing.do("finding", "close", name, "--evidence", "switch.txt", "--note", "sorting stays off")
    assert done.code == 0, done.err
    assert listed(failing) == []
    (closed,) = listed(failing, "--all")
    assert (closed["state"], closed["words"][-1]["note"]) == ("closed", "sorting stays off")
    assert "was closed in entry" in failing.do("finding", "assign", name, "--to", "bob").problems
    show = failing.do("finding", "show", name)
    assert "[x] 1. pause automatic sorting within 24 hours" in show.out
    assert "[x] 2. escalate to risk-owner within 2 days" in show.out
    assert "[ ] 3. measure again under daylight" in show.out
    assert failing.do("verify").code == 0


def test_a_better_model_answers_a_finding_and_a_person_closes_it(net) -> None:
    net.write(clauses=(CLEAN,))
    save_weights(net.folder / "net.safetensors", scale=-4.0)
    assert net.gate().code == 3
    name = only(net)["id"]
    save_weights(net.folder / "net.safetensors", scale=-3.0)
    assert net.gate().code == 3
    found = only(net)
    assert (found["id"], len(found["seen"])) == (name, 2), "it is seen again, and no second one begins"
    save_weights(net.folder / "net.safetensors")
    assert net.gate().code == 0
    assert (only(net)["state"], only(net)["answered"]) == ("answered", len(net.entries) - 1)
    assert "close it by entry" in net.do("finding", "list").out
    refused = net.do("finding", "close", name, "--by", found["seen"][0])
    assert "clean is breached there" in refused.problems
    done = net.do("finding", "close", name, "--by", "last", "--note", "the new weights")
    assert done.code == 0, done.err
    assert listed(net) == []
    assert "Nothing is open" in net.do("finding", "list").out
    assert net.do("verify").code == 0
    save_weights(net.folder / "net.safetensors", scale=-2.0)
    assert net.gate().code == 3
    assert only(net)["id"] != name, "after it was closed, another begins"


WRONG = [
    (("finding", "show", "nobody-123456"), "there is no finding 'nobody-123456'"),
    (("finding", "assign", "far", "--to", "ann", "--within", "soon"), "'soon' is no time"),
    (("finding", "assign", "far", "--to", " "), "name a person or a role"),
    (("finding", "step", "far", "4", "--note", "x"), "has no step 4 its playbook has steps 1 to 3"),
    (("finding", "step", "far", "0", "--note", "x"), "has no step 0"),
    (("finding", "step", "far", "1"), "show that it was done, or say how"),
    (("finding", "step", "far", "1", "--evidence", "gone.txt"), "gone.txt cannot be read: no such file"),
    (("finding", "step", "far", "1", "--evidence", "empty.txt"), "empty.txt is empty"),
    (("finding", "step", "far", "1", "--evidence", "sha256:" + "0" * 64), "nothing beside the log has this digest"),
    (("finding", "close", "far"), "cannot be closed by nothing"),
    (("finding", "close", "far", "--evidence", "empty.txt"), "does not say why"),
    (("finding", "close", "far", "--by", "0"), "does not close"),
    (("finding", "close", "far", "--by", "999"), "the log has no entry 999"),
    (("finding", "close", "far", "--by", "never"), "names no decision"),
    (("finding", "open", " "), "say in a sentence what was found"),
    (("finding", "open", "x", "--clause", "fra", "--severity", "grave"), "there is no clause 'fra'"),
    (("incident", "open", " "), "say in a sentence what happened"),
    (("incident", "open", "x", "--since", "2999-01-01"), "is in the future"),
    (("incident", "open", "x", "--since", "noon"), "'noon' is no time"),
    (("incident", "open", "x", "--since", "2020-01-01T10:00:00"), "does not say in which time zone"),
    (("incident", "open", "x", "--scenario", "evasion/pdg-linf"), "did you mean evasion/pgd-linf"),
    (("incident", "open", "x", "--case", "zz"), "is the beginning of no case"),
    (("incident", "open", "x", "--evidence", "gone.txt"), "gone.txt cannot be read"),
    (("incident", "note", "INC-9", "x"), "there is no incident 'INC-9'"),
]


def test_wrong_input_changes_nothing_and_says_what_to_write(failing) -> None:
    (failing.folder / "empty.txt").write_text("")
    before = failing.entries
    for words, said in WRONG:
        refused = failing.do(*words)
        assert refused.code == 2, words
        assert said in refused.problems, (words, refused.problems)
    several = failing.do("finding", "open", " ", "--clause", "fra", "--severity", "grave").problems
    assert all(part in several for part in ("is empty", "there is no clause 'fra'", "write critical, major, minor"))
    assert failing.entries == before


def test_an_incident_opens_a_finding_and_ends_after_it(failing) -> None:
    (failing.folder / "mail.txt").write_text("it sorted apples as pears\n")
    words = ("--severity", "critical", "--since", "2026-01-02T03:04:05Z", "--clause", "far", "--evidence", "mail.txt")
    opened = failing.do("incident", "open", "apples were sorted as pears", *words, "--scenario", "evasion/fgsm")
    assert opened.code == 0, opened.err
    assert "INC-1: open, critical; no rollout event says which release was live" in opened.out
    (one,) = failing.do("incident", "list", "--json").json["incidents"]
    assert (one["clauses"], one["scenarios"], one["since"]) == (["far"], ["evasion/fgsm"], "2026-01-02 03:04 UTC")
    tracked = {row["id"]: row for row in listed(failing)}
    mine = tracked[one["finding"]]
    assert (mine["severity"], mine["verdict"], len(mine["steps"])) == ("critical", "", 3)
    assert failing.do("incident", "note", "INC-1", "the camera was new").code == 0
    assert "is not closed" in failing.do("incident", "close", "INC-1", "it is over").problems
    done = failing.do("finding", "close", one["finding"], "--evidence", "mail.txt", "--note", "the old camera is back")
    assert done.code == 0, done.err
    assert failing.do("incident", "close", "INC-1", "the old camera is back").code == 0
    assert failing.do("incident", "list", "--json").json["incidents"] == []
    assert "is closed" in failing.do("incident", "note", "INC-1", "x").problems
    assert "INC-1" in failing.do("incident", "list", "--all").out
    assert failing.do("verify").code == 0


def test_findings_are_ranked_by_risk_for_the_hours_of_the_next_step(failing) -> None:
    assert failing.do("finding", "open", "the audit misses a log of inputs", "--severity", "minor").code == 0
    rows = listed(failing, "--rank")
    assert [row["clause"] for row in rows] == ["far", ""]
    first, second = (row["rank"] for row in rows)
    assert (first["weight"], first["hours"], second["weight"], second["hours"]) == (9, 2, 1, None)
    assert first["score"] == pytest.approx(first["risk"] / 2)
    assert first["risk"] == pytest.approx(9 * first["gap"] * first["exposure"])
    assert second["score"] == second["risk"] == 1
    text = " ".join(failing.do("finding", "list", "--rank").out.split())
    assert "cost unknown" in text
    assert "only the order means something" in text


def test_a_changed_playbook_is_no_new_trial(failing) -> None:
    trial = failing.said("submission")[-1]["trial"]
    failing.write(clauses=(CLEAN, FAR + "  otherwise: training.pgd\n"))
    assert failing.gate().code == 6
    assert [one["trial"] for one in failing.said("submission")] == [trial]
    assert [step["said"] for step in only(failing)["steps"]] == ["harden with training.pgd"]


def test_lint_asks_the_remedy_for_its_settings(net) -> None:
    net.write(clauses=(CLEAN, FAR + "  otherwise: [{harden: training.pgd, settings: {epochz: 3}}]\n"))
    found = net.do("lint")
    assert found.code == 2
    assert "clauses.far.otherwise[0].settings.epochz: training.pgd has no such setting" in found.problems


def test_an_incident_before_any_decision_is_refused(net) -> None:
    refused = net.do("incident", "open", "it fell over")
    assert refused.code == 2
    assert "there is no decision yet" in refused.problems
    assert "there is no finding 'x'" in net.do("finding", "show", "x").problems
    assert "Nothing was found yet" in net.do("finding", "list", "--rank").out
    assert net.entries == []


@pytest.fixture
def carried(failing):
    """The failing project, and ada, who may waive."""
    signer = create(failing.folder / "ada.key")
    public = base64.b64encode(signer.public).decode()
    done = failing.do("keys", "trust", "ada", public, "--role", "waiver", "--role", "approver")
    assert done.code == 0, done.err
    return failing


def test_an_accepted_risk_closes_a_finding_and_any_other_does_not(carried) -> None:
    name = only(carried)["id"]
    words = ("--exploit", "a sticker", "--likelihood", "rare", "--impact", "minor")
    done = carried.do(
        "risk", "add", "wide changes", *words, "--owner", "ada", "--treatment", "mitigate", "--clause", "far"
    )
    assert done.code == 0, done.err
    entry = len(carried.entries) - 1
    refused = carried.do("finding", "close", name, "--by", entry)
    assert "is not accepted there, its treatment is mitigate" in refused.problems
    waived = carried.do("waive", "far", "--reason", "beside a person", "--until", "2 days", "--key", "ada.key")
    assert waived.code == 0, waived.err
    entry = len(carried.entries) - 1
    assert carried.do("finding", "open", "something else", "--clause", "clean").code == 0
    other = next(row["id"] for row in listed(carried) if row["clause"] == "clean")
    assert "it waives far" in carried.do("finding", "close", other, "--by", entry).problems
    closed = carried.do("finding", "close", name, "--by", entry, "--note", "beside a person for now")
    assert closed.code == 0, closed.err
    assert [row["state"] for row in listed(carried, "--all") if row["id"] == name] == ["closed"]
    assert carried.do("verify").code == 0


def test_an_incident_names_the_release_that_was_live(net) -> None:
    assert net.gate().code == 0
    assert net.do("live", "--even-so", "a story").code == 0
    opened = net.do("incident", "open", "it fell over", "--clause", "near")
    assert "release 1.0 was live" in opened.out
    (one,) = net.do("incident", "list", "--json").json["incidents"]
    assert one["decision"] is not None
    before = net.do("incident", "open", "it fell over before", "--since", "2020-01-01")
    assert "no rollout event says which release was live" in before.out
    assert net.do("finding", "list", "--rank").code == 0
    assert net.do("verify").code == 0
