"""The contract of an adversary, to be run over any: `check_adversary("evasion.pgd")`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass, replace
from typing import Any

import numpy as np

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.controls.control import Plant
from seatrial.controls.plants import Linear
from seatrial.errors import RuleBroken
from seatrial.oracles.classes import compared
from seatrial.records.batch import Attempts, Batch, Oddities, copied, count, plain, rows
from seatrial.records.card import Card
from seatrial.records.random import Random
from seatrial.records.threat import Ball
from seatrial.targets.metered import Ledger, meter
from seatrial.testing.victims import TorchLinear
from seatrial.trial import referee

SEED = bytes(range(32))
LEAST_WORDS = 20
"""Words that a docstring needs to be a page."""


@dataclass(frozen=True)
class Tried:
    """What is checked, and what it is tried on."""

    name: str
    card: Card[Any]
    adversary: Any
    plant: Plant
    batch: Batch[Any]

    def attack(self, batch: Batch[Any] | None = None, *, target: Any = None, **change: Any) -> Attempts[Any]:
        """Return what the adversary hands back for a batch, in plain columns, under the plant's rules.

        Args:
            batch: Some of the cases; all if None.
            target: Another target than the plant's.
            change: Fields of the threat to change.
        """
        cases = self.batch if batch is None else batch
        victim = self.plant.target if target is None else target
        threat = replace(self.plant.threat, **change)
        most = getattr(threat, "queries", 0)
        metered = meter(victim, Ledger.empty(len(cases)), most=most)
        lent = cases.open().moved(victim.face.home)
        bench = replace(self.bench(cases.ids), threat=threat, left=most)
        made = self.adversary.attack(metered, lent, bench)
        return _plain(made)

    def bench(self, ids: tuple[bytes, ...]) -> Bench[Any]:
        """Return a bench with the plant's threat, its limit of queries and its helpers."""
        helpers = {name: meter(one, Ledger.empty(len(ids))) for name, one in self.plant.helpers.items()}
        left = getattr(self.plant.threat, "queries", 0)
        return Bench(self.plant.threat, Random(SEED, ids), left, helpers)


def check_adversary(name: str, *, plant: Plant | None = None, tactics: Mapping[str, Any] | None = None) -> None:
    """Check that an adversary keeps the contract.

    Args:
        name: Id on the shelf `adversaries`.
        plant: What to try it on; None is the flaw of the first control on its card.
        tactics: Fields to change, for speed.

    Raises:
        AssertionError: Naming every rule that is broken: a card with gaps; fields that are not plain values; attempts
            that change on repetition, with the size of the shard, the order or the array library; inputs that are
            overwritten; an attempt outside the threat or the query budget; a sealed fact that is used.
    """
    card = plugins.find("adversaries", name)
    broken = [*_card(name, card), *_form(card)]
    assert not broken, _said(name, broken)
    used = plugins.find("controls", card.controls[0]).make().flaw() if plant is None else plant
    batch = used.cases.take(0, len(used.cases))
    tried = Tried(name, card, card.make(**{**used.tactics, **(tactics or {})}), used, batch)
    broken = _faults(tried)
    assert not broken, _said(name, broken)


def _faults(tried: Tried) -> list[str]:
    """Return what is wrong with the attempts; where rows are missing nothing else can be told."""
    return list(_counts(tried)) or [said for check in _CHECKS for said in check(tried)]


def _said(name: str, broken: list[str]) -> str:
    return f"{name} breaks its contract:\n" + "\n".join(f"* {said}" for said in broken)


def _card(name: str, card: Card[Any]) -> Iterator[str]:
    page = inspect.getdoc(card.make) or ""
    if not card.title:
        yield "its card has no title"
    if len(page.split()) < LEAST_WORDS:
        yield f"the docstring of {card.make} has fewer than {LEAST_WORDS} words: say what it does and what it costs"
    if not card.cites and "own" not in card.tags:
        yield "its card cites nothing: name the publication, or say `own` in the tags"
    if not card.tags:
        yield "its card has no tags"
    if card.oracle not in plugins.names("oracles"):
        yield f"the oracle of its card, {card.oracle!r}, is not on the shelf"
    if not card.controls:
        yield "its card names no control: nothing would show that it works"
    for control in card.controls:
        if control not in plugins.names("controls"):
            yield f"the control of its card, {control!r}, is not on the shelf"
    if name not in plugins.names("adversaries"):
        yield "it is not on the shelf under this name"


def _form(card: Card[Any]) -> Iterator[str]:
    params = getattr(card.make, "__dataclass_params__", None)
    if not is_dataclass(card.make) or params is None or not params.frozen:
        yield "it is no frozen dataclass"
        return
    made = card.make()
    try:
        again = json.loads(json.dumps(asdict(made), allow_nan=False))
    except (TypeError, ValueError) as error:
        yield f"a field is no plain value: {error}"
        return
    if json.loads(json.dumps(asdict(card.make(**again)))) != again:
        yield "its fields do not survive JSON"


def _counts(tried: Tried) -> Iterator[str]:
    made = tried.attack()
    for part in ("stimuli", "claims", "recipe"):
        column = getattr(made, part)
        if column is not None and count(column) != len(tried.batch):
            yield f"{count(column)} {part} for {len(tried.batch)} cases"


