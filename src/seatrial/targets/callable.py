"""Any Python callable: `{kind: callable, load: "rules.model:predict", input: {shape: [30]}, gives: labels}`.

It takes a whole batch (a numpy array `(n, *shape)`, a `Frame` of table rows, which is a dict of arrays, or a tuple of
texts or conversations) and returns one answer per row.  With `pad` it is asked in blocks of so many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.errors import Problem, TargetError
from seatrial.records.batch import Array, Texts
from seatrial.records.card import Card
from seatrial.targets.block import read_block
from seatrial.targets.importing import named, reachable
from seatrial.targets.outputs import answered
from seatrial.targets.probe import probed
from seatrial.targets.rowwise import in_blocks
from seatrial.targets.target import Face, Target


class CallableTarget:
    """A function that answers."""

    def __init__(
        self,
        function: Callable[[Any], Any],
        face: Face,
        *,
        pad: int = 1,
        folder: Path | None = None,
        output: Any = "",
    ) -> None:
        """Take the function.

        Args:
            function: Takes a whole batch, returns one answer per row.
            face: What it takes and gives.
            pad: Rows per block; 1 asks a batch as it is.
            folder: Where modules may lie that the function imports when it is called.
            output: Which part of what it returns is the answer (`outputs.picked`); empty is all of it.
        """
        self._output = output
        self._function = function
        self._face = face
        self._pad = pad
        self._folder = folder

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        return self._face

    def respond(self, inputs: Any, /) -> Any:
        """Return what the function returns: an array with one row per input, or texts."""
        if self._folder is None:
            return self._answered(inputs)
        with reachable(self._folder):
            return self._answered(inputs)

    def _answered(self, inputs: Any) -> Any:
        if self._pad > 1 and self._face.gives not in ("text", "talk"):
            asked = np.asarray(inputs) if self._face.takes is Array else inputs
            return in_blocks(self._plainly, asked, self._pad)
        given = self._plainly(inputs)
        return Texts(given) if self._face.gives == "text" else given

    def _plainly(self, inputs: Any) -> Any:
        return answered(self._function(inputs), self._output, self._face)


def make(block: Mapping[str, Any], folder: Path) -> CallableTarget:
    """Return the target that a charter's block describes, after one probe of it.

    Raises:
        TargetError: With all that is wrong: keys, a function that cannot be imported or raises, malformed answers.
    """
    read = read_block(block, folder, known=("load", "output"), needs=("load", "input", "gives"), pad=1)
    function = named(str(block["load"]), folder)
    if not callable(function):
        raise TargetError(Problem("target.load", f"{block['load']} is no function", "name one that takes a batch"))
    face = read.told(Face(read.takes, read.gives, read.shape, read.low, read.high, read.classes, columns=read.fields))

    def made(face: Face) -> CallableTarget:
        return CallableTarget(function, face, pad=read.pad, folder=folder, output=block.get("output", ""))

    return made(replace(face, classes=probed(made(face), "target")))


CARD: Card[Target[Any, Any]] = Card(make, "Python callable")
