import numpy as np
from tests.controls.probation import shares

from seatrial.controls.evasion.borrowed import Borrowed
from seatrial.controls.plants import Linear


def test_the_other_model_is_tilted_and_agrees_on_every_sign():
    flaw = Borrowed().flaw()
    inner, own = flaw.target.inner, flaw.helpers["tilted"]
    assert isinstance(own, Linear)
    assert (np.sign(own.weights) == np.sign(inner.weights)).all()
    assert (own.weights != inner.weights).any()


def test_one_step_on_the_other_model_is_enough_for_the_flaw_and_nothing_is_for_the_twin():
    assert shares("evasion.borrowed", {"queries": 2, "steps": 1, "asked": 1}, adversary="evasion.transfer") == (
        1.0,
        0.0,
    )
