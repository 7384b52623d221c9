"""Fit is read from signatures."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.plan.fit import minds_rules, misfits
from seatrial.records.batch import Array, Attempts, Batch, Talks, Texts
from seatrial.records.threat import Ball, Corruption, Edits, Knowledge, Missing, Motion, Turns
from seatrial.targets.target import Face
from seatrial.testing.victims import linear


@dataclass(frozen=True)
class Plain:
    face: Face

    def respond(self, inputs: Any, /) -> Any:
        return inputs


IMAGES = Face(Array, "logits", (1, 8, 8), 0.0, 1.0, 3)
BLACK_BOX = Plain(IMAGES)
LABELS = Plain(replace(IMAGES, gives="labels"))


def test_what_fits_is_not_spoken_of() -> None:
    assert misfits("evasion.pgd", linear((1, 8, 8)), Ball()) == ()
    assert misfits("evasion.square", BLACK_BOX, Ball()) == ()
    assert misfits("evasion.clean", Plain(replace(IMAGES, takes=Talks)), Turns()) == ()
    assert misfits("evasion.hopskipjump", LABELS, Ball("l2")) == ()
    assert misfits("evasion.motion", LABELS, Motion()) == ()
    assert misfits("corruption.noise", BLACK_BOX, Corruption()) == ()
    assert misfits("corruption.hiss", Plain(replace(IMAGES, shape=(2, 500))), Corruption()) == ()
    assert misfits("corruption.hiss", Plain(replace(IMAGES, shape=(500,))), Corruption()) == ()


@pytest.mark.parametrize(
    ("adversary", "target", "threat", "told"),
    [
        ("evasion.pgd", BLACK_BOX, Ball(), "needs a target that is Differentiable"),
        ("evasion.square", Plain(replace(IMAGES, takes=Texts)), Ball(), "plays with Array, and the target takes Texts"),
        ("evasion.square", BLACK_BOX, Knowledge(), "plays by Ball, and the threat is a knowledge"),
        ("redteam.leak", BLACK_BOX, Turns(), "plays with Talks"),
        ("faults.latency", BLACK_BOX, Ball(), "needs a target that is Conditional"),
        ("fairness.counterfactual", BLACK_BOX, Ball(), "needs cases of 1 dimensions"),
        ("evasion.square", LABELS, Ball(), "needs a target that gives logits or probabilities or"),
        ("evasion.square", LABELS, Ball(), "and this one gives labels"),
        ("evasion.motion", Plain(replace(IMAGES, gives="text")), Motion(), "this one gives text"),
        ("evasion.motion", Plain(replace(IMAGES, shape=(64,))), Motion(), "needs cases of 3 dimensions"),
        ("corruption.hiss", BLACK_BOX, Corruption(), "needs cases of at most 2 dimensions"),
        ("text.search", Plain(Face(Texts, "text")), Edits(), "this one gives text"),
        ("faults.missing", Plain(Face(Array, "value", (5,))), Missing(), "this one gives value"),
        ("evasion.motion", BLACK_BOX, Ball(), "plays by Motion, and the threat is a ball"),
        ("evasion.hopskipjump", LABELS, Ball("l1"), "knows the norms linf and l2, and the threat is l1"),
    ],
)
def test_each_misfit_is_named(adversary, target, threat, told) -> None:
    problems = misfits(adversary, target, threat, where="clauses.robust")
    assert any(told in problem.what for problem in problems)
    assert all(problem.where == f"clauses.robust: {adversary}" for problem in problems)
    assert all(problem.hint for problem in problems)


def test_all_misfits_are_named_at_once() -> None:
    assert len(misfits("evasion.pgd", Plain(replace(IMAGES, takes=Texts)), Corruption())) == 3


def test_only_an_adversary_that_annotates_a_threat_minds_it() -> None:
    assert minds_rules("evasion.pgd")
    assert not minds_rules("evasion.clean")


def test_annotations_of_the_contract_mean_what_they_say() -> None:
    def attack(target: Any, batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]: ...

    assert attack.__annotations__["bench"] is not None
