"""Many labels at once, and what a declared head changes."""

import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.oracles.classes import best, compared
from seatrial.records.batch import NO, UNKNOWN, YES
from seatrial.records.head import Head

LOGITS = Head("logits", many=True)
SHARES = Head("probabilities", many=True)
NAN = np.nan


def test_every_output_must_be_strictly_on_its_side():
    said = np.array([[2.0, -1.0], [2.0, 1.0], [2.0, 0.0], [NAN, -1.0], [-1.0, NAN]])
    held, margin = compared(said, np.array([[1, 0]] * 5), LOGITS)
    assert held.tolist() == [YES, NO, UNKNOWN, UNKNOWN, UNKNOWN]
    assert margin[:3].tolist() == [1.0, -1.0, 0.0]


def test_probabilities_change_sides_at_one_half():
    held, margin = compared(np.array([[0.75, 0.25], [0.75, 0.5], [0.75, 0.75]]), np.array([[1, 0]] * 3), SHARES)
    assert held.tolist() == [YES, UNKNOWN, NO]
    assert margin.tolist() == [0.25, 0.0, -0.25]


def test_only_watched_outputs_and_known_labels_count():
    said, wanted = np.array([[2.0, 1.0, -1.0]]), np.array([[1, 0, 0]])
    assert compared(said, wanted, LOGITS)[0].tolist() == [NO]
    assert compared(said, wanted, Head("logits", many=True, watched=(0, 2)))[0].tolist() == [YES]
    assert compared(said, np.array([[1, -1, 0]]), LOGITS)[0].tolist() == [YES]


def test_the_clean_answer_of_many_labels_is_a_row_of_them():
    assert best(np.array([[2.0, -1.0, 0.0]]), LOGITS).tolist() == [[1, 0, -1]]
    assert best(np.array([2.5]), Head("value")).tolist() == [2.5]


def test_labels_of_another_form_are_refused():
    with pytest.raises(TrialError, match="one column for each output"):
        compared(np.zeros((2, 3)), np.array([0, 1]), LOGITS)
