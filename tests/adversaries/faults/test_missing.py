from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from tests.adversaries.faults.tables import attacked, table

from seatrial.adversaries.faults.fields import filled
from seatrial.adversaries.faults.missing import Missing
from seatrial.controls.plants import Rule
from seatrial.controls.rules import FrameRule
from seatrial.errors import CasesError
from seatrial.records.batch import Frame
from seatrial.records.threat import Missing as Fewer
from seatrial.targets.target import Face

WEIGHTS = np.array([0.1, 0.5, 0.3, 0.4])
ROWS = np.ones((5, 4)) + np.arange(5)[:, None] / 1000
ONES = np.ones(5, dtype=np.int64)


def needs(most):
    """Return a rule that stands as long as the weights of what is there are above a number."""
    return Rule(lambda rows: (np.nan_to_num(rows) > 0) @ WEIGHTS - most, (4,))


@dataclass(frozen=True)
class LabelsOnly:
    rule: Any

    @property
    def face(self) -> Face:
        return Face(self.rule.face.takes, "labels", self.rule.face.shape, classes=2)

    def respond(self, inputs: Any, /) -> Any:
        return np.argmax(self.rule.respond(inputs), axis=1)


def test_it_empties_the_heaviest_field_first() -> None:
    made, ledger = attacked(Missing(), needs(0.1), ROWS, Fewer(1), labels=ONES)
    assert (np.isnan(made) == (WEIGHTS == 0.5)).all()
    assert (ledger.queries == 4).all()
    made, ledger = attacked(Missing(), needs(0.1), ROWS, Fewer(2), labels=ONES)
    assert (np.isnan(made) == (WEIGHTS >= 0.4)).all()
    assert (ledger.queries == 4 + 3).all()


def test_a_row_leaves_as_soon_as_it_falls() -> None:
    made, ledger = attacked(Missing(), needs(0.85), ROWS, Fewer(3), labels=ONES)
    assert (np.isnan(made).sum(axis=1) == 1).all()
    assert (ledger.queries <= 4).all()
    assert len(set(ledger.queries)) > 1, "the order is each row's own"


def test_labels_alone_find_a_field_that_decides() -> None:
    made, _ = attacked(Missing(), LabelsOnly(needs(0.85)), ROWS, Fewer(1), labels=ONES)
    assert (needs(0.85).respond(made).argmax(axis=1) == 0).all()
    made, _ = attacked(Missing(), LabelsOnly(needs(0.1)), ROWS, Fewer(2), labels=ONES)
    assert (np.isnan(made).sum(axis=1) == 2).all(), "what stands is handed back without as many fields as allowed"


def test_frames_lose_texts_too_and_what_is_empty_is_not_asked_about() -> None:
    target = FrameRule(lambda rows: (rows["job"] != "") - 0.5)
    labels = (table()["job"] != "").astype(np.int64)
    made, ledger = attacked(Missing(), target, table(), Fewer(1), labels=labels)
    assert isinstance(made, Frame)
    assert (made["job"][labels == 1] == "").all()
    assert (filled(made)[labels == 1].sum(axis=1) == filled(table())[labels == 1].sum(axis=1) - 1).all()
    assert ledger.queries[2] == 3


@pytest.mark.parametrize("left", [1, 2, 6])
def test_it_keeps_to_the_queries_that_are_left(left) -> None:
    _, ledger = attacked(Missing(), needs(0.1), ROWS, Fewer(3), labels=ONES, left=left)
    assert (ledger.queries == left).all()


def test_a_row_with_nothing_left_stays() -> None:
    made, ledger = attacked(Missing(), needs(0.1), np.full((2, 4), np.nan), Fewer(1), labels=ONES[:2])
    assert np.isnan(made).all()
    assert not ledger.queries.any()


def test_it_needs_labels() -> None:
    with pytest.raises(CasesError, match="have no labels"):
        attacked(Missing(), needs(0.1), ROWS, Fewer(1))
