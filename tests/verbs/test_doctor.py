"""What `doctor` sees: each thing that a gate needs, whole and broken, and nothing changed by looking."""

import json
import subprocess
import sys

import pytest
from tests.stories import projects

from seatrial.cli.checks import MARKS
from seatrial.verbs.doctor import ABSENT, BROKEN, GOOD, NOTE, doctor
from seatrial.verbs.extras import Part, extra_of, installed, parts


def seen(examined):
    return {one.name: one for one in examined.checks}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SEATRIAL_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "key"))
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


@pytest.fixture
def project(place):
    made = projects.make(place / "work")
    assert made.do("init").code == 0
    return made


def everything(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(autouse=True)
def own_log(place, monkeypatch):
    """Projects keep log and key beside their folder."""
    monkeypatch.setenv("SEATRIAL_LOG", str(place / "log"))


def test_a_project_that_is_ready(project) -> None:
    found = seen(doctor(project.charter))
    assert doctor(project.charter).exit_code == 0
    assert {found[name].state for name in ("charter", "log key", "log", "trust.json", "checkpoint.txt")} == {GOOD}
    assert {found[name].state for name in ("requirements", "torch", "sklearn", "scratch", "key")} == {GOOD}


def test_looking_changes_nothing(project, place) -> None:
    before = everything(place)
    doctor(project.charter)
    doctor(place / "nothing" / "charter.yaml")
    assert everything(place) == before


def test_without_a_charter_nothing_is_broken(place) -> None:
    found = doctor(place)
    assert found.exit_code == 0
    assert seen(found)["charter"].state == ABSENT
    assert seen(found)["charter"].hint == "seatrial init"


def test_a_charter_with_mistakes_is_broken(project) -> None:
    project.write(more="nonsense: 1")
    found = doctor(project.charter)
    assert found.exit_code == 4
    assert seen(found)["charter"].state == BROKEN
    assert "lint" in seen(found)["charter"].hint


def test_a_missing_key_is_absent_and_a_damaged_one_broken(project, place) -> None:
    (place / "key").unlink()
    assert seen(doctor(project.charter))["log key"].state == BROKEN, "the log that is pinned was signed with it"
    (project.folder / "trust.json").unlink()
    found = doctor(project.charter)
    assert seen(found)["log key"].state == ABSENT
    assert found.exit_code == 0
    (place / "key").write_bytes(b"nonsense")
    (place / "key").chmod(0o600)
    found = doctor(project.charter)
    assert seen(found)["log key"].state == BROKEN
    assert found.exit_code == 4


def test_a_log_that_is_pinned_and_gone_is_broken(project, place) -> None:
    (place / "log").rename(place / "moved")
    found = doctor(project.charter)
    assert found.exit_code == 4
    assert "log" in found.sentence
    (project.folder / "trust.json").unlink()
    assert doctor(project.charter).exit_code == 0


def test_a_log_of_another_project_is_broken(project, place) -> None:
    (project.folder / "trust.json").write_text('{"nonsense": 1}')
    assert doctor(project.charter).exit_code == 4


def test_in_ci_the_log_must_be_named(place, monkeypatch) -> None:
    monkeypatch.delenv("SEATRIAL_LOG")
    monkeypatch.setenv("CI", "true")
    found = next(one for one in doctor(place).checks if one.group == "folders" and one.name == "log")
    assert found.state == BROKEN
    assert "SEATRIAL_LOG" in found.hint


def test_a_folder_that_cannot_be_made_is_broken(place, monkeypatch) -> None:
    (place / "file").write_text("")
    monkeypatch.setenv("SEATRIAL_LOG", str(place / "file" / "log"))
    found = next(one for one in doctor(place).checks if one.group == "folders" and one.name == "log")
    assert found.state == BROKEN


@pytest.mark.parametrize(("said", "state"), [("1", GOOD), ("8", NOTE), ("many", NOTE), ("0", NOTE)])
def test_threads(place, monkeypatch, said, state) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    one = seen(doctor(place))["OMP_NUM_THREADS"]
    assert one.state == state
    assert ("export OMP_NUM_THREADS=1" in one.hint) == (state == NOTE)


def test_an_extra_that_the_charter_needs(project, monkeypatch) -> None:
    assert extra_of("targets", "torch") == "torch"
    assert extra_of("files", ".parquet") == "data"
    assert extra_of("targets", "callable") == ""
    names = {part.name for part in parts("torch")}
    assert names == {"torch", "safetensors"}
    assert {part.name for part in parts("demo")} >= {"torch", "scikit-learn", "mlxtend"}
    assert "numpy" in {part.name for part in parts("")}


def test_a_part_that_is_missing_or_old() -> None:
    assert Part("a", "2.10", "2.9").fits
    assert not Part("a", "2.8.1", "2.9").fits
    assert "older than 2.9" in Part("a", "2.8.1", "2.9").shown
    assert not Part("a", "", "1").fits
    assert Part("a", "", "1").shown == "a is missing"
    assert installed("no-such-distribution-anywhere") == ""


def test_no_framework_is_imported_to_say_its_version(place) -> None:
    code = (
        "import sys; from seatrial.verbs.doctor import doctor; doctor('.');"
        "print([name for name in ('torch', 'sklearn', 'pandas') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line(project) -> None:
    done = project.do("doctor")
    assert done.code == 0
    assert "Nothing that a gate needs is broken." in done.out
    project.write(more="nonsense: 1")
    done = project.do("doctor", "--json")
    assert done.code == 4
    value = json.loads(done.out)
    assert value["healthy"] is False
    assert {"group", "name", "state", "found", "hint"} == set(value["checks"][0])


def test_every_state_has_a_mark() -> None:
    assert set(MARKS) == {GOOD, NOTE, ABSENT, BROKEN}
