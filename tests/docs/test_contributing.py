"""The guide for a new adversary, followed to the letter: its commands are typed, its code is put where it says."""

import os
import re
import shutil
import subprocess
import sysconfig
import venv
from pathlib import Path
from textwrap import dedent, indent

import pytest
from tests.stories import projects

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MAIN = "from seatrial.cli.app import main; main()"

pytestmark = pytest.mark.slow


def section(title: str) -> list[tuple[str, str]]:
    """The fenced blocks under a heading, up to the next one of its rank or above."""
    rank = title.partition(" ")[0]
    body = GUIDE.partition(f"{title}\n")[2]
    end = re.search(rf"^#{{2,{len(rank)}}} ", body, re.MULTILINE)
    return FENCE.findall(body[: end.start()] if end else body)


def typed(block: str) -> list[str]:
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


class Desk:
    """A reader's machine: an environment of its own with seatrial in it, and no network."""

    def __init__(self, home: Path, *, source: Path = ROOT / "src") -> None:
        self.home, self.place = home / "desk", home / "work"
        venv.create(self.home, with_pip=False)
        site = next((self.home / "lib").glob("python*/site-packages"))
        known = sysconfig.get_paths()["purelib"]
        (site / "known.pth").write_text(
            f"import site, sys; sys.path.insert(0, {str(source)!r})\nimport site; site.addsitedir({known!r})\n"
        )
        for name, words in {"pip": "-m pip", "seatrial": f"-c '{MAIN}'"}.items():
            script = self.home / "bin" / name
            script.write_text(f'#!/bin/sh\nexec "{self.home / "bin" / "python"}" {words} "$@"\n')
            script.chmod(0o755)
        self.place.mkdir(exist_ok=True)

    def type(self, command: str, *, code: int = 0) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SEATRIAL_"))}
        more = {
            "PATH": f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_NO_DEPS": "1",
            "PIP_NO_BUILD_ISOLATION": "0",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "SEATRIAL_LOG": str(self.home / "log"),
            "SEATRIAL_KEY": str(self.home / "key"),
        }
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.place,
            env={**kept, **more},
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, f"$ {command}\n{said}"
        return said


def replaced(path: Path, method: str) -> None:
    """Put a method where one of its name stands, up to the next thing that is not indented as deep."""
    text = path.read_text(encoding="utf-8")
    made, count = re.subn(
        r"^    def search\(.*?(?=^\S)", f"{method.rstrip()}\n\n\n", text, flags=re.MULTILINE | re.DOTALL
    )
    assert count == 1
    path.write_text(made, encoding="utf-8")


def test_a_reader_adds_an_attack_to_a_package_of_their_own_and_gates_with_it(tmp_path) -> None:
    blocks = section("## Add an adversary, in a quarter of an hour")
    desk = Desk(tmp_path)
    blocks = blocks[: next(at for at, (_, text) in enumerate(blocks) if "seatrial gate" in text) + 1]
    assert [kind for kind, _ in blocks] == ["console", "python", "console", "yaml", "console"]
    (first, method, again, clause, gate) = (text for _, text in blocks)
    said = [desk.type(command) for command in typed(first)]
    assert "✓ found  drift.shove" in said[2]
    assert "2 passed" in said[3]
    replaced(desk.place / "my-attacks/src/my_attacks/shove.py", method)
    said = [desk.type(command) for command in typed(again)]
    assert "✓ found  drift.shove" in said[0]
    assert "2 passed" in said[1]
    projects.make(desk.place, clauses=(projects.CLEAN, dedent(clause)))
    desk.type("seatrial init")
    said = [desk.type(command) for command in typed(gate)]
    assert "drift.shove" in desk.type("seatrial report --to json")
    assert "shoved" in said[1]
    assert "every clause" in said[1] or "all 2 clauses" in said[1]


def test_a_contributor_adds_one_to_this_library(tmp_path) -> None:
    (kind, block), *_ = section("### In this library")
    assert kind == "console"
    tree = tmp_path / "work"
    keep = shutil.ignore_patterns("__pycache__", "stories", "reports", "verbs", "docs")
    for name in ("src", "tests"):
        shutil.copytree(
            ROOT / name, tree / name, ignore=keep if name == "tests" else shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tree)
    desk = Desk(tmp_path, source=tree / "src")
    said = [desk.type(command) for command in typed(block)]
    assert "✓ found  evasion.shove" in said[1]
    assert " passed" in said[2]
    assert "failed" not in said[2]
    desk.type("python -m pytest -q tests/house/test_mirror.py tests/house/test_names.py -k 'shove'")
    desk.type("seatrial catalog lint")


def test_a_team_adds_a_scenario_beside_its_charter(tmp_path) -> None:
    (_, block), *_ = section("## Add a scenario")
    desk = Desk(tmp_path)
    projects.make(desk.place)
    said = [desk.type(command) for command in typed(block)]
    assert "nothing is wrong" in said[1]
    clause = "\nold:\n  because: it must\n  scenarios: [noise/old-camera]\n  require: held_rate >= 0.5 at 95%\n"
    charter = desk.place / "charter.yaml"
    charter.write_text(f"{charter.read_text().rstrip()}{indent(clause, '  ')}")
    assert "nothing is wrong" in desk.type("seatrial lint charter.yaml")
    assert '"id": "noise/old-camera"' in desk.type("seatrial catalog show noise/old-camera --own scenarios --json")
