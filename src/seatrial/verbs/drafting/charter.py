"""A first charter, drafted: the model recognised, the data looked at, both matched, promises chosen and piloted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from seatrial.cases.survey import ArraysSurvey, FolderSurvey, survey
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load as load_catalog
from seatrial.charter.draft import Draft, Line, Promise, text
from seatrial.charter.file import OWN, read
from seatrial.errors import CasesError, InputError, Problem
from seatrial.plan.suggest import Choice, choices, others
from seatrial.records.event import Listener, silent
from seatrial.targets.model import Model
from seatrial.targets.recognise import SAFETENSORS, WEIGHTS, beside, recognised
from seatrial.targets.target import Target
from seatrial.verbs.drafting import arrays, folder, table
from seatrial.verbs.drafting.asked import answering
from seatrial.verbs.drafting.classes import ordered
from seatrial.verbs.drafting.pilot import CASES, MINUTES, Shared, budget, loose, piloted, promises, shared
from seatrial.verbs.drafting.wanted import Asker, Offer, Question, Wanted
from seatrial.verbs.project import login, scratch

RELEASE = "1.0"
_FIT = 2000
"""Cases that are looked at to see whether all columns are on one scale."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A first charter, not yet written."""

    text: str
    notes: tuple[str, ...]
    """What was taken for granted, or is worth knowing."""


_TARGET = {
    "load": "a function in a module beside this file",
    "trusted": "types in the file that hold numbers only; skops loads no others",
    "unsafe": "loading it can run code; every report says so",
    "gives": "found out by asking the model",
}
_CASES = {
    "classes": "values of the label, in the order of the model's answers",
    "columns": "what the model gets, in its order",
    "form": "rows of numbers without names",
    "size": "height and width",
}


@dataclass(frozen=True, slots=True)
class _Made:
    """What a charter says besides its clauses."""

    named: Mapping[str, str]
    target: Mapping[str, Any]
    cases: Shared
    block: Mapping[str, Any]
    """Block `cases`, without shares."""
    more: Sequence[str] = ()
    """Scenarios that would fit as well."""

    def pilot(self, clauses: Sequence[Promise]) -> str:
        """Return the charter of the pilot."""
        return self._text(clauses, {**self.cases.block}, "", MINUTES)

    def charter(self, clauses: Sequence[Promise], pilot: int, minutes: int) -> str:
        """Return the charter as it will be written."""
        gate = self.cases.per_attempt
        about = (
            "What must hold, how sure we must be, and what to do if it does not (a critical breach rejects, any other "
            f"holds). Thresholds are from a pilot on {pilot} rehearsal cases: what a gate of {gate} proves 19 times in "
            "20 if its cases are alike, rounded down. A goal is a wish, which the pilot did not support."
        )
        return self._text(clauses, dict(self.block), about, minutes)

    def _text(self, clauses: Sequence[Promise], block: dict[str, Any], about: str, minutes: int) -> str:
        return text(
            Draft(
                system=self.named["name"],
                release=self.named["release"],
                owner=self.named["owner"],
                target=[Line(key, value, _TARGET.get(key, "")) for key, value in self.target.items()],
                about_target="What is tried.",
                cases=[*(Line(key, value, _CASES.get(key, "")) for key, value in block.items()), *self._shares()],
                about_cases=(
                    "What it is tried on: cases that the model was not trained on. Each goes to one pool by its own "
                    "digest, so that a growing set moves nobody."
                ),
                promises=clauses,
                about_promises=about,
                minutes=minutes,
                more=self.more,
            )
        )

    def _shares(self) -> list[Line]:
        cases = self.cases
        rest = 100 - cases.gate - cases.rehearsal
        there = f" {len(cases.pools.gate)} now:" if cases.whole else ""
        tries = (
            f"enough for {cases.attempts} attempt{'s' if cases.attempts > 1 else ''}" if cases.attempts else "plenty"
        )
        return [
            Line("gate", f"{cases.gate}%", f"only the gate draws from these,{there} {tries}"),
            Line(
                "rehearsal",
                f"{cases.rehearsal}%",
                f"for `seatrial rehearse`; what is left, {rest}%, is for training",
            ),
            Line("per_attempt", cases.per_attempt, "cases that one attempt opens; opened ones are spent"),
        ]


