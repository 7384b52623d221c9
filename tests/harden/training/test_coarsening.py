"""Coarse numbers: what a small change cannot move across an edge, it cannot move at all."""

import numpy as np
import pytest
import skops.io
from tests.harden.listed import Listed
from tests.harden.training.planted import BALL, SEED, tree

from seatrial.errors import HardenError
from seatrial.harden.training.coarsening import CARD, Coarsening


def noisy(count=200, seed=5):
    """The first number tells the class in 9 of 10 cases and by far; the second is noise to be learned by heart."""
    chance = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    told = np.where(chance.random(count) < 0.9, labels, 1 - labels)
    far = 0.2 + 0.6 * told + chance.uniform(-0.05, 0.05, count)
    return np.stack([far, chance.random(count)], axis=1), labels


def test_a_tree_behind_bins_forgets_what_it_learned_by_heart() -> None:
    inputs, labels = noisy()
    recipe = Coarsening(bins=(2,), strategies=("uniform",), rounds=0)
    mended = recipe.apply(tree(inputs, labels, max_depth=None), Listed(inputs, labels), BALL, SEED)
    record = mended.record
    assert record["before"]["robust"] + 0.2 < record["robust"] == record["clean"]
    assert record["tried"][record["chosen"]]["bins"] == 2
    assert {"evasion.rays", "evasion.hopskipjump"} <= set(record["late"])
    model = skops.io.loads(mended.weights, trusted=skops.io.get_untrusted_types(data=mended.weights))
    shifted = inputs + np.where(inputs > 0.5, -0.1, 0.1) * [1, 0]
    np.testing.assert_array_equal(model.predict(shifted), model.predict(inputs))


def test_settings_without_sense_are_refused_at_once() -> None:
    inputs, labels = noisy(60)
    with pytest.raises(HardenError) as caught:
        Coarsening(bins=(1,), strategies=("round",)).apply(tree(inputs, labels), Listed(inputs, labels), BALL, SEED)
    assert [one.where for one in caught.value.problems] == ["otherwise.bins", "otherwise.strategies"]


def test_it_stands_on_the_shelf() -> None:
    assert CARD.made({"bins": [2, 4]}).bins == (2, 4)
