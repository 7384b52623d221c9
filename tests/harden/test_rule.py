"""What models are checked against: who plays by which threat."""

import numpy as np
import pytest
import torch
from tests.harden.small import BALL, SEED, fragile, target, two_features

from seatrial import plugins
from seatrial.harden.choice.jury import Jury, seen_again
from seatrial.harden.constraints import Constraints
from seatrial.harden.course import Course
from seatrial.harden.ground import ground
from seatrial.harden.parts.features import Rows
from seatrial.harden.rule import STANDARD, Checked, Rule, checked
from seatrial.plan.fit import plays_by
from seatrial.records.threat import KINDS, Ball, Corruption, Missing, Patch, Swap, Untouched

SMALL = Ball("linf", 0.01, 0, 1)


def look(*rules: Rule, by: str = "all", weights=None):
    base = ground(target(fragile()), two_features(), BALL, Course())
    module = target(fragile()).module().requires_grad_(False)
    return Jury(base, Checked(rules, by, weights or {}), SEED).look(module, 1)


@pytest.mark.parametrize("kind", [name for name in STANDARD if STANDARD[name]])
def test_who_plays_where_nobody_is_named_plays_by_that_threat(kind) -> None:
    for name, tactics in STANDARD[kind]:
        assert KINDS[kind] in plays_by(name)
        plugins.find("adversaries", name).make(**tactics)


@pytest.mark.parametrize("rule", [Rule(BALL), Rule(Patch(0.1)), Rule(Patch(0.1), "", (("corruption.occlusion", {}),))])
@pytest.mark.parametrize("last", [False, True])
def test_all_who_are_sent_play_by_the_rule(rule, last) -> None:
    for name, tactics in (*rule.foes(5, last=last), *rule.blind()):
        assert type(rule.threat) in plays_by(name)
        plugins.find("adversaries", name).make(**tactics)


def test_contents_are_free_unless_only_a_cover_was_played() -> None:
    cover = ("corruption.occlusion", {})
    assert not Rule(Patch(0.1), "", (cover,)).free
    assert Rule(Patch(0.1), "", (cover, ("evasion.sticker", {}))).free
    assert Rule(Patch(0.1)).free


def test_robust_is_what_stands_every_rule_or_the_worst_or_a_weighted_mean() -> None:
    rules = (Rule(SMALL, "near"), Rule(BALL, "far"), Rule(Untouched(), "clean"))
    every, worst = look(*rules), look(*rules, by="worst")
    assert every.parts == worst.parts == {"near": 1.0, "far": 0.0, "clean": 1.0}
    assert (every.robust, worst.robust) == (0.0, 0.0)
    assert worst.weights == {"far": 1.0}
    mean = look(*rules, by="weights", weights={"near": 0.5, "far": 0.3, "clean": 0.2})
    assert mean.robust == pytest.approx(0.7)
    again = seen_again(mean.whole())
    assert again.to_json() == mean.to_json()
    assert again.worth(again.weights).mean() == pytest.approx(0.7)


def test_only_balls_can_collapse() -> None:
    """A patch that fewer stand than one step is no sign of it."""
    seen = look(Rule(SMALL, "near"), Rule(Swap((1,)), "swapped"))
    assert seen.parts["swapped"] < 0.6
    assert (seen.one_step, seen.many, seen.gap) == (1.0, 1.0, 0.0)


def test_one_rule_alone_says_what_it_said_before_there_were_several() -> None:
    seen = look(Rule(BALL))
    assert "parts" not in seen.to_json()
    assert look(*checked(BALL).rules).held.tolist() == seen.held.tolist()


def test_a_view_lets_nothing_else_through() -> None:
    """The victim falls with its second column alone: where that is fixed, no attack of any kind moves it."""
    for columns, robust in ((Constraints(), 0.0), (Constraints(fixed=(1,)), 1.0)):
        rule = Rule(BALL, "features", views=lambda inputs, columns=columns: Rows(inputs, columns))
        assert look(rule).robust == robust
    assert not rule.sloped
    assert [name for name, _ in rule.foes(5, last=True)] == ["evasion.autopgd", "evasion.coordinates"]


def test_missing_fields_and_dirt_are_played_by_who_is_named() -> None:
    assert look(Rule(Corruption(1, 0, 1), "dirt", (("corruption.noise", {}),))).robust < 1
    assert np.isfinite(look(Rule(Missing(1))).robust)
    with pytest.raises(TypeError, match="a missing is no ball"):
        _ = Rule(Missing(1)).bounds


def test_what_is_made_is_of_the_target_s_library() -> None:
    batch = two_features().take(0, 20).moved(target(fragile()).face.home)
    made = Rule(Swap((1,))).made(("fairness.counterfactual", {}), target(fragile()), batch, SEED)
    assert isinstance(made, torch.Tensor)
