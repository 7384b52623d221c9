"""A dependency of the system answers late, or not at all, while the inputs are what they always are.

The attempt is a condition: nothing in the inputs changes.  A system that holds has a time-out and something to
fall back on (Nygard, "Release It!", the time-out and circuit-breaker patterns).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.records.batch import Attempts, Batch
from seatrial.records.card import Card
from seatrial.records.threat import Outage
from seatrial.targets.faulty import Delay
from seatrial.targets.target import Conditional


@dataclass(frozen=True, slots=True)
class Latency:
    """Makes every call of the dependency take as much longer as the threat says.

    It asks the target nothing; presenting costs the outage once for a system that falls back or waits, and once for
    each case of one that raises, because a call that raises is repeated row by row.
    """

    fails: bool = False
    """Whether the dependency then fails instead of answering."""

    def attack(
        self,
        target: Conditional[Any, Any],  # noqa: ARG002 - the protocol has it
        batch: Batch[Any],  # noqa: ARG002 - the protocol has it
        bench: Bench[Outage],
    ) -> Attempts[Any]:
        """Return the one condition under which all cases are asked."""
        return Attempts(condition=Delay(bench.threat.seconds, fails=self.fails))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Latency,
    title="A dependency answers late",
    oracle="in_time",
    controls=("faults.latency",),
    cites=("isbn:978-1-68050-239-8",),
    tags=("atlas:AML.T0029", "nist:NISTAML.01", "black-box"),
    lies=(
        "The delay is in this process: queues, retries and other clients that make real outages worse are not there."
    ),
)
