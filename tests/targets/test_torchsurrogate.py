import numpy as np
import pytest

from seatrial.records.random import Random
from seatrial.targets.target import Differentiable
from seatrial.targets.torchsurrogate import Surrogate

ONE = Random(bytes(range(32)), (b"s" * 32,))


def lesson(shape, count=256):
    drawn = np.random.Generator(np.random.Philox(1)).random((count, *shape)).astype(np.float32)
    bright = drawn.reshape(count, -1)[:, : np.prod(shape) // 2].mean(axis=1) > 0.5
    return drawn, np.eye(2)[bright.astype(int)], bright


@pytest.mark.parametrize("shape", [(12,), (1, 8, 8), (3, 9, 11), (2, 5)])
def test_it_learns_what_it_is_told(shape):
    inputs, beliefs, bright = lesson(shape)
    network = Surrogate(shape, 2, ONE)
    before = network.learn(inputs, beliefs, epochs=1)
    after = network.learn(inputs, beliefs, epochs=40)
    assert after < 0.7 * before
    found = np.asarray(network.target.respond(inputs)).argmax(axis=1)
    assert (found == bright).mean() > 0.85
    assert isinstance(network.target, Differentiable)


def test_the_same_answers_make_the_same_network_and_other_streams_another():
    inputs, beliefs, _ = lesson((1, 8, 8), 40)
    given = []
    for random in (ONE, ONE, Random(bytes(32), (b"s" * 32,))):
        network = Surrogate((1, 8, 8), 2, random)
        network.learn(inputs, beliefs, epochs=2)
        given.append(np.asarray(network.target.respond(inputs)).tobytes())
    assert given[0] == given[1] != given[2]


def test_what_was_handed_out_does_not_change_by_learning_on():
    inputs, beliefs, _ = lesson((6,), 40)
    network = Surrogate((6,), 2, ONE)
    kept = network.target
    before = np.asarray(kept.respond(inputs)).tobytes()
    network.learn(inputs, beliefs, epochs=2)
    assert np.asarray(kept.respond(inputs)).tobytes() == before
