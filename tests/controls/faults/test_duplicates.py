import numpy as np

from seatrial.controls.faults.duplicates import Duplicates


def test_a_row_and_its_copy_are_told_apart_by_the_flaw_alone() -> None:
    row = Duplicates().flaw().cases.take(3, 4).inputs
    twice = np.concatenate([row, row])
    assert Duplicates().flaw().target.respond(twice).argmax(axis=1).tolist() == [1, 0]
    assert Duplicates().twin().target.respond(twice).argmax(axis=1).tolist() == [1, 1]
