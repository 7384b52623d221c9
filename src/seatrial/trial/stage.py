"""One stage over the cases of a shard: attack, referee, present, judge."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial import plugins
from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.errors import Problem, TrialError
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import NO, UNKNOWN, YES, Answers, Attempts, Batch, Verdicts, copied, plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Threat
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Target
from seatrial.trial import referee
from seatrial.trial.present import present

TRUE = ("same_label", "within")
"""Oracles of what is true: a case that is wrong untouched is not attacked."""


@dataclass(frozen=True, slots=True)
class Cast:
    """An adversary and an oracle, ready to play under a threat."""

    threat: Threat
    adversary: Adversary[Any, Any, Any]
    oracle: Oracle
    card: Card[Oracle]
    """The oracle's."""
    seed: bytes
    """Of the stage."""
    draws: int = 1
    share: int = 0
    """Queries that this stage may spend per case; 0 is no limit."""
    helpers: Mapping[str, Target[Any, Any]] = field(default_factory=dict)
    """Other models that the attacker has at home, by name."""
    clean_first: bool = False
    """Whether a case that is wrong untouched is not attacked: where the oracle is one of `TRUE`."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The cases of a shard twice: in numpy for referee and oracle, and moved to the target's home."""

    own: Batch[Any]
    moved: Batch[Any]

    def take(self, index: Any) -> Ground:
        """Return these cases."""
        return Ground(self.own.take(index), self.moved.take(index))


@dataclass(frozen=True, slots=True)
class Played:
    """What one stage showed of its cases."""

    attempts: Attempts[Any]
    answers: Answers[Any]
    verdicts: Verdicts
    ledger: Ledger
    aid: Ledger
    """What the cases cost of the attacker's own models."""


def ground(target: Target[Any, Any], batch: Batch[Any]) -> Ground:
    """Return the cases in the target's home, and what they are there in numpy."""
    moved = batch.moved(target.face.home)
    own = Batch(batch.ids, plain(moved.inputs), plain(moved.labels), batch.groups, batch.sealed)
    return Ground(own, moved)


def cast(adversary: str, tactics: Mapping[str, Any], oracle: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return adversary, oracle and the oracle's card, made: parts of a `Cast`."""
    card = plugins.find("oracles", oracle)
    return {
        "adversary": plugins.find("adversaries", adversary).made(tactics),
        "oracle": card.made(settings),
        "card": card,
        "clean_first": oracle in TRUE,
    }


def queries(threat: Threat) -> int:
    """Return how many queries a threat allows per case; 0 is no limit."""
    return int(getattr(threat, "queries", 0))


def play(one: Cast, target: Target[Any, Any], cases: Ground, clean: Any) -> Played:
    """Return what a stage showed; the attacker gets copies, its attempts are copied before anything else sees them.

    Args:
        one: Who plays.
        target: What answers; not metered.
        cases: At least one.
        clean: Responses to the untouched cases, or None.

    Raises:
        RuleBroken: If an attempt is outside the threat.
        TrialError: If adversary or oracle hand back something else than their protocols say.
    """
    ledger, aid = Ledger.empty(len(cases.own)), Ledger.empty(len(cases.own))
    lent = {name: meter(helper, aid) for name, helper in one.helpers.items()}
    bench = Bench(one.threat, Random(attack_seed(one.seed), cases.own.ids), left=one.share, helpers=lent)
    given = one.adversary.attack(meter(target, ledger, most=one.share), cases.moved.open(), bench)
    if not isinstance(given, Attempts):
        raise TrialError(Problem(type(one.adversary).__name__, f"handed back {type(given).__name__}", "Attempts(...)"))
    attempts = replace(given, stimuli=_own(given.stimuli), claims=plain(given.claims), recipe=_own(given.recipe))
    referee.check(one.threat, cases.own, attempts)
    answers = present(target, cases.own, attempts, draws=one.draws, key=one.seed, clean=clean)
    return Played(attempts, answers, judged(one, cases.own, attempts, answers), ledger, aid)


def _own(part: Any) -> Any:
    """Return a part of an attempt in numpy, out of the attacker's reach; None stays None."""
    return None if part is None else copied(plain(part))


def attack_seed(seed: bytes) -> bytes:
    """Return the seed that the attacker sees: from it nobody finds that of the stage, nor the presentation key."""
    return hmac.digest(seed, b"seatrial/attack/v1\x00", hashlib.sha256)


def judged(one: Cast, own: Batch[Any], attempts: Attempts[Any], answers: Answers[Any]) -> Verdicts:
    """Return what the oracle says, checked for form; claims have one draw, which counts as all.

    Raises:
        TrialError: If it is not one of no, yes, unknown per case and draw, and one score per case.
    """
    verdicts = one.oracle.judge(own, attempts, answers)
    held, score = np.asarray(verdicts.held), np.asarray(verdicts.score, dtype=np.float64)
    draws = len(answers.tried) or 1
    if held.shape != (len(own), draws) or score.shape != (len(own),) or not np.isin(held, (NO, YES, UNKNOWN)).all():
        what = f"verdicts are {held.shape} and scores {score.shape} for {len(own)} cases and {draws} draws"
        raise TrialError(Problem(type(one.oracle).__name__, what, "(cases, draws) of NO, YES, UNKNOWN, and (cases,)"))
    return Verdicts(np.broadcast_to(held, (len(own), max(draws, one.draws))).astype(np.int8), score)


def broken(verdicts: Verdicts) -> npt.NDArray[np.bool_]:
    """Return which cases did not hold in at least one draw."""
    return np.asarray((verdicts.held == NO).any(axis=1))
