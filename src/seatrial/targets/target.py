"""What a target is, and what some targets can do besides.

Everything that answers is a target: the model, a surrogate, the attacker's own language model,
a model behind its guard.  What a target can do is read from its methods; a wrapper has exactly
the capabilities of what it wraps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from seatrial import plugins
from seatrial.records.head import Head

X_contra = TypeVar("X_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
X = TypeVar("X")
R = TypeVar("R")


def identity(column: Any) -> Any:
    """Return a column as it is: the home of targets that take numpy or tuples."""
    return column


SCORES = ("logits", "probabilities")
"""What a classifier gives that has one column per class."""
CLASSIFIES = ("labels", *SCORES)
"""What a classifier gives."""
SLOPED = (*SCORES, "value")
"""What has a slope, so that an aim can be pushed uphill."""
AIMED = (*CLASSIFIES, "value")
"""Everything that an aim can read."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table, as a model takes it."""

    name: str
    kind: str = "number"
    """`number` or `text`."""
    values: tuple[str, ...] = ()
    """All that a text column may hold, as far as model or charter say so; empty if that is unknown."""


@dataclass(frozen=True)
class Face:
    """What a target takes and gives, readable at run time."""

    takes: type
    """`Array`, `Frame`, `Texts` or `Talks` (`records.batch`)."""
    gives: str
    """`logits`, `probabilities`, `labels`, `value`, `text` or `talk`."""
    shape: tuple[int, ...] | None = None
    """Shape of one case, or None if any."""
    low: float | None = None
    """Smallest legal input value."""
    high: float | None = None
    """Largest legal input value."""
    classes: int | None = None
    """Number of classes, if it is a classifier that says so."""
    sampled: bool = False
    """Whether two answers to one input may differ."""
    home: Callable[[Any], Any] = identity
    """Moves a column to the target's library, device and dtype (floats to its float, integers to its integer)."""
    columns: tuple[Field, ...] = ()
    """Of a target that takes a `Frame`: its columns, in its order."""
    many: bool = False
    """Whether each column of its scores is a yes or no of its own, so that several may be true at once; a yes is a
    logit above 0 or a probability above one half."""
    watched: tuple[int, ...] = ()
    """Of a target of many labels: the outputs of which a flip counts; empty is all."""
    tolerance: float = 0.0
    """Of a target that gives a value: how far from the true one is still right; 0 is not declared."""

    @property
    def scores(self) -> bool:
        """Whether it gives logits or probabilities: a column per class, or per label if it gives `many`."""
        return self.gives in SCORES

    @property
    def head(self) -> Head:
        """How its answers are read."""
        return Head(self.gives, self.many, self.watched, self.tolerance)


@runtime_checkable
class Target(Protocol[X_contra, R_co]):
    """What answers."""

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        ...

    def respond(self, inputs: X_contra, /) -> R_co:
        """Return one response per row: for classifiers `(n, classes)` logits or probabilities, or `(n,)` labels.

        Whatever it raises is an outcome of the trial, not an error of the harness.
        """
        ...


@runtime_checkable
class Differentiable(Target[X, R], Protocol[X, R]):
    """A target whose responses have a gradient with respect to the inputs."""

    def linearise(self, inputs: X, /) -> tuple[R, Callable[[R], X]]:
        """Return the responses and the pull-back: for any g, the gradient of `sum(responses * g)` at the inputs."""
        ...


@runtime_checkable
class Approximable(Target[X, R], Protocol[X, R]):
    """A differentiable target that may hold steps without a useful gradient: rounding, one-hot codes, dead zones."""

    def approximated(self) -> Differentiable[X, R]:
        """Return the target with equal responses, whose pull-back goes straight through such steps.

        It follows backward pass differentiable approximation (Athalye et al., arXiv:1802.00420).
        """
        ...


@runtime_checkable
class Conditional(Target[X_contra, R_co], Protocol[X_contra, R_co]):
    """A target that can be put in a state: a slow dependency, a poisoned training set."""

    def under(self, condition: Any, /) -> Target[X_contra, R_co]:
        """Return the target in that state; this one stays as it is."""
        ...


@runtime_checkable
class Fresh(Target[X_contra, R_co], Protocol[X_contra, R_co]):
    """A target with chance or memory, which can be reset."""

    def fresh(self, key: bytes, /) -> Target[X_contra, R_co]:
        """Return the same target with its chance keyed by `key` (32 bytes) and no memory."""
        ...


@runtime_checkable
class Service(Target[X_contra, R_co], Protocol[X_contra, R_co]):
    """A target that says how long each answer took."""

    def serve(self, inputs: X_contra, /) -> tuple[R_co, tuple[float, ...]]:
        """Return the responses and the seconds of each row."""
        ...


@runtime_checkable
class Trainable(Target[X_contra, R_co], Protocol[X_contra, R_co]):
    """A target that can hand out what a remedy trains, and save it."""

    def module(self) -> Any:
        """Return a copy of what is trained (a `torch.nn.Module`, an estimator), in evaluation mode."""
        ...

    def saved(self, module: Any, /) -> bytes:
        """Return the weights file of a trained copy, in the safe format that the target loads."""
        ...

    def around(self, module: Any, /) -> Trainable[X_contra, R_co]:
        """Return a target that answers as this one would with a trained copy in place of its own."""
        ...


@runtime_checkable
class Refittable(Trainable[X_contra, R_co], Protocol[X_contra, R_co]):
    """A trainable target whose model is fitted as a whole, on all rows at once, and not step by step."""

    def fitted(self, inputs: X_contra, labels: Any, /, *, seed: int) -> Refittable[X_contra, R_co]:
        """Return a target of the same face whose model was fitted anew on these rows.

        Args:
            inputs: Column of `n` rows.
            labels: `(n,)` classes, as the target's answers count them.
            seed: What the estimator draws follows from it; 0 to 2**31 - 1.
        """
        ...


@runtime_checkable
class Situated(Protocol):
    """A target that says what around it can change its answers."""

    def surroundings(self) -> Mapping[str, str]:
        """Return name -> text: settings of a framework, and under `network.` the way to an endpoint."""
        ...


def surroundings(target: object) -> Mapping[str, str]:
    """Return what a target says of its surroundings; nothing of one that does not."""
    return target.surroundings() if isinstance(target, Situated) else {}


def load_target(block: Mapping[str, Any], folder: Path) -> Target[Any, Any]:
    """Return the target that a charter's block describes.

    Args:
        block: Its `kind`, an id on the shelf of targets, and what that kind needs.
        folder: Where relative paths start.

    Raises:
        TargetError: If it does not load, or is not what the block says.
    """
    target: Target[Any, Any] = plugins.find("targets", str(block["kind"])).make(block, folder)
    return target
