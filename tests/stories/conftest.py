"""Projects for stories: each has a log and a key of its own, outside its folder."""

import pytest
from tests.stories import projects


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Makes projects whose log and key are in the test's own folder, and opens a log for each."""

    def do(make=projects.make, name="project", *, init=True, **parts):
        project = make(tmp_path / name / "work", **parts)
        for key, value in project.environment.items():
            monkeypatch.setenv(key, value)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        if init:
            done = project.do("init")
            assert done.code == 0, done.err
        return project

    return do


@pytest.fixture
def project(own):
    """A project whose model is a function of numpy."""
    return own()


@pytest.fixture
def net(own):
    """A project whose model is a module of torch with weights in a file."""
    return own(projects.make_torch)
