"""A dossier with the place of its charter, and with the words of those who waived."""

import json
from dataclasses import replace

import pytest
from tests.reports import dossiers
from tests.stories import projects

from seatrial.catalog.file import load
from seatrial.decision import judge
from seatrial.evidence.log import Log
from seatrial.proof import statement
from seatrial.proof.binding import binding
from seatrial.reports.sarif import Sarif
from seatrial.reports.wording import steps
from seatrial.testing.gating import Asked, System, evenly, log_in, signer_of
from seatrial.verbs.annotate import annotated
from seatrial.verbs.dossier import dossier
from seatrial.verbs.project import Project, opened

NOW = 1_790_000_000


@pytest.fixture
def log(tmp_path) -> Log:
    return log_in(tmp_path / "log", waivers=("ada", "bob"))


def project_of(system: System, release: str = "1") -> Project:
    return Project(system.charter(release), load())


def test_a_waived_clause_says_why_and_until_when(log) -> None:
    system = System(clauses={"change": Asked(), "clean": Asked("held_rate >= 0.9 at 95%", severity="major")})
    result = system.gate(log, "m", evenly({"change": 1.0, "clean": 0.5}))
    charter = dict(system.charter().text)
    first = judge.record(log, result, charter, now=NOW)
    said = log.statements()[first]
    fields = binding(log.origin, log.entries(), first) | {"clause": "clean", "model": said.model, "owner": "ada"}
    payload = statement.write(
        "waiver", said.model, fields | {"reason": "risk 12 is known", "expires": NOW + 9, "at": NOW}
    )
    waiver = log.append(payload, signers=[signer_of("ada")])
    seq = judge.record(log, result, charter, now=NOW)
    assert seq != first
    shown = annotated(dossier(log, seq, load()), project_of(system), log)
    clauses = {clause.name: clause for clause in shown.clauses}
    assert clauses["change"].waiver == ""
    assert clauses["clean"].waiver == f"risk 12 is known (until 2026-09-21 14:13 UTC by ada, entry {waiver})"
    assert not clauses["clean"].lapsed
    later = {clause.name: clause for clause in dossier(log, seq, load(), now=NOW + 10).clauses}
    assert (later["clean"].lapsed, later["change"].lapsed) == (True, False)
    results = json.loads(Sarif().render(shown))["runs"][0]["results"]
    assert [one["suppressions"][0]["justification"] for one in results] == [clauses["clean"].waiver]


def test_lines_are_those_of_the_criteria_and_only_of_the_judged_charter(tmp_path) -> None:
    made = projects.make(tmp_path / "model")
    project = opened(made.charter)
    told = annotated(replace(dossiers.rejected(), clauses=()), project)
    lines = made.charter.read_text().splitlines()
    assert [lines[at - 1].strip().partition(":")[0] for at in told.lines.values()] == ["require", "require"]
    assert list(told.lines) == ["clean", "noise"]
    assert told.charter_file == "charter.yaml"
    (tmp_path / ".git").mkdir()
    assert annotated(told, project).charter_file == "model/charter.yaml"


def test_commands_name_a_charter_that_is_not_the_usual_one(tmp_path) -> None:
    made = projects.make(tmp_path / "model")
    usual = annotated(dossiers.rejected(), opened(made.charter))
    assert not any("charter" in command for _, command in steps(usual))
    other = annotated(dossiers.rejected(), opened(made.charter.rename(tmp_path / "model" / "loans.yaml")))
    commands = [command for _, command in steps(other) if command]
    assert commands
    assert all("loans.yaml" in command for command in commands)
    shown = [one.command for clause in other.clauses for one in clause.examples if one.command]
    assert shown
    assert all(command.endswith(" --charter loans.yaml") for command in shown)
    held = annotated(dossiers.deployed(), opened(tmp_path / "model" / "loans.yaml"))
    assert "seatrial export evidence.tar --charter loans.yaml" in [command for _, command in steps(held)]
