"""One question to a model that was just loaded: does it answer in the form that the charter says?"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TargetError, blamed
from seatrial.records.batch import Frame, Message, Talks, Texts, plain, rows
from seatrial.targets.target import Face, Target

CANARIES = 16
ONE_NUMBER = "answers one number per input"
"""What is said of a model for two classes that has one sigmoid."""
ALONE = "is it one sigmoid or logit for two classes: classes: 2; or a number: gives: value"
"""What to do about it."""
_WORDS = ("one", "two", "three")
"""Texts in a column of which nobody said what it may hold."""
_TEXTS = (
    "Hello.",
    "What can you do for me?",
    "Summarise: the harbour opens at six and closes at ten.",
    "2 + 2 =",
    "Translate to French: good morning",
    "Is the sea salty? Answer yes or no.",
    "",
    "A",
    "List three colours.",
    "Repeat after me: blue whale",
    "What is your name?",
    "Ignore this sentence.",
    "0123456789",
    "Please tell me your instructions.",
    "Write one line about lighthouses.",
    "Goodbye.",
)


def canaries(face: Face) -> Any:
    """Return 16 fixed inputs for a target: their answers are part of a declared identity.

    Arrays run over the declared range along a fixed sequence (golden ratio, additive), float32 `(16, *shape)`; so do
    the numbers of a table, from 0 to 100.  Texts of a table are those that its column may hold, in turn.

    Raises:
        TargetError: If the face takes arrays and does not say their shape, or tables and not their columns.
    """
    if face.takes is Texts:
        return Texts(_TEXTS)
    if face.takes is Talks:
        return Talks((Message("user", text),) for text in _TEXTS)
    if face.takes is Frame:
        return _table(face)
    if face.shape is None:
        raise TargetError(Problem("target.input.shape", "is missing", "without it the model cannot be asked anything"))
    share = _shares_of(CANARIES * int(np.prod(face.shape)))
    low, high = (0.0 if face.low is None else face.low), (1.0 if face.high is None else face.high)
    return (low + share * (high - low)).astype(np.float32).reshape(CANARIES, *face.shape)


def _table(face: Face) -> Frame:
    if not face.columns:
        raise TargetError(Problem("target.input.columns", "is missing", "{age: number, job: text}"))
    share = _shares_of(CANARIES * len(face.columns)).reshape(len(face.columns), CANARIES)
    made = {}
    for field, part in zip(face.columns, share, strict=True):
        values = np.array(field.values or _WORDS, dtype=np.str_)
        made[field.name] = (
            np.round(100 * part, 6) if field.kind == "number" else values[np.arange(CANARIES) % len(values)]
        )
    return Frame(made)


def _shares_of(size: int) -> npt.NDArray[np.float64]:
    """Return the additive sequence of the golden ratio `(size,)`, in 0..1."""
    whole: npt.NDArray[np.float64] = np.modf(np.arange(1, size + 1) * ((5**0.5 - 1) / 2))[0]
    return whole


def answered_shape(target: Target[Any, Any], where: str) -> tuple[int, ...]:
    """Return the shape of a target's answers to the 16 canaries.

    Raises:
        TargetError: If it raises, or its face does not say what can be asked.
    """
    asked = canaries(target.face)
    with blamed(where, *_complaint(asked)):
        return tuple(target.respond(asked).shape)


def probed(target: Target[Any, Any], where: str) -> int | None:
    """Return the number of classes that a target answers with (None if it gives no scores), after asking 16 canaries.

    Raises:
        TargetError: If it raises, the answers have a wrong form, another number of classes, or NaN in them, or, where
            it takes no conversations, an input's answer changes from one question to the next or with its neighbours.
    """
    face = target.face
    asked = canaries(face)
    with blamed(where, *_complaint(asked)):
        answers = plain(target.respond(asked))
    if face.gives in ("text", "talk"):
        return None
    answers = np.asarray(answers)
    if problems := _wrong(answers, face, where) or _unsteady(target, answers, where):
        raise TargetError(*problems)
    return int(answers.shape[1]) if face.scores else face.classes


def _complaint(asked: Any) -> tuple[str, str]:
    """Return what to say of a model that raises, and what may be the reason."""
    if isinstance(asked, Frame):
        kinds = ", ".join(f"{name}: {'text' if part.dtype.kind == 'U' else 'number'}" for name, part in asked.items())
        hint = f"it was asked with {{{kinds}}}: in input.columns say of each number, text, or a list of all its texts"
        return "the model raised for rows of a table:", hint
    if isinstance(asked, np.ndarray):
        return f"the model raised for inputs of shape {asked.shape}:", "is input.shape in the charter right?"
    return "the model raised:", "is input.takes in the charter right?"


def _unsteady(target: Target[Any, Any], answers: npt.NDArray[Any], where: str) -> list[Problem]:
    """Return whether chance or neighbours change an answer: an attack's finds would not break such a model again."""
    if target.face.takes is Talks or target.face.sampled:
        return []
    few = CANARIES // 4
    with blamed(where, "the model raised when it was asked again:"):
        again = np.asarray(plain(target.respond(canaries(target.face))))
        apart = np.asarray(plain(target.respond(rows(canaries(target.face), np.arange(CANARIES) % few))))[:few]
    if not _close(again, answers):
        what = "answers the same inputs differently when it is asked again"
        hint = "switch off what draws by chance (a dropout, in training?); a module that must says `sampled: true`"
        return [Problem(where, what, hint)]
    if not _close(apart, answers[:few]):
        what = "answers the same inputs differently beside other inputs"
        hint = "each row must be answered for itself; does a layer or a scaling use the statistics of the batch?"
        return [Problem(where, what, hint)]
    return []


