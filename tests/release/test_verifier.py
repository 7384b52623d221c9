"""`seatrial-verify.pyz` says what `python -m seatrial.proof` says, and says plainly what it lacks."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from release.dist import ROOT
from tests.proof import ledger
from tests.proof.ledger import story

from release import verifier
from seatrial.proof import bundle, trust

WHEN = 1_700_000_000


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("verifier")
    good = bundle.write(story().evidence())
    (folder / "good.tar").write_bytes(good)
    (folder / "bad.tar").write_bytes(good.replace(b'"unknown"', b'"unKnown"', 1))
    (folder / "trust.json").write_bytes(trust.write(ledger.trust()))
    (folder / verifier.NAME).write_bytes(verifier.verifier(ROOT, WHEN))
    return folder


def run(place: Path, start: list[str], *words: str) -> tuple[int, str, str]:
    """Return exit code, output and errors of a verifier, started where seatrial is not importable by chance."""
    done = subprocess.run(
        [sys.executable, *start, *words],
        cwd=place,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("good.tar", "--trust", "trust.json"), 0),
        (("good.tar", "--trust", "trust.json", "--all", "--json"), 0),
        (("bad.tar", "--trust", "trust.json"), 5),
        (("bad.tar", "--trust", "trust.json", "--json"), 5),
        (("good.tar", "--trust", "good.tar"), 5),
        (("nowhere.tar", "--trust", "trust.json"), 2),
    ],
)
def test_it_says_what_the_module_says(place, words, code) -> None:
    alone = run(place, [verifier.NAME], *words)
    assert alone == run(place, ["-m", "seatrial.proof"], *words)
    assert alone[0] == code
    assert alone[1] + alone[2]


def test_it_calls_itself_by_its_own_name(place) -> None:
    code, out, _ = run(place, [verifier.NAME], "--help")
    assert code == 0
    assert out.startswith("usage: seatrial-verify.pyz ")


def test_it_uses_its_own_code_and_not_the_installed_one(place) -> None:
    seen = "import sys, runpy; sys.argv = ['x', '--help']; sys.path.insert(0, 'seatrial-verify.pyz')\n"
    seen += "import seatrial.proof.verify as v; print(v.__file__)"
    assert "seatrial-verify.pyz" in run(place, ["-c", seen])[1]
    with zipfile.ZipFile(place / verifier.NAME) as archive:
        names = set(archive.namelist())
    proof = {f"seatrial/proof/{path.name}" for path in (ROOT / "src/seatrial/proof").glob("*.py")}
    assert names == {"__main__.py", "seatrial/__init__.py", "seatrial/errors.py", *proof}


def test_without_cryptography_it_says_so_and_verifies_nothing(place) -> None:
    code, out, err = run(place, ["-I", "-S", verifier.NAME], "good.tar", "--trust", "trust.json")
    assert (code, out) == (4, "")
    assert "needs the package cryptography" in err
    assert "-m pip install 'cryptography>=42'" in err
    assert "Nothing was verified" in err


def test_an_old_python_is_told_which_one_it_needs(place) -> None:
    """Its first file is read by any Python 3.6 or newer, so that the sentence is reached."""
    ast.parse(verifier.START.read_text(), feature_version=(3, 6))
    old = "import sys, runpy; sys.version_info = (3, 8, 1, 'final', 0)\n"
    old += "runpy.run_path('seatrial-verify.pyz', run_name='__main__')"
    code, _, err = run(place, ["-c", old])
    assert code == 4
    assert "needs Python 3.11 or newer, this is 3.8" in err


def test_it_runs_as_a_program_and_is_the_same_bytes_again(place) -> None:
    data = verifier.verifier(ROOT, WHEN)
    assert data.startswith(b"#!/usr/bin/env python3\n")
    assert data == verifier.verifier(ROOT, WHEN)
    assert data != verifier.verifier(ROOT, WHEN + 2)
    assert len(data) < 500_000
