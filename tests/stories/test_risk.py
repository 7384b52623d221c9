"""The register of risks, kept over a log from the command line."""

import base64
import csv
import io
import json

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, FAR

import seatrial
from seatrial.evidence.signers.ed25519 import create

STICKERS = ("risk", "add", "stickers on meters", "--exploit", "a printed patch", "--owner", "ada")
WORST = ("--likelihood", "almost certain", "--impact", "severe")


@pytest.fixture
def people(own):
    """A torch project with ada, who has a key and no role, and bob, who may waive; nothing was tried yet."""
    net = own(projects.make_torch)
    for name, roles in (("ada", []), ("bob", ["--role", "waiver"])):
        public = base64.b64encode(create(net.folder / f"{name}.key").public).decode()
        assert net.do("keys", "trust", name, public, *roles).code == 0
    return net


def verdicts(project):
    return {one["id"]: one["verdict"] for one in project.do("risk", "list", "--json").json["risks"]}


def test_a_risk_is_tried_held_or_breached_as_the_last_decision_has_it(people) -> None:
    assert "No risk is on the register" in people.do("risk", "list").out
    assert people.do(*STICKERS, *WORST, "--scenario", "evasion/fgsm").code == 0
    assert people.do("risk", "add", "night", "--exploit", "no light", "--owner", "bob", "--clause", "clean").code == 0
    wind = ("--scenario", "corruption/fog", "--likelihood", "rare")
    assert people.do("risk", "add", "wind", "--exploit", "a shaking camera", "--owner", "bob", *wind).code == 0
    assert verdicts(people) == {"R-1": "untried", "R-2": "untried", "R-3": "untried"}
    assert people.gate().code == 0
    assert verdicts(people) == {"R-1": "held", "R-2": "held", "R-3": "untried"}
    assert [one["id"] for one in people.do("risk", "list", "--json").json["risks"]] == ["R-1", "R-2", "R-3"]
    people.write(clauses=(CLEAN, FAR))
    assert people.gate().code == 6
    assert verdicts(people) == {"R-1": "breached", "R-2": "held", "R-3": "untried"}
    shown = people.do("risk", "list").out
    assert "breached: far" in shown
    assert "untried: corruption/fog" in shown
    for form in ("html", "markdown"):
        page = seatrial.report(people.charter, to=form).decode()
        assert "Risks that this release touches" in page
        assert "stickers on meters" in page
        assert "a shaking camera" not in page
    report = json.loads(seatrial.report(people.charter, to="json"))
    assert [(one["id"], one["verdict"]) for one in report["risks"]] == [("R-1", "breached"), ("R-2", "held")]
    assert report["untouched"] == 1
    assert people.do("status", "--json").json["open"]["risks"] == 3
    assert people.do("verify").code == 0


def test_what_was_said_before_stays_in_the_history_of_a_risk(people) -> None:
    people.do(*STICKERS, *WORST, "--review", "2999-03-01", "--by", "meter team")
    assert people.do("risk", "change", "R-1", "--impact", "minor", "--note", "fewer meters").code == 0
    unsigned = people.do("risk", "close", "R-1", "--note", "all meters are gone")
    assert (unsigned.code, "takes a signature" in unsigned.problems) == (2, True)
    assert people.do("risk", "close", "R-1", "--note", "all meters are gone", "--key", "ada.key").code == 0
    assert people.do("risk", "list", "--json").json["risks"] == []
    one = people.do("risk", "show", "R-1", "--json").json
    assert [(step["by"], step["signed"], step["changed"]) for step in one["history"]] == [
        ("meter team", False, []),
        (one["history"][1]["by"], False, ["impact"]),
        ("ada", True, ["status"]),
    ]
    assert (one["score"], one["band"], one["status"]) == (10, "high", "closed")
    assert "meter team, a name: first said" in people.do("risk", "show", "R-1").out
    assert people.do("risk", "change", "R-1", "--title", "x").code == 2
    assert people.do("risk", "change", "R-1", "--reopen", "--note", "one came back").code == 0
    assert people.do("risk", "list", "--json").json["risks"][0]["status"] == "open"


def test_a_risk_is_accepted_by_its_owner_or_by_who_may_waive(people) -> None:
    accepted = (*STICKERS, "--treatment", "accept")
    assert people.do(*accepted).code == 2
    assert people.do(*accepted, "--by", "ada").code == 2
    assert people.do(*accepted, "--key", "ada.key").code == 0
    other = ("risk", "add", "night", "--exploit", "no light", "--owner", "zoe", "--treatment", "accept")
    refused = people.do(*other, "--key", "ada.key")
    assert (refused.code, "ada may not" in refused.problems) == (2, True)
    assert people.do(*other, "--key", "bob.key").code == 0


def test_the_register_goes_out_whole_and_harmless(people, tmp_path) -> None:
    people.do("risk", "add", "=cmd|x", "--exploit", 'a | pipe, and "quotes"', "--owner", "@ada", *WORST)
    rows = list(csv.DictReader(io.StringIO(people.do("risk", "export").out)))
    told = [tuple(row[name] for name in ("id", "title", "owner", "score")) for row in rows]
    assert told == [("R-1", "'=cmd|x", "'@ada", "25")]
    assert rows[0]["exploit"] == 'a | pipe, and "quotes"'
    assert people.do("risk", "export", "--format", "json").json["risks"][0]["title"] == "=cmd|x"
    done = people.do("risk", "export", "--format", "markdown", "-o", tmp_path / "risks.md")
    assert (done.code, done.out) == (0, "")
    (row,) = [line for line in (tmp_path / "risks.md").read_text().splitlines() if line.startswith("| R")]
    assert row.replace("\\|", "").count("|") == 8
    assert people.do("risk", "export", "--format", "pdf").code == 2


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_logged(people) -> None:
    people.do(*STICKERS)
    entries = people.entries
    odd = ("--exploit", "", "--owner", "ada", "--likelihood", "sure", "--impact", "big", "--id", "R 1")
    links = ("--scenario", "evasion/fgms", "--clause", "cleen", "--finding", "clean-00", "--review", "1999-01-01")
    done = people.do("risk", "add", " ", *odd, *links)
    assert done.code == 2
    for said in (
        "title: is empty",
        "exploit: is empty",
        "likelihood: 'sure' is none",
        "impact: 'big' is none",
        "id: 'R 1' is no id",
        "did you mean evasion/fgsm",
        "did you mean clean?",
        "there is no finding 'clean-00'",
        "1999-01-01 is past",
    ):
        assert said in done.problems, said
    for words, said in (
        ((*STICKERS, "--id", "R-1"), "R-1 is there already"),
        (("risk", "change", "R-9", "--title", "x"), "there is no risk 'R-9'"),
        (("risk", "change", "R-1"), "nothing new is said of it"),
        (("risk", "change", "R-1", "--treatment", "accept"), "takes a signature"),
        (("risk", "close", "R-1", "--note", " ", "--key", "ada.key"), "say why it is over"),
        (("risk", "show", "R-9"), "there is no risk 'R-9'"),
        ((*STICKERS, "--review", "soon"), "'soon' is no day"),
    ):
        refused = people.do(*words)
        assert (refused.code, said in refused.problems) == (2, True), (words, refused.err)
    assert people.entries == entries
