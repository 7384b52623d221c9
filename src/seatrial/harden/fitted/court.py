"""Who looks at a model that was fitted whole before it is chosen, and who looks again at what stands.

No gradient can be asked whether it is hidden.  A model that learned from one search can fool that search and the like
of it, so judges of several kinds look first; then the best few stand longer searches, searches that see labels alone,
and whatever broke the other models of the run.  One of which more falls than searching on explains is not chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np

from seatrial.errors import HardenError, Problem
from seatrial.harden.constraints import Constraints
from seatrial.harden.foes import JUDGES, LATE, Foe, able, fitting, right, stimuli
from seatrial.harden.given import Given
from seatrial.harden.paired import Stands
from seatrial.harden.scores import Reliability
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Threat
from seatrial.targets.target import Target

SAMPLE = 300
"""Rows kept for choosing that are asked, at most."""
SOME, TAIL = 0.1, 3
"""Share (and number) of the rows that stood the judges and fell to those who look again: a sign of masking."""
BEST, ASKED = 2, 4
"""Models that are looked at again and hide nothing, before the most robust of them is taken; and how many at all, if
one of them hides nothing."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the judges saw of a model."""

    target: Any
    number: int
    """Of the candidates, from 0: the model fitted anew with nothing changed."""
    right: Stands
    """Which of the rows it gets right without an attack."""
    held: Stands
    """Which of them hold against every judge."""
    made: tuple[Any, ...] = ()
    """What each judge made of the rows."""
    sure: Mapping[str, Reliability] = field(default_factory=dict)
    """What its confidence is worth on the rows as they are (`clean`) and on what the judges made of them (`attacked`);
    empty if it does not say how sure it is."""

    @property
    def clean(self) -> float:
        """Share that it gets right."""
        return round(float(self.right.mean()), 4)

    @property
    def robust(self) -> float:
        """Share that holds."""
        return round(float(self.held.mean()), 4)


@dataclass(frozen=True, slots=True)
class Again:
    """What those who look again saw of a model."""

    seen: Looked
    held: Stands
    """Which rows hold against the judges and against all who looked again."""
    fell: Mapping[str, int] = field(default_factory=dict)
    """Who looked -> rows that fell to it and to nobody before."""

    @property
    def robust(self) -> float:
        """Share that holds."""
        return round(float(self.held.mean()), 4)

    @property
    def masks(self) -> bool:
        """Whether its first figure is not to be trusted: so much fell that the judges were fooled."""
        asked, lost = int(self.seen.held.sum()), sum(self.fell.values())
        return lost >= TAIL and lost > SOME * asked

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        figures = {"clean": self.seen.clean, "robust": self.robust, "robust_at_first": self.seen.robust}
        asked = {"cases": int(self.seen.held.sum()), "fell": dict(self.fell)}
        sure = {part: one.to_json() for part, one in self.seen.sure.items()}
        return {"number": self.seen.number, **figures, "asked_again": asked, "masks": self.masks, "calibration": sure}


class Court:
    """Judges, and the rows that they ask about: the same rows and the same chance for every model."""

    def __init__(
        self,
        target: Target[Any, Any],
        kept: Batch[Any],
        threat: Threat,
        seed: bytes,
        *,
        columns: Constraints | None = None,
    ) -> None:
        """Call those who can play.

        Args:
            target: A model of the kind that is judged.
            kept: Rows that no model was fitted on; at most `SAMPLE` of them are asked, drawn by the seed.
            threat: What the models are to hold against.
            seed: 32 bytes.
            columns: What may become of the columns of a row.

        Raises:
            HardenError: If no judge plays under this threat, with every reason.
        """
        order = np.argsort(Random(seed, kept.ids).keys("court"), kind="stable")
        self.rows = kept.take(np.sort(order[:SAMPLE]))
        self._threat, self._seed, self._columns = threat, seed, columns
        self._judges, self._late = fitting(JUDGES, target, threat), able(LATE, target, threat)

    @property
    def names(self) -> dict[str, list[str]]:
        """Who judges, and who looks again, by id."""
        told = {"judges": self._judges, "late": self._late}
        return {name: sorted({one for one, _ in foes}) for name, foes in told.items()}

    @property
    def foes(self) -> tuple[tuple[Foe, ...], tuple[Foe, ...]]:
        """Who judges, and who looks again."""
        return self._judges, self._late

    def look(self, target: Target[Any, Any], number: int) -> Looked:
        """Return what the judges see of a model."""
        given = Given(target, self.rows)
        made = tuple(self._made(foe, target, self.rows, self._seed) for foe in self._judges)
        held = given.right.copy()
        for one in made:
            held &= given.stands(one)
        return Looked(target, number, given.right, held, made, given.sure())

    def again(self, seen: Looked, others: Sequence[Looked]) -> Again:
        """Return what those see of a model who look at the rows that stand; each asks what stood those before.

        Args:
            seen: What the judges saw of it.
            others: Models of the same run: what broke them is tried on this one, too (transfer).
        """
        held, fell = seen.held.copy(), dict[str, int]()
        lent = [one for other in others if other.number != seen.number for one in other.made]
        for made in lent:
            stood = right(seen.target, made, self.rows.labels)
            fell["transfer"] = fell.get("transfer", 0) + int((held & ~stood).sum())
            held &= stood
        key = sha256(b"seatrial/court/again\x00" + self._seed).digest()
        for foe in self._late:
            if (standing := np.flatnonzero(held)).size:
                few = self.rows.take(standing)
                stood = right(seen.target, self._made(foe, seen.target, few, key), few.labels)
                fell[foe[0]] = fell.get(foe[0], 0) + int((~stood).sum())
                held[standing[~stood]] = False
        return Again(seen, held, fell)

    def _made(self, foe: Foe, target: Target[Any, Any], rows: Batch[Any], key: bytes) -> Any:
        return stimuli(foe, target, rows, self._threat, key, columns=self._columns)

    def chosen(self, seen: Sequence[Looked], floor: float) -> tuple[Again, list[Again]]:
        """Return the model that is taken, and all that were looked at again, it among them.

        Of the models with enough clean accuracy the most robust are looked at again, until `BEST` of them hide
        nothing; the most robust of these is taken, the earliest of equals.

        Args:
            seen: What the judges saw of every candidate.
            floor: Clean accuracy below which none is taken.

        Raises:
            HardenError: If each of them masks.
        """
        honest, asked = list[Again](), list[Again]()
        for one in sorted((one for one in seen if one.clean >= floor), key=lambda one: (-one.robust, one.number)):
            asked.append(self.again(one, seen))
            honest += [] if asked[-1].masks else [asked[-1]]
            if len(honest) == BEST or (honest and len(asked) >= ASKED):
                break
        if not honest:
            what = "every model that could be chosen stands the judges and falls to those who look longer"
            raise HardenError(Problem("choice", what, "its robust accuracy is not to be trusted; another remedy"))
        return max(honest, key=lambda one: (one.robust, -one.seen.number)), asked
