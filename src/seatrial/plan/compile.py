"""From a charter to a plan: every default resolved, every misfit found, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from seatrial import plugins
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.scenario import Against, Scenario
from seatrial.catalog.settle import complete, settings, settle
from seatrial.charter.charter import CasesBlock, Charter, Clause, Use
from seatrial.charter.lint import lint
from seatrial.errors import InputError, PlanError, Problem
from seatrial.plan.draws import presented
from seatrial.plan.fit import minds_rules, misfits
from seatrial.plan.plan import Plan, Promise, Stage, Trying
from seatrial.plan.subject import Rival, Subject
from seatrial.plan.worst import metrics
from seatrial.proof import rules
from seatrial.proof.canonical import digest
from seatrial.proof.criterion import parse
from seatrial.records.card import Card
from seatrial.records.threat import KINDS
from seatrial.targets.target import Target

SHARD = 256
"""Cases in a shard, unless an adversary prefers more."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plan, and the blobs that it names."""

    plan: Plan
    blobs: Mapping[str, bytes]
    """Digest -> bytes: charter, pool, members, and the plan itself."""


def compile_plan(charter: Charter, catalog: Catalog, subject: Subject, *, attempt: int = 1) -> Compiled:
    """Return the plan of a charter.

    Args:
        charter: What was promised.
        catalog: Where its scenarios stand; those that the charter itself describes are added.
        subject: The target, its identity, and the cases.
        attempt: For which a criterion out of reach is refused.

    Raises:
        PlanError: With everything that does not fit: adversaries, oracles, tactics, too few cases, criteria out of
            reach.
    """
    known, found = catalog.plus(*charter.inline), list[Problem]()
    gate = len(rules.gate_cases(subject.pool))
    take = charter.cases.per_attempt or gate
    if take > gate or not take:
        what = f"an attempt opens {take} gate cases, and the pool has {gate}"
        found.append(Problem("cases.per_attempt", what, "add cases, raise the gate's share, or lower per_attempt"))
    members = _members(subject)
    tries = {clause.name: _tries(clause, known, subject.target, found) for clause in charter.clauses}
    clauses = [_promise(clause, tries[clause.name], take, len(members), found) for clause in charter.clauses]
    found += [] if charter.surrogates else _helpless(clauses)
    found += _incomparable(clauses, subject)
    blocking = {one.name: one.count + one.members for one in clauses if not one.advisory}
    found += lint(charter, blocking, attempt=attempt) if not found else []
    if charter.stop:
        clauses = [_beginning_small(one) for one in clauses]
    if found:
        raise PlanError(*found)
    lent = b"".join(members) if any(one.members for one in clauses) else b""
    plan = replace(_plan(charter, subject, clauses, take, lent), catalog=known.digest)
    blobs = [charter.canonical, subject.pool, plan.blob, *filter(None, (lent, subject.manifest))]
    return Compiled(plan, {digest(blob): blob for blob in blobs})


def _helpless(clauses: Iterable[Promise]) -> Iterator[Problem]:
    """Yield the adversaries that need other models, which the charter does not name."""
    for promise in clauses:
        for stage in (stage for one in promise.tries for stage in one.stages):
            if plugins.find("adversaries", stage.adversary).helpers:
                what = "works on other models than the target, and the charter names none"
                hint = "write surrogates: {name: {kind: torch, ...}} beside `target`, one block for each"
                yield Problem(f"clauses.{promise.name}: {stage.adversary}", what, hint)


def _incomparable(clauses: Iterable[Promise], subject: Subject) -> Iterator[Problem]:
    """Yield what stands against comparing with a baseline, or between groups."""
    for promise in clauses:
        wanted, where = parse(promise.require), f"clauses.{promise.name}"
        if wanted.metric == "gap" and not subject.grouped:
            hint = "name it: `groups: column` under `cases`, where the source can have one"
            yield Problem(where, f"`{wanted}` compares groups, and the source has no column of groups", hint)
        if wanted.baseline and subject.baseline is not None:
            if promise.members:
                yield Problem(where, "a membership probe asks about one model's training cases", "ask for a number")
            target = subject.baseline.target
            unfit = [(one, stage.adversary) for one in promise.tries for stage in one.stages]
            for one, name in unfit:
                yield from misfits(name, target, one.threat, where=f"{where}: {one.scenario}, the baseline")


