"""What a check says of a model, and what follows from two of them."""

import numpy as np
import pytest
import torch
from tests.harden.small import BALL, SEED, fragile, robust_rate, target, two_features

from seatrial.harden.choice.jury import Judged, Jury, Seen, collapsed, overfitted, ranked, seen_again, shortlist
from seatrial.harden.course import Course
from seatrial.harden.ground import ground
from seatrial.harden.rule import checked
from seatrial.records.threat import Ball


def seen(step: int, robust: float, *, one_step: float = 0.0, cases: int = 200, shift: int = 0) -> Seen:
    held = np.roll(np.arange(cases) < robust * cases, shift)
    return Seen(step, 1.0, robust, one_step or robust + 0.05, held, np.ones(cases, dtype=bool))


def jury(module=None, rules=(BALL,)) -> Jury:
    return Jury(ground(target(module or fragile()), two_features(), BALL, Course()), checked(*rules), SEED)


def good() -> torch.nn.Module:
    module = fragile()
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[-4.0, 0.0], [4.0, 0.0]]))
    return module


def test_a_check_finds_what_an_attack_of_another_kind_finds() -> None:
    weak, strong = jury().look(target(fragile()).module(), 3), jury().look(target(good()).module(), 4)
    assert (weak.step, weak.clean, weak.robust, weak.one_step) == (3, 1.0, 0.0, 0.0)
    assert strong.robust == pytest.approx(robust_rate(target(good()), two_features()), abs=0.08)


def test_a_case_must_stand_every_rule() -> None:
    near = jury(rules=(Ball("linf", 0.01, 0, 1),)).look(fragile().requires_grad_(False), 1)
    both = jury(rules=(Ball("linf", 0.01, 0, 1), BALL)).look(fragile().requires_grad_(False), 1)
    assert (near.robust, both.robust) == (1.0, 0.0)


def test_the_sample_is_the_same_every_time_and_never_learned_from() -> None:
    one = jury()
    assert one.sample(20).ids == one.sample(20).ids
    assert set(one.sample(20).ids) <= set(one.ground.kept.ids)
    assert len(one.sample(10**6)) == len(one.ground.kept)


def test_collapse_needs_both_the_gap_and_the_fall() -> None:
    best = seen(10, 0.7)
    assert collapsed(seen(20, 0.13, one_step=0.67), best)
    assert not collapsed(seen(20, 0.13, one_step=0.2), best)
    assert not collapsed(seen(20, 0.65, one_step=0.9), best)
    assert not collapsed(seen(20, 0.13, one_step=0.67), None)


def test_robust_overfitting_is_a_fall_that_chance_does_not_explain() -> None:
    best = seen(10, 0.7)
    assert overfitted(seen(20, 0.6), best)
    assert not overfitted(seen(20, 0.68), best)
    assert not overfitted(seen(20, 0.66, shift=60), best)
    assert not overfitted(seen(20, 0.6), None)


def test_the_newest_that_is_not_surely_worse_and_the_best_are_asked_in_the_end() -> None:
    checks = [seen(10, 0.5), seen(20, 0.71), seen(30, 0.7), seen(40, 0.4)]
    assert [one.step for one in shortlist(checks, most=2)] == [30, 20]
    assert [one.step for one in shortlist(checks[:1], most=2)] == [10]
    assert shortlist([], most=2) == []


def test_the_newest_is_judged_first_unless_it_is_surely_worse() -> None:
    assert [one.step for one in ranked([seen(20, 0.71), seen(30, 0.7)])] == [30, 20]
    assert [one.step for one in ranked([seen(20, 0.71), seen(30, 0.5)])] == [20, 30]


def test_what_falls_to_a_search_by_scores_masks_and_loses_its_figure() -> None:
    few, many = (Judged(seen(1, 0.8), 50, fell, ()) for fell in (2, 25))
    assert (few.masks, many.masks) == (False, True)
    assert many.robust == pytest.approx(0.4)
    assert many.to_json()["black_box"]["fell"] == 25


def test_an_honest_model_is_judged_honest() -> None:
    one = jury()
    module = target(good()).module().requires_grad_(False)
    assert not one.judge(module, one.look(module, 1)).masks


def test_what_was_seen_survives_json() -> None:
    one = seen(7, 0.35)
    again = seen_again(one.whole())
    assert again.step == 7
    assert again.held.tolist() == one.held.tolist()
    assert again.right.tolist() == one.right.tolist()


@pytest.mark.parametrize("answer", [float("nan"), 0.0])
def test_a_model_that_prefers_no_class_is_right_about_nothing(answer) -> None:
    """A NaN is no answer, and the first of equal scores is none either, however common its class is."""
    module = fragile()
    with torch.no_grad():
        module.weight.fill_(0)
        module.bias.fill_(answer)
    looked = jury().look(module.requires_grad_(False), 1)
    assert (looked.clean, looked.robust, looked.one_step) == (0.0, 0.0, 0.0)


def test_the_parent_is_asked_as_the_child_is() -> None:
    one = jury()
    module = target(good()).module().requires_grad_(False)
    looked = one.look(module, 1)
    assert one.searched(module, looked) == one.judge(module, looked)
