import numpy as np

from seatrial.metrics.score import Score
from seatrial.records.batch import Observation


def test_scores_are_cut_to_the_unit_interval_and_missing_ones_stay_unknown() -> None:
    seen = Observation((b"a" * 32,) * 4, computed={"score": np.array([-3.0, 0.25, 9.0, np.nan])})
    assert np.array_equal(Score().measure(seen), [0.0, 0.25, 1.0, np.nan], equal_nan=True)
    assert np.isnan(Score().measure(Observation((b"a" * 32,)))).all()
