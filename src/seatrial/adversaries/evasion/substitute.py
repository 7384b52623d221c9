"""Substitute: a model trained on the target's answers, climbed, and trained again on what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.away import STRAIGHT, Ensemble
from seatrial.adversaries.cosines import smooth
from seatrial.adversaries.probing import Probing
from seatrial.adversaries.slopes import scaled
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.target import CLASSIFIES, Face, Target

LOSSES = ("margin", "cross_entropy")
"""Taken by turns, from start to start."""
SLOW = 0.25
"""Part of the frequencies of every second probe: smooth noise and fine noise by turns."""


@dataclass(frozen=True)
class Substitute:
    """Train a small network on what the target answers around the cases, and climb it (Papernot et al., 2017).

    "Practical black-box attacks against machine learning", arXiv:1602.02697.  A part of the queries is spent on random
    points inside the ball; a network learns what the target said of them.  Then, by turns, points are climbed on the
    network, asked of the target, which is attack and lesson in one, and learned from.  It needs no gradient of the
    target and no scores, though scores teach more.  All cases of the shard teach one network, which therefore depends
    on them all: fewer cases, a worse one.  Cost of a case that stands: `queries` queries, the untouched check among
    them, and `steps` gradients of the small network for every second of them; training takes a few seconds for each
    shard.
    """

    queries: int = 200
    """Queries of the target per case."""
    first: float = 0.3
    """Share of the queries that random points get."""
    rounds: int = 5
    """Times that the network learns and is climbed."""
    steps: int = 10
    """Steps of each climb."""
    epochs: int = 4
    """Times that the network sees every answer in each round."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Ball]) -> Attempts[Array]:
        """Return the point that broke each case, or the point of smallest margin.

        Raises:
            TrialError: If an answer is not a class, or a row of scores.
        """
        order = np.array(sorted(range(len(batch)), key=lambda at: batch.ids[at]), dtype=np.intp)
        mine, lent = batch.take(order), replace(bench, random=bench.random.at(order))
        probing = Probing(bench.at(target, order), mine, lent, self.queries, listen=True)
        if not probing.over():
            self._search(probing, target.face, mine, lent)
        made, back = probing.attempts().stimuli, np.argsort(order)
        assert made is not None
        return Attempts(stimuli=made[back])

    def _search(self, probing: Probing, face: Face, batch: Batch[Array], bench: Bench[Ball]) -> None:
        """Ask for random points, then learn and climb by turns until the budget is used."""
        from seatrial.targets.torchsurrogate import Surrogate  # noqa: PLC0415 - torch, if this attack is played

        self._scatter(probing, int(self.first * probing.left))
        one = Random(bench.random.seed, (sha256(b"".join(batch.ids)).digest(),))
        classes, shape = int(plain(batch.labels).max(initial=1)) + 1, tuple(batch.inputs.shape[1:])
        network, start, left = Surrogate(shape, _beliefs(face, probing, classes).shape[1], one), 0, self.rounds
        while not probing.over():
            beliefs = _beliefs(face, probing, classes)
            if beliefs.shape[1] != network.outputs:  # a class was named for the first time
                network = Surrogate(shape, beliefs.shape[1], one)
            network.learn(_asked(probing), beliefs, epochs=self.epochs)
            models = Ensemble(bench, {"substitute": network.target}, batch.labels, STRAIGHT)
            for _ in range(max(1, probing.left // (2 * left))):
                if not probing.over():
                    self._climb(models, probing, start)
                    start += 1
            left = max(1, left - 1)

    def _scatter(self, probing: Probing, count: int) -> None:
        """Ask for random points inside the ball, fine and smooth ones by turns."""
        for draw in range(count):
            if probing.over():
                return
            share = SLOW if draw % 2 else 1.0
            noise = smooth(probing.random, "evasion.substitute/scatter", probing.room.x, share, draw=draw)
            probing.ask(probing.room.uphill(probing.room.x, noise, 1.0)[:, None])

    def _climb(self, models: Ensemble, probing: Probing, start: int) -> None:
        """Climb the network from a start of its own for each case, and ask for where it ends."""
        xp, purpose = array_api_compat.array_namespace(probing.room.x), f"evasion.substitute/{start}"
        point = probing.room.start(probing.random, purpose) if start % 4 else probing.room.x
        point = probing.best if start % 4 == 2 else point
        direction = point * 0
        for step in range(self.steps):
            found = models.uphill(probing.rows, point, LOSSES[start % 2], probing.random, f"{purpose}/{step}")
            slope = xp.asarray(found, dtype=point.dtype, device=array_api_compat.device(point))
            direction = direction + scaled(slope)
            point = probing.room.uphill(point, direction, 2.5 / self.steps)
            if 2 * (step + 1) in (self.steps, self.steps + 1):
                _, point, direction = probing.ask(point[:, None], point, direction)
            if probing.over():
                return
        probing.ask(point[:, None])


def _asked(probing: Probing) -> npt.NDArray[Any]:
    """Return every point that was asked for."""
    return np.concatenate([points for points, _ in probing.heard or []])


def _beliefs(face: Face, probing: Probing, classes: int) -> npt.NDArray[np.float64]:
    """Return what the target believes of every point that was asked for: `(n, classes)` or more, probabilities.

    Raises:
        TrialError: If an answer is neither a class nor a row of scores.
    """
    given = np.concatenate([answers for _, answers in probing.heard or []])
    if face.gives == "labels" and given.ndim == 1 and given.dtype.kind in "iu":
        return np.asarray(np.eye(max(face.classes or 2, classes, int(given.max()) + 1))[given])
    if not face.scores or given.ndim != 2 or given.shape[1] < 2:
        raise TrialError(Problem("target", f"gives {face.gives} of shape {given.shape}", "it must name one class"))
    scores = given.astype(np.float64)
    scores = np.where(np.isfinite(scores), scores, 0.0)
    if face.gives == "probabilities":
        return np.asarray(scores / np.maximum(scores.sum(axis=1, keepdims=True), 1e-12))
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Substitute,
    "Substitute trained on answers",
    oracle="same_label",
    controls=("evasion.borrowed",),
    reads=CLASSIFIES,
    allocates=True,
    cites=("arXiv:1602.02697",),
    tags=("atlas:AML.T0043.003", "atlas:AML.T0005.001", "nist:NISTAML.025", "black-box"),
    lies=(
        "What a small network learns from a few thousand answers is coarse: a robust or large model is not found out "
        "by it, and its silence says little. With few cases in a shard it has learned next to nothing."
    ),
    extra="torch",
)