def _beginning_small(promise: Promise) -> Promise:
    """Return a clause whose first shards are small, so that it can stop early; not where adversaries ask for more."""
    cards = [plugins.find("adversaries", stage.adversary) for one in promise.tries for stage in one.stages]
    small = promise.shard and not any(card.prefers or card.allocates for card in cards)
    return replace(promise, first=rules.FIRST) if small else promise


def _plan(charter: Charter, subject: Subject, clauses: Sequence[Promise], take: int, members: bytes) -> Plan:
    return Plan(
        model=subject.model,
        charter=charter.digest,
        target=dict(charter.target),
        cases=_block(charter.cases),
        pool=digest(subject.pool),
        members=digest(members) if members else "",
        take=take,
        shard=SHARD,
        code=_code(charter, clauses),
        clauses=tuple(clauses),
        baseline=_baseline(subject.baseline, clauses),
        stop=charter.stop,
        truth=subject.truth,
        manifest=digest(subject.manifest) if subject.manifest else "",
        surrogates={
            name: {"target": dict(block), "model": subject.surrogates[name]}
            for name, block in charter.surrogates.items()
        },
    )


def _baseline(rival: Rival | None, clauses: Iterable[Promise]) -> dict[str, Any]:
    """Return the baseline as the plan binds it; empty where no clause compares with it."""
    if rival is None or not any(parse(promise.require).baseline for promise in clauses):
        return {}
    return {"target": dict(rival.block), "model": rival.model}


def _block(cases: CasesBlock) -> dict[str, Any]:
    """Return where cases come from, as a worker needs it; how many an attempt opens is the plan's `take`."""
    return {name: value for name, value in cases.to_json().items() if name != "per_attempt"}


def _members(subject: Subject) -> tuple[bytes, ...]:
    """Return the training cases that are in none of the pools that judge, sorted."""
    judging = {case for case, name in rules.read_pool(subject.pool).shared.items() if name != "training"}
    return tuple(sorted(set(subject.members) - judging))


def _tries(clause: Clause, catalog: Catalog, target: Target[Any, Any], found: list[Problem]) -> tuple[Trying, ...]:
    """Return the scenarios of a clause, settled; problems are added to those found."""
    made = []
    for use in clause.scenarios:
        where = f"clauses.{clause.name}: {use.scenario}"
        try:
            made.append(_trying(use, catalog.get(use.scenario), target, where, found))
        except InputError as error:
            found += [Problem(f"{where}: {p.where}" if p.where else where, p.what, p.hint) for p in error.problems]
    # A case held if it held in every draw, so all scenarios of a clause have the same number of draws.
    draws = max((one.presentations for one in made), default=1)
    return tuple(replace(one, presentations=draws) for one in made)


def _trying(use: Use, scenario: Scenario, target: Target[Any, Any], where: str, found: list[Problem]) -> Trying:
    face = target.face
    bounds = None if face.low is None or face.high is None else (face.low, face.high)
    threat, against = settle(scenario, use.parameters, bounds=bounds)
    if bounds is None and _needs_range(scenario):
        found.append(Problem("target.input.range", f"is missing, and {scenario.name} needs it", "write range: [0, 1]"))
    stages = tuple(_stage(one) for one in against)
    for one in against:
        found += misfits(one.use, target, threat, where=where)
    oracle = scenario.oracle or _default_oracle(against, where)
    return Trying(
        scenario=scenario.name,
        digest=scenario.digest,
        parameters=complete(scenario, use.parameters),
        threat=threat,
        stages=stages,
        oracle=oracle,
        settings=_complete("oracles", oracle, settings(scenario, use.parameters)),
        metric=scenario.metric,
        presentations=presented(scenario.presentations, face),
    )


