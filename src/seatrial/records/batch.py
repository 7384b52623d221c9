"""What an adversary gets, what it hands back, and what was seen of it.

A *column* is one object for a whole batch: an array, a mapping of arrays, or a tuple
(of texts, of conversations).  `rows` cuts any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from seatrial.records.finding import Finding
from seatrial.records.head import Head


class Array(Protocol):
    """What numpy arrays and torch tensors have in common, for signatures.

    An adversary that annotates `Batch[Array]` asks for one numeric array, cases first.
    """

    @property
    def shape(self) -> Any:
        """Cases first."""
        ...

    @property
    def dtype(self) -> Any:
        """Of the library it comes from."""
        ...

    def __getitem__(self, key: Any, /) -> Any: ...
    def __add__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __len__(self) -> int: ...


class Frame(dict[str, npt.NDArray[Any]]):
    """A column of table rows: name -> `(n,)` array, in the order of the model's columns.

    Numbers are float64 and NaN where a value is missing; texts are `str` arrays (`dtype.kind == "U"`) and empty
    where one is missing.
    """

    __slots__ = ()


class Texts(tuple[str, ...]):
    """A column of texts."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: str
    """`system`, `user` or `assistant`."""
    content: str


Talk = tuple[Message, ...]


class Talks(tuple[Talk, ...]):
    """A column of conversations: each a script that is played whole in a new session."""

    __slots__ = ()


class Oddities(tuple[Any, ...]):
    """A column of inputs that share no shape: each row is a whole argument of `respond`, presented on its own.

    A row is a batch of one case where the input still has a batch axis (none for an empty batch).
    The answers to it are an `Oddities` too: row i is all that `respond` returned for row i, in numpy,
    or None if it raised.
    """

    __slots__ = ()


X = TypeVar("X")
R = TypeVar("R")


def rows(column: X, index: Any) -> X:
    """Return these rows of a column.

    Args:
        column: An array (numpy, torch), a mapping of arrays, or a tuple.
        index: Integer positions: a sequence, or a numpy array of integers or booleans.
    """
    if isinstance(column, tuple):
        positions = np.flatnonzero(index) if np.asarray(index).dtype == bool else index
        return type(column)(column[int(i)] for i in positions)
    if isinstance(column, Mapping):
        return _each(column, lambda part: rows(part, index))  # type: ignore[no-any-return]
    return column[index]  # type: ignore[index,no-any-return]


def _each(column: Any, change: Callable[[Any], Any]) -> Any:
    """Return a mapping of the same kind with every part changed."""
    made = {name: change(part) for name, part in column.items()}
    return Frame(made) if isinstance(column, Frame) else made


def count(column: Any) -> int:
    """Return how many rows a column has."""
    return len(next(iter(column.values()))) if isinstance(column, Mapping) else len(column)


def row_of(column: Any, at: int) -> Any:
    """Return one row as a value: a part of an array, a text, a conversation, or of a table name -> number or text."""
    if isinstance(column, Mapping):
        return {name: part[at].item() if hasattr(part[at], "item") else part[at] for name, part in column.items()}
    return column[at]


def column_of(values: Sequence[Any]) -> Any:
    """Return one column of rows of one kind, as `row_of` gives them; at least one.

    Raises:
        ValueError: If arrays have several shapes, or rows of tables several columns.
    """
    first = values[0]
    if isinstance(first, str):
        return Texts(values)
    if isinstance(first, Mapping):
        if any(list(row) != list(first) for row in values):
            raise ValueError("rows of a table have other columns than the first")
        return Frame({name: np.array([row[name] for row in values]) for name in first})
    return Talks(values) if isinstance(first, tuple) else np.stack([np.asarray(row) for row in values])


def copied(column: X) -> X:
    """Return a copy that its receiver may overwrite."""
    if isinstance(column, tuple):
        return column
    if isinstance(column, Mapping):
        return _each(column, copied)  # type: ignore[no-any-return]
    return column.clone() if hasattr(column, "clone") else np.array(column)  # type: ignore[return-value]


def plain(column: Any) -> Any:
    """Return a column as numpy (from any array library and device); texts and conversations stay."""
    if isinstance(column, Oddities):
        return Oddities(row if isinstance(row, str) else plain(row) for row in column)
    if isinstance(column, tuple) or column is None:
        return column
    if isinstance(column, Mapping):
        return _each(column, plain)
    if hasattr(column, "detach"):
        return column.detach().cpu().numpy()
    return np.asarray(column)


