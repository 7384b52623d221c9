"""A small real log, built with proof/ alone, and made to lie on demand."""

import base64
import hashlib
import struct
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.proof import (
    bundle,
    canonical,
    checkpoint,
    envelope,
    merkle,
    observation,
    rests,
    rules,
    samples,
    statement,
)
from seatrial.proof.binding import binding
from seatrial.proof.canonical import digest, dumps
from seatrial.proof.key import Key
from seatrial.proof.reading import Question
from seatrial.proof.trust import Person, Trust
from seatrial.proof.verdict import decide
from seatrial.proof.verify import verify
from seatrial.proof.weaker import earlier_charters, weaker

ORIGIN = "log.example/digits"
MODEL_A, MODEL_B = digest(b"model a"), digest(b"model b")
CASES = tuple(hashlib.sha256(b"case %d" % i).digest() for i in range(240))
MEMBERS = tuple(sorted(hashlib.sha256(b"member %d" % i).digest() for i in range(20)))

Outcome = Callable[[str, bytes], int]
"""(clause, case) -> 0 not held, 1 held, 2 unknown."""


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public(name: str) -> bytes:
    return key(name).public_key().public_bytes_raw()


def signer(name: str) -> tuple[bytes, Callable[[bytes], bytes]]:
    return public(name), key(name).sign


def trust(**changes: Any) -> Trust:
    people = {
        "ann": Person((Key(public("ann")),), ("approver", "waiver")),
        "bo": Person((Key(public("bo")),), ("waiver",)),
    }
    given = {"origin": ORIGIN, "log_key": public("log"), "holder": "runner", "people": people, **changes}
    return Trust(**given)


def clause(name: str, /, **changes: Any) -> dict[str, Any]:
    scenario = {"scenario": f"family/{name}", "parameters": {"eps": 0.2}}
    plain = {"name": name, "because": "", "scenarios": [scenario], "require": "held_rate >= 0.6 at 95%"}
    return {**plain, "severity": "critical", "advisory": False, "otherwise": "", **changes}


def charter(*clauses: dict[str, Any], release: str = "1", **changes: Any) -> dict[str, Any]:
    clauses = clauses or (clause("robust"), clause("clean", severity="major"))
    system = {"name": "digits", "release": release, "owner": "team"}
    cases = {"kind": "bundled", "gate": 500, "rehearsal": 100}
    return {"clauses": list(clauses), "system": system, "cases": cases, "target": {"kind": "fake"}, **changes}


def good(_clause: str, _case: bytes) -> int:
    return 1


def weak(clause: str, case: bytes) -> int:
    """Clean cases hold; one robust case in four does."""
    return 1 if clause == "clean" or case[0] < 64 else 0


