"""What a model may learn from: never a gate case that an attempt may still open."""

import numpy as np
import pytest
from tests.stories.projects import CASES, CLEAN, NEAR

import seatrial
from seatrial.errors import CasesError


def digests(project, **more):
    return set(seatrial.training(project.charter, **more).ids)


def drawn(project):
    return {case for plan in project.said("run-plan") for case in project.drawn(plan)}


def test_opened_gate_cases_may_be_learned_from_and_others_may_not(net) -> None:
    net.write(clauses=(CLEAN, NEAR))
    before = digests(net)
    assert net.gate().code == 0
    opened = drawn(net)
    assert len(opened) == 60
    assert digests(net) == before
    assert before.isdisjoint(opened)
    assert digests(net, spent=True, log=str(net.log)) == before | opened
    assert net.gate("--again").code == 0
    later = drawn(net) - opened
    assert later
    assert later.isdisjoint(before | opened)


def test_where_cases_may_be_drawn_again_none_is_learned_from(net) -> None:
    net.write(cases=CASES.replace("per_attempt: 60", "per_attempt: 60, reuse: declared"))
    assert net.gate().code == 0
    with pytest.raises(CasesError, match="would spoil the gate"):
        digests(net, spent=True, log=str(net.log))
    refused = net.do("harden", "--spent", "--clause", "clean", "--remedy", "training.pgd")
    assert refused.code == 2
    assert "cases.reuse" in refused.problems


def test_whole_units_are_kept_from_training(net) -> None:
    """A person whose rows the gate may ask about is not trained on."""
    loaded = dict(np.load(net.folder / "cases.npz"))
    loaded["groups"] = np.arange(len(loaded["y"])) // 4
    np.savez(net.folder / "cases.npz", **loaded)
    net.write(cases=CASES.replace("per_attempt: 60", "per_attempt: 60, unit: person, groups: groups"), clauses=(CLEAN,))
    trained = seatrial.training(net.charter)
    people = set(np.asarray(trained.groups).tolist())
    whole = sum(1 for one in np.asarray(loaded["groups"]).tolist() if one in people)
    assert len(trained) == whole
    net.write(cases=CASES.replace("per_attempt: 60", "per_attempt: 60, unit: person"), clauses=(CLEAN,))
    assert "no column of groups" in net.do("lint").problems
