import numpy as np

from seatrial.controls.faults.blanks import COLUMNS, Blanks
from seatrial.records.batch import Frame


def test_without_one_number_three_quarters_of_the_sum_are_left() -> None:
    for plant, falls in ((Blanks().flaw(), True), (Blanks().twin(), False), (Blanks().population(2), None)):
        rows = plant.cases.take(0, 16).inputs
        for name in COLUMNS:
            there = {one: np.full(16, np.nan) if one == name else rows[one] for one in COLUMNS}
            said = plant.target.respond(Frame(there)).argmax(axis=1)
            due = 0.75 * 4 * rows["age"] <= 1 if falls is None else np.full(16, falls)
            assert ((said == 0) == due).all()
