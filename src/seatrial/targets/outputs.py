"""What a model returns, and the part of it that is its answer: one of several outputs, one column that means two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import array_api_compat
import numpy as np

from seatrial.errors import meant
from seatrial.targets.target import Face

SHOWN = 8
"""Names of outputs that a message tells."""


def picked(given: Any, output: Any) -> Any:
    """Return the declared part of what a model returned.

    Args:
        given: What it returned: an array, or a mapping, tuple or object that holds several.
        output: A key, a position, the name of an attribute, several of them joined by dots (`heads.0`), or a function
            of what was returned; empty is the whole.

    Raises:
        TypeError: If there is no such part; it names those that there are.
    """
    if callable(output):
        return output(given)
    for word in str(output).split(".") if output != "" else ():
        given = _part(given, word)
    return given


def described(given: Any) -> str:
    """Return what a model returned in words, and how to say which part is the answer."""
    name = type(given).__name__
    return f"{name} of {', '.join(_places(given)[:SHOWN])}" if _places(given) else name


def single(face: Face, shape: tuple[int, ...]) -> bool:
    """Return whether answers of this shape are one number per row that stands for two classes."""
    return face.classes == 2 and face.scores and not face.many and (len(shape) == 1 or tuple(shape[1:]) == (1,))


def doubled(given: Any, gives: str) -> Any:
    """Return one number per row as two columns: 0 and the logit, or 1 - p and p."""
    xp = array_api_compat.array_namespace(given)
    column = xp.reshape(given, (-1, 1))
    return xp.concat([1 - column if gives == "probabilities" else xp.zeros_like(column), column], axis=1)


def answered(given: Any, output: Any, face: Face) -> Any:
    """Return the answer of a function of a batch in the form that its face promises: arrays of numbers as arrays."""
    given = picked(given, output)
    if face.gives in ("text", "talk"):
        return given
    found = given if array_api_compat.is_array_api_obj(given) else np.asarray(given)
    return doubled(found, face.gives) if single(face, tuple(found.shape)) else found


def _part(given: Any, word: str) -> Any:
    if isinstance(given, Mapping) and word in given:
        return given[word]
    if isinstance(given, tuple | list) and word.lstrip("-").isdigit() and -len(given) <= int(word) < len(given):
        return given[int(word)]
    if not isinstance(given, tuple | list | Mapping) and not word.isdigit() and hasattr(given, word):
        return getattr(given, word)
    if hasattr(given, "_fields") and word in given._fields:
        return getattr(given, word)
    known = _places(given)
    raise TypeError(f"the answer has no {word!r}: {meant(word, known) if known else f'it is {described(given)}'}")


def _places(given: Any) -> list[str]:
    """Return the names of the parts of what a model returned; none of an array."""
    if isinstance(given, Mapping):
        return [str(name) for name in given]
    if isinstance(given, tuple | list):
        return [*getattr(given, "_fields", ()), *map(str, range(len(given)))]
    return []
