"""A target through a making answers and slopes as the images do, and is charged to the same cases."""

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.bend import Bending
from seatrial.adversaries.through import Through, boxed_bench, centred_bench, images
from seatrial.errors import CasesError
from seatrial.records.random import Random
from seatrial.records.threat import Flow
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import cases, linear

VICTIM = linear((1, 7, 7), 3, dtype=np.float64)


def test_it_takes_recipes_and_charges_the_cases() -> None:
    batch, ledger = cases(VICTIM, 6), Ledger.empty(6)
    making = Bending.under(Flow(1, 1), batch.inputs)
    seen = Through(meter(VICTIM, ledger), making)
    numbers = np.random.default_rng(0).uniform(-1, 1, (6, 2, 7, 7))
    assert np.allclose(seen.respond(numbers), VICTIM.respond(making.made(numbers)[0]))
    some = seen.at([4, 1])
    responses, back = some.linearise(numbers[[4, 1]])
    assert np.allclose(responses, seen.respond(numbers)[[4, 1]])
    step, slope = np.random.default_rng(1).normal(size=(2, 2, 7, 7)) * 1e-7, np.array([[1.0, -1, 0], [0, 2, 1]])
    change = ((some.respond(numbers[[4, 1]] + step) - responses) * slope).sum(axis=1)
    assert np.allclose(change, (back(slope) * step).sum(axis=(1, 2, 3)), rtol=1e-4)
    assert ledger.forwards.tolist() == [2, 4, 2, 2, 4, 2]
    assert ledger.backwards.tolist() == [0, 1, 0, 0, 1, 0]
    assert seen.face is VICTIM.face or seen.face == VICTIM.face


def test_benches_of_recipes_keep_the_budget() -> None:
    bench = Bench(Flow(), Random(bytes(32), ()), 7)
    box, middle = boxed_bench(bench, -1, 3), centred_bench(bench, 1.5)
    assert (box.threat.eps, box.threat.low, box.threat.high, box.left) == (4, -1, 3, 7)
    assert (middle.threat.eps, middle.threat.low, middle.threat.high, middle.left) == (1.5, -1.5, 1.5, 7)


@pytest.mark.parametrize("shape", [(4,), (8, 8), (1, 0, 8), ()])
def test_what_is_no_image_is_named_with_what_one_is(shape) -> None:
    with pytest.raises(CasesError, match=r"a bend needs images, and one case has shape .*channels, height, width"):
        images(np.zeros((2, *shape)), "a bend")
