"""Membership inference from the loss (Yeom et al., 2018, section 3.2): who was in the training data?

The attacker asks once per case and claims membership of the half with the smaller loss: the threshold is the
median, since half of the cases are members.  It changes no input; what it hands back are claims.

What a bound says: a case is held where the claim is wrong, so `held_rate >= 0.40` says that the attacker's accuracy
is at most 0.60, where guessing has 0.50.  n counts members and non-members alike, in equal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.errors import Problem, TrialError
from seatrial.records.batch import Attempts, Batch, plain, rows
from seatrial.records.card import Card
from seatrial.records.threat import Knowledge
from seatrial.targets.target import Target

AT_ONCE = 256
"""Cases that are asked about in one call."""
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Membership:
    """Claims that the half of the cases of which the target is surest was in the training data.

    It needs the whole population at once, members and non-members in equal numbers, and costs one query per case.
    """

    signal: str = "loss"
    """`loss` (of the true label; it falls back on the confidence where cases have no labels) or `confidence`."""

    def attack(self, target: Target[Any, Any], batch: Batch[Any], bench: Bench[Knowledge]) -> Attempts[Any]:
        """Return claims `(n,)` int8: 1 is a member.

        Exactly half are claimed (of an odd number, the smaller half).  Ties, at the median or anywhere, are broken by
        the random stream of each case; to let one side have them would make a constant model look as if it leaked.

        Raises:
            TrialError: If the target gives no numbers.
        """
        parts = [np.arange(len(batch))[first : first + AT_ONCE] for first in range(0, len(batch), AT_ONCE)]
        said = [plain(bench.at(target, part).respond(rows(batch.inputs, part))) for part in parts]
        doubt = _doubt(np.concatenate(said), self._labels(batch), target.face.gives)
        order = np.lexsort((bench.random.keys("ties"), doubt))
        claims = np.zeros(len(batch), dtype=np.int8)
        claims[order[: len(batch) // 2]] = 1
        return Attempts(claims=claims)

    def _labels(self, batch: Batch[Any]) -> npt.NDArray[np.int64] | None:
        if self.signal not in ("loss", "confidence"):
            raise TrialError(Problem("privacy.membership: signal", f"no signal {self.signal!r}", "loss or confidence"))
        return None if self.signal == "confidence" or batch.labels is None else plain(batch.labels).astype(np.int64)


def _doubt(answers: npt.NDArray[Any], labels: npt.NDArray[np.int64] | None, gives: str) -> npt.NDArray[np.float64]:
    """Return `(n,)`, smaller where membership is likelier: the loss, or minus the largest probability; NaN last."""
    if answers.dtype.kind not in "fiub":
        what = f"the target gives {gives}, and membership is inferred from numbers"
        raise TrialError(Problem("privacy.membership", what, "try a target that gives logits or probabilities"))
    if answers.ndim == 1:
        apart = np.zeros(len(answers)) if labels is None else np.abs(answers.astype(np.float64) - labels)
        return apart != 0 if gives == "labels" else apart
    chances = _logs(answers.astype(np.float64), gives)
    sure = chances.max(axis=1) if labels is None else chances[np.arange(len(chances)), labels]
    return np.negative(sure, dtype=np.float64)


def _logs(answers: npt.NDArray[np.float64], gives: str) -> npt.NDArray[np.float64]:
    """Return log-probabilities `(n, classes)`."""
    if gives == "probabilities":
        logs: npt.NDArray[np.float64] = np.log(np.maximum(answers, TINY))
        return logs
    top = answers - answers.max(axis=1, keepdims=True)
    whole: npt.NDArray[np.float64] = top - np.log(np.exp(top).sum(axis=1, keepdims=True))
    return whole


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Membership,
    title="Membership inference from the loss",
    oracle="not_member",
    controls=("privacy.membership",),
    cites=("arXiv:1709.01604",),
    tags=("atlas:AML.T0024.000", "nist:NISTAML.033", "black-box"),
    scope="whole",
    most=2000,
    members=True,
    lies=(
        "It looks at one signal with one threshold: attacks with shadow models find members that it does not."
        " A rate near one half bounds this attacker only."
    ),
)