@dataclass(frozen=True, slots=True)
class Ready:
    """A charter whose clauses are chosen, before the pilot."""

    model: Model
    target: Target[Any, Any]
    offer: Offer
    chosen: Sequence[Choice]
    made: _Made
    catalog: Catalog
    home: Path
    notes: tuple[str, ...]

    def drafted(self, hear: Listener = silent) -> Drafted:
        """Return the charter, its thresholds from a pilot on rehearsal cases.

        Raises:
            InputError: If not even the untouched cases can be tried.
        """
        cases, trial = self.made.cases, loose(self.chosen)
        seen = piloted(self.made.pilot(trial), self.catalog, self.target, cases, self.home, hear)
        kept, left = promises(self.chosen, seen, cases.per_attempt)
        size = min(CASES, len(cases.pools.rehearsal))
        whole = self.made.charter(kept, size, budget(seen, cases.per_attempt))
        read(whole.encode(), self.home, catalog=self.catalog)
        classes = self.target.face.classes or len(self.offer.values)
        doubts = _doubts(seen.clauses[0].held, seen.clauses[0].n, classes)
        return Drafted(whole, (*self.notes, *_about(cases), *left, *doubts))


def ready(path: Path, wanted: Wanted, ask: Asker) -> Ready:
    """Return what a first charter for a model and data will be made of; everything that has to be asked is asked.

    Args:
        path: Where the charter will lie; what it names is named from there.
        wanted: What the user says.
        ask: Who is asked for the rest.

    Raises:
        InputError: If model and data do not fit, or something has to be said that nobody can be asked.
        TargetError: If the model does not load.
        CasesError: If the data cannot be read, or are too few.
        MissingExtra: If a package is not installed.
    """
    home = path.absolute().parent
    model = _model(wanted, home, ask)
    target, block, offer = answering(model, _offers(wanted, model, home, ask), home)
    names, notes = _classes(offer, model, target.face.classes, wanted, ask)
    named = _named(home, wanted, ask)
    said = {**offer.cases, **({"classes": list(names)} if names else {})}
    cases = shared(said, target, home, scratch(home))
    alike = arrays.on_one_scale(cases.cases.take(0, _FIT).inputs) if target.face.shape else True
    catalog = load_catalog(home / OWN)
    chosen = _chosen(catalog, target, alike=alike, wanted=wanted, ask=ask)
    ask.finish()
    return Ready(
        model=model,
        target=target,
        offer=offer,
        chosen=chosen,
        made=_Made(named, block, cases, said, others(catalog, target, chosen, alike=alike)),
        catalog=catalog,
        home=home,
        notes=(*model.notes, *offer.notes, *notes),
    )


def _model(wanted: Wanted, home: Path, ask: Asker) -> Model:
    """Return what the model is; its weights are asked for where a builder needs them."""

    def known(weights: str) -> Model:
        place = Path(weights) if weights else None
        return recognised(wanted.model, place, home, unsafe=wanted.unsafe, trusted=wanted.trust)

    try:
        return known(wanted.weights)
    except InputError as error:
        if wanted.weights or error.problems[0].where != WEIGHTS:
            raise
        there = sorted(home.glob(f"*{SAFETENSORS}"))
        usual = there[0].name if len(there) == 1 else ""
        why = "The function builds a module, which knows nothing without them."
        given = ask(Question(WEIGHTS, "Which file holds its weights?", why, usual))
        if not given:
            raise
        return known(given if Path(given).exists() else str(home / given))


def _offers(wanted: Wanted, model: Model, home: Path, ask: Asker) -> list[Offer]:
    """Return the ways to hand the data to the model, as its kind has them."""
    place = Path(wanted.data)
    if not place.exists():
        return _bundled(wanted.data, model)
    seen, name = survey(place), beside(place, home)
    if isinstance(seen, FolderSurvey):
        return folder.offers(seen, name, model)
    if isinstance(seen, ArraysSurvey):
        return arrays.offers(seen, name, model, wanted, ask)
    return table.offers(seen, name, model, wanted, ask)