def _repeats(tried: Tried) -> Iterator[str]:
    if not _same(tried.attack(), tried.attack()):
        yield "one seed gives two attempts"


def _keeps_inputs(tried: Tried) -> Iterator[str]:
    home = tried.plant.target.face.home
    lent = tried.batch.open().moved(home)
    inputs, labels = copied(lent.inputs), None if lent.labels is None else copied(lent.labels)
    metered = meter(tried.plant.target, Ledger.empty(len(lent)))
    tried.adversary.attack(metered, lent, tried.bench(lent.ids))
    if not _equal(inputs, lent.inputs) or not _equal(labels, lent.labels):
        yield "it overwrites what it was lent"


def _obeys(tried: Tried) -> Iterator[str]:
    home = tried.plant.target.face.home
    mine = replace(tried.batch, inputs=plain(home(tried.batch.inputs)))
    for attempts, which in ((tried.attack(), ""), (tried.attack(tried.batch.take([0])), "one case: ")):
        cases = mine if not which else mine.take([0])
        try:
            referee.check(tried.plant.threat, cases, attempts)
        except RuleBroken as error:
            yield f"{which}{error}"


def _ignores_company(tried: Tried) -> Iterator[str]:
    size = len(tried.batch)
    whole = tried.attack()
    backwards = np.arange(size)[::-1].copy()
    if not _same(tried.attack(tried.batch.take(backwards)), _cut(whole, backwards)):
        yield "a case fares differently in another order"
    if tried.card.allocates or tried.card.scope == "whole":
        return
    for step in (1, max(2, size // 3)):
        for first in range(0, size, step):
            index = np.arange(first, min(first + step, size))
            if not _same(tried.attack(tried.batch.take(index)), _cut(whole, index)):
                yield f"cases {first} to {index[-1]} fare differently in a shard of {len(index)} than of {size}"
                break


def _ignores_library(tried: Tried) -> Iterator[str]:
    """Compare numpy with torch where both can be had: on a linear victim."""
    if not isinstance(tried.plant.target, Linear):
        return
    try:
        theirs = tried.attack(target=TorchLinear(tried.plant.target))
    except ModuleNotFoundError:
        return
    ask = tried.plant.target.respond
    one, other = (
        compared(ask(tried.batch.inputs if made.stimuli is None else made.stimuli), tried.batch.labels)[0]
        for made in (tried.attack(), theirs)
    )
    if not _equal(one, other):
        yield "numpy and torch have other outcomes"


def _ignores_sealed(tried: Tried) -> Iterator[str]:
    lent = tried.batch.open().moved(tried.plant.target.face.home)
    target = meter(tried.plant.target, Ledger.empty(len(lent)))
    facts = np.arange(len(lent)) % 2
    told = tried.adversary.attack(target, replace(lent, sealed=facts), tried.bench(lent.ids))
    if not _same(_plain(told), tried.attack()):
        yield "it uses sealed facts"


def _stands_still(tried: Tried) -> Iterator[str]:
    if not isinstance(tried.plant.threat, Ball):
        return
    made = tried.attack(eps=0.0).stimuli
    if made is not None and not _equal(made, plain(tried.plant.target.face.home(tried.batch.inputs))):
        yield "it moves inputs in a ball of radius 0"


def _keeps_budget(tried: Tried) -> Iterator[str]:
    if not hasattr(tried.plant.threat, "queries"):
        return
    for queries in (1, 2, 3):
        try:
            tried.attack(queries=queries)
        except RuleBroken as error:
            yield f"with {queries} queries allowed: {error}"


def _plain(made: Attempts[Any]) -> Attempts[Any]:
    """Return attempts in plain columns."""
    return Attempts(plain(made.stimuli), made.condition, plain(made.claims), plain(made.recipe))


def _cut(attempts: Attempts[Any], index: Any) -> Attempts[Any]:
    stimuli, claims, recipe = (
        None if part is None else rows(part, index) for part in (attempts.stimuli, attempts.claims, attempts.recipe)
    )
    return Attempts(stimuli, attempts.condition, claims, recipe)


def _same(one: Attempts[Any], other: Attempts[Any]) -> bool:
    columns = ("stimuli", "claims", "recipe")
    return one.condition == other.condition and all(_equal(getattr(one, c), getattr(other, c)) for c in columns)


def _equal(one: Any, other: Any) -> bool:
    """Say whether two columns have the same bytes."""
    one, other = plain(one), plain(other)
    if isinstance(one, Oddities) and isinstance(other, Oddities):
        return len(one) == len(other) and all(map(_equal, one, other))
    if one is None or other is None or isinstance(one, tuple):
        return one is other or bool(one == other)
    if isinstance(one, Mapping):
        return set(one) == set(other) and all(_equal(one[name], other[name]) for name in one)
    left, right = np.asarray(one), np.asarray(other)
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    return bool((left == right).all()) if left.dtype.hasobject else left.tobytes() == right.tobytes()


_CHECKS: tuple[Callable[[Tried], Iterator[str]], ...] = (
    _repeats,
    _keeps_inputs,
    _obeys,
    _ignores_company,
    _ignores_library,
    _ignores_sealed,
    _stands_still,
    _keeps_budget,
)
