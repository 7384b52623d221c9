"""Which promises suit a model: a first choice from the catalog, by what the model takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.scenario import Scenario
from seatrial.catalog.settle import settle
from seatrial.catalog.source.numbers import fractions
from seatrial.errors import CatalogError, InputError
from seatrial.plan.fit import misfits
from seatrial.plan.strength import strength
from seatrial.plugins import find
from seatrial.records.batch import Frame, Texts
from seatrial.records.threat import KINDS, Threat, threat_from
from seatrial.targets.target import Face, Refittable, Target, Trainable

_BY_RANGE = "ball:"
"""Before the id of a scenario whose `eps` follows from the inputs."""
PICTURE, ROW, SIGNAL, TABLE, TEXT = "picture", "row", "signal", "table", "text"


@dataclass(frozen=True, slots=True)
class Wish:
    """A promise that suits a modality, and the scenarios that test it, the first that fits first."""

    name: str
    because: str
    tries: tuple[str, ...]
    """Ids in the catalog; `ball:ID` stands for one whose `eps` follows from the inputs."""
    severity: str = "major"
    parameters: Mapping[str, Any] | None = None
    about: str = ""
    otherwise: str = ""
    """Remedy of a model that learns step by step; `training.augmentation` is for those that are fitted whole."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A promise with the one scenario that was chosen for it."""

    wish: Wish
    scenario: Any
    """As a charter writes it: an id, a mapping with `use`, or one described inline."""
    about: str
    """Why it is that strong."""
    otherwise: str
    """Remedy, or empty."""


