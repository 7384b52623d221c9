"""A new adversary or scenario: files that work as they are, and of which one method or a few lines are to be edited."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seatrial import plugins
from seatrial.catalog.file import load
from seatrial.catalog.source import forms
from seatrial.charter.file import OWN
from seatrial.errors import InputError, Problem, meant
from seatrial.plan.fit import plays_by
from seatrial.records.threat import KINDS
from seatrial.verbs.layout import House, Own, Package, plugins_in, scenarios_in
from seatrial.verbs.placing import changed, commands, in_house, in_package, installed, missing, scenario_file, write_all
from seatrial.verbs.project import instant, login
from seatrial.verbs.skeleton import MODALITIES, THREATS, parameters, rendered, written

_ID = re.compile(r"[a-z][a-z0-9]*\.[a-z][a-z0-9]*(_[a-z0-9]+)?")
_DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "core", "base", "manager", "types", "tools"}


@dataclass(frozen=True, slots=True)
class Made:
    """What was written, and what to do next."""

    id: str
    files: tuple[Path, ...]
    added: tuple[Path, ...]
    """Files that were there, and that something was added to."""
    edit: str
    """What to edit, in words."""
    then: tuple[str, ...]
    """Commands to type next."""


def new_adversary(
    name: str,
    into: Path | str = ".",
    *,
    threat: str | None = None,
    modality: str | None = None,
    title: str = "",
    clock: Callable[[], str] = instant,
) -> Made:
    """Write a working adversary with its card, control, scenario and tests; nothing that is there is overwritten.

    Args:
        name: Its id, `family.name`.
        into: The tree of seatrial, the folder of a package, or a folder that is not there yet: then a package is made.
        threat: `ball` or `edits`; that of the modality by default.
        modality: `array`, `image` or `text`; `array`, or `text` for edits, by default.
        title: What it is, in a few words.
        clock: Gives the instant, as ISO text.

    Raises:
        InputError: If the name is none or taken, the threat has no skeleton, the folder is no package, or a file is
            there already; nothing was written.
    """
    _named(name)
    threat, modality = _chosen(threat, modality)
    place = plugins_in(Path(into))
    family, _, short = name.partition(".")
    _, shape, rank = MODALITIES[modality]
    about: dict[str, Any] = {
        "id": name,
        "cls": "".join(part.capitalize() for part in short.split("_")),
        "title": _titled(title, short),
        "shape": f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})",
        "rank": rank,
    }
    scenario = f"{family}/{short.replace('_', '-')}"
    _unknown(scenario)
    entry = _scenario(scenario, name, threat, about["title"], clock)
    files = in_house(place, name, threat, about) if isinstance(place, House) else in_package(place, name, threat, about)
    folder = place.top / "src/seatrial/catalog/packs" if isinstance(place, House) else place.source / "packs"
    files[folder / f"{scenario}.yaml"] = entry
    code = next(path for path in files if path.name == f"{short}.py")
    kept = changed(place, name, short) if isinstance(place, Package) else {}
    write_all(files, kept)
    return Made(name, tuple(files), tuple(kept), f"the method `search` of {code}", commands(place, name))


def new_scenario(
    name: str,
    into: Path | str = ".",
    *,
    adversary: str | None = None,
    title: str = "",
    clock: Callable[[], str] = instant,
) -> Made:
    """Write a scenario that passes `catalog lint`; nothing that is there is overwritten.

    Args:
        name: Its id, `family/name`.
        into: A charter's folder, the tree of seatrial, or the folder of a package.
        adversary: Id of who tries it; by default the adversary of that name.
        title: What it is, in a few words.
        clock: Gives the instant, as ISO text.

    Raises:
        InputError: If the name is none or taken, there is no such adversary, the folder is none of these, or the file
            is there already; nothing was written.
    """
    if not re.fullmatch(forms.ID, name):
        raise InputError(Problem(name, *forms.WORDS[forms.ID]))
    place = scenarios_in(Path(into))
    _unknown(name, place.top / OWN if isinstance(place, Own) else None)
    family, _, short = name.partition("/")
    use = _adversary(adversary, f"{family}.{short.replace('-', '_')}")
    entry = _scenario(name, use, _threat(use), _titled(title, short), clock)
    kept: dict[Path, bytes] = {}
    files = {scenario_file(place, family, short): entry}
    if isinstance(place, Package):
        files |= missing({place.source / "packs" / "__init__.py": b'"""Scenarios."""\n'})
        kept = changed(place, "", "")
    write_all(files, kept)
    lint = f"seatrial catalog lint --own {place.top / OWN}" if isinstance(place, Own) else "seatrial catalog lint"
    return Made(name, tuple(files), tuple(kept), f"the sentences of {next(iter(files))}", (lint, *installed(place)))


def _named(name: str) -> None:
    hint = "write it like evasion.shove: a family, a dot, and one or two words of a-z and 0-9 with `_` between them"
    parts = name.split(".")
    if not _ID.fullmatch(name):
        raise InputError(Problem(name, "is no id of an adversary", hint))
    if bad := [part for part in parts if keyword.iskeyword(part) or part in _DRAWERS]:
        raise InputError(
            Problem(name, f"{bad[0]!r} says nothing, or is a word of Python", "call it after what it does")
        )
    for shelf in ("adversaries", "controls"):
        if name in plugins.names(shelf):
            what = f"there is {name} already on the shelf of {shelf}, from {plugins.origin(shelf, name)}"
            raise InputError(Problem(name, what, "choose another name"))


def _chosen(threat: str | None, modality: str | None) -> tuple[str, str]:
    """Return the threat and the modality of a skeleton; one follows from the other."""
    fits = {kind for kind, _, _ in MODALITIES.values()}
    if threat is not None and threat not in fits:
        known = "nothing is written for it" if threat in KINDS else f"there is no threat {threat!r}"
        hint = (
            f"there are skeletons for {', '.join(sorted(fits))}; for another, begin from the adversary that is nearest"
        )
        raise InputError(Problem("--threat", known, hint))
    if modality is not None and modality not in MODALITIES:
        raise InputError(Problem("--modality", f"no skeleton for {modality!r}", meant(modality, MODALITIES)))
    wanted = modality or next(name for name, (kind, _, _) in MODALITIES.items() if kind == (threat or "ball"))
    if threat is not None and MODALITIES[wanted][0] != threat:
        what = f"{wanted} is played by {MODALITIES[wanted][0]}, not by {threat}"
        raise InputError(Problem("--modality", what, "leave one of the two out"))
    return MODALITIES[wanted][0], wanted


def _titled(title: str, short: str) -> str:
    words = " ".join(title.split()) or re.sub("[-_]", " ", short).capitalize()
    if bad := set(words) & set('"\\\n{}'):
        raise InputError(Problem("--title", f"holds {' '.join(sorted(bad))}", "write a few plain words"))
    return words


def _unknown(scenario: str, own: Path | None = None) -> None:
    there = [one.name for one in load(own).scenarios if one.id == scenario]
    if there:
        what = f"there is {', '.join(there)} already"
        raise InputError(Problem(scenario, what, "choose another name, or copy that file and raise its version"))


def _adversary(given: str | None, like: str) -> str:
    known = plugins.names("adversaries")
    if given is None and like not in known:
        what = f"no adversary is called {like}"
        raise InputError(Problem("--adversary", what, "name who tries it, such as --adversary evasion.square"))
    use = given or like
    if use not in known:
        raise InputError(Problem("--adversary", f"there is no adversary {use!r}", meant(use, known)))
    return use


def _threat(adversary: str) -> str:
    """Return the kind of threat that an adversary plays by, from its signature."""
    kinds = plays_by(adversary)
    return next((name for name, kind in KINDS.items() if kind in kinds and name in THREATS), "untouched")


def _scenario(name: str, adversary: str, threat: str, title: str, clock: Callable[[], str]) -> bytes:
    card = plugins.find("adversaries", adversary) if adversary in plugins.names("adversaries") else None
    values = {
        "scenario": name,
        "adversary": adversary,
        "title": json.dumps(title, ensure_ascii=False),
        "author": json.dumps(login(), ensure_ascii=False),
        "today": clock()[:10],
        "origin": json.dumps(card.cites[0] if card and card.cites else "our own trials"),
        "oracle": card.oracle if card and card.oracle else "same_label",
        "parameters": parameters(threat),
        "threat": written(threat),
    }
    return rendered("scenario.yaml", **values)
