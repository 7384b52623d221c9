import numpy as np

from seatrial.reports.waves import signals, waves


def points(text):
    return [tuple(map(float, pair.split(","))) for pair in text.split()]


def test_what_is_a_signal():
    assert signals(np.zeros(64)).shape == (1, 64)
    assert signals(np.zeros((2, 500), np.float32)).shape == (2, 500)
    assert signals(np.zeros((12, 64), np.int16)).shape == (12, 64)
    for other in (np.zeros(63), np.zeros((28, 64)), np.zeros((17, 900)), np.zeros((1, 28, 28)), np.array(["a"] * 64)):
        assert signals(other) is None


def test_a_line_goes_through_its_samples():
    ramp = np.linspace(0, 1, 100)[None]
    (wave,), omitted = waves(ramp, ramp + 0.5)
    assert omitted == ""
    (before,), (after,) = wave.before, wave.after
    assert points(before)[0] == (0.0, 100.0)
    assert points(after)[-1] == (300.0, 0.0)
    assert len(points(before)) == 100
    assert (wave.bottom, wave.top, wave.largest) == ("0", "1.5", "0.5")


def test_no_spike_of_a_long_signal_is_lost():
    calm = np.zeros((1, 100_000))
    spiked = calm.copy()
    spiked[0, 54_321] = 7.0
    (wave,), _ = waves(calm, spiked)
    drawn = points(wave.after[0])
    assert min(y for _, y in drawn) == 0.0
    assert len(wave.after[0]) < 20_000
    assert wave.top == "7"


def test_what_is_no_number_breaks_the_line():
    before = np.sin(np.linspace(0, 6, 200))[None]
    after = before.copy()
    after[0, 90:110] = np.nan
    after[0, 150] = np.inf
    (wave,), _ = waves(before, after)
    assert len(wave.after) == 3
    assert len(wave.before) == 1
    assert "21 of the changed signal are no finite number" in wave.note


def test_channels_that_changed_most_are_shown_in_their_order():
    before = np.zeros((6, 300))
    after = before + np.array([0.0, 3.0, 0.1, 0.0, 2.0, 1.0])[:, None]
    found, omitted = waves(before, after)
    assert [wave.name for wave in found] == ["Channel 1", "Channel 4", "Channel 5"]
    assert omitted == "3 of 6 channels changed less and are not shown."


def test_a_signal_that_did_not_change_has_no_difference_to_draw():
    flat = np.full((1, 64), 3.0)
    (wave,), _ = waves(flat, flat)
    assert wave.change == ()
    assert wave.largest == "0"
