"""Whether an adversary can play: read from its signature, before anything runs.

An adversary annotates what it needs: `target: Differentiable[Array, Array]`, `batch: Batch[Array]`,
`bench: Bench[Ball]`.  Generics are gone at run time, so the target says the same in its `face`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from seatrial import plugins
from seatrial.errors import PluginError, Problem, blamed
from seatrial.records.card import Card
from seatrial.records.threat import Ball, Threat, threat_to
from seatrial.targets.target import Target


def misfits(adversary: str, target: Target[Any, Any], threat: Threat, *, where: str = "") -> tuple[Problem, ...]:
    """Return every reason why an adversary cannot be sent against a target under a threat; empty if it can.

    Args:
        adversary: Id on the shelf `adversaries`.
        target: The real target; what it can do is read from its methods.
        threat: The rules that the charter promises.
        where: Place in the charter, for the messages.
    """
    card, hints = plugins.find("adversaries", adversary), _hints(adversary)
    place = f"{where}: {adversary}" if where else adversary
    return tuple(
        Problem(place, what, hint)
        for what, hint in (
            *_capability(hints.get("target", Any), target),
            *_modality(hints.get("batch", Any), target),
            *_rules(hints.get("bench", Any), threat),
            *_rank(card, target),
            *_answers(card, target),
            *_norm(card, threat),
        )
    )


def _hints(adversary: str) -> dict[str, Any]:
    """Return what an adversary's `attack` says of its arguments."""
    card = plugins.find("adversaries", adversary)
    with blamed(f"adversaries: {adversary}", "its method `attack` cannot be read:", to=PluginError):
        made: Any = card.make if isinstance(card.make, type) else type(card.make())
        return get_type_hints(made.attack)


def _choices(hint: Any) -> tuple[Any, ...]:
    """Return the members of a union, or the one type."""
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)


def _open(hint: Any) -> bool:
    """Return whether a hint accepts anything."""
    return hint is Any or hint is object or isinstance(hint, TypeVar)


def _inner(hint: Any) -> tuple[Any, ...]:
    """Return what a generic was given: `Bench[Ball | Patch]` -> Ball, Patch; anything goes if it was given nothing."""
    given = get_args(hint)
    return _choices(given[0]) if given else (Any,)


def _capability(hint: Any, target: Target[Any, Any]) -> Iterator[tuple[str, str]]:
    needed = [get_origin(choice) or choice for choice in _choices(hint)]
    if any(_open(kind) or isinstance(target, kind) for kind in needed):
        return
    names = " or ".join(kind.__name__ for kind in needed)
    yield f"needs a target that is {names}, and this one is not", "choose a black-box adversary, or another target kind"


def _modality(hint: Any, target: Target[Any, Any]) -> Iterator[tuple[str, str]]:
    takes = target.face.takes
    wanted = [get_origin(choice) or choice for choice in _inner(hint)]
    if any(_open(kind) or kind is takes for kind in wanted):
        return
    names = " or ".join(kind.__name__ for kind in wanted)
    yield f"plays with {names}, and the target takes {takes.__name__}", "choose a scenario of the target's modality"


def _rules(hint: Any, threat: Threat) -> Iterator[tuple[str, str]]:
    known = _inner(hint)
    if any(_open(kind) or isinstance(threat, get_origin(kind) or kind) for kind in known):
        return
    names = " or ".join(kind.__name__ for kind in known)
    yield f"plays by {names}, and the threat is a {threat_to(threat)['kind']}", "change the threat or the adversary"


def _rank(card: Card[Any], target: Target[Any, Any]) -> Iterator[tuple[str, str]]:
    shape = target.face.shape
    if card.rank and shape is not None and len(shape) != card.rank:
        yield (
            f"needs cases of {card.rank} dimensions, and one case of the target has shape {shape}",
            "it is for images" if card.rank == 3 else "choose another scenario",
        )
    if card.rank_most and shape is not None and len(shape) > card.rank_most:
        yield (
            f"needs cases of at most {card.rank_most} dimensions, and one case of the target has shape {shape}",
            "it is for signals: (samples,) or (channels, samples)",
        )


def _answers(card: Card[Any], target: Target[Any, Any]) -> Iterator[tuple[str, str]]:
    if card.reads and target.face.gives not in card.reads:
        what = f"needs a target that gives {' or '.join(card.reads)}, and this one gives {target.face.gives}"
        yield what, "choose another scenario, or another `gives` if the model can say more"


def _norm(card: Card[Any], threat: Threat) -> Iterator[tuple[str, str]]:
    if card.norms and isinstance(threat, Ball) and threat.norm not in card.norms:
        yield f"knows the norms {' and '.join(card.norms)}, and the threat is {threat.norm}", "choose another adversary"


def minds_rules(adversary: str) -> bool:
    """Return whether what an adversary does depends on the threat: not if it plays under any."""
    return not any(_open(kind) for kind in plays_by(adversary))


def plays_by(adversary: str) -> tuple[Any, ...]:
    """Return the kinds of threat that an adversary plays by, as its `bench` says; `Any` if it plays under any."""
    return tuple(get_origin(kind) or kind for kind in _inner(_hints(adversary).get("bench", Any)))
