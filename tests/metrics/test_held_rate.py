import numpy as np

from seatrial.metrics.held_rate import HeldRate
from seatrial.records.batch import Observation


def test_the_share_of_draws_that_held_and_nan_where_only_unknown_stands_in_the_way():
    columns = {"held": [3, 2, 2, 0, 0, 0], "draws": [3, 3, 3, 3, 3, 1], "unknown": [0, 0, 1, 3, 1, 0]}
    computed = {name: np.asarray(values, dtype=np.uint32) for name, values in columns.items()}
    made = HeldRate().measure(Observation(tuple(bytes([at]) * 32 for at in range(6)), computed))
    assert made.dtype == np.float64
    assert np.allclose(made, [1, 2 / 3, np.nan, np.nan, 0, 0], equal_nan=True)
