"""`seatrial harden --advise` from the command line: what it reads, tries, says and leaves alone."""

import pytest
from tests.stories.projects import CLEAN, FAR, NEAR, SQUARE

import seatrial

MIDDLE = NEAR.replace("near:", "middle:").replace("0.01", "0.4").replace("0.70", "0.90")
REFUSED = (
    (("--steps", "3"), "--steps: does not go with --advise"),
    (("--spent",), "--spent: does not go with --advise"),
    (("--learn", "rows.npz"), "--learn: does not go with --advise"),
    (("--then-gate",), "--then-gate: does not go with --advise"),
    (("--clause", "midle"), "there is no clause 'midle'"),
    (("--remedy", "training.nothing"), "no plugin 'training.nothing'"),
    (("--money", "1"), "does not say what an hour costs"),
    (("--minutes", "nan"), "--minutes"),
)
PILOTS = ("harden", "--advise", "--quiet", "--minutes", "0.1")


def test_without_a_decision_there_is_nothing_to_read(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE))
    done = net.do(*PILOTS)
    assert done.code == 2
    assert "no decision yet" in done.problems


def test_where_nothing_failed_there_is_nothing_to_mend(net) -> None:
    net.write(clauses=(CLEAN, NEAR))
    assert net.gate().code == 0
    done = net.do(*PILOTS)
    assert done.code == 0
    assert done.out.startswith("Nothing to mend: no clause failed")
    assert net.do(*PILOTS, "--json").json["tips"] == []


def test_pilots_are_ranked_told_and_leave_nothing_behind(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE + "  otherwise: [{harden: training.pgd, settings: {epochs: 3}}]\n"))
    assert net.gate().code == 6
    before = sorted(one for one in net.folder.rglob("*") if one.is_file()), len(net.entries)
    done = net.do(*PILOTS, "--remedy", "training.pgd", "--json")
    assert done.code == 0, done.err
    assert (sorted(one for one in net.folder.rglob("*") if one.is_file()), len(net.entries)) == before
    told = done.json
    (stake,) = told["mend"]
    assert (stake["clause"], stake["weight"]) == ("middle", 9)
    assert stake["risk"] == pytest.approx(9 * stake["gap"], rel=0.01)
    (tip,) = told["tips"]
    assert tip["command"] == "seatrial harden --clause middle"
    robust = tip["robust"]
    assert robust["low"] <= robust["gain"] <= robust["high"]
    assert robust["gain"] == pytest.approx((robust["won"] - robust["lost"]) / robust["cases"], abs=1e-4)
    assert told["assumed"]


def test_pilots_learn_from_lessons_as_the_remedy_would(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE))
    assert net.gate().code == 6
    assert net.do("lessons", "add", "--attempt", "last", "--quiet").code == 0
    found = [
        seatrial.advise(net.charter, remedy="training.pgd", minutes=0.1, log=str(net.log), **more)
        for more in ({}, {"lessons": None})
    ]
    sizes = [one.tips[0].pilot.robust.cases for one in found]
    assert sizes[0] > sizes[1]
    assert found[0].tips[0].command.endswith("--clause middle --remedy training.pgd")
    assert found[1].tips[0].command.endswith("--no-lessons")


def test_clauses_stand_in_the_order_of_their_risk_and_those_that_hold_are_left_out(net) -> None:
    mild = (
        FAR.replace("far:", "mild:")
        .replace("severity: critical", "severity: minor")
        .replace("evasion/fgsm", "evasion/pgd-linf")
    )
    net.write(clauses=(CLEAN, NEAR, mild, FAR))
    assert net.gate().code == 6
    found = seatrial.advise(net.charter, remedy="training.onestep", minutes=0.15, log=str(net.log))
    assert [one.clause for one in found.stakes] == ["far", "mild"]
    assert {one.stake.clause for one in found.tips} <= {"far", "mild"}
    assert "Mend far first" in found.sentence
    assert "then mild" in found.sentence
    page = found._repr_html_()
    assert "training.onestep" in page
    assert "not extrapolated" in page


def test_what_does_not_fit_is_told_with_its_reason(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE))
    assert net.gate().code == 6
    done = net.do(*PILOTS, "--remedy", "training.augmentation")
    assert done.code == 4
    assert "its model is not fitted as a whole" in done.problems
    assert "no remedy could be tried" in done.problems
    done = net.do("harden", "--advise", "--minutes", "0.0001", "--remedy", "training.pgd")
    assert done.code == 4
    assert "not enough for one pass" in done.problems


def test_a_remedy_with_a_caution_is_proposed_to_nobody_who_does_not_name_it(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE))
    assert net.gate().code == 6
    told = net.do("harden", "--advise", "--quiet", "--minutes", "0.001", "--json", "--clause", "middle")
    said = told.json if told.code == 0 else {"tips": [], "not_tried": []}
    assert "training.kept" not in {one["remedy"] for one in said["tips"]}
    assert "licensing (decision 0033); --remedy training.kept tries it" in " ".join((told.out + told.err).split())
    named = net.do(*PILOTS, "--remedy", "training.kept", "--json")
    assert [one["remedy"] for one in named.json["tips"]] == ["training.kept"]


def test_wrong_input_is_refused(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE))
    assert net.gate().code == 6
    for words, said in REFUSED:
        done = net.do("harden", "--advise", *words)
        assert done.code == 2, words
        assert said in " ".join(done.problems.split())


def test_a_function_has_no_remedy_at_all(project) -> None:
    project.write(clauses=(CLEAN, SQUARE))
    assert project.gate().code == 6
    done = project.do(*PILOTS)
    assert done.code == 4
    assert "no remedy could be tried" in done.problems
