"""Kept perturbations: each case goes on from where its last visit ended."""

import inspect

import numpy as np
import torch
from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins
from seatrial.cases.listed import listed
from seatrial.harden.ground import ground
from seatrial.harden.lesson import Answer, Lesson
from seatrial.harden.trainee import Trainee
from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.target import Face

CARD = plugins.find("remedies", "training.kept")


def test_it_moves_the_model_to_the_feature_that_survives_the_attack() -> None:
    made = CARD.make(epochs=30, rate=0.05, checks=2).apply(target(fragile()), two_features(), BALL, MEANS)
    assert robust_rate(put_into(fragile(), made.weights), two_features()) > 0.85
    assert made.record["settings"]["course"]["epochs"] == 30


def lesson(epoch: int, carried: dict, rows) -> Lesson:
    recipe = CARD.make()
    base = ground(target(fragile()), two_features(), BALL, recipe.course)
    return Lesson(
        Trainee(base), base.used.take(rows), rows, len(base.used), BALL, bytes(32), epoch, 5, 1.0, Answer(), carried
    )


def test_a_case_takes_up_its_own_perturbation_whatever_the_batch() -> None:
    carried: dict = {}
    CARD.make().visit(lesson(0, carried, np.arange(60)))
    shifts = carried["shifts"]
    assert shifts.dtype == torch.int8
    assert shifts[:60].abs().sum() > 0
    assert shifts[60:].abs().sum() == 0
    before = shifts.clone()
    CARD.make(stride=0.0).visit(lesson(1, carried, np.arange(20, 80)))
    assert torch.equal(carried["shifts"][:60], before[:60])


def test_the_slope_of_the_update_moves_it_once_more_and_changes_nothing_else() -> None:
    shifts, weights = [], []
    for again in (False, True):
        carried: dict = {}
        once = lesson(0, carried, np.arange(60))
        CARD.make(again=again, stride=0.3).visit(once)
        shifts.append(carried["shifts"][:60].int())
        weights.append(torch.cat([one.detach().flatten() for one in once.trainee.module.parameters()]))
    assert torch.equal(*weights)
    further = (shifts[1] - shifts[0]).abs()
    assert 0.9 * 0.3 * 127 <= int(further.max()) <= 1.1 * 0.3 * 127
    assert int(shifts[1].abs().max()) <= 127


def test_perturbations_never_leave_the_ball() -> None:
    carried: dict = {}
    for epoch in range(3):
        CARD.make(stride=2.0).visit(lesson(epoch, carried, np.arange(60)))
    assert int(carried["shifts"].abs().max()) <= 127


def test_what_a_large_input_keeps_in_l2_is_its_perturbation_and_not_nothing() -> None:
    wide, eps = 40_000, 0.5
    drawn = np.random.default_rng(0).random((160, wide), dtype=np.float32)
    cases, ball = listed(drawn, np.arange(160) % 2), Ball("l2", eps, 0, 1)
    torch.manual_seed(0)
    face = Face(takes=Array, gives="logits", shape=(wide,), low=0.0, high=1.0, classes=2)
    base = ground(target(torch.nn.Linear(wide, 2), face), cases, ball, CARD.make(batch=16).course)
    carried, rows = dict[str, torch.Tensor](), np.arange(16)
    told = (base.used.take(rows), rows, len(base.used), ball, bytes(32), 0, 5, 1.0, Answer(), carried)
    CARD.make().visit(Lesson(Trainee(base), *told))
    moved = carried["shifts"][:16] * carried["sizes"][:16, None]
    assert moved.norm(dim=1).min() > 0.5 * eps
    assert moved.norm(dim=1).max() < 1.01 * eps


def test_its_page_tells_of_the_licence() -> None:
    assert "docs/decisions/0033-kept-perturbations.md" in inspect.getdoc(CARD.make)
