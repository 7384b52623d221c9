"""Several norms: a case counts only if it stands them all."""

import pytest
from tests.harden.small import BALL, MEANS, fragile, put_into, robust_rate, target, two_features

from seatrial import plugins
from seatrial.errors import HardenError
from seatrial.harden.training.union import WAYS
from seatrial.records.threat import Ball

CARD = plugins.find("remedies", "training.union")


@pytest.mark.parametrize("how", WAYS)
def test_every_way_mends_all_three_norms(how) -> None:
    recipe = CARD.make(how=how, linf=0.1, l2=0.1, l1=0.1, epochs=15, rate=0.05, checks=1)
    made = recipe.apply(target(fragile()), two_features(), BALL, MEANS)
    trained = put_into(fragile(), made.weights)
    assert made.record["settings"]["course"]["epochs"] == 15
    assert min(robust_rate(trained, two_features(), rule) for rule in recipe.balls(BALL)) > 0.85


def test_the_threat_s_own_norm_has_its_own_radius_and_zero_leaves_one_out() -> None:
    rules = CARD.make(linf=0.5, l2=0.0, l1=3.0).balls(Ball("linf", 0.25, 0, 1))
    assert [(one.norm, one.eps) for one in rules] == [("linf", 0.25), ("l1", 3.0)]


def test_a_way_that_there_is_not_is_refused() -> None:
    with pytest.raises(HardenError, match="msd, max, average, rotation"):
        CARD.make(how="best")
