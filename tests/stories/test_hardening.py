"""`seatrial harden` from the command line: killed and gone on with, what it logs, what it refuses."""

import json

import pytest
from tests.stories.projects import CLEAN, NEAR
from tests.stories.test_interrupted import until

MIDDLE = NEAR.replace("near:", "middle:").replace("0.01", "0.4").replace("0.70", "0.90")


@pytest.fixture
def weak(net):
    """A torch project with a clause that a small change breaks, and a remedy for it."""
    return net.write(clauses=(CLEAN, MIDDLE + "  otherwise: training.pgd\n"))


def harden(project, *words):
    return project.do("harden", "--clause", "middle", *words)


def put_down(project) -> int:
    """Return how many checkpoints lie below the project's folder."""
    texts = [index.read_text() for index in project.folder.glob(".seatrial/harden/*/*/index.json")]
    return sum(len(json.loads(text)["checkpoints"]) for text in texts)


@pytest.mark.slow
def test_killed_by_the_operating_system_it_ends_in_the_same_weights(weak) -> None:
    words = ("harden", "--clause", "middle", "--steps", "500", "--quiet", "--out")
    assert weak.do(*words, "whole.safetensors").code == 0
    process = weak.start(*words, "again.safetensors")
    until(lambda: put_down(weak) > 1, process)
    process.kill()
    process.communicate()
    assert not (weak.folder / "again.safetensors").exists()
    done = weak.do("harden", *words[1:-2], "--out", "again.safetensors")
    assert done.code == 0, done.err
    whole, again = ((weak.folder / f"{name}.safetensors").read_bytes() for name in ("whole", "again"))
    assert whole == again
    assert not list(weak.folder.glob(".seatrial/harden/*"))


def test_it_says_in_the_log_where_the_weights_come_from(weak) -> None:
    assert weak.gate().code == 6
    done = weak.do("harden", "--steps", "60", "--json")
    assert done.code == 0, done.err
    (said,) = weak.said("lineage")
    shown = done.json
    assert shown["entry"] is not None
    assert said["remedy"] == "training.pgd"
    assert said["clause"] == "middle"
    assert said["parent"] == shown["record"]["parent"]
    assert said["data"] == shown["record"]["learned_from"]["digest"]
    beside = json.loads((weak.folder / "hardened.json").read_text())
    assert beside["steps"] == 60
    assert beside["answers"] == "middle"
    before = beside["before"]
    assert before["cases"] == beside["validation_cases"]


def test_it_says_what_the_parent_is_worth_on_the_same_cases(weak) -> None:
    done = harden(weak, "--steps", "20")
    assert done.code == 0, done.err
    record = json.loads((weak.folder / "hardened.json").read_text())
    before, said = record["before"], " ".join(done.out.split())
    assert f"clean {record['clean']:.1%} (parent {before['clean']:.1%})" in said
    assert f"robust {record['robust']:.1%} (parent {before['robust']:.1%})" in said
    lost = before["pairs"]["clean"]["lost"]
    assert f"Without an attack {lost} of {before['cases']} cases were lost" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--minutes", "1", "--steps", "9"), "both given"),
        (("--remedy", "training.nothing"), "--remedy: there is no remedy 'training.nothing'"),
        (("--launcher", "slurm"), "--launcher: there is no 'slurm'"),
        (("--minutes", "nan"), "--minutes"),
    ],
)
def test_a_budget_or_a_remedy_that_is_none(weak, words, said) -> None:
    refused = harden(weak, *words)
    assert refused.code == 2
    assert said in refused.problems
    assert not (weak.folder / "hardened.safetensors").exists()


@pytest.mark.parametrize("name", ["charter.yaml", "net.safetensors", "trust.json", "new.html"])
def test_new_weights_take_the_place_of_nothing_that_is_needed(weak, name) -> None:
    before = {path: path.read_bytes() for path in weak.folder.iterdir() if path.is_file()}
    refused = harden(weak, "--steps", "9", "--out", name)
    assert refused.code == 2
    assert "--out" in refused.problems
    assert {path: path.read_bytes() for path in weak.folder.iterdir() if path.is_file()} == before


def test_a_second_round_does_not_write_over_the_weights_that_it_begins_with(weak) -> None:
    weights = weak.folder / "hardened.safetensors"
    weights.write_bytes((weak.folder / "net.safetensors").read_bytes())
    refused = harden(weak, "--steps", "9", "--weights", weights.name)
    assert refused.code == 2
    assert "name another file with --out" in refused.problems


def test_a_budget_that_is_too_small_changes_nothing(weak) -> None:
    refused = harden(weak, "--minutes", "0.0001")
    assert refused.code == 4
    assert "minutes or more" in refused.problems
    assert not (weak.folder / "hardened.safetensors").exists()
