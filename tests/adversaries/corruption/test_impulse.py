import numpy as np
import pytest
import torch
from tests.adversaries.corruption.weather import changed, images

from seatrial.adversaries.corruption.impulse import LARGE, SMALL, Impulse


@pytest.mark.parametrize("severity", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    ("shape", "table"), [((1, 32, 32), SMALL), ((3, 30, 28), SMALL), ((900,), SMALL), ((1, 224, 224), LARGE)]
)
def test_the_share_is_the_published_one_half_black_and_half_white(severity, shape, table):
    count = 2 if shape[-1] == 224 else 60
    made = changed(Impulse(), np.full((count, *shape), 0.5), severity)
    assert (made != 0.5).mean() == pytest.approx(table[severity - 1], rel=0.1)
    assert (made == 0).sum() == pytest.approx((made == 1).sum(), rel=0.2)


def test_nothing_else_changes_and_cases_differ():
    x = images(3, 1, 20, 20, dtype=np.float32) * 6 - 3
    made = changed(Impulse(), x, 5, -3, 3)
    hit = made != x
    assert set(np.unique(made[hit]).tolist()) == {-3.0, 3.0}
    assert (hit[0] != hit[1]).any()
    assert made.tobytes() == changed(Impulse(), torch.tensor(x), 5, -3, 3).numpy().tobytes()
    whole = changed(Impulse(), np.full((3, 1, 20, 20), 99, dtype=np.uint8), 5, 0, 255)
    assert whole.dtype == np.uint8
    assert set(np.unique(whole).tolist()) == {0, 99, 255}
    assert made[:1].tobytes() == changed(Impulse(), x[:1], 5, -3, 3).tobytes()
