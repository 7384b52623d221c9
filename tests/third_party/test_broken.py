"""Plugins of somebody else that fail where they are imported: said by name, and in nobody's way who uses none."""

import os
from pathlib import Path

import pytest
from tests.stories.projects import CLEAN, make

from seatrial.catalog.file import PACKAGED

ROOT = Path(__file__).parents[2]
ENTRIES = """\
[seatrial.adversaries]
wreck.storm = wreck_storm:CARD
wreck.leaky = wreck_leaky:CARD
wreck.empty = wreck_empty:CARD
wreck.vague = wreck_vague:CARD

[seatrial.reports]
flotsam = wreck_storm:CARD

[seatrial.packs]
wreck = wreck_packs
adrift = wreck_adrift.packs
"""
FILES = {
    "wreck_storm.py": "raise RuntimeError('mast overboard')\n",
    "wreck_leaky.py": "import a_package_that_nobody_has\n",
    "wreck_empty.py": "CARDS = []\n",
    "wreck_vague.py": """\
from dataclasses import dataclass

from seatrial.records.card import Card


@dataclass(frozen=True)
class Vague:
    def attack(self, target: "Nowhere", batch, bench): ...


CARD = Card(make=Vague, title="Vague", oracle="same_label", controls=("evasion.linear",))
""",
    "wreck_packs/__init__.py": "",
    "wreck_adrift/__init__.py": "raise RuntimeError('no anchor')\n",
    "wreck_adrift/packs/__init__.py": "",
    "wreck-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: wreck\nVersion: 1.0\n",
    "wreck-1.0.dist-info/entry_points.txt": ENTRIES,
}
SAID = {
    "storm": "cannot be imported: RuntimeError: mast overboard (wreck_storm.py, line 1)",
    "leaky": "cannot be imported: ModuleNotFoundError: No module named 'a_package_that_nobody_has'",
    "empty": "cannot be imported: AttributeError:",
    "vague": "its method `attack` cannot be read: NameError: name 'Nowhere' is not defined",
}
WANTED = """
from seatrial import plugins
from seatrial.catalog.file import load
from seatrial.verbs.range_ import _probations
print({"evasion.pgd"} <= {one.stage.adversary for one in _probations(load(), plugins.names("adversaries"))})
"""
LEFT_OUT = "left out: packs: adrift of wreck_adrift.packs: cannot be imported: RuntimeError: no anchor"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with an installed package of which every part is broken, and a scenario for each adversary."""
    folder = tmp_path_factory.mktemp("wreck")
    clean = (PACKAGED / "baseline" / "clean.yaml").read_text()
    entries = {
        f"wreck_packs/wreck/{name}.yaml": clean.replace("baseline/clean", f"wreck/{name}").replace(
            "evasion.clean", f"wreck.{name}"
        )
        for name in SAID
    }
    for name, text in (FILES | entries).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def project(place, tmp_path):
    """A small project, and the commands over it, with the broken package installed."""
    made = make(tmp_path / "project")
    made.shell("init")

    def typed(*words, prelude=""):
        return made.shell(*words, prelude=prelude, PYTHONPATH=os.pathsep.join([str(place), str(ROOT)]))

    return made, typed


@pytest.mark.parametrize("name", SAID)
def test_a_charter_that_uses_it_is_told_which_and_why(project, name) -> None:
    made, typed = project
    made.write(clauses=(CLEAN.replace("baseline/clean", f"wreck/{name}"),))
    done = typed("plan")
    assert done.code == 2
    assert f"wreck.{name}" in done.problems
    assert SAID[name] in done.problems
    assert "Traceback" not in done.err


def test_a_charter_that_does_not_use_it_is_judged_and_reported(project) -> None:
    made, typed = project
    made.write(clauses=(CLEAN,))
    done = typed("gate", "--executor", "inline")
    assert done.code == 0, done.err
    assert LEFT_OUT in done.problems
    assert typed("report", "--to", "json").code == 0
    broken = typed("report", "--to", "flotsam")
    assert broken.code == 2
    assert "reports: flotsam of wreck_storm:CARD: cannot be imported" in broken.problems


def test_the_catalog_lists_its_scenarios(project) -> None:
    done = project[1]("catalog", "list", "--json")
    assert done.code == 0
    assert "wreck/storm" in done.out
    assert LEFT_OUT in done.problems


def test_the_range_leaves_it_out_with_a_warning_unless_it_is_named(project) -> None:
    typed = project[1]
    named = typed("range", "--adversary", "wreck.storm")
    assert (named.code, SAID["storm"] in named.problems, "Traceback" in named.err) == (2, True, False)
    ranged = typed("--version", prelude=WANTED)
    assert ranged.out.splitlines()[0] == "True", ranged.err
    assert "left out: adversaries: wreck.storm of wreck_storm:CARD" in ranged.problems
