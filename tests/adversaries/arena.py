"""What the tests of attacks share: one attack, played as the harness plays it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.oracles.classes import compared
from seatrial.records.batch import NO, Batch, plain
from seatrial.records.random import Random
from seatrial.targets.metered import Ledger, meter
from seatrial.trial import referee

SEED = b"arena".ljust(32, b"\0")


@dataclass(frozen=True)
class Fight:
    fallen: Any
    stimuli: Any
    ledger: Ledger
    recipe: Any = None


def fight(adversary, victim, batch, threat, *, left=0, seed=SEED) -> Fight:
    """Attack, check the rules, ask the victim afresh and judge."""
    moved = batch.moved(victim.face.home)
    own = Batch(batch.ids, plain(moved.inputs), plain(moved.labels))
    ledger = Ledger.empty(len(batch))
    made = adversary.attack(
        meter(victim, ledger, most=left), moved.open(), Bench(threat, Random(seed, batch.ids), left)
    )
    stimuli = own.inputs if made.stimuli is None else plain(made.stimuli)
    referee.check(threat, own, type(made)(stimuli, recipe=made.recipe))
    answers = plain(victim.respond(victim.face.home(stimuli)))
    held, _ = compared(answers, own.labels)
    return Fight(np.asarray(held == NO), stimuli, ledger, made.recipe)
