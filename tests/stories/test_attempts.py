"""What a gate costs: replays are free, anything else is an attempt on fresh cases, and a weaker promise is named."""

from itertools import combinations

import pytest
from tests.stories import projects
from tests.stories.projects import CASES, CLEAN, FAR, NEAR, NOISE


def kinds(project):
    return [kind for kind in ("submission", "run-plan", "run-result", "decision") for _ in project.said(kind)]


def slices(project):
    return [set(project.drawn(one)) for one in project.said("run-plan")]


def test_the_same_model_gated_twice_is_a_replay_and_costs_nothing(project) -> None:
    first = project.gate("--json")
    entries = project.entries
    second = project.gate("--json")
    assert (first.code, second.code) == (0, 0)
    assert project.entries == entries
    assert (first.json["replayed"], second.json["replayed"]) == (False, True)
    assert first.json["digests"] == second.json["digests"]
    assert first.json["clauses"] == second.json["clauses"]
    assert project.do("run", "--json").json["replayed"] is True
    assert project.entries == entries


def test_one_changed_ulp_is_a_second_attempt_on_fresh_cases(net) -> None:
    assert net.gate().code == 0
    projects.save_weights(net.folder / "net.safetensors", ulps=1)
    done = net.gate("--json")
    assert done.code == 0
    assert done.json["attempt"] == 2
    assert done.json["attempt_confidence"] > 99
    plans = net.said("run-plan")
    assert [one["attempt"] for one in plans] == [1, 2]
    assert len({one["nonce"] for one in plans}) == 2
    first, second = slices(net)
    assert len(first) == len(second) == 60
    assert first & second == set()


def test_the_first_model_again_is_still_its_replay(net) -> None:
    net.gate()
    projects.save_weights(net.folder / "other.safetensors", ulps=1)
    assert net.gate("--weights", "other.safetensors").code == 0
    entries = net.entries
    done = net.gate("--json")
    assert (done.json["attempt"], done.json["replayed"]) == (1, True)
    assert net.entries == entries


def test_a_changed_threshold_judges_again_and_runs_nothing(net) -> None:
    assert net.gate().code == 0
    results = net.said("run-result")
    net.write(clauses=(CLEAN.replace("0.80", "0.90"), NEAR.replace("nobody", "no person")))
    done = net.gate("--json")
    assert done.code == 0
    assert done.json["attempt"] == 1
    assert done.json["clauses"][0]["require"] == "held_rate >= 0.9 at 95%"
    assert net.said("run-result") == results
    assert kinds(net) == ["submission", "run-plan", "run-result", "decision", "decision"]


@pytest.mark.parametrize(
    ("clauses", "named"),
    [
        ((CLEAN.replace("0.80", "0.60"), NOISE), "clean"),
        ((CLEAN, NOISE.replace("95%", "90%")), "noise"),
        ((CLEAN, NOISE + "  advisory: true\n"), "noise"),
        ((CLEAN,), "noise"),
    ],
)
def test_a_clause_that_asks_less_holds_and_is_named(project, clauses, named) -> None:
    assert project.gate().code == 0
    project.write(clauses=clauses)
    done = project.gate("--json")
    assert done.code == 3, done.out
    assert project.said("decision")[-1]["weaker"] == [named]
    assert named in project.do("report").out.partition("confidence")[0]


def test_again_spends_an_attempt_and_pools_the_slices(project) -> None:
    assert project.gate().code == 0
    done = project.gate("--again", "--json")
    assert done.code == 0
    assert done.json["attempt"] == 2
    assert [clause["n"] for clause in done.json["clauses"]] == [120, 120]
    assert any("2 slices" in note for note in done.json["notes"])
    first, second = slices(project)
    assert first & second == set()
    assert project.said("run-plan")[1]["continues"] == 2
    assert project.do("verify").code == 0


def test_a_hold_is_settled_by_more_cases(project) -> None:
    """One label in ten is wrong and 80 % are promised: 60 cases may be too few to show it, 300 are not."""
    inputs, labels = projects.rows()
    labels[::10] = (labels[::10] + 1) % 3
    projects.save_cases(project.folder / "cases.npz", inputs, labels)
    project.write(clauses=(CLEAN,))
    done = project.gate("--json")
    while done.code == 3:
        assert "more cases" in done.json["clauses"][0]["settle"]
        done = project.gate("--again", "--json")
    assert done.code == 0, done.err
    assert done.json["clauses"][0]["n"] == 60 * done.json["attempt"]
    assert project.do("verify").code == 0