def _needs_range(scenario: Scenario) -> bool:
    """Return whether a threat has bounds that neither it nor the target says, and an adversary that minds them."""
    kind = KINDS.get(str(scenario.threat.get("kind")))
    bounded = kind is not None and {"low", "high"} <= {field.name for field in fields(kind)}
    return (
        bounded
        and not {"low", "high"} & set(scenario.threat)
        and any(minds_rules(one.use) for one in scenario.adversaries)
    )


def _default_oracle(against: Iterable[Against], where: str) -> str:
    """Return the one oracle that the adversaries' cards name."""
    named = {plugins.find("adversaries", one.use).oracle for one in against}
    if len(named) != 1 or "" in named:
        raise PlanError(Problem(where, "its adversaries do not agree on an oracle", "name one in the scenario"))
    return named.pop()


def _stage(against: Against) -> Stage:
    controls = tuple(sorted(plugins.find("adversaries", against.use).controls))
    return Stage(against.use, _complete("adversaries", against.use, against.tactics), controls)


def _complete(shelf: str, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every field of a plugin as plain JSON, defaults filled in.

    Raises:
        PlanError: If it has no such field, or refuses the values.
    """
    card = plugins.find(shelf, name)
    try:
        made = card.made(given)
    except (TypeError, ValueError) as error:
        there = ", ".join(field.name for field in fields(card.make)) if is_dataclass(card.make) else ""
        raise PlanError(Problem(f"{shelf}.{name}", str(error), f"there are {there}" if there else "")) from error
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


def _promise(clause: Clause, tries: tuple[Trying, ...], take: int, members: int, found: list[Problem]) -> Promise:
    """Return a clause with its cases counted: adversaries that see a population take all in one shard."""
    cards = [plugins.find("adversaries", stage.adversary) for one in tries for stage in one.stages]
    whole = any(card.scope == "whole" for card in cards)
    most = min((card.most for card in cards if card.most and card.scope == "whole"), default=0)
    count, lent = min(take, most) if most else take, 0
    if any(card.members for card in cards):
        count = lent = min(take, members, most // 2 if most else take)
        if not lent:
            what = "it asks about training cases, and none are named"
            hint = "write cases.members: {kind: npz, path: train.npz}; cases of the gate's own pool do not count"
            found.append(Problem(f"clauses.{clause.name}", what, hint))
    return Promise(
        name=clause.name,
        because=clause.because,
        require=clause.require,
        severity=clause.severity,
        advisory=clause.advisory,
        otherwise=clause.otherwise,
        tries=tries,
        count=count,
        members=lent,
        shard=0 if whole else _shard(cards),
    )


def _shard(cards: Sequence[Card[Any]]) -> int:
    return max([SHARD, *(card.prefers for card in cards)])


def _code(charter: Charter, clauses: Sequence[Promise]) -> dict[str, str]:
    """Return plugin -> distribution and version, for everything that can change a response or an outcome."""
    named = [charter.baseline] if isinstance(charter.baseline, Mapping) else []
    blocks = (charter.target, *named, *charter.surrogates.values())
    used = {("cases", charter.cases.kind), *(("targets", str(block["kind"])) for block in blocks)}
    for promise in clauses:
        used |= {("metrics", name) for name in metrics(promise.require)}
        for one in promise.tries:
            used.add(("oracles", one.oracle))
            used |= {("adversaries", stage.adversary) for stage in one.stages}
    for shelf, name in sorted(used):
        if shelf == "adversaries":
            used |= {("controls", control) for control in plugins.find(shelf, name).controls}
    return {f"{shelf}.{name}": plugins.origin(shelf, name) for shelf, name in sorted(used)}