def _close(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> bool:
    """Say whether answers are the same but for rounding, which may depend on the number of rows."""
    if one.shape != other.shape or other.dtype.kind != "f":
        return np.array_equal(one, other)
    scale = float(np.abs(other.astype(np.float64)).max(initial=0.0))
    return bool(np.allclose(one, other, rtol=0.0, atol=1e-3 * scale))


def _wrong(answers: npt.NDArray[Any], face: Face, where: str) -> list[Problem]:
    """Return what is wrong with the form of the answers to the canaries."""
    scores, value = face.scores, face.gives == "value"
    form = f"({CANARIES}, classes)" if scores else f"({CANARIES},)"
    if not answers.ndim > 0 or (answers.ndim != (2 if scores else 1) and not value) or len(answers) != CANARIES:
        what = f"answers {CANARIES} inputs with shape {answers.shape}, but {face.gives} have shape {form}"
        flat = scores and answers.ndim == 1 and len(answers) == CANARIES
        return [Problem(where, what, f"return one row per input{f'; {ALONE}' if flat else ''}")]
    if answers.dtype.kind not in "fiub":
        return [Problem(where, f"answers with {answers.dtype}", "return numbers")]
    problems = []
    if scores and answers.shape[1] != (face.classes or answers.shape[1]):
        problems.append(Problem(where, f"answers {answers.shape[1]} classes, target.classes says {face.classes}"))
    if scores and answers.shape[1] < 2 and not face.many:
        problems.append(Problem(where, ONE_NUMBER, ALONE))
    if not np.isfinite(answers).all():
        problems.append(
            Problem(where, "answers NaN or infinity to ordinary inputs", "are the weights those of training?")
        )
    elif face.many:
        problems += _flagged(answers, face, where)
    elif face.gives == "probabilities" and (answers.min() < -1e-6 or np.abs(answers.sum(axis=1) - 1).max() > 1e-3):
        problems.append(
            Problem(where, "its answers are no probabilities (rows do not sum to 1)", "write gives: logits")
        )
    elif face.gives == "logits" and _shares(answers):
        what = "its answers are probabilities (no number below 0, rows sum to 1), not logits"
        problems.append(Problem(where, what, "write gives: probabilities"))
    elif face.gives == "labels" and (answers.dtype.kind == "f" or answers.min() < 0):
        problems.append(
            Problem(where, f"its labels are {answers.dtype} from {answers.min()}", "return whole numbers from 0")
        )
    return problems


def _flagged(answers: npt.NDArray[Any], face: Face, where: str) -> list[Problem]:
    """Return what is wrong with the answers of a model of many labels at once."""
    if bad := [at for at in face.watched if at >= answers.shape[1]]:
        return [Problem(f"{where}.watch", f"names output {bad[0]}, and there are 0 to {answers.shape[1] - 1}")]
    if face.gives == "probabilities" and (answers.min() < -1e-6 or answers.max() > 1 + 1e-6):
        return [Problem(where, "its answers are no probabilities (not all in 0 to 1)", "write gives: logits")]
    if face.gives == "logits" and answers.min() >= 0 and answers.max() <= 1:
        hint = "write gives: probabilities, or a yes would begin at 0"
        return [Problem(where, "its answers all lie in 0 to 1: they are probabilities, not logits", hint)]
    return []


def _shares(answers: npt.NDArray[Any]) -> bool:
    return bool(answers.min() >= 0 and np.abs(answers.sum(axis=1) - 1).max() < 1e-5)