class Ledger:
    """Says one thing after the other; `tweaks` change the n-th statement of a kind on its way in."""

    def __init__(self, tweaks: Mapping[tuple[str, int], Any] | None = None) -> None:
        self.entries: list[bytes] = []
        self.statements: list[statement.Statement] = []
        self.blobs: dict[str, bytes] = {}
        self.tweaks = dict(tweaks or {})
        self.key = "log"
        self.artifact = ""
        """What submissions and decisions name beside the model."""
        self.kept = 0
        """Of how many cases each shard keeps a sample."""

    def put(self, data: bytes) -> str:
        self.blobs[digest(data)] = data
        return digest(data)

    def append(self, payload: bytes, *people: str) -> int:
        self.entries.append(envelope.seal(payload, [signer(name) for name in (self.key, *people)]))
        try:
            self.statements.append(statement.read(payload))
        except Exception:  # the log-key holder can sign anything
            self.statements.append(statement.Statement("odd", "", {}))
        return len(self.entries) - 1

    def say(self, kind: str, model: str, predicate: Mapping[str, Any], *people: str) -> int:
        nth = sum(said.kind == kind for said in self.statements)
        change = self.tweaks.get((kind, nth), {})
        predicate = change(self, dict(predicate)) if callable(change) else {**predicate, **change}
        artifact = self.artifact if kind in ("submission", "decision") else ""
        return self.append(statement.write(kind, model, predicate, artifact=artifact), *people)

    def checkpoint(self, size: int | None = None) -> bytes:
        leaves = [merkle.leaf_hash(data) for data in self.entries[:size]]
        return checkpoint.write(ORIGIN, len(leaves), merkle.root(leaves), key(self.key).sign, public(self.key))

    def submit(self, model: str, text: dict[str, Any], *, take: int = 30, **changes: Any) -> int:
        pool = self.put(rules.pool_blob(CASES, 500, 100))
        plan = plan_of(model, text, pool, self.put(b"".join(MEMBERS)), take) | changes
        said = {"release": text["system"]["release"], "model": model, "charter": self.put(dumps(text))}
        said |= {"trial": rules.trial(plan), "plan": self.put(dumps(plan)), "submitter": "runner"}
        return self.say("submission", model, said)

    def plan(self, submission: int) -> dict[str, Any]:
        return canonical.loads(self.blobs[self.statements[submission].predicate["plan"]])

    def run_plan(self, submission: int, continues: int | None = None) -> int:
        signed = self.checkpoint(submission + 1)
        nonce, plan = rules.nonce(signed), self.plan(submission)
        free = rules.left(rules.gate_cases(self.blobs[plan["pool"]]), self.opened(), plan["take"], reuse=_reuse(plan))
        most = max(one["members"] for one in plan["clauses"].values())
        said = {
            "submission": submission,
            "attempt": rules.attempt(self.statements, submission),
            "nonce": nonce.hex(),
            "checkpoint": base64.b64encode(signed).decode(),
            "slice": self.put(b"".join(rules.slice_of(nonce, free, plan["take"]))),
            "members": digest(b"".join(rules.members_of(nonce, MEMBERS, most))) if most else None,
            "continues": continues,
        }
        return self.say("run-plan", self.statements[submission].model, said)

    def opened(self) -> set[bytes]:
        slices = [said.predicate["slice"] for said in self.statements if said.kind == "run-plan"]
        return {self.blobs[one][at : at + 32] for one in slices for at in range(0, len(self.blobs[one]), 32)}

    def result(self, run_plan: int, outcome: Outcome = good, *, skip: tuple[tuple[str, int, str], ...] = ()) -> int:
        said = self.statements[run_plan].predicate
        plan = self.plan(said["submission"])
        drawn = self.blobs[said["slice"]]
        cases = [drawn[at : at + 32] for at in range(0, len(drawn), 32)]
        shards = []
        for name, one in plan["clauses"].items():
            mine = cases[: one["count"]] + list(rules.members_of(bytes.fromhex(said["nonce"]), MEMBERS, one["members"]))
            sizes = rules.cuts(plan, name)
            for index, size in enumerate(sizes):
                at = sum(sizes[:index])
                status = next((what for owner, which, what in skip if (owner, which) == (name, index)), "done")
                blob = observed(name, index, mine[at : at + size], outcome)
                named = self.put(blob) if status == "done" else None
                shard = {"clause": name, "shard": index, "status": status, "computed": named, "measured": None}
                kept = self.samples(mine[at : at + min(size, self.kept)]) if named and self.kept else None
                shards.append({**shard, "stimuli": kept, "reason": "" if named else "stopped"})
        control_of = {name: sorted(rules.controls_of(one)) for name, one in plan["clauses"].items()}
        found = {control: "found" for controls in control_of.values() for control in controls}
        said = {"run_plan": run_plan, "shards": shards, "controls": found, "control_of": control_of}
        return self.say("run-result", self.statements[run_plan].model, said)

    def samples(self, cases: list[bytes]) -> str:
        """Keep a sample of each of these cases, and the index of them."""
        salted = [(case, self.put(self.salt(case) + b"sample of " + case)) for case in cases]
        return self.put(samples.index([samples.Listed(case, "json", named) for case, named in salted]))

    def salt(self, case: bytes) -> bytes:
        return hashlib.sha256(b"salt %d" % len(self.blobs) + case).digest()

    def environment(self, result: int) -> int:
        told = {"run_result": result, "fields": {"python": "3.11"}, "started": "2026-03-03T10:00:00Z"}
        return self.say("environment", self.statements[result].model, {**told, "ended": "2026-03-03T10:01:00Z"})

    def decide(
        self, result: int, text: dict[str, Any], *, waivers: Mapping[str, int] | None = None, as_of: int = 0
    ) -> int:
        links, model = rests.chain(self.statements, result), self.statements[result].model
        self.put(dumps(text))
        last = self.statements[links.run_plans[-1]].predicate
        found = [self.statements[seq].predicate for seq in links.run_results]
        named = {shard["computed"] for one in found for shard in one["shards"]} - {None}
        before = [canonical.loads(self.blobs[one]) for one in earlier_charters(self.statements, model)]
        predicate = decide(
            rules.judged(self.plan(last["submission"]), text),
            found,
            {one: observation.decode(self.blobs[one]) for one in named},
            last["attempt"],
            waivers or {},
            sorted({name for one in before for name in weaker(text, one)}),
            stamp={"release": text["system"]["release"], "run_result": result, "as_of": as_of},
        )
        return self.say("decision", model, {**predicate, "model": model})

    def bound(self, decision: int) -> dict[str, Any]:
        """What binds a person's word to a decision."""
        return binding(ORIGIN, self.entries, decision)

    def of(self, entry: int) -> dict[str, Any]:
        """What names words that are taken back."""
        return {"entry": entry, "of": digest(envelope.parsed(self.entries[entry]).payload)}

    def gate(self, model: str, text: dict[str, Any], outcome: Outcome = good, **plan: Any) -> int:
        """Submission, run-plan, run-result, environment, decision."""
        result = self.result(self.run_plan(self.submit(model, text, **plan)), outcome)
        self.environment(result)
        return self.decide(result, text)

    def evidence(self, decision: int | None = None) -> bundle.Evidence:
        """What a verifier of a decision gets: the log, and the blobs that it rests on."""
        last = max(seq for seq, said in enumerate(self.statements) if said.kind == "decision")
        named = rests.needed(self.statements, last if decision is None else decision, self.blobs.__getitem__)
        kept = {shard["stimuli"] for said in self.statements for shard in said.predicate.get("shards", ())} - {None}
        listed = {one.commitment for index in kept for one in samples.read(self.blobs[index])}
        blobs = {one: self.blobs[one] for one in sorted({*named, *kept, *listed})}
        return bundle.Evidence(tuple(self.entries), self.checkpoint(), blobs)


