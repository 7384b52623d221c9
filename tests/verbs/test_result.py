"""What a gate gives back in Python: tables, the worst cases, drawings; over a real gate of a small model."""

import contextlib
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, FAR

import seatrial
from seatrial.errors import InputError
from seatrial.verbs.result import Gated


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    """A model of torch that is rejected: its clause `far` is breached, `clean` holds."""
    home = tmp_path_factory.mktemp("result")
    project = projects.make_torch(home / "work", clauses=(CLEAN, FAR))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**project.environment, "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}.items():
            patch.setenv(name, value)
        assert project.do("init").code == 0
        with contextlib.chdir(project.folder):
            yield seatrial.gate(project.charter, executor="inline")


def test_a_row_for_each_clause(gated):
    frame = gated.to_frame()
    assert list(frame["clause"]) == ["clean", "far"]
    assert list(frame["verdict"]) == ["held", "breached"]
    assert (frame["held"] / frame["n"] == frame["measured"]).all()
    assert (frame["low"] <= frame["measured"]).all()
    assert (frame["measured"] <= frame["high"]).all()


def test_a_row_for_each_case_of_each_clause(gated):
    frame = gated.to_frame("cases")
    assert Counter(frame["clause"]) == {"clean": 60, "far": 60}
    for clause in gated.dossier.clauses:
        here = frame[frame["clause"] == clause.name]
        assert (here["outcome"] == "held").sum() == clause.held
        assert here["case"].is_unique
        assert here["queries"].sum() == clause.queries
        for name, (cases, held) in clause.groups.items():
            assert (here["label"] == name).sum() == cases
            assert ((here["label"] == name) & (here["outcome"] == "held")).sum() == held
    broken = frame[frame["outcome"] == "broken"]
    assert set(broken["broke"]) <= {"evasion.fgsm", "untouched"}
    assert (frame[frame["outcome"] == "held"]["broke"] == "").all()


def test_an_unknown_table_is_refused_with_what_there_is(gated):
    with pytest.raises(InputError, match=r"no table of 'case'.*cases"):
        gated.to_frame("case")


def test_the_worst_cases_come_from_the_worst_clause(gated):
    found = gated.worst(3)
    assert [one.clause for one in found] == ["far"] * 3
    assert [one.case for one in found] == [one.case for one in gated.dossier.clauses[1].examples[:3]]
    assert "evasion.fgsm" in str(found[0])
    for one in found:
        assert one.case == one.example.case
        assert "<img" in one._repr_html_()
    every = gated.worst(1000)
    assert 6 < len(every) <= gated.dossier.clauses[1].n
    assert len({one.case for one in every}) == len(every)
    assert gated.worst(0) == []
    assert gated.worst(5, clause="clean") == []


def test_a_clause_that_is_not_there_is_refused_with_a_guess(gated):
    for ask in (lambda: gated.worst(clause="fare"), lambda: gated.plot("fare")):
        with pytest.raises(InputError, match=r"no clause 'fare'.*far"):
            ask()


def test_it_shows_itself_in_a_notebook(gated):
    card = gated._repr_html_()
    HTMLParser().feed(card)
    assert "Reject" in card
    assert str(gated.folder / "report.html") in card
    assert repr(gated).startswith("Gated(seq=")


def test_plots_need_no_display(gated, monkeypatch, tmp_path):
    monkeypatch.delenv("DISPLAY", raising=False)
    for clause in ("", "far", "clean"):
        saved = gated.plot(clause).save(tmp_path / "plot.svg")
        assert saved.read_bytes().startswith(b"<?xml")
        assert gated.plot(clause)._repr_svg_().startswith("<svg")


WITHOUT_PANDAS = """
import sys
sys.modules["pandas"] = None
import seatrial
gated = seatrial.judge("charter.yaml")
assert gated.worst(1) and gated.plot().svg and gated._repr_html_()
try:
    gated.to_frame()
except seatrial.SeatrialError as error:
    print(type(error).__name__, error)
"""
"""What a program does where pandas is not installed."""


def test_without_pandas_everything_else_works(gated):
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT_PANDAS], cwd=gated.folder.parents[2], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("MissingExtra")
    assert "pip install 'seatrial[data]'" in run.stdout


def test_a_result_without_its_log_says_so(gated):
    alone = Gated(gated.dossier, gated.seq, gated.folder)
    assert len(alone.to_frame()) == 2
    for ask in (lambda: alone.to_frame("cases"), alone.worst):
        with pytest.raises(InputError, match="does not say where its log is"):
            ask()


def test_a_clause_without_a_number_has_none_in_the_table(gated):
    untried = replace(gated.dossier.clauses[0], verdict="untried")
    frame = replace(gated, dossier=replace(gated.dossier, clauses=(untried,))).to_frame()
    assert frame["measured"].isna().all()
    assert frame["low"].isna().all()


def test_what_other_verbs_return_shows_itself_in_a_notebook(gated):
    charter = gated.folder.parents[2] / "charter.yaml"
    rows = seatrial.history(charter)
    case = gated.worst(1)[0].case
    cards = {
        seatrial.plan(charter, pilot=0)._repr_html_(): "replay",
        seatrial.rehearse(charter, cases=20, executor="inline")._repr_html_(): "cannot deploy",
        seatrial.lint(charter)._repr_html_(): "Nothing is wrong",
        rows._repr_html_(): "reject",
        seatrial.initialise(charter)._repr_html_(): "trust.json",
        seatrial.verify(charter)._repr_html_(): "Verified: reject",
        seatrial.show(charter, case, clause="far")[0]._repr_html_(): "<img",
        seatrial.show(charter, case, clause="clean")[0]._repr_html_(): "held",
    }
    for card, said in cards.items():
        HTMLParser().feed(card)
        assert said in card
        assert "<script" not in card


def test_mistakes_of_a_charter_are_a_table_and_a_tuple(gated):
    wrong = gated.folder.parents[2] / "wrong.yaml"
    wrong.write_text((gated.folder.parents[2] / "charter.yaml").read_text().replace("0.", "1<b>."))
    found = seatrial.lint(wrong)
    assert isinstance(found, tuple)
    assert found
    assert "<b>" not in found._repr_html_()
    assert all(one.where in found._repr_html_() for one in found)


def test_evidence_that_does_not_verify_says_so_in_a_notebook(gated, tmp_path):
    folder = gated.folder.parents[2]
    bundle = bytearray(seatrial.export(folder / "charter.yaml"))
    bundle[len(bundle) // 2] ^= 1
    (tmp_path / "flipped.tar").write_bytes(bundle)
    shown = seatrial.verify(tmp_path / "flipped.tar", trust=folder / "trust.json")._repr_html_()
    assert "Not verified" in shown
    assert "FAILED" in shown
