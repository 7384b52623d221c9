"""What an attack wants of a case: how far it is from falling, and which way is uphill, for every kind of answer.

Every head is read as scores of classes, of which one is true, so that an attack knows one problem only: several labels
at once are the class "as it should be" against one class for each output that flips; a number within a tolerance is
that class against "too high" and "too low".  An attack never looks at answers or labels itself: it asks an aim for
margins and slopes, or for the scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import array_api_compat
import numpy as np
import numpy.typing as npt

from seatrial.adversaries.losses import LEAST, chained, logits, loss, margin
from seatrial.errors import CasesError, Problem, TrialError
from seatrial.records.batch import plain
from seatrial.targets.target import Face


class Reading(Protocol):
    """How the answers of one kind of head become scores of classes; row i speaks of case i."""

    def at(self, rows: Any) -> Reading:
        """Return the reading of these cases."""
        ...

    def scores(self, responses: Any, /) -> Any:
        """Return scores `(n, classes)`; where another than the true one is largest, the case has fallen."""
        ...

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses, from the one with respect to the scores."""
        ...


class Aim(Protocol):
    """What is wanted of some cases; row i speaks of case i."""

    @property
    def labels(self) -> Any:
        """The true class of each case among `scores` `(n,)`, in the target's library."""
        ...

    @property
    def towards(self) -> Any:
        """The class among `scores` that targeted losses push each case to `(n,)`, or None."""
        ...

    def at(self, rows: Any) -> Aim:
        """Return the aim of these cases (numpy positions; a case may be named twice)."""
        ...

    def pushed(self, towards: Any) -> Aim:
        """Return the same aim, its targeted losses pushed to these classes among `scores` `(n,)`."""
        ...

    def scores(self, responses: Any, /) -> Any:
        """Return scores `(n, classes)` of every head: where another than `labels` is largest, the case has fallen."""
        ...

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses, from the one with respect to the scores."""
        ...

    def margin(self, responses: Any, /) -> Any:
        """Return `(n,)`: how far each case is from falling; below 0 it has fallen, 0 or NaN is no break."""
        ...

    def slope(self, name: str, responses: Any, /) -> Any:
        """Return the gradient of a loss with respect to the responses; uphill breaks.

        Args:
            name: A key of `losses.LOSSES`.
            responses: What the target gave.
        """
        ...


@dataclass(frozen=True, slots=True)
class Classes:
    """Scores of classes, of which another than the true one shall come first."""

    reading: Reading
    labels: Any
    """True class of each case among the scores `(n,)`, in the target's library."""
    towards: Any = None
    """Class that each case is pushed to by targeted losses `(n,)`; a break is any other class all the same."""

    def at(self, rows: Any) -> Classes:
        """Return the aim of these cases."""
        towards = None if self.towards is None else self.towards[rows]
        return Classes(self.reading.at(rows), self.labels[rows], towards)

    def pushed(self, towards: Any) -> Classes:
        """Return the same aim, pushed to these classes."""
        return replace(self, towards=towards)

    def scores(self, responses: Any, /) -> Any:
        """Return the answers as scores `(n, classes)`; of probabilities, their logarithms."""
        return self.reading.scores(responses)

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses, from the one with respect to the scores."""
        return self.reading.back(responses, gradient)

    def margin(self, responses: Any, /) -> Any:
        """Return the score of the true class minus the largest other."""
        return margin(self.scores(responses), self.labels)

    def slope(self, name: str, responses: Any, /) -> Any:
        """Return the gradient of a loss with respect to the responses; uphill breaks."""
        return self.back(responses, loss(name)(self.scores(responses), self.labels, self.towards))


@dataclass(frozen=True, slots=True)
class Columns:
    """One column per class."""

    gives: str
    """`logits` or `probabilities`."""

    def at(self, rows: Any) -> Columns:  # noqa: ARG002 - the protocol has it
        """Return the same: nothing here belongs to a case."""
        return self

    def scores(self, responses: Any, /) -> Any:
        """Return the logits, or the logarithms of probabilities."""
        return logits(self.gives, responses)

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses."""
        return chained(self.gives, responses, gradient)


