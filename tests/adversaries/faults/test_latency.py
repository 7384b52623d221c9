import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.faults.latency import Latency
from seatrial.plan.fit import misfits
from seatrial.records.batch import Array, Attempts, Batch
from seatrial.records.random import Random
from seatrial.records.threat import Outage
from seatrial.targets.callable import CallableTarget
from seatrial.targets.faulty import Delay, faulty
from seatrial.targets.target import Face
from seatrial.trial import referee

PLAIN = CallableTarget(lambda rows: rows, Face(takes=Array, gives="logits"))
TARGET = faulty(lambda _: PLAIN, lambda: None)
BATCH = Batch((b"a" * 32,), np.zeros((1, 2)))


def test_the_attempt_is_one_condition_and_nothing_else() -> None:
    bench = Bench(Outage(0.25), Random(bytes(32), BATCH.ids))
    attempts = Latency().attack(TARGET, BATCH, bench)
    assert attempts == Attempts(condition=Delay(0.25))
    assert Latency(fails=True).attack(TARGET, BATCH, bench).condition == Delay(0.25, fails=True)
    referee.check(Outage(0.25), BATCH, attempts)


def test_it_needs_a_target_with_conditions() -> None:
    assert misfits("faults.latency", TARGET, Outage(0.25)) == ()
    assert "Conditional" in str(misfits("faults.latency", PLAIN, Outage(0.25))[0])
