"""An auditor's machine: Python, `cryptography`, and nothing else; a bundle is verified there, offline, in seconds."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from time import perf_counter

import pytest
from release.dist import ROOT
from tests.proof import ledger
from tests.proof.attacks import honest, sampled

import seatrial
from release import dist, tree, verifier
from seatrial.proof import bundle, trust

NEEDED = ("cryptography", "cffi", "pycparser")
"""Distributions that stand for `pip install cryptography`."""
SECONDS = 20.0
"""For one bundle, the start of Python included, on a machine that does other things, too."""


def _site(home: Path) -> Path:
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))


def _copied(name: str, site: Path) -> None:
    """Put an installed distribution into another environment, file by file, as pip would."""
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:  # cffi comes without pycparser where nothing is compiled
        return
    for file in files:
        source, target = Path(str(file.locate())), site / str(file)
        if ".." not in file.parts and source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    """An environment with cryptography and the code of seatrial; beside it bundles, a pin, the verifier's one file."""
    home = tmp_path_factory.mktemp("auditor")
    venv.create(home / "venv", with_pip=False)
    site = _site(home / "venv")
    for name in NEEDED:
        _copied(name, site)
    shutil.copytree(Path(seatrial.__file__).parent, site / "seatrial", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "good.tar").write_bytes(bundle.write(honest().evidence()))
    (home / "redacted.tar").write_bytes(bundle.write(sampled(withheld=2)[1]))
    (home / "trust.json").write_bytes(trust.write(ledger.trust()))
    (home / verifier.NAME).write_bytes(verifier.verifier(ROOT, 1_700_000_000))
    return home


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    python = home / "venv" / "bin" / "python"
    place = {"PATH": os.defpath, "no_proxy": "*"}
    return subprocess.run([python, *words], cwd=home, env=place, capture_output=True, text=True, check=False)


def test_nothing_else_is_there(machine) -> None:
    for name in ("torch", "numpy", "sklearn", "yaml", "pydantic", "typer"):
        assert _run(machine, "-c", f"import {name}").returncode == 1, name
    assert _run(machine, "-c", "import cryptography").returncode == 0


@pytest.mark.parametrize("start", [("-m", "seatrial.proof"), (verifier.NAME,)], ids=["module", "one file"])
@pytest.mark.parametrize("name", ["good.tar", "redacted.tar"])
def test_a_bundle_verifies_in_seconds(machine, start, name, record_property) -> None:
    begun = perf_counter()
    done = _run(machine, *start, name, "--trust", "trust.json", "--json")
    took = perf_counter() - begun
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["verified"], said["decision"]["decision"]) == (True, "deploy")
    assert said["samples"]["withheld"] == (2 if name == "redacted.tar" else 0)
    record_property("seconds", round(took, 3))
    assert took < SECONDS


def test_one_changed_byte_is_found_there_too(machine) -> None:
    data = bytearray((machine / "good.tar").read_bytes())
    data[len(data) // 2] ^= 1
    (machine / "bad.tar").write_bytes(data)
    for start in (("-m", "seatrial.proof"), (verifier.NAME,)):
        done = _run(machine, *start, "bad.tar", "--trust", "trust.json")
        assert (done.returncode, "NOT VERIFIED" in done.stdout) == (5, True)


@pytest.mark.slow
def test_what_pip_installs_suffices(machine, tmp_path) -> None:
    """Needs the package index: `pip install cryptography` and the wheel without its dependencies."""
    tree.stage(dist.ROOT, tmp_path / "tree", tree.LONG_AGO)
    dist.write(dist.build(tmp_path / "tree", tree.LONG_AGO), tmp_path / "dist")
    (wheel,) = (tmp_path / "dist").glob("seatrial-*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    kept = {key: text for key, text in os.environ.items() if not key.startswith(("SEATRIAL_", "PYTHON"))}
    for words in (["cryptography"], ["--no-deps", str(wheel)]):
        subprocess.run([python, "-m", "pip", "install", "--quiet", *words], check=True, env=kept)
    listed = subprocess.run(
        [python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True, env=kept
    ).stdout
    assert {line.partition("==")[0].partition(" @")[0] for line in listed.split("\n") if line} <= {*NEEDED, "seatrial"}
    done = subprocess.run(
        [python, "-m", "seatrial.proof", machine / "good.tar", "--trust", machine / "trust.json"],
        cwd=tmp_path,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert sys.executable != python
