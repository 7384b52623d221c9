import numpy as np
import pytest
from tests.controls.probation import TRIAL, probation

from seatrial.controls.faults.missing import MissingControl


def test_a_random_field_is_the_one_in_one_of_six_rows() -> None:
    blind, flaw = probation("faults.missing", "faults.blanks"), MissingControl().flaw()
    fell = [blind.share(flaw, bytes([seed]) * 32, TRIAL) for seed in range(40)]
    assert np.mean(fell) == pytest.approx(1 / 6, abs=0.06)
