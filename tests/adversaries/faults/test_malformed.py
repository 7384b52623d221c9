import numpy as np
import pytest
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.faults.malformed import KINDS, LARGEST, Malformed
from seatrial.errors import PlanError
from seatrial.records.batch import Array, Batch, Oddities, plain
from seatrial.records.random import Random
from seatrial.records.threat import Malformed as Anything
from seatrial.targets.callable import CallableTarget
from seatrial.targets.target import Face
from seatrial.trial import referee

SHAPES = {"table": (5,), "image": (1, 8, 8), "signal": (30,)}


def attacked(kinds, inputs, *, seed=bytes(32), low=None, high=None):
    ids = tuple(bytes([at]) * 32 for at in range(len(inputs)))
    target = CallableTarget(lambda rows: rows, Face(takes=Array, gives="logits", low=low, high=high))
    batch = Batch(ids, inputs)
    attempts = Malformed(kinds=kinds).attack(target, batch, Bench(Anything(), Random(seed, ids)))
    referee.check(Anything(), batch, attempts)
    return attempts.stimuli


def sample(shape, count=1, dtype=np.float32):
    return np.linspace(0.1, 0.9, count * int(np.prod(shape))).reshape(count, *shape).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_of_every_shape_and_is_odd_and_bounded(kind, shape) -> None:
    rows = sample(shape)
    (odd,) = attacked((kind,), rows.copy())
    same = odd.shape == rows.shape and odd.dtype == rows.dtype and np.array_equal(odd, rows)
    assert not same
    assert odd.size <= max(LARGEST, 4 * rows.size)


def test_what_each_kind_is() -> None:
    rows = sample((1, 4, 6))

    def made(kind, **more):
        return attacked((kind,), rows.copy(), **more)[0]

    assert np.isnan(made("nan")).all()
    assert np.isnan(made("one nan")).sum() == 1
    assert np.isposinf(made("one inf")).sum() == 1
    assert np.isneginf(made("minus inf")).all()
    assert made("integers").dtype == np.int64
    assert made("doubles").dtype == np.float64
    assert made("texts").dtype.kind == "U"
    assert made("objects").dtype == object
    assert made("missing axis").shape == (1, 4, 6)
    assert made("extra axis").shape == (1, 1, 1, 4, 6)
    assert made("transposed").shape == (1, 6, 1, 4)
    assert made("one value short").shape == (1, 1, 4, 5)
    assert made("empty batch").shape == (0, 1, 4, 6)
    assert made("huge").shape == (1, 1, 256, 384)
    assert (made("above range", low=-1.0, high=1.0) > 1).all()
    assert (made("below range", low=-1.0, high=1.0) < -1).all()
    assert (made("constant", low=-1.0, high=1.0) == -1).all()
    assert np.abs(made("extreme")).min() == np.finfo(np.float32).max
    assert made("1e38").max() == np.float32(1e38)


def test_rows_of_numbers_stay_whole_numbers_where_they_can() -> None:
    rows = np.arange(5)[None]
    assert attacked(("extreme",), rows)[0].dtype == rows.dtype
    assert np.isnan(attacked(("nan",), rows)[0]).all()


def test_each_case_draws_its_kind_from_its_own_stream() -> None:
    rows = sample((5,), 60)
    odd = attacked((), rows)
    again = attacked((), rows)
    other = attacked((), rows, seed=b"\x01" * 32)
    described = [[(row.dtype, row.shape, str(row.ravel()[:2])) for row in some] for some in (odd, again, other)]
    assert described[0] == described[1] != described[2]
    assert len(set(described[0])) > len(KINDS) / 2


def test_a_case_gets_the_same_in_another_company() -> None:
    rows = sample((5,), 6)
    ids = tuple(bytes([at]) * 32 for at in range(6))
    target = CallableTarget(lambda one: one, Face(takes=Array, gives="logits"))
    whole = Malformed().attack(target, Batch(ids, rows), Bench(Anything(), Random(bytes(32), ids))).stimuli
    part = Batch(ids, rows).take([4, 1])
    some = Malformed().attack(target, part, Bench(Anything(), Random(bytes(32), part.ids))).stimuli
    for row, at in zip(some, (4, 1), strict=True):
        assert row.dtype == whole[at].dtype
        assert str(row) == str(whole[at])


def test_numbers_come_in_the_library_of_the_target() -> None:
    rows = torch.from_numpy(sample((5,), 2))
    odd = attacked(("doubles",), rows)
    assert all(isinstance(row, torch.Tensor) and row.dtype == torch.float64 for row in odd)
    assert isinstance(attacked(("texts",), rows)[0], np.ndarray)
    assert isinstance(plain(odd), Oddities)
    assert isinstance(plain(odd)[0], np.ndarray)
    assert np.array_equal(rows.numpy(), sample((5,), 2))


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(PlanError, match="no kind 'nann'"):
        attacked(("nann",), sample((5,)))
