import numpy as np
from tests.adversaries.arena import fight

from seatrial.adversaries.evasion.clean import Clean
from seatrial.plan.fit import misfits
from seatrial.records.threat import Ball, Corruption, Malformed, Patch
from seatrial.testing.victims import Labels, cases, linear


def test_nothing_is_changed_and_nobody_is_asked():
    victim = linear((5,), 3)
    batch = cases(victim, 10)
    batch.labels[4] = (batch.labels[4] + 1) % 3
    shown = fight(Clean(), victim, batch, Ball())
    assert np.flatnonzero(shown.fallen).tolist() == [4]
    assert (shown.stimuli == batch.inputs).all()
    assert shown.ledger.forwards.sum() == 0


def test_it_fits_any_target_and_threat():
    for threat in (Ball(), Corruption(), Patch(), Malformed()):
        assert misfits("evasion.clean", Labels(linear((5,), 3)), threat) == ()
