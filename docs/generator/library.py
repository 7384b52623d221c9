"""Pages of the catalog: one per scenario, one per adversary, and an index."""

from __future__ import annotations

from typing import Any

import yaml

from generator.markdown import cited, code, fence, listing, number, one_line, page, section, table
from generator.source import about, home, needs, own, tactics, told
from seatrial import plugins
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import PACKAGED, read
from seatrial.catalog.scenario import Parameter, Scenario
from seatrial.catalog.settle import MANY, VALUES
from seatrial.records.card import Card

SHOWN = {"oracles": "Oracles", "metrics": "Metrics", "controls": "Controls", "remedies": "Remedies"}
"""Shelves that the index lists, with what to call them."""
TAXONOMIES = {
    "atlas": "MITRE ATLAS",
    "nist": "NIST AI 100-2",
    "owasp": "OWASP LLM Top 10 2025",
    "avid": "AVID",
    "cwe": "CWE",
}


def pages() -> dict[str, str]:
    """Return path below `docs/` -> text, of every page of the catalog."""
    catalog = read(PACKAGED)
    made = {f"catalog/scenarios/{slug(one)}.md": _scenario(one, catalog) for one in catalog.latest}
    made |= {f"catalog/adversaries/{name}.md": _adversary(name, catalog) for name in own("adversaries")}
    return {**made, "catalog/README.md": _index(catalog)}


def slug(scenario: Scenario) -> str:
    """Return the name of a scenario's page: `evasion-pgd-linf`."""
    return scenario.id.replace("/", "-")


def _index(catalog: Catalog) -> str:
    names = own("adversaries")
    scenarios = [
        (f"[{one.id}](scenarios/{slug(one)}.md)", f"{one.version}", one.title, _against(one, "adversaries/"), one.cost)
        for one in catalog.latest
    ]
    adversaries = []
    for name in names:
        card = plugins.find("adversaries", name)
        wants = needs(card)
        shown = (f"[{name}](adversaries/{name}.md)", card.title)
        adversaries.append((*shown, wants["target"], wants["cases"], wants["threat"]))
    return page(
        "Catalog",
        f"{len(catalog.latest)} scenarios and {len(names)} adversaries. `seatrial catalog list` prints the scenarios "
        "at hand, those of installed packs and of your own folder included.",
        section("Scenarios", table(("scenario", "version", "title", "against", "cost"), scenarios)),
        section("Adversaries", table(("adversary", "title", "target", "cases", "threat"), adversaries)),
        *(section(title, _shelf(shelf)) for shelf, title in SHOWN.items()),
        f"Cost is for 1,000 cases on one core. Digest of the catalog: `{catalog.digest}`",
    )


def _shelf(shelf: str) -> str:
    cards = [(name, plugins.find(shelf, name)) for name in own(shelf)]
    return table(("id", "title", "what it is"), [(code(name), card.title, about(card)) for name, card in cards])


def _against(scenario: Scenario, folder: str) -> str:
    return ", ".join(f"[{one.use}]({folder}{one.use}.md)" for one in scenario.adversaries)


def _scenario(one: Scenario, catalog: Catalog) -> str:
    facts = [
        ("id, version", f"`{one.name}`"),
        ("authors", ", ".join(one.authors)),
        ("created, changed", f"{one.created}, {one.changed}"),
        ("origin", f"{one.origin['kind']}: {cited(one.origin['ref'])}"),
        ("older versions", ", ".join(s.name for s in catalog.scenarios if s.id == one.id and s.version < one.version)),
        ("cost", f"{one.cost} for 1,000 cases on one core"),
        ("digest", f"`{one.digest}`"),
    ]
    return page(
        f"{one.id}: {one.title}",
        one_line(one.objective),
        table(("", ""), [fact for fact in facts if fact[1]]),
        section("In a charter", fence("yaml", _line(one)), _left_out(one)),
        section("Parameters", table(("name", "takes", "from", "to", "default", "meaning"), map(_parameter, _of(one)))),
        section("Threat", fence("yaml", _yaml(one.threat)), "The referee holds every attempt to it."),
        section("Against", _stages(one), _judged(one)),
        section("When its silence proves nothing", _silence(one)),
        section("Controls", "Planted flaws that are tried first, with their twins.", _controls(one)),
        section("Expected", one_line(one.expected)),
        section("Instruments", "Recorded beside the outcome:", listing(one.instruments)),
        section("Rollback trigger", one_line(one.rollback_trigger)),
        section("Defences", listing(_defence(d.use, d.note) for d in one.defences)),
        section("Tags", _tags({scheme: ids for scheme, ids in one.tags.items() if ids})),
    )


def _of(one: Scenario) -> list[tuple[str, Parameter]]:
    return list(one.parameters.items())


def _line(one: Scenario) -> str:
    """Return the line to paste under a clause's `scenarios`, with every parameter."""
    if not one.parameters:
        return f"- {one.id}"
    values = ", ".join(f"{name}: {_given(parameter)}" for name, parameter in _of(one))
    return f"- {{use: {one.id}, {values}}}"


def _given(parameter: Parameter) -> str:
    if parameter.default is not None:
        return number(parameter.default)
    return number([parameter.low] if parameter.kind in MANY else parameter.low)


