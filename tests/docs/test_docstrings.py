"""Every example in a docstring gives what it shows, in a folder that holds a small charter, its model and its cases."""

import contextlib
import doctest
import importlib
from pathlib import Path

import pytest
from tests.stories import projects

import seatrial

PACKAGE = Path(seatrial.__file__).parent
SHOWN = sorted(path for path in PACKAGE.rglob("*.py") if ">>> " in path.read_text(encoding="utf-8"))
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A project whose model is a function of numpy, with a log of its own."""
    project = projects.make(tmp_path / "project" / "work")
    for key, value in project.environment.items():
        monkeypatch.setenv(key, value)
    done = project.do("init")
    assert done.code == 0, done.err
    return project.folder


@pytest.mark.parametrize("path", SHOWN, ids=name_of)
def test_the_examples_of_a_module(path, folder, capsys) -> None:
    with contextlib.chdir(folder):
        module = importlib.import_module(name_of(path))
        found = doctest.testmod(module, optionflags=OPTIONS, extraglobs={"seatrial": seatrial})
    assert found.attempted, "`>>>` stands where no docstring is"
    assert found.failed == 0, capsys.readouterr().out


@pytest.mark.parametrize("name", ["gate", "lint", "plan", "report", "verify", "rehearse"])
def test_the_verbs_that_people_begin_with_show_how(name) -> None:
    assert ">>> " in (getattr(seatrial, name).__doc__ or "")


def test_a_wrong_example_is_seen(folder) -> None:
    def wrong() -> None:
        """Say so.

        >>> 1 + 1
        3
        """

    runner = doctest.DocTestRunner(verbose=False, optionflags=OPTIONS)
    for one in doctest.DocTestFinder().find(wrong, globs={}):
        runner.run(one, out=lambda _: None)
    assert runner.failures == 1
