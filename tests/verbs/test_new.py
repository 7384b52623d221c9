"""What `seatrial new` writes, and what it refuses."""

import importlib.util
import shutil
import sys
import tomllib
from pathlib import Path

import pytest
from tests.adversaries.arena import fight
from tests.stories import projects

from seatrial import plugins
from seatrial.catalog.file import read
from seatrial.catalog.lint import lint
from seatrial.errors import InputError
from seatrial.records.threat import KINDS
from seatrial.verbs.layout import declared
from seatrial.verbs.new import new_adversary, new_scenario
from seatrial.verbs.skeleton import MODALITIES, THREATS

DAY = "2026-11-21T10:00:00Z"


def made(folder, name="drift.shove", **more):
    return new_adversary(name, folder, clock=lambda: DAY, **more)


def refused(do, *arguments, **more) -> str:
    with pytest.raises(InputError) as error:
        do(*arguments, **more)
    return str(error.value)


def loaded(path: Path):
    spec = importlib.util.spec_from_file_location(f"new_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("modality", MODALITIES)
def test_what_is_written_finds_its_flaw_and_leaves_the_twin_alone(modality, tmp_path) -> None:
    done = made(tmp_path / "my-attacks", modality=modality)
    source = tmp_path / "my-attacks/src/my_attacks"
    adversary, control = loaded(source / "shove.py"), loaded(source / "shove_control.py")
    assert adversary.CARD.controls == ("drift.shove",)
    assert len(adversary.CARD.lies) > 60
    for plant, share in ((control.CARD.make().flaw(), 1.0), (control.CARD.make().twin(), 0.0)):
        assert plant.share == share
        batch = plant.cases.take(0, len(plant.cases))
        shown = fight(adversary.CARD.make(), plant.target, batch, plant.threat, left=plant.threat.queries)
        assert shown.fallen.mean() == share
    assert done.then[0] == f"pip install --editable {tmp_path / 'my-attacks'}"
    assert all(path.is_file() for path in done.files)


def test_the_scenario_that_is_written_is_read_and_only_waits_for_its_adversary(tmp_path) -> None:
    made(tmp_path / "a")
    catalog = read(tmp_path / "a/src/a/packs")
    assert [scenario.name for scenario in catalog.scenarios] == ["drift/shove@1"]
    problems = lint(catalog)
    assert [problem.where for problem in problems] == ["drift/shove@1: against"]


def test_a_second_one_is_added_to_the_package_that_is_there(tmp_path) -> None:
    made(tmp_path / "a")
    project = tmp_path / "a" / "pyproject.toml"
    project.write_text(project.read_text() + "\n# mine\n[tool.mine]\nkept = true\n")
    before = project.read_text()
    done = made(tmp_path / "a", "drift.tilt")
    assert done.added == (project,)
    said = tomllib.loads(project.read_text())
    assert said["project"]["entry-points"]["seatrial.adversaries"] == {
        "drift.shove": "a.shove:CARD",
        "drift.tilt": "a.tilt:CARD",
    }
    assert said["tool"]["mine"] == {"kept": True}
    lines = project.read_text().splitlines()
    assert [line for line in lines if line in before.splitlines()] == before.splitlines()


def test_nothing_is_overwritten(tmp_path) -> None:
    made(tmp_path / "a")
    kept = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    assert "declares drift.shove already" in refused(made, tmp_path / "a")
    assert "shove.py: is there already" in refused(made, tmp_path / "a", "other.shove")
    assert {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()} == kept


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("shove", "is no id of an adversary"),
        ("Drift.shove", "is no id of an adversary"),
        ("drift.shove.more", "is no id of an adversary"),
        ("drift.one_two_three", "is no id of an adversary"),
        ("drift.../../etc", "is no id of an adversary"),
        ("drift.class", "is a word of Python"),
        ("drift.utils", "says nothing"),
        ("evasion.fgsm", "there is evasion.fgsm already on the shelf of adversaries, from seatrial"),
        ("evasion.linear", "there is evasion.linear already on the shelf of controls"),
        ("corruption.occlusion_sweep", "there is corruption/occlusion-sweep@1 already"),
    ],
)
def test_names_are_checked(name, wanted, tmp_path) -> None:
    assert wanted in refused(made, tmp_path / "a", name)
    assert not (tmp_path / "a").exists()


def test_a_threat_without_a_skeleton_says_which_there_are(tmp_path) -> None:
    assert "there are skeletons for ball, edits" in refused(made, tmp_path / "a", threat="motion")
    assert "there is no threat 'bal'" in refused(made, tmp_path / "a", threat="bal")
    assert "did you mean image?" in refused(made, tmp_path / "a", modality="images")
    assert "text is played by edits, not by ball" in refused(made, tmp_path / "a", threat="ball", modality="text")
    assert 'holds "' in refused(made, tmp_path / "a", title='a "quoted" one')


