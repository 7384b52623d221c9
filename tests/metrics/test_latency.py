import numpy as np

from seatrial.metrics.latency import CARD, Latency
from seatrial.records.batch import Observation


def test_seconds_are_handed_on_and_missing_ones_unknown() -> None:
    seen = Observation((b"a" * 32, b"b" * 32, b"c" * 32), measured={"seconds": np.array([0.25, np.nan, -1.0])})
    assert np.array_equal(Latency().measure(seen), [0.25, np.nan, np.nan], equal_nan=True)
    assert np.isnan(Latency().measure(Observation((b"a" * 32,)))).all()
    assert CARD.measured
