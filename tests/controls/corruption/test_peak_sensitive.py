import numpy as np

from seatrial.controls.corruption.peak_sensitive import LIMIT, PeakSensitive
from seatrial.controls.corruption.tones import crossings, peak


def clipped(tones):
    """Return tones of which four tenths of the peak are left."""
    most = 0.4 * peak(tones)[:, None]
    return np.clip(tones, 0.5 - most, 0.5 + most)


def test_clipping_takes_the_peak_and_leaves_the_crossings() -> None:
    tones = PeakSensitive().flaw().cases.take(0, 16).inputs
    assert (peak(clipped(tones)) < 2 * LIMIT).all()
    assert (peak(tones) > 2 * LIMIT).all()
    assert (crossings(clipped(tones)) == crossings(tones)).all()
