"""How large a change a first charter allows: rules by size and range, written so that a charter reads the same."""

import pytest

from seatrial.plan.strength import strength
from seatrial.records.batch import Array
from seatrial.targets.target import Face


def face(shape, low=0.0, high=1.0):
    return Face(Array, "logits", shape, low, high)


@pytest.mark.parametrize(
    ("shape", "bounds", "what", "written"),
    [
        ((1, 28, 28), (0, 1), "picture", 0.1),
        ((3, 32, 32), (0, 1), "picture", "8/255"),
        ((3, 64, 64), (0, 1), "picture", "8/255"),
        ((3, 224, 224), (0, 1), "picture", "4/255"),
        ((3, 32, 32), (-1, 1), "picture", "16/255"),
        ((3, 32, 32), (0, 255), "picture", 8),
        ((30,), (0, 1), "row", 0.05),
        ((1, 16000), (-1, 1), "signal", 0.04),
    ],
)
def test_the_rule(shape, bounds, what, written) -> None:
    made = strength(face(shape, *bounds), what)
    assert made.written == written
    value = float(eval(str(written)))
    assert made.eps == pytest.approx(value, rel=1e-3)
    assert made.about


def test_what_the_user_chose_goes_first() -> None:
    made = strength(face((1, 28, 28)), "picture", 0.3)
    assert (made.eps, made.written) == (0.3, 0.3)
    assert "--eps" in made.about


def test_larger_pictures_allow_less_of_each_number() -> None:
    sides = [strength(face((3, side, side)), "picture").eps for side in (32, 65, 512)]
    assert sides == sorted(sides, reverse=True)
