import numpy as np
import torch
from tests.adversaries.faults.tables import attacked, table

from seatrial.adversaries.faults.blanks import Blanks
from seatrial.adversaries.faults.fields import filled
from seatrial.controls.rules import FrameRule
from seatrial.records.threat import Missing
from seatrial.testing.victims import Constant

TARGET = FrameRule(lambda rows: rows["age"])


def test_as_many_fields_as_the_threat_says_are_emptied_and_none_that_were_empty() -> None:
    before = filled(table(60))
    for fields in (1, 2, 3):
        made, ledger = attacked(Blanks(), TARGET, table(60), Missing(fields))
        assert ((before & ~filled(made)).sum(axis=1) == np.minimum(fields, before.sum(axis=1))).all()
        assert not ledger.forwards.any(), "it asks nothing"
    everything, _ = attacked(Blanks(), TARGET, table(), Missing(9))
    assert not filled(everything).any()


def test_every_field_is_as_likely_as_the_other() -> None:
    rows = np.ones((400, 4)) + np.arange(400)[:, None]
    made, _ = attacked(Blanks(), Constant(), rows, Missing(1))
    share = np.isnan(made).mean(axis=0)
    assert share.sum() == 1
    assert (abs(share - 0.25) < 0.07).all()


def test_arrays_of_torch_are_emptied_alike() -> None:
    rows = np.arange(12.0, dtype=np.float32).reshape(3, 4)
    here, _ = attacked(Blanks(), Constant(), rows, Missing(2))
    there, _ = attacked(Blanks(), Constant(), rows, Missing(2), seed=b"\1" * 32)
    assert np.isnan(here).sum() == np.isnan(there).sum() == 6
    assert (np.isnan(here) != np.isnan(there)).any()
    assert torch.tensor(here).isnan().sum() == 6
