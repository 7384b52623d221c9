"""The firing range: does what is installed find what is planted?"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from seatrial import plugins
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load
from seatrial.catalog.settle import settle
from seatrial.controls.control import Control, Populated
from seatrial.errors import CatalogError, MissingExtra, PluginError
from seatrial.plan.plan import Stage
from seatrial.proof import bounds
from seatrial.proof.canonical import digest, dumps
from seatrial.proof.criterion import parse
from seatrial.records.event import ControlFinished, Listener, Progress, silent
from seatrial.trial.probation import Probation
from seatrial.trial.shard import missed
from seatrial.verbs.told import told

NONCE = sha256(b"seatrial/range/v1").digest()
TRIAL = digest(b"seatrial/range/v1")
DRAWS = 20
"""Draws from a population with a known share."""
_LOG = logging.getLogger(__name__)
_ALPHA = parse("held_rate >= 0.5 at 95%").alpha


@dataclass(frozen=True, slots=True)
class Ranged:
    """One planted flaw and its twin, tried by one adversary."""

    adversary: str
    tactics: str
    """As canonical JSON; `{}` are the control's own."""
    control: str
    found: bool
    """Whether the flaw fell as it must and the twin did not."""
    flaw: float | None = None
    """Share of the flaw's cases that fell; None if trying it raised."""
    least: float | None = None
    """Share that had to fall."""
    twin: float | None = None
    most: float | None = None
    """Share of the twin's cases that might fall."""
    low: float | None = None
    """One-sided 95 % bounds of the flaw's share: the known share must lie between."""
    high: float | None = None
    known: float | None = None
    """Share that can fall by arithmetic, of the population that a control draws from; None if it draws none."""
    drawn: int = 0
    """How often 16 cases were drawn from it."""
    fell: float | None = None
    """Share of all those cases that fell."""
    covered: int = 0
    """How often the interval of one draw, from one-sided 95 % bounds, held the known share: 9 in 10 are due."""
    reason: str = ""
    """What was raised, if anything."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def range_(adversaries: Sequence[str] = (), *, hear: Listener = silent) -> tuple[Ranged, ...]:
    """Run the installed adversaries against their controls, with the tactics of the catalog's scenarios.

    One that is broken, or whose extra is not installed, is left out, with a warning in the log.

    Args:
        adversaries: Only these; all by default.
        hear: Is told what happens.

    Raises:
        PluginError: If there is no such adversary, or one that is asked for by name is broken.
        MissingExtra: If one that is asked for by name needs a package that is not installed.
    """
    for name in adversaries:
        plugins.find("adversaries", name)
    wanted = list(_probations(load(), adversaries or plugins.names("adversaries")))
    rows, hear = [], told(hear)
    for number, one in enumerate(wanted, 1):
        rows.append(_tried(one))
        hear(ControlFinished(one.name, rows[-1].found, rows[-1].reason))
        hear(Progress("range", number, len(wanted), one.control))
    return tuple(rows)


def _probations(catalog: Catalog, adversaries: Sequence[str]) -> Iterator[Probation]:
    """Yield every control once per adversary and tactics: those of the catalog, and the control's own for the rest."""
    seen: set[str] = set()
    listed: set[str] = set()
    for scenario in catalog.latest:
        try:
            _, stages = settle(scenario, {})
        except CatalogError:
            continue
        for stage in stages:
            if stage.use in adversaries:
                listed.add(stage.use)
                yield from _new(Stage(stage.use, stage.tactics), seen)
    for name in adversaries:
        if name not in listed:
            yield from _new(Stage(name, {}), seen)


def _new(stage: Stage, seen: set[str]) -> Iterator[Probation]:
    try:
        card = plugins.find("adversaries", stage.adversary)
    except (PluginError, MissingExtra) as error:
        if stage.adversary not in seen:
            _LOG.warning("left out: %s", " ".join(str(error).split()))
        seen.add(stage.adversary)
        return
    for control in card.controls:
        one = Probation(control, stage, card.oracle, {}, ())
        if one.name not in seen:
            seen.add(one.name)
            yield one


def _tried(one: Probation) -> Ranged:
    shares: dict[str, Any] = {}
    reason = missed(partial(_shares, one, shares))
    tactics = dumps(dict(one.stage.tactics)).decode()
    return Ranged(one.stage.adversary, tactics, one.control, not reason, **shares, reason=reason)


def _shares(one: Probation, into: dict[str, Any]) -> bool:
    made: Control = plugins.find("controls", one.control).make()
    flaw, twin = made.flaw(), made.twin()
    into.update(flaw=one.share(flaw, NONCE, TRIAL), least=float(flaw.share))
    into.update(twin=one.share(twin, NONCE, TRIAL), most=float(twin.share))
    low, high = _interval(into["flaw"], one.size(flaw))
    into.update(low=low, high=high)
    if isinstance(made, Populated):
        into.update(_coverage(one, made))
    return bool(into["flaw"] >= into["least"] and into["twin"] <= into["most"])


def _coverage(one: Probation, made: Populated) -> dict[str, Any]:
    """Return how often the interval of a draw covers the share that is known."""
    plants = [made.population(draw) for draw in range(DRAWS)]
    shares = [one.share(plant, NONCE, TRIAL) for plant in plants]
    known = plants[0].share
    ends = [_interval(share, one.size(plant)) for share, plant in zip(shares, plants, strict=True)]
    covered = sum(low <= known <= high for low, high in ends)
    return {"known": known, "drawn": DRAWS, "fell": sum(shares) / DRAWS, "covered": covered}


def _interval(share: float, n: int) -> tuple[float, float]:
    fell = round(share * n)
    return bounds.lower(n, fell, _ALPHA), bounds.upper(n, fell, _ALPHA)