_WHOLE = "training.augmentation"
_CLEAN = Wish("clean", "the model must do its job where nobody attacks it", ("baseline/clean",))
_MALFORMED = Wish(
    "malformed-input",
    "an input that no client should send gets an error or a sound answer, never nonsense",
    ("faults/malformed-input",),
    "minor",
)
_BALL = ("ball:evasion/pgd-linf", "ball:evasion/square-linf", "ball:evasion/hop-skip-jump-linf", "ball:evasion/fgsm")
_SEVERITY = "1 is light, 5 is heavy"
WISHES: Mapping[str, tuple[Wish, ...]] = {
    PICTURE: (
        _CLEAN,
        Wish(
            "imperceptible-change",
            "a change that nobody can see must not change the answer",
            _BALL,
            "critical",
            otherwise="training.pgd",
        ),
        Wish(
            "askew",
            "a picture that is held a little askew must not change the answer",
            ("evasion/rotation-translation",),
            parameters={"degrees": 10, "shift": 0.05},
            about="degrees, and share of the side, to either side",
        ),
        Wish(
            "sensor-noise",
            "a cheap or badly lit sensor must not change the answer",
            ("corruption/gaussian-noise",),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        Wish(
            "light",
            "another time of day must not change the answer",
            ("corruption/brightness",),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        _MALFORMED,
    ),
    ROW: (
        _CLEAN,
        Wish(
            "measuring-error",
            "readings that are a little off, in the worst way, must not change the answer",
            _BALL,
            "critical",
            otherwise="training.pgd",
        ),
        Wish(
            "drift",
            "instruments that are a little out of order must not change the answer",
            ("corruption/sensor-drift", "corruption/gaussian-noise"),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        _MALFORMED,
    ),
    SIGNAL: (
        _CLEAN,
        Wish(
            "small-change",
            "a change that is lost in the noise must not change the answer",
            _BALL,
            "critical",
            otherwise="training.pgd",
        ),
        Wish(
            "hiss",
            "a bad line must not change the answer",
            ("signal/hiss",),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        Wish(
            "clipping",
            "a recording that is too loud must not change the answer",
            ("signal/clipping",),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        Wish(
            "lost-stretch",
            "a moment without connection must not change the answer",
            ("signal/lost-stretch",),
            parameters={"severity": 2},
            about=_SEVERITY,
        ),
        _MALFORMED,
    ),
    TABLE: (
        _CLEAN,
        Wish(
            "missing-field",
            "a field that arrives empty must not change the answer",
            ("faults/missing-fields",),
            parameters={"fields": 1},
            about="fields that may be empty at once",
        ),
        Wish("company", "the answer to a row must not depend on the rows beside it", ("faults/skewed-company",)),
        Wish(
            "out-of-schema",
            "a row that a changed upstream sends gets an error or a sound answer, never nonsense",
            ("faults/out-of-schema",),
            "minor",
        ),
        _MALFORMED,
    ),
    TEXT: (
        _CLEAN,
        Wish(
            "typos",
            "hasty fingers must not change the answer",
            ("text/typos",),
            parameters={"share": 0.05},
            about="mistakes per character: one in four words",
        ),
        Wish(
            "look-alikes",
            "a text that reads the same must get the same answer, whatever alphabet its letters are from",
            ("text/homoglyphs",),
            parameters={"share": 0.05},
            about="foreign characters per character",
        ),
        Wish(
            "worst-misspellings",
            "nobody who may ask often can turn the answer with a few misspellings",
            ("text/worst-edits",),
            "critical",
            parameters={"share": 0.05},
            about="edits per character",
            otherwise=_WHOLE,
        ),
        _MALFORMED,
    ),
}
"""Modality -> promises in the order in which a charter shows them."""


def modality(face: Face) -> str:
    """Return what one case of a target is: one of the constants of this module; empty if nothing is known of it."""
    if face.takes is Frame:
        return TABLE
    if face.takes is Texts:
        return TEXT
    if face.shape is None:
        return ""
    if len(face.shape) == 1:
        return ROW
    return SIGNAL if len(face.shape) == 2 and min(face.shape) <= 8 < max(face.shape) else PICTURE


def choices(
    catalog: Catalog, target: Target[Any, Any], *, alike: bool = True, eps: float | None = None
) -> list[Choice]:
    """Return the promises that suit a target, each with the first of its scenarios that is installed and fits.

    Args:
        catalog: What there is.
        target: Loaded; what it can do is read from it.
        alike: Whether all numbers of a case are on one scale; if not, a change of each by the same amount says nothing.
        eps: Strength that the user chose instead of the rule's.
    """
    found, ids = [], {one.id for one in catalog.latest}
    for wish in WISHES.get(modality(target.face), ()):
        known = [name for name in wish.tries if name.removeprefix(_BY_RANGE) in ids]
        options = (option for name in known for option in _options(wish, name, target.face, alike=alike, eps=eps))
        settled = ((_inlined(scenario, catalog), about) for scenario, about in options)
        scenario = next((one for one in settled if _plays(one[0], catalog, target)), None)
        if scenario is not None:
            found.append(Choice(wish, scenario[0], scenario[1] or wish.about, _remedy(wish, target)))
    return found


def _remedy(wish: Wish, target: Target[Any, Any]) -> str:
    """Return what `seatrial harden` can do about a promise that is broken; empty if nothing."""
    if not wish.otherwise or not isinstance(target, Trainable):
        return ""
    if isinstance(target, Refittable):
        return _WHOLE
    return "" if wish.otherwise == _WHOLE else wish.otherwise


def others(
    catalog: Catalog, target: Target[Any, Any], chosen: Sequence[Choice], *, alike: bool = True
) -> tuple[str, ...]:
    """Return the ids of scenarios that would fit the target too, at their defaults, and are in none of the promises."""
    used = {name for one in chosen for name in one.wish.tries}
    used |= {name.removeprefix(_BY_RANGE) for name in used}
    fair = [one for one in catalog.latest if one.id not in used and (alike or not _bounded(one))]
    found = [one for one in fair if _plays(one.id, catalog, target)]
    return tuple(one.id for one in found if not any(find("adversaries", a.use).members for a in one.adversaries))


def _options(wish: Wish, name: str, face: Face, *, alike: bool, eps: float | None) -> Iterator[tuple[Any, str]]:
    """Return a scenario as a charter writes it, with what to say of its strength; nothing if it makes no sense."""
    if not name.startswith(_BY_RANGE):
        parameters = dict(wish.parameters or {})
        noisy = name.startswith("corruption/") and modality(face) == ROW and not alike
        if not noisy:
            yield ({"use": name, **parameters} if parameters else name), ""
    elif alike and face.low is not None and face.high is not None:
        chosen = strength(face, modality(face), eps)
        yield {"use": name.removeprefix(_BY_RANGE), "eps": chosen.written}, chosen.about


def _inlined(scenario: Any, catalog: Catalog) -> Any:
    """Return a scenario as it is, or described inline if its radius is beyond the catalog's own, which ends at 1."""
    if not isinstance(scenario, Mapping) or fractions(scenario.get("eps", 0)) <= 1:
        return scenario
    against = [one.use for one in catalog.get(str(scenario["use"])).adversaries]
    return {"threat": {"kind": "ball", "norm": "linf", "eps": scenario["eps"]}, "against": against}


def _plays(scenario: Any, catalog: Catalog, target: Target[Any, Any]) -> bool:
    """Say whether a scenario is installed, and every adversary of it can be sent against the target."""
    try:
        threat, adversaries = _settled(scenario, catalog, target.face)
        return bool(adversaries) and not any(misfits(name, target, threat) for name in adversaries)
    except InputError:
        return False


def _settled(scenario: Any, catalog: Catalog, face: Face) -> tuple[Threat, list[str]]:
    if isinstance(scenario, Mapping) and "threat" in scenario:
        return threat_from(scenario["threat"]), [name for name in scenario["against"] if name]
    given = dict(scenario) if isinstance(scenario, Mapping) else {"use": scenario}
    found = catalog.get(str(given.pop("use")))
    bounds = None if face.low is None or face.high is None else (face.low, face.high)
    if _bounded(found) and bounds is None and not {"low", "high"} & set(found.threat):
        raise CatalogError("the threat has bounds, and the target says none")
    threat, against = settle(found, fractions(given), bounds=bounds)
    return threat, [one.use for one in against]


def _bounded(scenario: Scenario) -> bool:
    """Say whether the threat of a scenario minds the range of the inputs."""
    kind = KINDS.get(str(scenario.threat.get("kind")))
    return kind is not None and {"low", "high"} <= {field.name for field in fields(kind)}
