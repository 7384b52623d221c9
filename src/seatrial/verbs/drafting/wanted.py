"""What a person says of a model and its data, and how they are asked for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was said on the command line; empty where nothing was."""

    model: str
    """A file, or `file.py:function` or `package.module:function`."""
    data: str
    """A file, a folder of images, or the name of a bundled set."""
    weights: str = ""
    label: str = ""
    """Column, or array, of the right answers."""
    classes: tuple[str, ...] = ()
    """Values of the label in the order of the model's answers."""
    columns: tuple[str, ...] = ()
    """Columns that the model gets, in its order."""
    eps: float | None = None
    name: str = ""
    owner: str = ""
    release: str = ""
    unsafe: bool = False
    trust: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Something that cannot be found out."""

    option: str
    """What answers it on a command line: `--label`."""
    asks: str
    """`Which column holds the right answer?`"""
    why: str
    """What depends on it, in a sentence."""
    default: str = ""
    """What `--yes` takes; empty if there is nothing sensible."""
    choices: tuple[str, ...] = ()


class Asker(Protocol):
    """Who is asked: a person, or the defaults."""

    def __call__(self, question: Question, /) -> str:
        """Return the answer; empty if there is none, which `finish` will complain about.

        Raises:
            InputError: If there is no default, and defaults were to be taken.
        """
        ...

    def finish(self) -> None:
        """Do nothing: all questions that matter so far were asked.

        Raises:
            InputError: With every question, if there is nobody who could have answered.
        """
        ...


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to hand the data to the model."""

    cases: Mapping[str, Any]
    """Block `cases`, still without classes and shares."""
    inputs: Mapping[str, Any]
    """Block `target.input`."""
    values: tuple[Any, ...] = ()
    """Values of the label that were seen."""
    notes: tuple[str, ...] = ()
