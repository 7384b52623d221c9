"""Checks of what was promised and decided: plans, charters, waivers, and the decision itself, recomputed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.errors import Problem
from seatrial.proof import canonical, rules
from seatrial.proof.criterion import parse
from seatrial.proof.reading import Reading
from seatrial.proof.rests import entry
from seatrial.proof.verdict import decide
from seatrial.proof.weaker import earlier_charters, weaker


def plans(reading: Reading) -> Iterator[Problem]:
    """Find submissions whose plan or charter is not what they say, and a decision on another promise."""
    for seq in reading.chain.run_plans:
        submitted, plan = reading.submission(seq), reading.plan(seq)
        where = f"entry {reading.statements[seq].predicate['submission']}"
        charter = reading.json(submitted["charter"])
        yield from _charter_of(reading, where, submitted)
        if (plan["model"], plan["charter"]) != (submitted["model"], submitted["charter"]):
            yield Problem(where, "its plan is about another model or charter")
        if rules.trial(plan) != submitted["trial"]:
            yield Problem(where, "its trial digest does not follow from its plan")
        if rules.judged(plan, charter) != plan:
            yield Problem(where, "its plan promises something else than its charter")
        yield from _odd_plan(reading, where, plan)
        yield from _other_setting(where, plan, charter)
        yield from _other_baseline(reading, seq, where, (plan, charter))
    yield from _charter_of(reading, f"entry {reading.asked}", reading.decision.predicate)


def waivers(reading: Reading) -> Iterator[Problem]:
    """Find waivers that do not cover what the decision rests on them for."""
    decision = reading.decision.predicate
    if bool(decision["as_of"]) != bool(decision["waivers"]):
        yield Problem(f"entry {reading.asked}", "names an instant without waivers, or waivers without an instant")
    severities = {clause["name"]: clause["severity"] for clause in reading.json(decision["charter"])["clauses"]}
    for seq in decision["waivers"]:
        waiver = entry(reading.statements, seq, "waiver", reading.asked)
        clause = waiver.predicate["clause"]
        breached = decision["clauses"].get(clause, {}).get("verdict") == "breached"
        critical = breached and severities.get(clause) == "critical"
        if waiver.model != reading.decision.model:
            yield Problem(f"entry {seq}", "waives for another model")
        if waiver.predicate["expires"] <= decision["as_of"]:
            yield Problem(f"entry {seq}", "had expired when the decision was made")
        if _people(reading, seq, "waiver") < (reading.trust.quorum["waive"] if critical else 1):
            yield Problem(f"entry {seq}", "is not signed by enough people who may waive")
        if reading.words.upto(reading.asked).withdrawn(seq):
            yield Problem(f"entry {seq}", "had been withdrawn when the decision was made")


def decision(reading: Reading) -> Iterator[Problem]:
    """Find a decision that does not follow from the evidence."""
    recorded, found = dict(reading.decision.predicate), recomputed(reading)
    clauses, judged = recorded.pop("clauses"), found.pop("clauses")
    yield from _differences(f"entry {reading.asked}, clauses", clauses, judged)
    yield from _differences(f"entry {reading.asked}", recorded, found)


def recomputed(reading: Reading) -> dict[str, Any]:
    """Return the asked decision as it follows from the recorded bytes."""
    recorded, links = reading.decision.predicate, reading.chain
    charter = reading.json(recorded["charter"])
    before = earlier_charters(reading.statements[: reading.asked], reading.decision.model)
    less = {name for digest in before for name in weaker(charter, reading.json(digest))}
    waived = {reading.statements[seq].predicate["clause"]: seq for seq in recorded["waivers"]}
    found = [reading.statements[seq].predicate for seq in links.run_results]
    named = {shard[kind] for one in found for shard in one["shards"] for kind in ("computed", "measured")} - {None}
    return decide(
        rules.judged(reading.plan(links.run_plans[-1]), charter),
        found,
        {digest: reading.table(digest) for digest in named},
        reading.statements[links.run_plans[-1]].predicate["attempt"],
        waived,
        sorted(less),
        stamp={name: recorded[name] for name in ("release", "run_result", "as_of")},
    )


def _charter_of(reading: Reading, where: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    system = reading.json(said["charter"])["system"]
    if system["release"] != said["release"]:
        yield Problem(where, f"says release {said['release']!r}, its charter {system['release']!r}")
    if reading.trust.origin.rpartition("/")[2] != system["name"]:
        yield Problem(where, f"is about the system {system['name']!r}, and the log {reading.trust.origin!r} is not")


def _odd_plan(reading: Reading, where: str, plan: Mapping[str, Any]) -> Iterator[Problem]:
    """Find a form that nobody here can read, and counts that are none: a negative one would hide what is missing."""
    if type(plan.get("schema")) is not int or plan["schema"] != 1:
        yield Problem(where, f"its plan is of form {plan.get('schema')!r}", "a newer release of the verifier reads it")
    clauses = plan["clauses"].values()
    counts = [plan["take"], *(clause[name] for clause in clauses for name in ("count", "members"))]
    if any(type(count) is not int or count < 0 for count in counts):
        yield Problem(where, "its plan counts cases with something else than natural numbers")
    if any(not scenario["adversaries"] for clause in clauses for scenario in clause["scenarios"]):
        yield Problem(where, "its plan has a scenario that nobody plays")
    pool = reading.json(plan["pool"])
    if any(plan["cases"].get(name, pool[name]) != pool[name] for name in ("gate", "rehearsal")):
        yield Problem(where, "its pool is shared out in another way than its plan says")


def _other_setting(where: str, plan: Mapping[str, Any], charter: Mapping[str, Any]) -> Iterator[Problem]:
    """Find a plan whose cases or target are not what the charter says, where it says it."""
    for block in ("cases", "target"):
        said = charter.get(block, plan[block])
        if any(said.get(name) != value for name, value in plan[block].items()):
            yield Problem(where, f"its plan takes another `{block}` than its charter")
    if {name: one["target"] for name, one in plan.get("surrogates", {}).items()} != charter.get("surrogates", {}):
        yield Problem(where, "its plan lends the attacker other `surrogates` than its charter")


def _other_baseline(
    reading: Reading, run_plan: int, where: str, both: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> Iterator[Problem]:
    """Find a plan that compares with another model than its charter says, or stops where it does not."""
    plan, charter = both
    if plan.get("stop") != charter.get("stop"):
        yield Problem(where, "its plan stops early, or does not, against its charter")
    compares = any(parse(clause["require"]).baseline for clause in plan["clauses"].values())
    if not compares:
        return
    said, taken = charter.get("baseline"), plan.get("baseline")
    if not isinstance(taken, dict) or said is None:
        yield Problem(where, "its plan compares with a baseline, and none is named")
    elif said == "last deploy":
        seq = rules.deployed(reading.statements[: reading.statements[run_plan].predicate["submission"]], plan["model"])
        if seq is None or reading.statements[seq].model != taken.get("model"):
            yield Problem(where, "its plan compares with another model than that of the last deploy")
    elif said != taken.get("target"):
        yield Problem(where, "its plan compares with another model than its charter names")


def _people(reading: Reading, seq: int, role: str) -> int:
    """Return how many people with a role signed an entry: people, not keys."""
    return len(reading.keyring.signers(role, reading.key_ids(seq), seq))


def _differences(where: str, recorded: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[Problem]:
    for name in sorted(recorded.keys() | found.keys()):
        before, now = recorded.get(name), found.get(name)
        if before != now:
            yield Problem(where, f"`{name}` is recorded as {_short(before)}, and the evidence gives {_short(now)}")


def _short(value: Any) -> str:
    text = canonical.dumps(value).decode()
    return text if len(text) <= 200 else f"{text[:200]}..."