def _left_out(one: Scenario) -> str:
    open_ = [name for name, parameter in _of(one) if parameter.default is None]
    if open_:
        must = ", ".join(code(name) for name in open_)
        return f"The charter must choose {must}: what stands here is only an example. The rest may be left out."
    return "What stands here are the defaults; leave out what you do not change." if one.parameters else ""


def _parameter(item: tuple[str, Parameter]) -> tuple[str, ...]:
    name, one = item
    takes = VALUES[one.kind] + (f", {one.unit}" if one.unit else "")
    default = "none: the charter must choose" if one.default is None else number(one.default)
    return (code(name), takes, number(one.low), number(one.high), default, one.note)


def _stages(one: Scenario) -> str:
    rows = []
    for against in one.adversaries:
        card = plugins.find("adversaries", against.use)
        tactic = ", ".join(f"`{name}: {number(value)}`" for name, value in against.tactics.items())
        rows.append((f"[{against.use}](../adversaries/{against.use}.md)", card.title, tactic or "its defaults"))
    return table(("adversary", "title", "tactics"), rows)


def _judged(one: Scenario) -> str:
    oracle = one.oracle or plugins.find("adversaries", one.adversaries[0].use).oracle
    told_ = ", ".join(f"`{key}: {str(value).lower()}`" for key, value in one.oracle_settings.items())
    draws = f" Each case is presented {one.presentations} times." if one.presentations > 1 else ""
    return f"Judged by `{oracle}`{f' ({told_})' if told_ else ''}, measured by `{one.metric}`.{draws}"


def _silence(one: Scenario) -> str:
    cards = [(against.use, plugins.find("adversaries", against.use)) for against in one.adversaries]
    return listing(dict.fromkeys(f"`{name}`: {card.lies}" for name, card in cards))


def _controls(one: Scenario) -> str:
    found = dict.fromkeys(
        control for against in one.adversaries for control in plugins.find("adversaries", against.use).controls
    )
    return _flaws(tuple(found))


def _flaws(names: tuple[str, ...]) -> str:
    cards = [(name, plugins.find("controls", name)) for name in names]
    return listing(f"`{name}`, {card.title.lower()}. {told(card)}" for name, card in cards)


def _defence(use: str, note: str) -> str:
    shown = code(use) if use in plugins.names("remedies") else use
    return f"{shown}: {note}" if note else shown


def _tags(schemes: dict[str, tuple[str, ...]]) -> str:
    return listing(f"{TAXONOMIES.get(scheme, scheme)}: {', '.join(ids)}" for scheme, ids in schemes.items())


def _either(words: tuple[str, ...]) -> str:
    """Return words as one reads them: `a, b or c`."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def _adversary(name: str, catalog: Catalog) -> str:
    card: Card[Any] = plugins.find("adversaries", name)
    wants = needs(card)
    facts = [
        ("id", code(name)),
        ("target", wants["target"] + (f" and gives {_either(card.reads)}" if card.reads else "")),
        ("cases", wants["cases"] + _ranks(card)),
        ("threat", wants["threat"] + (f" with norm {_either(card.norms)}" if card.norms else "")),
        ("oracle", code(card.oracle)),
        ("scope", _scope(card)),
        ("training cases", "half of its cases are from `cases.members`" if card.members else ""),
        ("source", f"[{home(card)}](../../../{home(card)})"),
    ]
    used = [one for one in catalog.latest if name in [against.use for against in one.adversaries]]
    return page(
        f"{name}: {card.title}",
        told(card),
        table(("", ""), [fact for fact in facts if fact[1]]),
        section("When its silence proves nothing", card.lies),
        section("Tactics", table(("field", "type", "default", "meaning"), map(_tactic, tactics(card)))),
        section("Controls", "Planted flaws that it must find; their twins it must leave alone.", _flaws(card.controls)),
        section("Scenarios", listing(f"[{one.id}](../scenarios/{slug(one)}.md): {one.title}" for one in used)),
        section("What helps", _helps(used)),
        section("Published", listing(cited(reference) for reference in card.cites)),
        section("Tags", _tags(_schemes(card.tags))),
    )


def _helps(used: list[Scenario]) -> str:
    """Return the defences that the scenarios of an adversary name, each once."""
    return listing(dict.fromkeys(_defence(one.use, one.note) for scenario in used for one in scenario.defences))


def _ranks(card: Card[Any]) -> str:
    """Return how many dimensions one case must have, as the end of a sentence; empty if any."""
    if card.rank:
        return f", shape of one case has length {card.rank}"
    return f", shape of one case has length {card.rank_most} at most" if card.rank_most else ""


def _scope(card: Card[Any]) -> str:
    if card.scope != "whole":
        return "shares effort among the cases of its shard" if card.allocates else "case by case"
    return f"all cases in one shard{f', at most {card.most:,}' if card.most else ''}"


def _tactic(field: tuple[str, str, str, str]) -> tuple[str, ...]:
    name, kind, default, meaning = field
    return (code(name), code(kind), code(default), meaning)


def _schemes(tags: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return taxonomy -> ids; a tag without one, like `white-box`, stands under `kind`."""
    found: dict[str, tuple[str, ...]] = {}
    for tag in tags:
        scheme, colon, rest = tag.partition(":")
        key = scheme if colon else "kind"
        found[key] = (*found.get(key, ()), rest if colon else tag)
    return found


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(dict(value), sort_keys=False, default_flow_style=None, width=100))
