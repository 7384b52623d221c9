"""The random search for a patch keeps what is no worse, inside its rectangle, and moves inside the image."""

import numpy as np
from tests.adversaries.arena import SEED

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.rummage import Rummage, anywhere, striped
from seatrial.adversaries.through import boxed_bench
from seatrial.records.random import Random
from seatrial.records.threat import Patch
from seatrial.testing.victims import cases, linear


def chase(victim, batch):
    return Chase(victim, batch, boxed_bench(Bench(Patch(), Random(SEED, batch.ids)), 0.4, 0.6))


def test_the_margin_never_rises_and_the_patch_stays_in_its_rectangle() -> None:
    victim = linear((2, 9, 9), 3)
    batch = cases(victim, 20, spread=0.01)
    least = []
    for queries in (2, 10, 60):
        one = chase(victim, batch)
        canvas, place = striped(one, (3, 2), "test"), anywhere(one.random, (9, 9), (3, 2), "test")
        Rummage(queries, 0.5, 4, "test").search(one, canvas, place, 1)
        made, margins, _ = one.figures()
        least.append(margins)
        changed = (made != batch.inputs).any(axis=1)
        for mask in changed:
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            assert np.ptp(rows) < 3
            assert np.ptp(columns) < 2
    stood = least[0] > 0
    assert (least[2] <= least[0]).all()
    assert (least[2] < least[0])[stood].mean() > 0.8
    assert stood.any()


def test_places_fill_the_image_and_contents_are_ends_of_the_range() -> None:
    victim = linear((1, 9, 9), 3)
    batch = cases(victim, 200, spread=0.01)
    one = chase(victim, batch)
    place = anywhere(one.random, (9, 9), (3, 2), "test")
    assert set(place.top.tolist()) == set(range(7))
    assert set(place.left.tolist()) == set(range(8))
    assert np.unique(striped(one, (3, 2), "test")).tolist() == [np.float32(0.4), np.float32(0.6)]


def test_without_moves_it_stays_where_it_is() -> None:
    victim = linear((1, 9, 9), 3)
    batch = cases(victim, 20, spread=0.01)
    one = chase(victim, batch)
    place = anywhere(one.random, (9, 9), (2, 2), "test")
    Rummage(40, 0.5, 0, "test").search(one, striped(one, (2, 2), "test"), place, 1)
    made, _, _ = one.figures()
    for at, mask in enumerate((made != batch.inputs).any(axis=1)):
        assert set(np.flatnonzero(mask.any(axis=1)).tolist()) <= {int(place.top[at]), int(place.top[at]) + 1}
