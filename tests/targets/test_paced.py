import numpy as np
import pytest

from seatrial.records.batch import Array
from seatrial.targets.accounted import capabilities
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.paced import ClockError, paced
from seatrial.targets.target import Face
from seatrial.testing.targets import check_target
from seatrial.testing.victims import Dice, cases, linear

VICTIM = linear((6,), 3)
BATCH = cases(VICTIM, 9)


class Everything:
    face = Face(Array, "logits", (6,), classes=3)

    def respond(self, inputs):
        return VICTIM.respond(inputs)

    def serve(self, inputs):
        return VICTIM.respond(inputs), (0.0,) * len(inputs)

    def linearise(self, inputs):
        return VICTIM.linearise(inputs)

    def approximated(self):
        return self

    def under(self, _):
        return self

    def fresh(self, _):
        return self


@pytest.mark.parametrize("target", [VICTIM, Dice(), Everything()])
def test_it_can_do_what_the_target_can_and_answers_the_same(target):
    watched = paced(target, lambda _: None)
    assert capabilities(watched) == capabilities(target)
    assert (watched.respond(BATCH.inputs) == target.respond(BATCH.inputs)).all()
    assert watched.face == target.face


def test_every_call_is_told_before_it_is_made():
    heard = []
    watched = paced(Everything(), heard.append)
    watched.respond(BATCH.inputs)
    watched.serve(BATCH.inputs[:2])
    watched.linearise(BATCH.inputs[:3])
    watched.approximated().linearise(BATCH.inputs[:4])
    watched.under("load").respond(BATCH.inputs[:5])
    watched.fresh(bytes(32)).respond(BATCH.inputs[:6])
    assert heard == [9, 2, 3, 4, 5, 6]
    check_target(paced(VICTIM, lambda _: None), BATCH)


def test_the_clock_ends_a_call_as_an_interruption_and_no_model_is_asked():
    def over(_):
        raise ClockError

    asked = []
    target = type("Asked", (), {"face": VICTIM.face, "respond": lambda _, x: asked.append(x)})()
    with pytest.raises(KeyboardInterrupt):
        meter(paced(target, over), Ledger.empty(9)).respond(np.zeros((9, 6)))
    assert asked == []