@dataclass(frozen=True)
class Batch(Generic[X]):
    """Cases in a fixed order."""

    ids: tuple[bytes, ...]
    """The digest of each case (32 bytes)."""
    inputs: X
    labels: Any = None
    """Integer classes `(n,)`, or None; for many labels at once 0 and 1 `(n, outputs)`, for a value the true numbers."""
    groups: Any = None
    """Group or cluster of each case `(n,)`, or None."""
    sealed: Any = None
    """Facts for target and oracle only (member or not, canary): never shown to an adversary."""

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.ids)

    def take(self, index: Any) -> Batch[X]:
        """Return these cases, in this order."""
        at = np.flatnonzero(index) if np.asarray(index).dtype == bool else np.asarray(index, dtype=np.intp)
        return Batch(
            ids=tuple(self.ids[int(i)] for i in at),
            inputs=rows(self.inputs, at),
            labels=None if self.labels is None else rows(self.labels, at),
            groups=None if self.groups is None else rows(self.groups, at),
            sealed=None if self.sealed is None else rows(self.sealed, at),
        )

    def open(self) -> Batch[X]:
        """Return a copy for the attacker: without `sealed`, and free to be overwritten."""
        labels = None if self.labels is None else copied(self.labels)
        groups = None if self.groups is None else copied(self.groups)
        return replace(self, inputs=copied(self.inputs), labels=labels, groups=groups, sealed=None)

    def moved(self, home: Callable[[Any], Any]) -> Batch[X]:
        """Return these cases in the library, dtype and device of a target (`Face.home`)."""
        labels = None if self.labels is None else home(self.labels)
        return replace(self, inputs=home(self.inputs), labels=labels)


@dataclass(frozen=True)
class Attempts(Generic[X]):
    """What an adversary hands back: row i answers case i.  Any of the parts may be empty."""

    stimuli: X | None = None
    """Changed inputs; None presents the batch's own inputs."""
    condition: Any = None
    """The state that the target is put in (`Conditional.under`)."""
    claims: Any = None
    """What the attacker says it knows, one value per case; then nothing is presented."""
    recipe: Any = None
    """How each stimulus was made, one row per case, where the threat's rules are about the making (`Motion`): the
    referee makes it again and compares."""
    findings: tuple[Finding, ...] = ()
    """What the adversary saw that speaks against its own silence."""
    by: tuple[str, ...] = ()
    """Of an adversary that is several in one: which part made each stimulus, one name per case, empty for none."""


@dataclass(frozen=True)
class Answers(Generic[R]):
    """What the target said when the attempts were presented to it afresh.

    Every tuple has one item per draw; a target that does not sample has one draw.
    """

    clean: R | None = None
    """Responses to the untouched inputs, if the oracle asks for them."""
    tried: tuple[R, ...] = ()
    """Responses as plain columns (numpy, tuples); a row that raised holds NaN, -1 or an empty text."""
    seconds: tuple[npt.NDArray[np.float64], ...] = ()
    """Latency of each row in seconds."""
    errors: tuple[tuple[str, ...], ...] = ()
    """What each row raised, empty if nothing."""
    refused: tuple[npt.NDArray[np.bool_], ...] = ()
    """Whether a guard refused the row."""
    head: Head = field(default_factory=Head)
    """How the responses are read."""


NO, YES, UNKNOWN = 0, 1, 2


@dataclass(frozen=True)
class Verdicts:
    """What an oracle says of each case and draw."""

    held: npt.NDArray[np.int8]
    """`(cases, draws)` of `NO`, `YES`, `UNKNOWN`."""
    score: npt.NDArray[np.float64]
    """`(cases,)`: how far from breaking, larger is safer; NaN if there is no such number."""


@dataclass(frozen=True)
class Observation:
    """What one shard showed: one row per case, whether it held or not.

    `computed` is equal on replay and compared; `measured` (time, memory, money) is signed, never compared.
    """

    cases: tuple[bytes, ...]
    computed: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    """`held`, `draws`, `unknown` (u4: draws), `score` (f8), `stage` (i2: -1 held, -2 wrong untouched,
    else index of the stage that broke it), `forwards`, `backwards`, `queries` (u4)."""
    measured: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    """`seconds` (f8), and what metrics and oracles measured."""
    findings: tuple[Finding, ...] = ()
    """What the adversaries saw that speaks against their own silence; of `computed`."""


def joined(parts: Sequence[Batch[Any]]) -> Batch[Any]:
    """Return batches, one after the other; labels, groups and sealed facts only where all have them.

    Args:
        parts: At least one, their columns of one kind.
    """
    if len(parts) == 1:
        return parts[0]
    names = ("inputs", "labels", "groups", "sealed")
    columns = {name: [getattr(part, name) for part in parts] for name in names}
    made = {name: None if any(v is None for v in column) else _chained(column) for name, column in columns.items()}
    return Batch(tuple(case for part in parts for case in part.ids), **made)


def _chained(columns: list[Any]) -> Any:
    """Return numpy columns of one kind, one after the other."""
    if isinstance(columns[0], tuple):
        return type(columns[0])(row for column in columns for row in column)
    if isinstance(columns[0], Mapping):
        made = {name: _chained([column[name] for column in columns]) for name in columns[0]}
        return Frame(made) if isinstance(columns[0], Frame) else made
    return np.concatenate(columns)


def positions(ids: Sequence[bytes]) -> dict[bytes, int]:
    """Return where each case stands."""
    return {case: at for at, case in enumerate(ids)}