def story(tweaks: Mapping[tuple[str, int], Any] | None = None) -> Ledger:
    """Model A breaks and is rejected (entries 0-4); model B is the second attempt and deployed (5-9)."""
    ledger = Ledger(tweaks)
    ledger.gate(MODEL_A, charter(), weak)
    ledger.gate(MODEL_B, charter())
    return ledger


def found_by(evidence: bundle.Evidence, pinned=None, **question) -> set[str]:
    """Names of the checks that find something."""
    found = verify(evidence, pinned or trust(), question=Question(**question))
    assert all(str(problem) for problem in found.findings)
    assert found.ok == (not found.findings)
    return {check.name for check in found.checks if check.problems}


def observed(name: str, index: int, cases: list[bytes], outcome: Outcome) -> bytes:
    count = len(cases)
    seen = [outcome(name, case) for case in cases]
    columns = [
        ("case", "b32", b"".join(cases)),
        ("held", "u4", struct.pack(f"<{count}I", *(one == 1 for one in seen))),
        ("draws", "u4", struct.pack(f"<{count}I", *[1] * count)),
        ("unknown", "u4", struct.pack(f"<{count}I", *(one == 2 for one in seen))),
        ("score", "f8", struct.pack(f"<{count}d", *(float(one == 1) for one in seen))),
    ]
    return observation.encode("computed", name, index, columns, count)


def plan_of(model: str, text: dict[str, Any], pool: str, members: str, take: int) -> dict[str, Any]:
    def settled(one: dict[str, Any]) -> dict[str, Any]:
        rest = {key: value for key, value in one.items() if key not in ("name", "scenarios")}
        name = one["name"]
        scenarios = [
            {
                "scenario": use["scenario"] + "@1",
                "digest": digest(b""),
                "parameters": {**use["parameters"], "k": 1},
                "adversaries": [{"use": "family.x", "tactics": {}, "controls": ["planted"] * (name == "robust")}],
            }
            for use in one["scenarios"]
        ]
        return {**rest, "scenarios": scenarios, "count": take, "members": 0, "shard": 12}

    return {
        "schema": 1,
        "model": model,
        "charter": digest(dumps(text)),
        "target": text["target"],
        "cases": text["cases"],
        "pool": pool,
        "members": members,
        "take": take,
        "shard": 12,
        "code": {},
        "clauses": {one["name"]: settled(one) for one in text["clauses"]},
        **{name: text[name] for name in ("stop", "baseline") if name in text},
    }


def _reuse(plan: Mapping[str, Any]) -> bool:
    return plan["cases"].get("reuse") == "declared"
