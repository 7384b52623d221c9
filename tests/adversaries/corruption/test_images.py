import numpy as np
import pytest
import torch
from tests.adversaries.corruption.weather import ids, images, streams

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.corruption.images import grey, retouched, tinted
from seatrial.records.batch import Batch
from seatrial.records.threat import Corruption


def made(x, change, threat=None, **room):
    bench = Bench(threat or Corruption(1), streams(len(x)))
    return retouched(Batch(ids(len(x)), x), bench, change, **room).stimuli


@pytest.mark.parametrize("room", [1, 5000, 1 << 20])
def test_every_case_meets_its_own_streams_however_many_are_worked_on_at_once(room):
    x, seen = images(5, 3, 7, 6, dtype=np.float32), []

    def change(part, random):
        seen.append(len(part))
        return part * 0 + random.uniform("it", part.shape[1:], part)

    assert made(x, change, room=room).tobytes() == streams(5).uniform("it", (3, 7, 6), x).tobytes()
    assert sum(seen) == 5
    assert max(seen) == {1: 1, 5000: 5, 1 << 20: 5}[room]


def test_inputs_stay_as_they_are_and_come_back_in_their_own_range():
    x = images(2, 1, 4, 4) * 200 - 100
    before = x.copy()

    def change(part, random):
        part += 0.5
        return part

    assert made(x, change, Corruption(1, -100, 100)).max() == 100
    assert (x == before).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_half_precision_is_worked_on_in_single(dtype):
    kinds = set()

    def change(part, random):
        kinds.add(part.dtype)
        return part * 0.5

    x = torch.tensor(images(2, 1, 4, 4)).to(dtype)
    out = made(x, change)
    assert out.dtype == dtype
    assert kinds == {np.dtype(np.float64 if dtype == torch.float64 else np.float32)}
    assert torch.equal(out, x * 0.5)


def test_no_case_is_no_case():
    assert made(np.zeros((0, 3, 4, 4), dtype=np.float32), lambda part, random: part).shape == (0, 3, 4, 4)


def test_the_grey_of_colours():
    x = images(2, 3, 4, 5)
    assert np.allclose(grey(x)[:, 0], x.transpose(0, 2, 3, 1) @ [0.299, 0.587, 0.114])
    assert np.allclose(grey(x[:, :2])[:, 0], x[:, :2].mean(axis=1))
    assert tinted(x, (0.1, 0.5, 1.0))[:, 0, 0].tolist() == [0.1, 0.5, 1.0]
    assert tinted(x[:, :1], (1.0, 1.0, 1.0)) == pytest.approx(1)