def test_again_without_a_first_is_a_first(project) -> None:
    done = project.gate("--again", "--json")
    assert (done.code, done.json["attempt"]) == (0, 1)


def test_a_used_up_pool_is_refused_before_the_submission(net) -> None:
    """Of about 360 gate cases an attempt opens 100; the fourth model finds too few."""
    net.write(cases=CASES.replace("60}", "100}"))
    for attempt in range(3):
        projects.save_weights(net.folder / "net.safetensors", ulps=attempt)
        assert net.gate().code == 0
    assert all(one & other == set() for one, other in combinations(slices(net), 2))
    entries = net.entries
    projects.save_weights(net.folder / "net.safetensors", ulps=7)
    done = net.gate()
    assert done.code == 2
    assert "an attempt opens 100 gate cases" in done.problems
    assert "new cases" in done.problems
    assert net.entries == entries
    net.write(cases=CASES.replace("60}", "100, reuse: declared}"))
    done = net.gate("--json")
    assert done.code == 0, done.err
    assert done.json["reuse"] is True
    assert "Cases were used again" in net.do("report").out


def test_a_rehearsal_logs_nothing_and_spends_nothing(project) -> None:
    before = project.entries, project.charter.read_bytes()
    done = project.do("rehearse", "--quiet", "--executor", "inline", "--json")
    assert done.code == 0
    assert done.json["would"] == "deploy"
    assert [row["n"] for row in done.json["clauses"]] == [60, 60]
    assert (project.entries, project.charter.read_bytes()) == before
    assert project.do("report").code == 2
    assert project.gate().code == 0


def test_a_rehearsal_warns_of_a_reject(net) -> None:
    net.write(clauses=(FAR,))
    done = net.do("rehearse", "--quiet", "--executor", "inline")
    assert done.code == 6
    assert "breached" in done.out
    assert net.entries == []


def test_a_rehearsal_uses_cases_that_no_gate_draws(project) -> None:
    project.gate()
    plans = list(project.folder.glob(".seatrial/runs/*/*.shard"))
    project.do("rehearse", "--quiet", "--executor", "inline")
    both = list(project.folder.glob(".seatrial/rehearsals/*/*.shard"))
    assert plans
    assert both
    assert {one.parent.name for one in plans} & {one.parent.name for one in both} == set()


def test_a_model_without_promised_strength_is_rejected_and_named(net) -> None:
    net.write(clauses=(CLEAN, FAR))
    done = net.gate("--json")
    assert done.code == 6
    assert [clause["verdict"] for clause in done.json["clauses"]] == ["held", "breached"]
    assert done.json["clauses"][1]["held"] == 0
    assert "far" in done.json["sentence"]
    examples = done.json["clauses"][1]["examples"]
    assert len(examples) == 6
    assert all(one["before"] != one["after"] for one in examples)


def test_results_do_not_depend_on_the_executor(project) -> None:
    project.write(cases=CASES.replace("60}", "300}"))
    assert project.gate().code == 0
    for executor in ("processes", "inline"):
        done = project.do("replay", "--quiet", "--json", "--executor", executor)
        assert done.code == 0, done.err
        assert done.json["compared"] == 4


def test_a_campaign_ends_with_a_new_release_after_a_deploy(net) -> None:
    assert net.gate().code == 0
    projects.save_weights(net.folder / "net.safetensors", ulps=1)
    net.write(release="2.0")
    done = net.gate("--json")
    assert (done.code, done.json["attempt"]) == (0, 1)
    projects.save_weights(net.folder / "net.safetensors", ulps=2)
    net.write(clauses=(CLEAN, FAR), release="3.0")
    assert net.gate("--json").json["attempt"] == 1
    projects.save_weights(net.folder / "net.safetensors", ulps=3)
    net.write(release="4.0")
    done = net.gate("--json")
    assert done.json["attempt"] == 2, "a rejected release ends no campaign"
