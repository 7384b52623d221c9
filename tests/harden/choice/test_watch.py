"""A collapse is seen by glances between the checks; chance and slow falls are not taken for one."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.harden.small import BALL, SEED, fragile, target, two_features

from seatrial.harden.choice.jury import Jury, Seen
from seatrial.harden.choice.watch import ALLOWED, BAR, FEW, GLANCES, Watch, apart, glance
from seatrial.harden.course import Course
from seatrial.harden.ground import ground
from seatrial.harden.rule import Rule, checked
from seatrial.records.threat import Ball, Patch


class Ripple(torch.nn.Module):
    """Stands a whole radius and falls half way: what a network looks like that has overfitted one step."""

    def forward(self, x):
        side = torch.sign(x[:, 0] - 0.5).detach()
        lead = side * torch.cos(62.83 * (x[:, 1] - 0.5 - 0.04 * side))
        return torch.stack([-lead, lead], 1) * 8


def asked(module, ball=BALL):
    batch = two_features(200).take(0, 200)
    one, many = glance(
        module.requires_grad_(False), torch.from_numpy(batch.inputs), torch.from_numpy(batch.labels), ball
    )
    return one.mean(), many.mean()


def test_a_glance_tells_a_collapse_from_a_weak_and_from_a_strong_model() -> None:
    one, many = asked(Ripple())
    assert one > 0.8
    assert many < 0.1
    assert asked(fragile()) == (0.0, 0.0)
    strong = fragile()
    with torch.no_grad():
        strong.weight.copy_(torch.tensor([[-4.0, 0.0], [4.0, 0.0]]))
    one, many = asked(strong)
    assert one == many > 0.85


@pytest.mark.parametrize("norm", ["l2", "l1"])
def test_every_norm_is_glanced_at(norm) -> None:
    assert asked(fragile(), Ball(norm, 0.1, 0, 1)) == (0.0, 0.0)


def test_numbers_that_are_none_stand_nothing() -> None:
    spoilt = fragile()
    with torch.no_grad():
        spoilt.weight.fill_(float("nan"))
    assert asked(spoilt) == (0.0, 0.0)


def told(seen, *, watch=None) -> int | None:
    """Return after how many glances it rings."""
    watch = watch or Watch()
    return next((at for at, one in enumerate(seen, 1) if watch.rings(one, at)), None)


def test_what_speaks_for_a_collapse_is_summed() -> None:
    assert told([12]) == 1
    assert told([5, 5]) == 2
    assert told([2] * 100) is None
    assert told([3, -4, 3, -4] * 25) is None


def test_chance_hardly_rings() -> None:
    """One step leaves six in a hundred more than many: in a hundred runs of a hundred glances few pay for a check."""
    chance = np.random.default_rng(3)
    fell = chance.binomial(FEW, 0.06, (100, GLANCES))
    noise = chance.binomial(FEW, 0.05, (100, GLANCES)) - chance.binomial(FEW, 0.05, (100, GLANCES))
    rung = [told(row) is not None for row in fell + noise]
    assert sum(rung) <= 35


def test_a_collapse_rings_within_two_glances_in_most_runs() -> None:
    """As one was seen on Fashion-MNIST: 77 in a hundred stand one step, 40 many, where 68 did."""
    chance = np.random.default_rng(4)
    seen = chance.binomial(FEW, 0.3, (200, 9)) + chance.binomial(FEW, 0.25, (200, 9))
    late = np.array([told(row) or 99 for row in seen])
    assert np.median(late) <= 1
    assert (late <= 2).mean() > 0.97


def test_after_a_false_alarm_it_takes_twice_as_much() -> None:
    watch = Watch()
    needed = int(np.ceil(ALLOWED * FEW + BAR))
    assert told([needed], watch=watch) == 1
    watch.checked(0.5, 10, false=True)
    assert told([needed], watch=watch) is None
    assert watch.score > 0
    watch.checked(0.6, 20)
    assert (watch.score, watch.false, watch.last) == (0.0, 1, 20)


@given(st.integers(20, 6000), st.sampled_from([16, 32, 128, 1000]))
def test_glances_come_a_hundred_times_in_a_run_or_as_often_as_a_short_one_bears(total, batch) -> None:
    watch = Watch()
    for step in range(1, total + 1):
        if watch.due((step - 1) / total, step / total, step, batch):
            watch.rings(0, step)
    assert watch.count <= min(GLANCES, total // apart(batch))
    assert watch.count >= min(GLANCES, total // apart(batch)) // 2
    assert watch.count * FEW * 5 <= 0.02 * total * batch * 3


def test_a_long_run_of_small_batches_is_glanced_at_a_hundred_times() -> None:
    assert apart(32) == 42
    assert apart(128) < 16


def test_what_it_has_summed_survives_json_and_the_cases_do_not_go_along() -> None:
    jury = Jury(ground(target(fragile()), two_features(), BALL, Course()), checked(BALL), SEED)
    best = Seen(3, 1.0, 1.0, 1.0, np.ones(40, dtype=bool), np.ones(40, dtype=bool))
    watch = Watch()
    seen = watch.seen(fragile().requires_grad_(False), jury, best)
    assert seen == FEW, "all that stood at the best check fell"
    watch.rings(seen, 7)
    assert Watch(**watch.to_json()) == watch
    assert watch.cases is not None
    assert "cases" not in watch.to_json()


def test_where_no_ball_is_asked_about_there_is_nothing_to_glance_at() -> None:
    rules = checked(Patch(0.1))
    assert not Rule(Patch(0.1)).sloped
    jury = Jury(ground(target(fragile()), two_features(), BALL, Course()), rules, SEED)
    best = Seen(3, 1.0, 1.0, 1.0, np.ones(40, dtype=bool), np.ones(40, dtype=bool))
    assert Watch().seen(fragile(), jury, best) == 0