def test_a_folder_that_is_no_package_is_left_alone(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "is no package" in refused(made, tmp_path)
    assert "there is no such folder" in refused(made, tmp_path / "no" / "such")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_in_the_tree_of_the_library_id_and_path_are_one(tmp_path) -> None:
    (tmp_path / "src/seatrial/adversaries/evasion").mkdir(parents=True)
    (tmp_path / "src/seatrial/adversaries/evasion/__init__.py").write_text('"""Evasion."""\n')
    done = made(tmp_path, "evasion.shove")
    assert {path.relative_to(tmp_path).as_posix() for path in done.files} == {
        "src/seatrial/adversaries/evasion/shove.py",
        "src/seatrial/controls/evasion/__init__.py",
        "src/seatrial/controls/evasion/shove.py",
        "src/seatrial/catalog/packs/evasion/shove.yaml",
        "tests/adversaries/evasion/test_shove.py",
        "tests/controls/evasion/test_shove.py",
    }


@pytest.mark.parametrize(
    "use", ["evasion.square", "corruption.noise", "text.typos", "faults.malformed", "redteam.leak"]
)
def test_a_scenario_beside_a_charter_passes_lint_at_once(use, tmp_path) -> None:
    projects.make(tmp_path / "model")
    done = new_scenario("own/first", tmp_path / "model", adversary=use, clock=lambda: DAY)
    assert [path.relative_to(tmp_path).as_posix() for path in done.files] == ["model/scenarios/own-first.yaml"]
    assert lint(read(tmp_path / "model" / "scenarios")) == []
    assert "there is own/first@1 already" in refused(new_scenario, "own/first", tmp_path / "model", adversary=use)


def test_every_threat_that_can_be_written_is_a_threat(tmp_path) -> None:
    assert set(THREATS) <= set(KINDS)


def test_a_scenario_needs_an_adversary_and_a_place(tmp_path) -> None:
    projects.make(tmp_path / "model")
    assert "no adversary is called own.first" in refused(new_scenario, "own/first", tmp_path / "model")
    said = refused(new_scenario, "own/first", tmp_path / "model", adversary="evasion.sqare")
    assert "did you mean evasion.square" in said
    assert "is no id of a scenario" in refused(new_scenario, "First", tmp_path / "model")
    assert "nothing would find the scenario" in refused(new_scenario, "own/first", tmp_path, adversary="evasion.square")


def test_a_scenario_in_a_package(tmp_path) -> None:
    made(tmp_path / "a")
    project = tmp_path / "a" / "pyproject.toml"
    before = project.read_text()
    done = new_scenario("own/first", tmp_path / "a", adversary="evasion.square", clock=lambda: DAY)
    assert project.read_text() == before, "its pack is declared already"
    assert done.files == (tmp_path / "a/src/a/packs/own/first.yaml",)


def test_the_command_says_what_it_wrote_and_what_comes_next(tmp_path) -> None:
    project = projects.make(tmp_path / "model")
    done = project.do("new", "scenario", "own/first", "--adversary", "evasion.square")
    assert done.code == 0, done.err
    assert "written  scenarios/own-first.yaml" in done.out
    assert "then     seatrial catalog lint --own scenarios" in done.out
    assert project.do("catalog", "lint", "--own", "scenarios").code == 0
    wrong = project.do("new", "adversary", "shove")
    assert (wrong.code, wrong.out) == (2, "")
    assert "write it like evasion.shove" in wrong.problems


def test_two_scenarios_of_one_id_are_named_with_both_files_and_nothing_is_lost(tmp_path) -> None:
    project = projects.make(tmp_path / "model")
    project.do("new", "scenario", "own/first", "--adversary", "evasion.square")
    shutil.copy(project.folder / "scenarios/own-first.yaml", project.folder / "scenarios/own-second.yaml")
    for words in (("lint",), ("gate",), ("catalog", "lint", "--own", "scenarios")):
        done = project.do(*words)
        assert done.code == 2, words
        assert "scenarios/own-second.yaml:1" in done.problems
        assert "own/first@1 is there already, in scenarios/own-first.yaml" in done.problems
    clash = (project.folder / "scenarios/own-second.yaml").read_text().replace("own/first", "evasion/fgsm")
    (project.folder / "scenarios/own-second.yaml").write_text(clash)
    done = project.do("lint")
    assert done.code == 2
    assert "evasion/fgsm@1 is there already, in packs/evasion/fgsm.yaml" in done.problems
    assert plugins.names("adversaries")


def test_a_file_of_a_form_that_is_not_understood_is_not_touched() -> None:
    inline = '[project]\nname = "a"\nentry-points = {"seatrial.adversaries" = {"x.y" = "a:B"}}\n'
    points = {"adversaries": {"drift.shove": "a.shove:CARD"}}
    said = refused(declared, inline, points, "pyproject.toml")
    assert "has a form that nothing can be added to safely" in said
    assert 'add by hand: [project.entry-points."seatrial.adversaries"] "drift.shove" = "a.shove:CARD"' in said
    assert "mend it first" in refused(declared, "[project", points, "pyproject.toml")
