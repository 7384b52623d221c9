"""Rows that are learned from are asked of models that were fitted without them, and what belongs together stays so."""

import numpy as np
import pytest
from tests.harden.listed import Listed
from tests.harden.training.planted import BALL, SEED, planted, tree

from seatrial.errors import HardenError
from seatrial.harden.fitted.folds import FOLDS, _parts, crossed
from seatrial.harden.fitted.refit import begun


def run(count=160):
    inputs, labels = planted(count)
    target = tree(inputs, labels)
    return begun(target, Listed(inputs, labels), BALL, SEED, validation=0.2), target


def test_every_row_that_is_learned_from_is_asked_once_and_none_that_is_kept() -> None:
    these, target = run()
    found = crossed(these, target, {})
    assert found.rows == len(these.used) == 160 - len(these.kept)
    assert found.clean > 0.95 > found.robust
    np.testing.assert_array_equal(sum(part.astype(int) for part in _parts(these, {})), 1)


def test_what_was_made_of_a_case_is_never_in_another_fold() -> None:
    these, _ = run()
    origins = {case: these.used.ids[at % 20] for at, case in enumerate(these.used.ids)}
    for part in _parts(these, origins):
        for at in range(20):
            assert len(set(part[at::20].tolist())) == 1
    assert FOLDS == 3


def test_a_class_that_one_fold_holds_alone_is_refused() -> None:
    these, target = run()
    origins = dict.fromkeys(these.used.ids, these.used.ids[0])
    with pytest.raises(HardenError, match="too few for folds"):
        crossed(these, target, origins)