def _bundled(name: str, model: Model) -> list[Offer]:
    try:
        return arrays.bundled(name, model)
    except CasesError as error:
        near = ", ".join(get_close_matches(name, [one.name for one in Path().iterdir()], n=3))
        hint = f"did you mean {near}?" if near else f"bundled sets: {error.problems[0].hint}"
        raise InputError(Problem("--data", f"there is no file or folder {name}", hint)) from None


def _classes(
    offer: Offer, model: Model, answers: int | None, wanted: Wanted, ask: Asker
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the values of the label in the model's order; none where labels are positions."""
    if offer.cases["kind"] not in ("npz", "bundled"):
        return ordered(offer.values, model, answers, wanted, ask)
    whole = [value for value in offer.values if isinstance(value, int) and not isinstance(value, bool)]
    if len(whole) == len(offer.values):
        return ordered(offer.values, Model({}), len(model.classes) or answers, Wanted("", ""), ask, positions=True)
    shown = ", ".join(map(str, offer.values[:3]))
    hint = "number them as the model does: y = np.searchsorted(model.classes_, y)"
    raise InputError(Problem("--data", f"labels are {shown} ..., and an archive holds them as positions from 0", hint))


def _named(home: Path, wanted: Wanted, ask: Asker) -> dict[str, str]:
    usual = re.sub(r"[^A-Za-z0-9._-]+", "-", home.name).strip("-._") or "my-model"
    why = "One evidence log, which counts attempts, belongs to each name."
    name = wanted.name or ask(Question("--name", "What is the system called?", why, usual))
    return {"name": name, "release": wanted.release or RELEASE, "owner": wanted.owner or login()}


def _chosen(catalog: Catalog, target: Target[Any, Any], *, alike: bool, wanted: Wanted, ask: Asker) -> list[Choice]:
    """Return the promises, at the strength that the rule or the user says."""
    usual = choices(catalog, target, alike=alike, eps=wanted.eps)
    balls = [one for one in usual if isinstance(one.scenario, Mapping) and _radius(one.scenario)]
    if wanted.eps is not None or not balls:
        return usual
    why = f"An attack may change every number of an input by so much.  The default is {balls[0].about}."
    rule = _radius(balls[0].scenario)
    said = ask(Question("--eps", "How large a change must never matter, in units of the input?", why, rule))
    return usual if said == rule else choices(catalog, target, alike=alike, eps=strength_of(said))


def _radius(scenario: Mapping[str, Any]) -> str:
    return str(scenario.get("eps", scenario.get("threat", {}).get("eps", "")))


def strength_of(said: str) -> float:
    """Return a radius that was written as a number or as a fraction (`8/255`).

    Raises:
        InputError: If it is neither, or not above 0.
    """
    try:
        value = float(Fraction(said.replace(" ", "")))
    except (ValueError, ZeroDivisionError):
        value = 0.0
    if value <= 0:
        raise InputError(Problem("--eps", f"{said!r} is no number above 0", "write 0.1 or 8/255"))
    return value


def _about(cases: Shared) -> list[str]:
    found = ["data: taken as cases that the model was not trained on; that cannot be found out"]
    if not cases.whole:
        found.append(f"data: a long file, of which the first {cases.count} rows were looked at")
    if cases.pools.duplicates:
        found.append(f"data: {len(cases.pools.duplicates)} inputs are there more than once; each is one case")
    if cases.pools.contradictions:
        found.append(f"data: {len(cases.pools.contradictions)} of them have different labels; the first one counts")
    return found


def _doubts(held: int, tried: int, classes: int) -> list[str]:
    """Return a doubt if the model is hardly better than chance where nobody attacks it."""
    if not tried or held / tried > 1.5 / max(classes, 2):
        return []
    what = f"the model is right on {held} of {tried} untouched cases, which is what chance does"
    return [f"{what}: are the classes in the model's order, and are the inputs scaled as in training?"]
