"""Gates that stop early, compare with a baseline, look at groups, and count persons: run, verified, replayed."""

import itertools
import json

import numpy as np
import pytest
from tests.stories import projects
from tests.stories.projects import CALLED, CASES, CLEAN, NOISE, TORCH

from seatrial.records.digest import column_digests

MANY = CASES.replace("per_attempt: 60", "per_attempt: 1500")
GROUPED = MANY.replace("path:", "groups: g, path:")
CLEAR = CLEAN.replace("0.80", "0.70")
BROKEN = """
broken:
  because: a promise that is broken, for all to see
  scenarios: [baseline/clean]
  require: held_rate <= 0.30 at 95%
  severity: critical
"""
DELTA = """
as-good:
  because: what is new must not be worse than what is live
  scenarios: [{use: evasion/fgsm, eps: 0.01}]
  require: held_rate - baseline >= -0.05 at 95%
  severity: critical
"""


def many(folder, **parts):
    """Write a project with 4,000 cases, and groups for them."""
    project = projects.make(folder, **parts)
    x, y = projects.rows(4000)
    people = np.random.default_rng(3).integers(0, 1200, 4000)
    np.savez(project.folder / "cases.npz", x=x, y=y, g=np.where(people % 2, "north", "south"), person=people)
    return project


def shards(project, clause="clean"):
    """Return the status of each shard of a clause in the last result."""
    return [one["status"] for one in project.said("run-result")[-1]["shards"] if one["clause"] == clause]


def verified(project):
    """Return whether an outsider finds nothing, and a rerun gives the same bytes."""
    assert project.do("export", "evidence.tar").code == 0
    done = project.do("verify", "evidence.tar", "--json")
    assert done.code == 0, done.err + done.out
    again = project.do("replay", "--level", "r2", "--executor", "inline", "--json")
    assert again.code == 0, again.err
    return json.loads(done.out)["verified"]


def test_a_clear_cut_model_stops_after_a_seventh_of_the_cases(own) -> None:
    project = own(many, cases=MANY, clauses=(CLEAR, BROKEN), more="stop: early")
    done = project.gate("--json")
    assert done.code == 6, done.err
    clauses = {one["name"]: one for one in done.json["clauses"]}
    assert {name: one["verdict"] for name, one in clauses.items()} == {"clean": "held", "broken": "breached"}
    assert all(one["n"] <= 0.15 * 1500 for one in clauses.values())
    assert shards(project) == ["done"] + ["not_needed"] * (len(shards(project)) - 1)
    assert any("stopped early" in note for note in done.json["notes"])
    assert verified(project)
    other = project.do("replay", "--level", "r2", "--executor", "processes", "--json")
    assert other.code == 0, other.err


def test_without_the_word_every_shard_is_worked(own) -> None:
    project = own(many, cases=MANY, clauses=(CLEAR,))
    assert project.gate("--json").json["clauses"][0]["n"] == 1500
    assert set(shards(project)) == {"done"}


def test_more_cases_of_a_trial_that_stopped_go_on_where_it_was(own) -> None:
    hard = CLEAN.replace("0.80", "0.985")
    project = own(many, cases=MANY.replace("1500", "150"), clauses=(hard,), more="stop: early")
    first = project.gate("--json")
    assert first.code == 2, first.out
    assert "cases" in first.problems
    project.write(cases=MANY.replace("1500", "700"))
    second = project.gate("--json")
    assert second.code == 0, second.err
    third = project.gate("--again", "--json")
    assert third.code == 0, third.err
    assert third.json["attempt"] == 2
    assert third.json["clauses"][0]["n"] > second.json["clauses"][0]["n"]
    assert verified(project)


def net(folder, **parts):
    project = projects.make_torch(folder, **parts)
    projects.save_weights(project.folder / "live.safetensors")
    x, y = projects.rows(4000)
    np.savez(project.folder / "cases.npz", x=x, y=y)
    return project


LIVE = TORCH.replace("target:", "baseline:").replace("net.safetensors", "live.safetensors")


def test_a_model_that_is_as_good_as_the_baseline_is_held_to_it(own) -> None:
    project = own(net, cases=MANY.replace("1500", "400"), clauses=(DELTA,), more=LIVE)
    done = project.gate("--json")
    assert done.code == 0, done.err
    (clause,) = done.json["clauses"]
    assert clause["verdict"] == "held"
    assert -0.05 < clause["low"] <= clause["high"]
    assert verified(project)


def test_a_model_that_is_worse_is_rejected_early(own) -> None:
    project = own(net, cases=MANY.replace("1500", "400"), clauses=(DELTA,), more=f"{LIVE}\nstop: early")
    projects.save_weights(project.folder / "net.safetensors", scale=-1)
    done = project.gate("--json")
    assert done.code == 6, done.err
    assert done.json["clauses"][0]["verdict"] == "breached"
    assert done.json["clauses"][0]["n"] < 100
    assert verified(project)


def test_the_last_deploy_is_a_baseline(own) -> None:
    project = own(net, cases=MANY.replace("1500", "400"), clauses=(CLEAN,))
    live = "baseline: last deploy"
    project.write(clauses=(CLEAN, DELTA), more=live)
    refused = project.gate()
    assert refused.code == 2
    assert "no other model was deployed yet" in refused.problems
    project.write(clauses=(CLEAN,), more="", target=TORCH.replace("net.s", "live.s"))
    assert project.gate().code == 0
    project.write(clauses=(CLEAN, DELTA), more=live, target=TORCH, release="1.1")
    projects.save_weights(project.folder / "net.safetensors", ulps=3)
    done = project.gate("--json")
    assert done.code == 0, done.err
    assert verified(project)
    assert project.gate("--json").json["replayed"] is True
    projects.save_weights(project.folder / "live.safetensors", ulps=9)
    projects.save_weights(project.folder / "net.safetensors", ulps=5)
    gone = project.gate()
    assert gone.code == 4
    assert "now hold another model" in gone.problems


