"""What a reader must know of the numbers of a decision, beside them."""

import numpy as np

from seatrial.records.finding import Finding
from seatrial.verbs.remarks import _hidden
from seatrial.verbs.rows import Rows

FOUND = Finding("vanishing", found=True, figure=1.0, limit=0.1, cases=16, said="All are zero.")
ABSENT = Finding("vanishing", found=False, figure=0.0, limit=0.1, cases=16, said="None are zero.")


def of(backwards, *findings):
    columns = {"backwards": np.array([backwards])}
    return Rows((bytes(32),), columns, np.zeros(1, int), (), findings)


def test_who_goes_by_gradients_without_asking_is_named_where_they_were_found_to_be_hidden():
    seen = {"asked": of(9, FOUND), "bent": of(9), "fog": of(0), "other": of(9, ABSENT)}
    (said,) = _hidden(seen)
    assert said.startswith("Signs of masking were found under asked. bent went by gradients too")
    assert "fog" not in said
    assert "other" not in said


def test_without_a_sign_or_without_another_clause_nothing_is_said():
    assert list(_hidden({"asked": of(9, ABSENT), "bent": of(9)})) == []
    assert list(_hidden({"asked": of(9, FOUND), "fog": of(0)})) == []
