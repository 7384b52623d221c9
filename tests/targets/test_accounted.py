from contextlib import contextmanager

import numpy as np
import pytest

from seatrial.targets.accounted import accounted, capabilities
from seatrial.targets.target import Differentiable
from seatrial.testing.victims import Dice, cases, linear

VICTIM = linear((6,), 3)
X = cases(VICTIM, 5).inputs


class Diary:
    def __init__(self, name="all", lines=None):
        self.name, self.lines = name, [] if lines is None else lines

    @contextmanager
    def around(self, what):
        self.lines.append(f"{self.name}: {what}")
        try:
            yield
        finally:
            self.lines.append("over")

    def asked(self, inputs, /, *, query):
        return self.around(f"{'query' if query else 'gradient'} of {len(inputs)}")

    def pulled(self):
        return self.around("pull")

    def at(self, rows, /):
        return Diary(str(rows), self.lines)


def test_the_account_stands_around_every_call_and_follows_the_rows():
    diary = Diary()
    target = accounted(VICTIM, diary)
    assert (target.respond(X) == VICTIM.respond(X)).all()
    logits, back = target.at([2]).linearise(X[2:3])
    back(np.ones_like(logits))
    said = ["all: query of 5", "over", "[2]: gradient of 1", "over", "[2]: pull", "over"]
    assert diary.lines == said


def test_other_states_stay_on_the_account():
    diary = Diary()
    accounted(Dice(), diary).fresh(bytes(32)).respond(X)
    assert diary.lines == ["all: query of 5", "over"]


def test_it_can_do_what_the_target_can():
    assert capabilities(accounted(VICTIM, Diary())) == capabilities(VICTIM)
    assert Differentiable in capabilities(VICTIM)
    assert capabilities(accounted(Dice(), Diary())) == capabilities(Dice())


def test_what_raises_is_not_swallowed():
    class Odd:
        face = VICTIM.face

        def respond(self, _):
            raise ValueError("no")

    diary = Diary()
    with pytest.raises(ValueError, match="no"):
        accounted(Odd(), diary).respond(X)
    assert diary.lines[-1] == "over"