GAP = """
fair:
  because: nobody is to be served worse for where they live
  scenarios: [baseline/clean]
  require: gap(held_rate) <= 0.10 at 95%
"""


def test_a_small_gap_is_shown(own) -> None:
    project = own(many, cases=GROUPED, clauses=(GAP,))
    done = project.gate("--json")
    assert done.code == 0, done.err
    assert done.json["clauses"][0]["high"] <= 0.10
    assert verified(project)


def test_a_large_gap_is_shown(own) -> None:
    project = own(
        many, cases=GROUPED, clauses=(GAP.replace("[baseline/clean]", "[baseline/clean]\n  severity: critical"),)
    )
    with np.load(project.folder / "cases.npz") as found:
        x, y, g = found["x"], found["y"], found["g"]
    wrong = np.where((g == "south") & (np.arange(len(y)) % 2 == 0), (y + 1) % 3, y)
    np.savez(project.folder / "cases.npz", x=x, y=wrong, g=g)
    done = project.gate("--json")
    assert done.code == 6, done.err
    assert done.json["clauses"][0]["low"] > 0.3
    assert verified(project)


PERSONS = MANY.replace("path:", "groups: person, unit: person, path:")


@pytest.mark.parametrize("more", ["", "stop: early"])
def test_persons_are_drawn_whole_and_counted_once(own, more) -> None:
    each = CLEAR.replace("at 95%", "at 95% per person")
    project = own(many, cases=PERSONS.replace("1500", "600"), clauses=(each,), more=more)
    done = project.gate("--json")
    assert done.code == 0, done.err
    assert done.json["clauses"][0]["n"] < 300
    assert verified(project)
    with np.load(project.folder / "cases.npz") as found:
        people = found["person"]
    projects.save_cases(project.folder / "plain.npz", *projects.rows(4000))
    digests = [bytes(one) for one in _ids(project.folder / "cases.npz")]
    of = dict(zip(digests, people.tolist(), strict=True))
    drawn = [of[case] for case in project.drawn(project.said("run-plan")[-1])]
    changes = sum(one != other for one, other in itertools.pairwise(drawn))
    assert changes == len(set(drawn)) - 1, "the cases of one person stand together"
    assert project.gate("--again").code in (0, 3)
    again = {of[case] for case in project.drawn(project.said("run-plan")[-1])}
    assert again.isdisjoint(drawn), "whoever was opened once is not drawn again"


def _ids(path):
    with np.load(path) as found:
        return column_digests(found["x"])


@pytest.mark.parametrize(
    ("cases", "clause", "more", "said"),
    [
        (MANY, DELTA, "", "compares with a baseline, and the charter names none"),
        (MANY, DELTA, "baseline: champion.yaml", "baseline"),
        (MANY, DELTA, "baseline: {kind: torhc}", "baseline"),
        (MANY, GAP, "", "has no column of groups"),
        (MANY, CLEAN.replace("at 95%", "at 95% per person"), "", "is not declared"),
        (PERSONS, CLEAN.replace("at 95%", "at 95% per session"), "", "cases.unit is 'person'"),
        (PERSONS, GAP, "", "one column cannot be both"),
        (PERSONS.replace("unit: person", "unit: Person 1"), CLEAN, "", "is no name of a unit"),
        (PERSONS.replace("groups: person, ", ""), CLEAN, "", "the source has no column of groups"),
        (MANY, CLEAN, "stop: soon", "stop"),
        (MANY.replace("1500", "20"), CLEAN, "stop: early", "out of reach"),
        (MANY, DELTA.replace("-0.05", "1"), "baseline: last deploy", "between -1 and 1"),
    ],
)
def test_what_cannot_be_judged_is_refused_before_anything_is_spent(own, cases, clause, more, said) -> None:
    project = own(many, clauses=(CLEAN,)).write(cases=cases, clauses=(clause,), more=more)
    done = project.gate()
    assert done.code == 2, done.err + done.out
    assert said in done.problems
    assert project.said("submission") == []


def test_equal_inputs_of_two_people_are_refused(own) -> None:
    project = own(many, cases=PERSONS, clauses=(CLEAN,))
    with np.load(project.folder / "cases.npz") as found:
        x, y, person = found["x"], found["y"], found["person"]
    x[1], person[:2] = x[0], (7, 8)
    np.savez(project.folder / "cases.npz", x=x, y=y, person=person)
    done = project.gate()
    assert done.code == 2
    assert "belongs to more than one person" in done.problems


def test_a_plan_says_what_a_sequential_gate_is_expected_to_take(own) -> None:
    project = own(many, cases=MANY, clauses=(CLEAR, NOISE), more="stop: early")
    done = project.do("plan", "--quiet", "--pilot", "0", "--rate", "clean=0.99", "--rate", "noise=0.70", "--json")
    clean, noise = done.json["clauses"]
    assert clean["expected"] < 0.1 * 1500 < 1000 < noise["expected"] < 1500
    assert clean["chances"]["held"] > 0.999
    assert noise["chances"]["held"] <= 0.025
    told = project.do("plan", "--quiet", "--pilot", "0", "--rate", "clean=0.99")
    assert "expected" in told.out
    assert CALLED in project.charter.read_text()
