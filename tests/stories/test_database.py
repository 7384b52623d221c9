"""A project whose log lives in PostgreSQL: every command works there, and its password is never shown."""

import json
import subprocess
import sys

import pytest
from tests.database import PASSWORD, QUOTED, Database
from tests.database import database as database  # noqa: PLC0414 - a fixture
from tests.stories import projects

from seatrial.evidence.log import Log
from seatrial.evidence.place import tape


class Shared(projects.Project):
    """A project whose log is not a folder."""

    where = ""

    @property
    def log(self):
        return self.where

    def kinds(self):
        return [one.kind for one in Log.open(self.where).statements()]


@pytest.fixture
def project(database: Database, tmp_path, monkeypatch):
    """A project with a log in a database, which a user with a password owns."""
    name = f"story-{tmp_path.name}".replace("_", "-")[:60]
    database.do("GRANT ALL ON SCHEMA public TO keeper")
    made = projects.make(tmp_path / "project")
    made.__class__ = Shared
    made.where = database.url(name, user=f"keeper:{QUOTED}")
    for variable, value in made.environment.items():
        monkeypatch.setenv(variable, value)
    return made


def told(done):
    """Everything that a command said; the password is not among it."""
    said = done.out + done.err
    assert PASSWORD not in said
    assert QUOTED not in said
    return said


def test_a_release_is_gated_looked_at_and_verified_there(project: Shared, tmp_path) -> None:
    done = project.do("init", "--log", project.where)
    assert done.code == 0, done.err
    assert "postgresql://keeper@/postgres" in told(done)
    assert "(made, 0 entries)" in done.out
    assert "was there" in told(project.do("init"))

    done = project.do("gate", "--executor", "inline", "-vv")
    assert done.code == 0, done.err
    told(done)
    assert project.kinds() == ["submission", "run-plan", "run-result", "environment", "decision"]
    again = project.gate()
    assert again.code == 0
    assert len(project.kinds()) == 5, "a replay writes nothing"

    assert "deploy" in told(project.do("log"))
    assert json.loads(project.do("log", "--json").out)["entries"] == 5
    assert "5 entries, as they were signed" in told(project.do("log", "check"))
    for words in (
        ["report"],
        ["history"],
        ["status"],
        ["verify"],
        ["replay", "--level", "r0"],
        ["doctor"],
        ["where"],
        ["judge"],
    ):
        done = project.do(*words)
        assert done.code in (0, 3), (words, done.err)
        assert "Traceback" not in told(done)
    assert project.do("verify").code == 0
    assert "postgresql://keeper@" in project.do("where").out

    done = project.do("export", tmp_path / "evidence.tar")
    assert done.code == 0, done.err
    assert PASSWORD.encode() not in (tmp_path / "evidence.tar").read_bytes()
    outside = [sys.executable, "-m", "seatrial.proof", tmp_path / "evidence.tar", "--trust"]
    found = subprocess.run([*outside, project.folder / "trust.json"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr

    done = project.do("log", "prove", 4, "--out", "four.tlog-proof")
    assert done.code == 0
    assert "decision" in told(project.do("log", "check-proof", "four.tlog-proof"))
    assert project.do("log", "tiles", tmp_path / "public").code == 0
    log = Log.open(project.where)
    kept = [*map(log.payload, range(5)), *map(log.store.get, tape(project.where).blobs())]
    assert not [data for data in kept if QUOTED.encode() in data or PASSWORD.encode() in data]
    for path in project.folder.rglob("*"):
        if path.is_file():
            assert QUOTED.encode() not in path.read_bytes(), path
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_the_log_of_a_database_without_a_name_is_called_like_the_system(project: Shared, monkeypatch) -> None:
    unnamed = project.where.partition("#")[0]
    monkeypatch.setenv("SEATRIAL_LOG", unnamed)
    done = project.do("init")
    assert done.code == 0, done.err
    assert "#sorter (made" in told(done)
    assert Log.open(f"{unnamed}#sorter").origin == "seatrial/sorter"


def test_two_gates_at_once_on_two_machines_share_one_record(project: Shared) -> None:
    assert project.do("init").code == 0
    both = [project.start("gate", "--quiet", "--executor", "inline", "--json") for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(project.kinds()) == ["decision", "environment", "run-plan", "run-result", "submission"]
    assert project.do("log", "check").code == 0


@pytest.mark.parametrize(
    ("address", "code", "says"),
    [
        ("postgresql://ada:wrong-secret@127.0.0.1:1/db", 4, "is the server running"),
        ("postgresql://ada:wrong-secret/x@host/db", 4, "%40"),
        ("mysql://ada:wrong-secret@host/db", 4, "postgresql://"),
        ("postgresql://ada:wrong-secret@host/db#a/b", 4, "cannot name a log"),
    ],
)
@pytest.mark.parametrize("words", [["init"], ["gate"], ["log"], ["verify"], ["where"], ["doctor"]])
def test_an_address_that_leads_nowhere_is_told_without_its_password(own, words, address, code, says) -> None:
    project = own()
    (project.folder / "trust.json").unlink()
    (project.folder / "checkpoint.txt").unlink()
    done = project.do(*words, "--log", address)
    assert "wrong-secret" not in done.out + done.err
    assert "Traceback" not in done.err
    if words[0] not in ("where", "doctor"):
        assert done.code == code
        assert says in done.problems