@dataclass(frozen=True, slots=True)
class Flags:
    """One column per output, each a yes or no of its own; a case falls when any watched one flips.

    The scores are 0 for "all as they should be" and, for each watched output, how far it is on the wrong side.
    """

    gives: str
    """`logits` (yes above 0) or `probabilities` (yes above one half)."""
    wanted: Any
    """What each output should say `(n, outputs)`, 0 or 1."""
    watched: tuple[int, ...] = ()
    """Outputs of which a flip counts; empty is all."""

    def at(self, rows: Any) -> Flags:
        """Return the reading of these cases."""
        return replace(self, wanted=self.wanted[rows])

    def scores(self, responses: Any, /) -> Any:
        """Return `(n, 1 + watched outputs)`."""
        _fitting(responses, self.wanted)
        xp = array_api_compat.array_namespace(responses)
        given = self._seen(xp, responses)
        if self.gives == "probabilities":
            given = xp.log(_least(xp, given)) - xp.log(_least(xp, 1 - given))
        return xp.concat([xp.zeros_like(given[:, :1]), given * self._signs(xp, responses)], axis=1)

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses; 0 for outputs that nobody watches."""
        xp = array_api_compat.array_namespace(responses)
        slope = gradient[:, 1:] * self._signs(xp, responses)
        if self.gives == "probabilities":
            given = self._seen(xp, responses)
            slope = slope / _least(xp, given) + slope / _least(xp, 1 - given)
        if not self.watched:
            return slope
        none = len(self.watched)
        place = [self.watched.index(at) if at in self.watched else none for at in range(responses.shape[1])]
        return _taken(xp, xp.concat([slope, xp.zeros_like(slope[:, :1])], axis=1), place)

    def _seen(self, xp: Any, column: Any) -> Any:
        return _taken(xp, column, self.watched) if self.watched else column

    def _signs(self, xp: Any, like: Any) -> Any:
        """Return 1 where an output should say no, -1 where yes: what makes a larger score a worse one."""
        return 1 - 2 * xp.astype(self._seen(xp, self.wanted), like.dtype)


@dataclass(frozen=True, slots=True)
class Values:
    """A number, or several, each of which must stay within a tolerance of the true one.

    The scores are 0 for "within", and for each number how far it is beyond on either side, in tolerances.
    """

    wanted: Any
    """The true numbers, `(n,)` or `(n, numbers)`."""
    tolerance: float
    """Largest difference that is still right, above 0."""

    def at(self, rows: Any) -> Values:
        """Return the reading of these cases."""
        return Values(self.wanted[rows], self.tolerance)

    def scores(self, responses: Any, /) -> Any:
        """Return `(n, 1 + 2 x numbers)`."""
        xp = array_api_compat.array_namespace(responses)
        given, wanted = _wide(xp, responses), _wide(xp, self.wanted)
        _fitting(given, wanted)
        apart = (given - xp.astype(wanted, given.dtype)) / self.tolerance
        return xp.concat([xp.zeros_like(apart[:, :1]), apart - 1, -apart - 1], axis=1)

    def back(self, responses: Any, gradient: Any, /) -> Any:
        """Return the gradient with respect to the responses."""
        xp = array_api_compat.array_namespace(responses)
        size = (gradient.shape[1] - 1) // 2
        return xp.reshape((gradient[:, 1 : 1 + size] - gradient[:, 1 + size :]) / self.tolerance, responses.shape)


@dataclass(frozen=True, slots=True)
class Names:
    """Labels and nothing else: a margin of 1 or -1, and no slope, so a search by them is blind until it has won."""

    wanted: Any
    """The true label `(n,)`."""

    def at(self, rows: Any) -> Names:
        """Return the reading of these cases."""
        return Names(self.wanted[rows])

    def scores(self, responses: Any, /) -> Any:
        """Return `(n, 2)` of float64: 0, and -1 where the label is the true one, 1 where it is another."""
        given = responses if array_api_compat.is_array_api_obj(responses) else np.asarray(responses)
        xp = array_api_compat.array_namespace(given)
        other = xp.astype(given != self.wanted, xp.float64) * 2 - 1
        return xp.stack([xp.zeros_like(other), other], axis=1)

    def back(self, responses: Any, gradient: Any, /) -> Any:  # noqa: ARG002 - the protocol has it
        """Refuse.

        Raises:
            TrialError: Always; labels have no slope.
        """
        raise TrialError(Problem("target", "gives labels, and labels have no slope", "use a black-box adversary"))


def aim(face: Face, labels: Any) -> Aim:
    """Return what an attack wants of cases with these labels, from a target with this face.

    Args:
        face: What the target takes and gives.
        labels: What is true of each case, in the target's library: classes `(n,)`; 0 and 1 `(n, outputs)` for a target
            of many labels at once; numbers for one that gives a value.  None if nothing is known.

    Raises:
        CasesError: If the cases have no labels.
        TrialError: If the target gives nothing that an aim knows, or a number without a tolerance.
    """
    if labels is None:
        raise CasesError(Problem("cases", "have no labels, and this attack needs the true class"))
    if face.gives == "labels":
        return _told(Names(labels), labels)
    if face.gives == "value":
        if not face.tolerance > 0:
            what = "gives a value, and does not say how far it may be from the true one"
            raise TrialError(Problem("target.tolerance", what, "declare it: tolerance: 0.5"))
        return _told(Values(labels, face.tolerance), labels)
    if face.many and face.scores:
        return _told(Flags(face.gives, labels, face.watched), labels)
    return Classes(Columns(face.gives), labels)


def lead(aimed: Aim, responses: Any) -> npt.NDArray[np.float64]:
    """Return `(n,)` in numpy: how far each case is from falling; below 0 it has fallen, infinity if that is unknown."""
    made = np.asarray(plain(aimed.margin(responses)), dtype=np.float64)
    return np.where(np.isnan(made), np.inf, made)


def _told(reading: Reading, labels: Any) -> Classes:
    """Return the aim of a reading whose first class is the true one."""
    xp, device = array_api_compat.array_namespace(labels), array_api_compat.device(labels)
    return Classes(reading, xp.zeros(labels.shape[0], dtype=xp.int64, device=device))


def _taken(xp: Any, column: Any, places: Any) -> Any:
    return xp.take(column, xp.asarray(list(places), dtype=xp.int64, device=array_api_compat.device(column)), axis=1)


def _least(xp: Any, shares: Any) -> Any:
    return xp.maximum(shares, xp.full_like(shares, LEAST))


def _wide(xp: Any, column: Any) -> Any:
    """Return numbers as `(n, numbers)`."""
    return xp.reshape(column, (column.shape[0], -1))


def _fitting(given: Any, wanted: Any) -> None:
    """Raise if there is not one answer for each thing that is known of a case."""
    if tuple(given.shape) != tuple(wanted.shape):
        what = f"answers with shape {tuple(given.shape)}, and what is true of the cases has {tuple(wanted.shape)}"
        raise TrialError(Problem("target", what, "one column of labels for each output, in the same order"))
