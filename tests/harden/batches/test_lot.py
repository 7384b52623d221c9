"""Training cases in memory and in parts are the same cases."""

import numpy as np
import pytest
import torch
from tests.harden.small import fragile, target, two_features

from seatrial.harden.batches import lot as module
from seatrial.harden.batches.lot import Parts, cut, lot
from seatrial.records.batch import Batch


class Counted:
    """A source that counts what is read of it."""

    def __init__(self, cases, groups=None) -> None:
        self.batch, self.read = cases.take(0, len(cases)), []
        if groups is not None:
            self.batch = Batch(self.batch.ids, self.batch.inputs, self.batch.labels, groups)

    def __len__(self):
        return len(self.batch)

    def take(self, first, last, /):
        self.read.append((first, min(last, len(self))))
        return self.batch.take(np.arange(first, min(last, len(self))))


def home(column):
    return target(fragile()).face.home(column)


def alike(one, other) -> bool:
    same = one.ids == other.ids and torch.equal(one.inputs, other.inputs)
    return same and torch.equal(torch.as_tensor(np.asarray(one.labels)), torch.as_tensor(np.asarray(other.labels)))


@pytest.mark.parametrize("rows", [[3], [5, 4, 3], [7, 0, 199, 8, 6], list(range(200)), [2, 2, 9]])
def test_any_rows_of_parts_are_those_in_memory(rows) -> None:
    cases = two_features(200)
    whole, parts = lot(cases, home), lot(cases, home, parts=True)
    assert isinstance(whole, Batch)
    assert isinstance(parts, Parts)
    assert alike(parts.take(np.array(rows)), whole.take(np.array(rows)))
    assert parts.ids == whole.ids
    assert np.array_equal(np.asarray(parts.labels), np.asarray(whole.labels))


def test_a_cut_of_parts_reads_nothing_and_a_batch_reads_what_it_takes() -> None:
    source = Counted(two_features(200), groups=np.arange(200) % 7)
    parts = lot(source, home, parts=True)
    kept = np.arange(200) % 3 == 0
    source.read.clear()
    few = cut(parts, kept)
    assert source.read == []
    assert len(few) == 67
    assert np.array_equal(few.groups, np.flatnonzero(kept) % 7)
    found = few.take(np.array([2, 0, 1]))
    assert source.read == [(0, 1), (3, 4), (6, 7)]
    assert found.ids == tuple(source.batch.ids[at] for at in (6, 0, 3))


def test_neighbours_are_read_at_once() -> None:
    source = Counted(two_features(50))
    parts = lot(source, home, parts=True)
    source.read.clear()
    parts.take(np.array([11, 10, 12, 40]))
    assert source.read == [(10, 13), (40, 41)]


def test_what_does_not_fit_into_memory_is_read_in_parts_unasked_in_windows() -> None:
    class Large(Counted):
        """A source whose cases are a hundred megabytes each, as far as their shape says."""

        def take(self, first, last, /):
            found = super().take(first, last)
            wide = np.broadcast_to(found.inputs[:, :1], (len(found), module.HELD // 40))
            return Batch(found.ids, wide, found.labels)

    source = Large(two_features(20))
    assert isinstance(lot(source, home), Parts)
    assert max(last - first for first, last in source.read) <= module.WINDOW // (module.HELD // 40) + 1
