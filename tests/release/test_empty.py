"""The wheel is used where nothing else is: what is asked of it there can fail, and the core passes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from release import dist, empty, probe, tree


def test_what_fails_is_said_and_the_rest_is_asked(capsys) -> None:
    def fails() -> None:
        probe._run([sys.executable, "-c", "import sys; print('why'); sys.exit(3)"], cwd=None, code=0)

    assert [probe._passes("a", fails), probe._passes("b", lambda: None)] == [False, True]
    told = capsys.readouterr().out
    assert "FAILED  a: " in told
    assert "ended with 3:\nwhy" in told
    assert "ok      b" in told


@pytest.mark.parametrize("code", ["1 / 0", "import sys; print('Traceback'); sys.exit(0)"])
def test_a_crash_never_passes(code) -> None:
    with pytest.raises(probe.CheckError):
        probe._run([sys.executable, "-c", code], cwd=None, code=None)


def test_an_extra_that_is_there_although_it_should_not_be_is_seen() -> None:
    with pytest.raises(probe.CheckError, match=r"targets\.torch is there"):
        probe.imports({"sklearn", "demo", "data"})
    probe.imports({"torch", "sklearn", "demo", "data"})


def test_another_version_is_seen() -> None:
    with pytest.raises(probe.CheckError, match="--version says"):
        probe.commands("9.9.9")


def test_torch_is_installed_first_and_from_the_index_that_was_named() -> None:
    wheel = Path("seatrial-1-py3-none-any.whl")
    commands = empty._installs("torch", "python", wheel, "https://example.org/cpu")
    assert [command[-1].partition("==")[0] for command in commands] == ["torch", f"{wheel}[torch]"]
    assert "https://example.org/cpu" in commands[0]
    assert "--no-deps" in commands[0]
    assert empty._installs("core", "python", wheel, "https://example.org/cpu") == [
        ["python", "-m", "pip", "install", "--quiet", str(wheel)]
    ]


def test_without_a_wheel_it_says_what_to_do(tmp_path, capsys) -> None:
    assert empty.main(["--dist", str(tmp_path), "--only", "core"]) == 4
    assert "`make dist` first" in capsys.readouterr().out


@pytest.mark.slow
def test_the_core_alone_takes_a_callable_to_a_verdict(tmp_path) -> None:
    """Needs the package index."""
    tree.stage(dist.ROOT, tmp_path / "tree", tree.LONG_AGO)
    dist.write(dist.build(tmp_path / "tree", tree.LONG_AGO), tmp_path / "dist")
    words = [sys.executable, "-m", "release.empty", "--dist", str(tmp_path / "dist"), "--only", "core"]
    done = subprocess.run(words, cwd=dist.ROOT, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok      a gate: core" in done.stdout
