"""What a report says to type works: on the day it was written, and after other models were gated."""

import json
import shlex

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, FAR

SWEEP = """
far:
  because: nothing that small may change the answer
  scenarios: [{use: evasion/fgsm, eps: 0.02}, {use: evasion/fgsm, eps: 0.1}, {use: evasion/fgsm, eps: 0.6}]
  require: held_rate >= 0.70 at 95%
  severity: critical
"""


def told(project, attempt):
    return json.loads((project.folder / f".seatrial/reports/attempt-{attempt}/report.json").read_text())


@pytest.fixture
def gated(net):
    """A project whose first model was rejected, and whose second one was gated after it."""
    net.write(clauses=(CLEAN, SWEEP))
    assert net.gate().code == 6
    projects.save_weights(net.folder / "other.safetensors", scale=3.0)
    assert net.gate("--weights", "other.safetensors").code == 6
    return net


def test_its_commands_work_even_after_another_model_was_gated(gated):
    for attempt, weights in ((1, "net.safetensors"), (2, "other.safetensors")):
        said = told(gated, attempt)
        worst = said["clauses"][1]["examples"][0]
        shown = gated.do(*shlex.split(worst["command"])[1:])
        assert shown.code == 0, shown.err
        assert worst["case"] in shown.out
        assert weights in said["again"]
        replayed = gated.do(*shlex.split(said["again"])[1:], "--quiet", "--executor", "inline")
        assert replayed.code == 0, replayed.err
        assert "shards equal" in replayed.out


def test_sizes_classes_and_changes_are_in_every_format(gated):
    said = told(gated, 2)
    (curve,) = said["curves"]
    assert [point["size"] for point in curve["points"]] == [0, 0.02, 0.1, 0.6]
    held = [point["held"] for point in curve["points"]]
    assert held == sorted(held, reverse=True)
    assert held[-1] == said["clauses"][1]["held"]
    assert set(said["clauses"][0]["groups"]) == {"0", "1", "2"}
    assert said["compared"]["previous"]["before"].startswith("entry ")
    text = gated.do("report").out
    assert f"0.02: {100 * held[1] / 60:.1f} %" in text
    assert "since before" in text
    page = gated.do("report", "--as", "html").out
    assert "Since the previous decision" in page
    assert "Accuracy against the size of the change" in page


def test_a_replay_of_a_decision_needs_its_own_model(gated):
    first = told(gated, 1)["again"].rpartition(" ")[2]
    refused = gated.do("replay", "--weights", "other.safetensors", "--decision", first, "--quiet")
    assert refused.code == 2
    assert "--weights net.safetensors" in refused.problems
    assert gated.do("replay", "--level", "r1", "--decision", first, "--quiet").code == 2
    assert gated.do("replay", "--decision", "77", "--quiet").code == 2


def test_a_report_before_any_decision_says_what_to_do(net):
    net.write(clauses=(CLEAN, FAR))
    refused = net.do("report")
    assert refused.code == 2
    assert "nothing was submitted" in refused.problems
    assert net.do("run", "--quiet", "--executor", "inline").code == 0
    refused = net.do("report", "--as", "html")
    assert refused.code == 2
    assert "seatrial judge" in refused.problems
    assert net.do("judge").code == 6
    assert net.do("report", "--as", "html").code == 0
