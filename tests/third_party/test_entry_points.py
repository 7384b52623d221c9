"""A package of somebody else brings one plugin for every shelf, and none of ours is edited for it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial import plugins

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def installed(folder: Path, *, name: str = "") -> Path:
    """Install the package under a folder, as pip does it, without network; `name` renames its oracle."""
    source, place = folder / "source", folder / "place"
    shutil.copytree(HERE / "harbour", source)
    if name:
        project = source / "pyproject.toml"
        project.write_text(project.read_text().replace('"lit" =', f'"{name}" ='))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "--target", str(place), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return place


def python(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place), str(ROOT)]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-W", "error::UserWarning", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return installed(tmp_path_factory.mktemp("harbour"))


def test_every_check_passes_over_plugins_that_entry_points_bring(place, tmp_path) -> None:
    done = python(place, str(HERE / "visit.py"), str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == dict.fromkeys(plugins.SHELVES, "seatrial-harbour 1.2.3")


def test_none_of_it_is_here_without_the_package() -> None:
    for shelf in plugins.SHELVES:
        assert not {"harbour", "harbour.fog", "harbour.dim", "calm", "lit", "lighthouse", "signal"} & {
            *plugins.names(shelf)
        }


def test_two_plugins_of_one_name_are_an_error_never_a_shadow(tmp_path) -> None:
    place = installed(tmp_path, name="same_label")
    done = python(place, "-c", "from seatrial import plugins; plugins.find('oracles', 'same_label')")
    assert done.returncode == 1
    assert "PluginError" in done.stderr
    assert "two plugins are called same_label" in done.stderr
