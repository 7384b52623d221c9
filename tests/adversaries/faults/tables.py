"""Rows of a small table, and a way to attack them."""

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.records.batch import Batch, Frame
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.targets.metered import Ledger, meter
from seatrial.trial import referee


def table(cases=6) -> Frame:
    at = np.arange(cases)
    return Frame(
        age=20.0 + at,
        income=np.where(at == 1, np.nan, 1000.0 * at),
        job=np.array(["cook", "smith", "", "pilot", "nurse", "chief"])[at % 6],
        years=at / 2.0,
    )


def attacked(adversary, target, inputs, threat, *, labels=None, left=0, seed=bytes(32)):
    """Return stimuli and queries per case, after the referee has looked."""
    batch = Batch(column_digests(inputs), inputs, labels)
    ledger = Ledger.empty(len(batch))
    bench = Bench(threat, Random(seed, batch.ids), left)
    made = adversary.attack(meter(target, ledger, most=left), batch.open(), bench)
    referee.check(threat, batch, made)
    return made.stimuli, ledger
