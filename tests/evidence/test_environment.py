import platform
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial.evidence.environment import Difference, diff, fingerprint, variable


def test_it_says_what_can_change_bytes_and_not_who_runs_it() -> None:
    found = fingerprint(settings={"torch.threads": "1"})
    assert found["python"] == f"CPython {platform.python_version()}"
    assert found["setting.torch.threads"] == "1"
    assert {"os", "cpu.model", "cpu.flags", "package.numpy", "package.cryptography"} <= found.keys()
    assert "package.lightgbm" not in found
    assert all(isinstance(value, str) for value in found.values())
    assert list(found) == sorted(found)
    assert platform.node() not in " ".join(found.values()).split()


def test_threads_are_recorded_even_if_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("MKL_CBWR", raising=False)
    found = fingerprint()
    assert found["variable.OMP_NUM_THREADS"] == "3"
    assert found["variable.MKL_CBWR"] == ""


def test_two_fingerprints_of_one_machine_are_equal() -> None:
    assert fingerprint() == fingerprint()
    assert diff(fingerprint(), fingerprint()) == ()


def test_the_likeliest_cause_comes_first() -> None:
    before = {
        "os": "a",
        "python": "3.11",
        "package.numpy": "2.0",
        "package.skops": "1",
        "cpu.flags": "avx2",
        "same": "",
    }
    after = {"os": "b", "python": "3.12", "package.numpy": "2.1", "package.torch": "2", "cpu.flags": "avx512f"}
    found = diff(before, after)
    assert [one.name for one in found] == [
        "cpu.flags",
        "package.torch",
        "package.numpy",
        "package.skops",
        "python",
        "os",
    ]
    assert str(found[1]) == "package.torch: (absent) -> 2"
    assert found[2] == Difference("package.numpy", "2.0", "2.1")


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def test_the_revision_of_the_project_and_whether_it_was_changed(tmp_path: Path) -> None:
    assert "project.revision" not in fingerprint(project=tmp_path)
    _git(tmp_path, "init")
    (tmp_path / "model.py").write_text("1")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    found = fingerprint(project=tmp_path)
    assert len(found["project.revision"]) == 40
    assert found["project.state"] == "clean"
    (tmp_path / "model.py").write_text("2")
    assert fingerprint(project=tmp_path)["project.state"] == "changed"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_LOG", "")
    assert variable("SEATRIAL_LOG") is None
    monkeypatch.setenv("SEATRIAL_LOG", "/kept")
    assert variable("SEATRIAL_LOG") == "/kept"


def test_no_framework_is_imported_to_name_its_version() -> None:
    load = "import sys, seatrial.evidence.environment as e; e.fingerprint();"
    code = load + " print({'torch', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
