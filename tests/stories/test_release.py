"""A release from plan to deploy, with two approvers, a waiver that expires and a rollback; and then: what was live?"""

import base64
from datetime import UTC, datetime

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, NEAR

import seatrial
from seatrial.errors import InputError, LicenceError
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import create, load
from seatrial.proof import statement
from seatrial.proof.binding import binding

LOOSE = CLEAN.replace("0.80", "0.75")
"""Less than the last deploy promised: a hold, unless somebody waives it."""
PEOPLE = {"ada": ["approver"], "bob": ["approver", "waiver"], "carol": ["approver"]}


def at(text):
    """Return a clock that stands at `03-01 12:00` of 2021."""
    seconds = datetime.fromisoformat(f"2021-{text}").replace(tzinfo=UTC).timestamp()
    return lambda: seconds


def gate(project, when):
    """Gate in process, at a given time, submitted by dan."""
    clock = datetime.fromtimestamp(at(when)(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    now = lambda: int(at(when)())  # noqa: E731 - a clock of whole seconds
    return seatrial.gate(project.charter, executor="inline", submitter="dan", clock=lambda: clock, now=now)


def named(project, *names):
    return [project.folder / f"{name}.key" for name in names]


@pytest.fixture
def people(own):
    """A torch project that two of three people must approve."""
    net = own(projects.make_torch)
    for name, roles in PEOPLE.items():
        public = base64.b64encode(create(net.folder / f"{name}.key").public).decode()
        words = [word for role in roles for word in ("--role", role)]
        assert net.do("keys", "trust", name, public, *words).code == 0
    assert net.do("keys", "quorum", "--approve", 2).code == 0
    return net


@pytest.fixture
def released(people):
    """Release 1.0 went live on 3 February, 1.1 on 2 and 3 March on a waiver until the 10th, 1.0 again on 12 March."""
    charter = people.charter
    assert gate(people, "02-01 10:00").decision == "deploy"
    seatrial.approve(charter, named(people, "ada"), now=at("02-02 09:00"))
    seatrial.approve(charter, named(people, "bob"), now=at("02-02 10:00"))
    seatrial.live(charter, by="deployer", now=at("02-03 09:00"))
    projects.save_weights(people.folder / "net.safetensors", ulps=1)
    people.write(clauses=(LOOSE, NEAR), release="1.1")
    assert gate(people, "03-01 10:00").decision == "hold"
    why = {"reason": "ships beside a human", "until": "2021-03-10", "owner": "dora"}
    seatrial.waive(charter, "clean", named(people, "bob"), **why, now=at("03-01 12:00"))
    assert seatrial.judge(charter, now=lambda: int(at("03-01 13:00")())).decision == "deploy"
    seatrial.approve(charter, named(people, "ada", "carol"), now=at("03-02 09:00"))
    seatrial.live(charter, share=25, by="deployer", now=at("03-02 12:00"))
    seatrial.live(charter, by="deployer", now=at("03-03 09:00"))
    ada = named(people, "ada")[0]
    seatrial.rollback(charter, reason="wrong digits after sunset", key=ada, now=at("03-12 08:00"))
    return people


def on(project, day, *words):
    """What `seatrial history --on` answers, as JSON."""
    done = project.do("history", "--on", day, "--json", *words)
    assert done.code == 0, done.err
    return done.json


def served(answer):
    return [(one["release"], one["share"]) for one in answer["serving"]]


def test_what_was_live_on_3_march_on_whose_word_with_which_waivers_open(released) -> None:
    before = on(released, "2021-02-02")
    assert (before["serving"], before["entries"], before["decided"]) == ([], 7, 4)
    first = on(released, "2021-02-15")
    (live,) = first["serving"]
    assert (live["release"], live["by"], live["signed"], first["licensed"]) == ("1.0", "deployer", False, True)
    assert first["licences"]["4"]["approved"] == ["ada", "bob"]
    assert first["waivers"] == []
    assert served(on(released, "2021-03-02")) == [("1.1", 25), ("1.0", 75)]
    third = on(released, "2021-03-03")
    (live,) = third["serving"]
    assert (live["release"], third["licensed"]) == ("1.1", True)
    assert third["licences"][str(live["decision"])]["approved"] == ["ada", "carol"]
    assert third["licences"][str(live["decision"])]["submitter"] == "dan"
    assert [(one["clause"], one["state"], one["owner"], one["who"]) for one in third["waivers"]] == [
        ("clean", "open", "dora", ["bob"])
    ]
    assert live["model"] != first["serving"][0]["model"]
    assert served(on(released, "2021-03-03T08:59:59Z")) == [("1.1", 25), ("1.0", 75)]


def test_a_waiver_that_expired_is_seen_and_what_rests_on_it_is_not_licensed(released) -> None:
    assert on(released, "2021-03-10T23:59:58Z")["licensed"] is True
    late = on(released, "2021-03-11")
    assert (served(late), late["licensed"]) == ([("1.1", 100)], False)
    assert [one["state"] for one in late["waivers"]] == ["expired"]
    (licence,) = late["licences"].values()
    assert licence["lacking"] == [f"the waiver of clean (entry {late['waivers'][0]['entry']}) has expired"]
    told = " ".join(released.do("history", "--on", "2021-03-11").out.split())
    assert "until 2021-03-10 23:59 UTC by bob, at the risk of dora, expired: ships beside a human" in told
    refused = released.do("live")
    assert (refused.code, "has expired" in refused.problems) == (3, True)
    shown = released.do("status")
    assert "expired: ships beside a human" in " ".join(shown.out.split())
    page = seatrial.report(released.charter, to="markdown").decode()
    assert "by bob, at the risk of dora, expired" in page
    early = seatrial.report(released.charter, to="markdown", now=at("03-05 00:00")).decode()
    assert "by bob, at the risk of dora" in early
    assert "expired" not in early


def test_after_the_rollback_the_old_model_is_live_and_the_record_verifies(released) -> None:
    back = on(released, "2021-03-12")
    (live,) = back["serving"]
    assert (live["release"], live["back"], live["by"], live["signed"]) == ("1.0", True, "ada", True)
    assert live["model"] == on(released, "2021-02-15")["serving"][0]["model"]
    assert "wrong digits after sunset" in " ".join(released.do("history", "--on", "2021-03-12").out.split())
    rows = released.do("history", "--json").json["rows"]
    assert [row["entry"] for row in rows] == sorted(row["entry"] for row in rows)
    assert [row["what"] for row in rows if row["kind"] == "rollout-event"] == ["live", "live", "live", "rolled_back"]
    only = released.do("history", "--json", "--person", "carol").json["rows"]
    assert [(row["kind"], row["who"]) for row in only] == [("approval", "ada, carol")]
    assert {row["release"] for row in released.do("history", "--json", "--release", "1.1").json["rows"]} == {"1.1"}
    done = released.do("verify")
    assert done.code == 0, done.out
    assert released.do("rollback", "--reason", "again").code == 2


def test_a_word_that_is_taken_back_counts_no_longer_and_stays_to_be_seen(released) -> None:
    charter = released.charter
    seatrial.live(charter, even_so="a demonstration", now=at("03-13 09:00"))
    (waiver,) = [row["entry"] for row in released.do("history", "--kind", "waiver", "--json").json["rows"]]
    with pytest.raises(InputError, match="was signed by bob, and not by ada"):
        seatrial.revoke(charter, waiver, named(released, "ada"), reason="x", now=at("03-14 09:00"))
    found = seatrial.revoke(
        charter, waiver, named(released, "bob"), reason="nobody stands there", now=at("03-14 09:00")
    )
    assert (found.kind, found.people, len(found.resting)) == ("waiver", ("bob",), 1)
    shown = released.do("status", "--json").json
    assert [one["state"] for one in shown["given"]] == ["withdrawn"]
    assert any("was withdrawn by bob" in text for text in shown["lacking"])
    gone = on(released, "2021-03-14")
    assert (served(gone), gone["licensed"]) == ([("1.1", 100)], False)
    assert on(released, "2021-03-05")["waivers"][0]["state"] == "open"
    (approval,) = [row["entry"] for row in released.do("history", "--person", "carol", "--json").json["rows"]]
    with pytest.raises(InputError, match="taken back already"):
        seatrial.revoke(charter, waiver, named(released, "bob"), reason="again", now=at("03-14 10:00"))
    seatrial.revoke(charter, approval, named(released, "carol"), reason="read it again", now=at("03-15 09:00"))
    licence = seatrial.status(charter, now=at("03-16 00:00")).licence
    assert (licence.approved, licence.uncounted) == (("ada",), (("carol", "took the approval back"),))
    seatrial.approve(charter, named(released, "carol"), now=at("03-16 09:00"))
    assert seatrial.status(charter, now=at("03-16 10:00")).approved == ("ada", "carol")
    assert released.do("verify").code == 0
    told = " ".join(released.do("history").out.split())
    assert "the waiver at entry" in told
    assert "nobody stands there" in told


def test_a_clock_that_contradicts_the_order_of_the_log_is_said(released) -> None:
    """An approval that is dated back counts from where it stands."""
    log = Log.open(released.log, load(released.folder.parent / "key"), pinned=None)
    decision = next(seq for seq, one in enumerate(log.statements()) if one.kind == "decision")
    fields = binding(log.origin, log.entries(), decision) | {"at": int(at("02-01 11:00")())}
    carol = load(released.folder / "carol.key")
    log.append(statement.write("approval", log.statements()[decision].model, fields), signers=[carol])
    early = on(released, "2021-02-15")
    assert early["licences"][str(decision)]["approved"] == ["ada", "bob"]
    assert on(released, "2021-03-12")["licences"][str(decision)]["approved"] == ["ada", "bob", "carol"]
    assert any("is taken to be no older than that" in doubt for doubt in early["doubts"])
    ahead = fields | {"at": int(at("01-01 00:00")()) + 200 * 365 * 86_400}
    log.append(statement.write("approval", log.statements()[decision].model, ahead), signers=[carol])
    assert any("its clock is not believed" in doubt for doubt in on(released, "2021-03-12")["doubts"])


def test_what_is_paused_serves_nobody(released) -> None:
    seatrial.pause(released.charter, reason="it answers nonsense", now=at("03-20 09:00"))
    still = on(released, "2021-03-20")
    assert (still["paused"]["reason"], served(still)) == ("it answers nonsense", [("1.0", 100)])
    assert "0 % of production" in released.do("history", "--on", "2021-03-20").out
    with pytest.raises(InputError, match="is paused already"):
        seatrial.pause(released.charter, reason="twice", now=at("03-20 10:00"))
    seatrial.resume(released.charter, now=at("03-21 09:00"))
    assert on(released, "2021-03-21")["paused"] is None
    assert on(released, "2021-03-20")["paused"] is not None


def test_without_a_licence_nothing_is_recorded_but_with_a_reason(people) -> None:
    gate(people, "02-01 10:00")
    entries = people.entries
    with pytest.raises(LicenceError) as caught:
        seatrial.live(people.charter, now=at("02-02 09:00"))
    assert (caught.value.exit_code, people.entries) == (3, entries)
    done = people.do("live", "--even-so", "the old one is worse", "--environment", "staging")
    assert (done.code, "not licensed" in done.out, "no traffic was moved" in done.out) == (0, True, True)
    (event,) = people.said("rollout-event")
    assert (event["licensed"], event["reason"], event["environment"]) == (False, "the old one is worse", "staging")
    (row,) = people.do("history", "--kind", "rollout-event", "--json").json["rows"]
    assert row["sentence"].endswith("serves 100 % of staging, without a licence: the old one is worse")
    assert "nothing is recorded to serve production" in people.do("history", "--on", "2021-02-02").out
    assert people.do("verify").code == 0


WRONG = (
    (("live", "--share", 50, "--even-so", "x"), "nothing has the other 50 per cent"),
    (("live", "--share", 0, "--even-so", "x"), "0 is no per cent of the traffic"),
    (("live", "--environment", " ", "--even-so", "x"), "names none"),
    (("live", "--decision", "99", "--even-so", "x"), "the log has no entry 99"),
    (("live", "--key", "eve.key", "--even-so", "x"), "is nobody's key here"),
    (("live", "--key", "ada.key", "--by", "bob", "--even-so", "x"), "is the key of ada, not of bob"),
    (("rollback", "--reason", "x"), "nothing is live there"),
    (("rollback", "--reason", " "), "reason: is empty"),
    (("rollback", "--reason", "x", "--to", "4"), "never had all the traffic"),
    (("pause", "--reason", "x"), "has nothing live"),
    (("resume",), "is not paused"),
    (("revoke", 4, "--reason", "x", "--key", "ada.key"), "is a decision, and no approval or waiver"),
    (("revoke", 99, "--reason", " ", "--key", "ada.key"), "the log has no entry 99"),
    (("history", "--on", "3 March"), "is no time"),
    (("history", "--on", "2999-01-01"), "is still to come"),
    (("history", "--kind", "aproval"), "did you mean approval?"),
)


def test_what_is_wrong_is_said_and_nothing_is_logged(people) -> None:
    create(people.folder / "eve.key")
    gate(people, "02-01 10:00")
    entries = people.entries
    for words, said in WRONG:
        done = people.do(*words)
        assert (done.code, said in done.problems) == (2, True), (words, done.out, done.err)
        assert people.entries == entries, words
