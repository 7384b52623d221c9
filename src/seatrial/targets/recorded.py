"""Answers that were recorded: `{kind: recorded, path: answers.npz, gives: logits, input: {...}}`.

For judging again without the model.  The file holds `cases` (n, 32 bytes as u1: digests of the inputs as they were
presented) and `answers` (n, ...), without Python objects.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem, TargetError
from seatrial.records.batch import Texts
from seatrial.records.card import Card
from seatrial.records.digest import column_digests
from seatrial.targets.block import read_block
from seatrial.targets.target import Face, Target


class RecordedTarget:
    """Answers by the digest of the input; what was never asked is an error."""

    def __init__(self, answers: Mapping[bytes, Any], face: Face) -> None:
        """Take the answers: digest of an input (32 bytes, `records.digest`) -> its row of the response."""
        self._answers = dict(answers)
        self._face = face

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        return self._face

    def respond(self, inputs: Any, /) -> Any:
        """Return the recorded answer to each row, stacked.

        Raises:
            TargetError: Naming every row that was not recorded.
        """
        asked = column_digests(inputs)
        if unknown := [at for at, case in enumerate(asked) if case not in self._answers]:
            problems = [Problem(f"row {at}", f"no answer was recorded for input {asked[at].hex()}") for at in unknown]
            raise TargetError(*problems)
        given = [self._answers[case] for case in asked]
        return Texts(given) if self._face.gives == "text" else np.stack([np.asarray(row) for row in given])


def make(block: Mapping[str, Any], folder: Path) -> RecordedTarget:
    """Return the target that a charter's block describes.

    Raises:
        TargetError: If the block or the file is malformed, or one input has two answers.
    """
    read = read_block(block, folder, known=("path",), needs=("path", "gives"), pad=1)
    path = read.path("path")
    cases, answers = _arrays(path)
    keys = [row.tobytes() for row in cases]
    if len(set(keys)) != len(keys):
        raise TargetError(Problem(str(path), "holds two answers to one input"))
    face = read.told(Face(read.takes, read.gives, read.shape, read.low, read.high, read.classes, columns=read.fields))
    texts = answers.dtype.kind == "U"
    return RecordedTarget({k: str(row) if texts else row for k, row in zip(keys, answers, strict=True)}, face)


def _arrays(path: Path) -> tuple[npt.NDArray[np.uint8], npt.NDArray[Any]]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as archive:
            cases, answers = archive["cases"], archive["answers"]
    except KeyError as error:
        raise TargetError(Problem(str(path), f"has no array: {error}", "it needs `cases` and `answers`")) from error
    except (ValueError, OSError, EOFError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise TargetError(Problem(str(path), f"is no npz file of plain arrays: {error}")) from error
    if cases.dtype != np.uint8 or cases.shape != (len(answers), 32):
        what = f"`cases` is {cases.dtype} {cases.shape} for {len(answers)} answers"
        raise TargetError(Problem(str(path), what, "32 bytes (u1) per answer"))
    return cases, answers


CARD: Card[Target[Any, Any]] = Card(make, "recorded answers")
