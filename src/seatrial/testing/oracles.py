"""The contract of an oracle, executable: `check_oracle(card)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

import numpy as np

from seatrial.errors import SeatrialError
from seatrial.oracles.oracle import Oracle
from seatrial.records.batch import (
    NO,
    UNKNOWN,
    YES,
    Answers,
    Attempts,
    Batch,
    Message,
    Oddities,
    Talks,
    Texts,
    Verdicts,
    rows,
)
from seatrial.records.card import Card
from seatrial.records.head import Head

ORDER = np.array([3, 0, 2, 1])


@dataclass(frozen=True)
class Scene:
    """Everything that an oracle is shown, of four cases."""

    name: str
    batch: Batch[Any]
    attempts: Attempts[Any]
    answers: Answers[Any]

    def take(self, index: Any) -> Scene:
        """Return these cases, in this order."""
        claims, stimuli = self.attempts.claims, self.attempts.stimuli
        said = self.answers
        return Scene(
            self.name,
            self.batch.take(index),
            Attempts(
                None if stimuli is None else rows(stimuli, index),
                self.attempts.condition,
                None if claims is None else rows(claims, index),
            ),
            Answers(
                clean=None if said.clean is None else rows(said.clean, index),
                tried=tuple(rows(draw, index) for draw in said.tried),
                seconds=tuple(draw[index] for draw in said.seconds),
                errors=tuple(tuple(draw[int(i)] for i in index) for draw in said.errors),
                refused=tuple(draw[index] for draw in said.refused),
                head=said.head,
            ),
        )


def scenes() -> tuple[Scene, ...]:
    """Return one scene of each kind: scores and labels, many labels, numbers, malformed input, talks, claims."""
    return (_scores(), _labels(), _flags(), _values(), _odd(), _talks(), _claims())


def check_oracle(card: Card[Oracle], shown: Sequence[Scene] = ()) -> tuple[str, ...]:
    """Return the names of the scenes that an oracle can judge, having checked in each that it keeps its contract.

    Args:
        card: The `CARD` of the plugin; it is made without arguments.
        shown: Scenes of its own kind of case; `scenes()` if there are none.

    Raises:
        AssertionError: Naming every promise that is broken: it is a dataclass that equals itself; it can judge at least
            one scene, and says so of any other by raising; verdicts are int8 (cases, draws) of NO, YES, UNKNOWN and
            scores float64 (cases,); nothing that it was shown is changed; no case's verdict depends on the others or
            on the order; seconds matter only if its card says `measured`, clean answers only if it says `clean`.
    """
    broken = []
    if not is_dataclass(card.make()) or card.make() != card.make():
        broken.append("it must be a dataclass that equals itself: its fields are its settings")
    judged = [scene for scene in (shown or scenes()) if _verdicts(card, scene) is not None]
    if not judged:
        broken.append("it can judge no scene")
    broken += [f"{scene.name}: {said}" for scene in judged for said in _form(card, scene)]
    if not broken:
        broken += [f"{scene.name}: {said}" for scene in judged for check in _CHECKS for said in check(card, scene)]
    assert not broken, f"{card.title}: the oracle breaks its contract:\n" + "\n".join(f"* {said}" for said in broken)
    return tuple(scene.name for scene in judged)


def _verdicts(card: Card[Oracle], scene: Scene) -> Verdicts | None:
    """Return what the oracle says, or None if it says that the scene is not for it."""
    try:
        given = deepcopy(scene)
        return card.make().judge(given.batch, given.attempts, given.answers)
    except (SeatrialError, TypeError, ValueError, LookupError, AttributeError):
        return None


def _form(card: Card[Oracle], scene: Scene) -> Iterator[str]:
    verdicts = _verdicts(card, scene)
    assert verdicts is not None
    shape = (len(scene.batch), max(len(scene.answers.tried), 1))
    held, score = np.asarray(verdicts.held), np.asarray(verdicts.score)
    if held.dtype != np.int8 or held.shape != shape:
        yield f"held is {held.dtype} {held.shape}, not int8 {shape}"
    if not np.isin(held, (NO, YES, UNKNOWN)).all():
        yield "held has values other than NO, YES and UNKNOWN"
    if score.dtype != np.float64 or score.shape != shape[:1]:
        yield f"score is {score.dtype} {score.shape}, not float64 {shape[:1]}"


def _leaves(card: Card[Oracle], scene: Scene) -> Iterator[str]:
    given = deepcopy(scene)
    card.make().judge(given.batch, given.attempts, given.answers)
    pairs = zip(_arrays(scene), _arrays(given), strict=True)
    if not all(np.array_equal(one, other, equal_nan=one.dtype.kind == "f") for one, other in pairs):
        yield "it changes what it was shown"


def _alone(card: Card[Oracle], scene: Scene) -> Iterator[str]:
    whole = _verdicts(card, scene)
    for index in (ORDER, *(np.array([at]) for at in range(len(scene.batch)))):
        part = _verdicts(card, scene.take(index))
        if whole is None or part is None or not _same(part, whole, index):
            yield f"the verdict of a case depends on the others, or on their order (cases {index.tolist()})"
            return


def _clock(card: Card[Oracle], scene: Scene) -> Iterator[str]:
    slower = replace(scene, answers=replace(scene.answers, seconds=tuple(s + 1e6 for s in scene.answers.seconds)))
    if not card.measured and not _agree(card, scene, slower):
        yield "it looks at the clock, but its card does not say measured=True"


def _clean(card: Card[Oracle], scene: Scene) -> Iterator[str]:
    without = replace(scene, answers=replace(scene.answers, clean=None))
    if not card.clean and not _agree(card, scene, without):
        yield "it looks at the answers to the untouched inputs, but its card does not say clean=True"


_CHECKS: tuple[Callable[[Card[Oracle], Scene], Iterator[str]], ...] = (_leaves, _alone, _clock, _clean)


def _agree(card: Card[Oracle], one: Scene, other: Scene) -> bool:
    first, second = _verdicts(card, one), _verdicts(card, other)
    return first is not None and second is not None and _same(second, first, np.arange(len(one.batch)))


def _same(part: Verdicts, whole: Verdicts, index: Any) -> bool:
    scores = np.array_equal(part.score, np.asarray(whole.score)[index], equal_nan=True)
    return scores and np.array_equal(part.held, np.asarray(whole.held)[index])


def _arrays(value: Any) -> list[Any]:
    """Return every array inside a scene, in a fixed order."""
    if isinstance(value, np.ndarray):
        return [value]
    if is_dataclass(value) and not isinstance(value, type | Message):
        return [array for name in sorted(value.__dataclass_fields__) for array in _arrays(getattr(value, name))]
    if isinstance(value, tuple):
        return [array for part in value for array in _arrays(part)]
    return []


IDS = tuple(bytes([at]) * 32 for at in range(4))


def _answers(*tried: Any, clean: Any = None, error: str = "ValueError: no") -> Answers[Any]:
    """Return answers of four cases, of which the last was refused in the first draw and raised in the last."""
    size = len(tried)
    return Answers(
        clean=clean,
        tried=tried,
        seconds=tuple(np.array([0.1, 0.2, 5.0, 0.1]) for _ in range(size)),
        errors=tuple(("", "", "", error if draw == size - 1 else "") for draw in range(size)),
        refused=tuple(np.array([False, False, False, draw == 0 and size > 1]) for draw in range(size)),
    )


def _scores() -> Scene:
    first = np.array([[2.0, 0.0], [0.0, 2.0], [1.0, 1.0], [3.0, 0.0]])
    second = np.array([[2.0, 0.5], [np.nan, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    batch = Batch(IDS, np.zeros((4, 3)), np.array([0, 0, 1, 0]))
    stimuli = Attempts(stimuli=np.ones((4, 3)))
    return Scene("scores", batch, stimuli, _answers(first, second, clean=np.array([[1.0, 0.0]] * 3 + [[0.0, 1.0]])))


def _labels() -> Scene:
    batch = Batch(IDS, np.zeros((4, 3)), np.array([0, 1, 1, 2]))
    said = np.array([0, 0, 1, -1])
    return Scene("labels", batch, Attempts(stimuli=np.ones((4, 3))), _answers(said, clean=np.array([0, 1, 1, 2])))


def _flags() -> Scene:
    batch = Batch(IDS, np.zeros((4, 3)), np.array([[0, 1], [1, 1], [0, 0], [1, 0]]))
    said = np.array([[-2.0, 1.0], [1.0, -1.0], [0.0, -3.0], [np.nan, -1.0]])
    made = replace(_answers(said, clean=said[::-1].copy()), head=Head("logits", many=True))
    return Scene("many labels", batch, Attempts(stimuli=np.ones((4, 3))), made)


def _values() -> Scene:
    batch = Batch(IDS, np.zeros((4, 3)), np.array([0.5, 1.0, -2.0, 0.0]))
    said = np.array([0.75, 2.5, np.nan, 0.0])
    made = replace(_answers(said, clean=np.array([0.5, 1.0, -2.0, 0.0])), head=Head("value", tolerance=0.5))
    return Scene("numbers", batch, Attempts(stimuli=np.ones((4, 3))), made)


def _odd() -> Scene:
    batch = Batch(IDS, np.zeros((4, 3), dtype=np.float32), np.array([0, 1, 1, 0]))
    stimuli = Oddities((np.full((1, 3), np.nan), np.zeros((0, 3)), np.zeros((1, 1, 3)), np.array([["a", "b", "c"]])))
    said = Oddities((np.array([[np.nan, 0.0]]), np.zeros((0, 2)), np.array([[1.0, 2.0]]), None))
    return Scene("malformed input", batch, Attempts(stimuli=stimuli), _answers(said, clean=np.ones((4, 2))))


def _talks() -> Scene:
    talks = Talks((Message("user", f"question {at}"),) for at in range(4))
    batch = Batch(IDS, talks, sealed=tuple({"canary": f"heron-441{at}"} for at in range(4)))
    said = Texts(("The word is heron 4410.", "I cannot say.", "2144-noreh", ""))
    return Scene("conversations", batch, Attempts(stimuli=talks), _answers(said, clean=Texts(("a", "b", "c", "d"))))


def _claims() -> Scene:
    batch = Batch(IDS, np.zeros((4, 3)), np.array([0, 1, 1, 0]), sealed=np.array([0, 1, 1, 0]))
    return Scene("claims", batch, Attempts(claims=np.array([0, 1, 0, 1])), Answers())
