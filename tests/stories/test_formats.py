"""A rehearsal in the formats of a decision, and what of it is asked for."""

import json
import subprocess
import xml.etree.ElementTree as ET

import pytest
from tests.stories.projects import CLEAN, FAR, make_torch

import seatrial
from seatrial.errors import CharterError


def test_only_some_cases_and_clauses(project) -> None:
    whole = seatrial.rehearse(project.charter, executor="inline")
    some = seatrial.rehearse(project.charter, cases=9, clauses=["noise"], executor="inline")
    assert [row.name for row in whole.clauses] == ["clean", "noise"]
    assert [(row.name, row.n) for row in some.clauses] == [("noise", 9)]
    assert some.dossier.sentence.startswith("Rehearsal on 9 cases: ")
    with pytest.raises(CharterError, match=r"there is no clause 'nose'.*did you mean noise"):
        seatrial.rehearse(project.charter, clauses=["nose"])


def test_its_dossier_says_what_the_rows_say(project) -> None:
    seen = seatrial.rehearse(project.charter, executor="inline")
    told = seen.dossier
    assert told.rehearsal
    assert told.decision == seen.would
    assert [(c.name, c.verdict, c.n, c.held) for c in told.clauses] == [
        (row.name, row.verdict, row.n, row.held) for row in seen.clauses
    ]
    lines = project.charter.read_text().splitlines()
    assert {name: lines[at - 1].strip()[:8] for name, at in told.lines.items()} == dict.fromkeys(told.lines, "require:")
    assert "dossier" not in seen.to_json()


def test_the_command_writes_reports(project, tmp_path) -> None:
    words = [f"junit={tmp_path / 'j.xml'}", f"sarif={tmp_path / 's.json'}", "markdown=-"]
    done = project.do("rehearse", "--quiet", "--cases", 12, *(part for word in words for part in ("--report", word)))
    assert done.out.startswith("<!-- seatrial:rehearsal:sorter -->")
    assert "A rehearsal logs nothing" not in done.out
    suite = ET.parse(tmp_path / "j.xml").getroot().find("testsuite")
    assert suite is not None
    assert suite.get("name") == "sorter 1.0 (rehearsal)"
    assert json.loads((tmp_path / "s.json").read_bytes())["runs"][0]["properties"]["rehearsal"] is True
    wrong = project.do("rehearse", "--report", f"html={tmp_path / 'r.html'}")
    assert (wrong.code, wrong.out) == (2, "")
    assert "would show a rehearsal as a decision" in wrong.problems


def test_a_gate_writes_them_too_and_points_into_the_repository(own, tmp_path) -> None:
    project = own(make_torch, name="repository", clauses=(CLEAN, FAR))
    root = tmp_path / "repository"
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    done = project.gate("--report", "sarif=s.json", "--report", "junit=-")
    assert done.code == 6
    assert ET.fromstring(done.out).tag == "testsuites"
    result = json.loads((project.folder / "s.json").read_bytes())["runs"][0]["results"][0]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "work/charter.yaml"
    line = project.charter.read_text().splitlines()[place["region"]["startLine"] - 1]
    assert line.strip().startswith("require: held_rate >= 0.70")
    again = project.do("report", "--to", "markdown=r.md")
    assert again.code == 0
    assert "❌ Reject · sorter 1.0" in (project.folder / "r.md").read_text()
    project.charter.write_text(project.charter.read_text().replace("it must do its job", "it must do it"))
    later = json.loads(project.do("report", "--to", "sarif").out)["runs"][0]["results"][0]
    assert later["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_a_wrong_report_spends_nothing(project) -> None:
    done = project.gate("--report", "sarif=nowhere/s.json")
    assert done.code == 2
    assert project.entries == []


FRONT = """\
from torch import nn


class Front(nn.Module):
    def forward(self, x):
        {first}
        return (x * 6).round().flatten(1) / 6


def build():
    return nn.Sequential(Front(), nn.Linear(16, 3))
"""


def rehearsed(folder, clause, first="pass"):
    project = make_torch(folder, clauses=(clause,))
    (folder / "net.py").write_text(FRONT.format(first=first))
    return seatrial.rehearse(project.charter, cases=20, executor="inline"), project


def test_signs_of_masking_are_told_before_there_is_a_gate(tmp_path) -> None:
    seen, project = rehearsed(tmp_path, FAR.replace("evasion/fgsm, eps: 0.6", "evasion/linf-quick, eps: 0.05"))
    assert any(note.startswith("far: 100 % of the gradients are zero") for note in seen.notes)
    assert "because of it" in seen._repr_html_().lower()
    assert "gradients are zero" in project.do("rehearse", "--quiet", "--executor", "inline", "--cases", 20).out


def test_what_a_model_raised_is_told_although_the_shard_is_done(tmp_path) -> None:
    seen, _ = rehearsed(tmp_path, FAR, 'assert not x.requires_grad, "no gradients today"')
    assert seen.clauses[0].unknown > 0
    assert any("no gradients today" in note for note in seen.notes)
    assert any("no gradients today" in note for note in seen.dossier.notes)
