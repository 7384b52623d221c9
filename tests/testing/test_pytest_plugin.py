"""The plugin of pytest, tried as a reader would: in a folder of its own, with warnings as errors."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, NOISE

STRICT = NOISE.replace("0.70", "0.88")


def run(folder, text, *words, **environment):
    """Write a test file and run pytest over it; return its exit code and what it printed."""
    (folder / "test_model.py").write_text(dedent(text))
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\naddopts = --strict-markers\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *words]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=folder, env={**kept, **environment}, capture_output=True, text=True, timeout=300, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def project(tmp_path):
    return projects.make(tmp_path / "model", clauses=(CLEAN, NOISE))


def test_a_sound_model_passes_and_the_fixture_tells_the_counts(project) -> None:
    code, said = run(
        project.folder,
        """
        import pytest


        @pytest.mark.seatrial("charter.yaml", cases=30)
        def test_it_holds():
            pass


        @pytest.mark.seatrial("charter.yaml", cases=30)
        def test_the_counts(seatrial):
            assert seatrial["noise"].n == 30
            assert seatrial["clean"].held >= 28
            assert seatrial.would in ("deploy", "hold")
            assert [row.name for row in seatrial.clauses] == ["clean", "noise"]


        @pytest.mark.seatrial(clauses="noise", cases=7)
        def test_one_clause(seatrial):
            assert [(row.name, row.n) for row in seatrial.clauses] == [("noise", 7)]
        """,
    )
    assert (code, "3 passed" in said) == (0, True), said
    assert not (project.folder / "trust.json").exists()
    assert not (project.folder / "checkpoint.txt").exists()


def test_a_failure_names_the_clause_the_counts_and_the_command(project) -> None:
    wrong = (project.folder / "model.py").read_text().replace("return 4 *", "return -4 *")
    (project.folder / "model.py").write_text(wrong)
    code, said = run(
        project.folder,
        """
        import pytest


        @pytest.mark.seatrial("charter.yaml", clauses=["noise"], cases=40)
        def test_it_holds():
            raise AssertionError("the body is not reached")
        """,
    )
    assert code == 1, said
    assert "noise is breached: a cheap sensor must not change the answer" in said
    assert "of 40 rehearsal cases held" in said
    assert "wrong before any attack" in said
    line = int(said.partition("charter.yaml:")[2].split()[0])
    assert "require: held_rate >= 0.70" in project.charter.read_text().splitlines()[line - 1]
    assert "the body is not reached" not in said
    command = said.partition("reproduce    ")[2].splitlines()[0]
    assert command == "seatrial rehearse charter.yaml --cases 40 --clause noise"
    again = project.do(*command.split()[1:], "--quiet")
    assert again.code in (3, 6)
    held = said.partition("measured   ")[2].split()[0]
    assert f" {held} " in again.out


def test_unproven_passes_unless_it_is_strict(project) -> None:
    project.write(clauses=(CLEAN, STRICT))
    code, said = run(
        project.folder,
        """
        import pytest


        @pytest.mark.seatrial("charter.yaml", clauses=["noise"], cases=20)
        def test_loose(): pass


        @pytest.mark.seatrial("charter.yaml", clauses=["noise"], cases=20, strict=True)
        def test_strict(): pass
        """,
    )
    assert (code, "1 failed, 1 passed" in said) == (1, True), said
    assert "noise is unproven" in said


@pytest.mark.slow
def test_a_model_that_raises_is_untried_and_fails(project) -> None:
    (project.folder / "model.py").write_text("import warnings\n\n\ndef predict(rows):\n    raise ValueError('no')\n")
    code, said = run(project.folder, "import pytest\n\n\n@pytest.mark.seatrial(cases=5)\ndef test_it(): pass\n")
    assert code == 1
    assert "reproduce    seatrial rehearse charter.yaml --cases 5" in said


@pytest.mark.slow
def test_a_warning_of_the_model_is_no_error_here_as_on_the_command_line(project) -> None:
    model = (project.folder / "model.py").read_text()
    noisy = model.replace("    flat =", "    import warnings\n    warnings.warn('careful', UserWarning)\n    flat =")
    (project.folder / "model.py").write_text(noisy)
    code, said = run(project.folder, "import pytest\n\n\n@pytest.mark.seatrial(cases=20)\ndef test_it(): pass\n")
    assert code == 0, said


def test_what_is_wrong_with_a_mark_is_said_in_a_line(project) -> None:
    code, said = run(
        project.folder,
        """
        import pytest


        @pytest.mark.seatrial("charta.yaml")
        def test_no_charter(): pass


        @pytest.mark.seatrial(clauses=["nose"])
        def test_no_clause(): pass


        @pytest.mark.seatrial(case=3)
        def test_no_word(): pass


        def test_no_mark(seatrial): pass
        """,
    )
    assert (code, "3 failed, 1 error" in said) == (1, True), said
    assert "there is no charter 'charta.yaml': looked for" in said
    assert "there is no clause 'nose' (did you mean noise?)" in said
    assert "the mark seatrial takes charter, clauses, cases, weights, strict, not case" in said
    assert "mark the test: @pytest.mark.seatrial" in said
    assert "Traceback" not in said


def test_pytest_starts_without_anything_heavy(tmp_path) -> None:
    code, said = run(
        tmp_path,
        """
        import sys


        def test_it(request):
            assert request.config.pluginmanager.hasplugin("seatrial")
            assert not {"torch", "numpy", "sklearn", "yaml", "pydantic"} & set(sys.modules)
        """,
    )
    assert code == 0, said


def test_the_mark_is_listed(tmp_path) -> None:
    assert "@pytest.mark.seatrial(charter, clauses=(), cases=50" in run(tmp_path, "", "--markers")[1]
