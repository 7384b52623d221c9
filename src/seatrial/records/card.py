"""What stands at the bottom of every plugin file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

P_co = TypeVar("P_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Card(Generic[P_co]):
    """How to make a plugin, what to call it, and what it promises.

    Only `make` and `title` mean something on every shelf; the rest is for adversaries and oracles.
    """

    make: Callable[..., P_co]
    title: str
    oracle: str = ""
    """Adversaries: id of the oracle that judges it unless the scenario says otherwise."""
    controls: tuple[str, ...] = ()
    """Adversaries: ids of the planted flaws that it must find."""
    cites: tuple[str, ...] = ()
    """Where it was published: `arXiv:...`, `doi:...`, a clause of a standard."""
    tags: tuple[str, ...] = ()
    """Taxonomy: `atlas:AML.T0043`, `nist:NISTAML.022`, `white-box`."""
    scope: str = "shard"
    """`shard`, or `whole` if it must see all cases in one shard."""
    most: int = 0
    """Largest number of cases that a `whole` adversary takes; 0 is no limit."""
    rank: int = 0
    """Adversaries: dimensions of one case (3 for images); 0 is any."""
    rank_most: int = 0
    """Adversaries: dimensions of one case at most (2 for signals: channels and samples); 0 is any."""
    reads: tuple[str, ...] = ()
    """Adversaries: what the target must give, one of these (`Face.gives`); empty is anything."""
    norms: tuple[str, ...] = ()
    """Adversaries: norms of a `Ball` that it knows; empty is all."""
    allocates: bool = False
    """Adversaries: shares effort among the cases of its shard."""
    prefers: int = 0
    """Adversaries: cases in a shard that it asks for; 0 is the default."""
    measured: bool = False
    """Oracles and metrics: the outcome rests on a clock and is not compared on replay."""
    clean: bool = False
    """Oracles: asks for the responses to the untouched inputs."""
    members: bool = False
    """Adversaries: half of its cases are training cases (`cases.members`)."""
    helpers: bool = False
    """Adversaries: needs other models to work on (`surrogates` of a charter)."""
    lies: str = ""
    """Adversaries: when its silence proves nothing, in a sentence or two for the reader of a report."""
    caution: str = ""
    """Remedies: what to know before it is used; one with a caution is proposed to nobody who does not name it."""
    extra: str = ""
    """The extra that must be installed, if it needs one."""
    look: Callable[..., Any] | None = None
    """Targets: takes a block without `input` and a folder, and returns what the model says of itself (`Model`)."""
    adopt: Callable[..., Any] | None = None
    """Targets: takes a model that is in memory, some cases and what is said of it; returns the target and notes."""
    keep: Callable[[], AbstractContextManager[None]] | None = None
    """Targets: a context after which the global state of the framework is what it was."""

    def made(self, fields: Mapping[str, Any]) -> P_co:
        """Return the plugin with these fields, as JSON has them: lists where a frozen dataclass has tuples."""
        return self.make(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})
