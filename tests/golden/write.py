"""`python -m tests.golden.write`: writes what today's code makes of one small story into tests/golden/v<release>/.

A model is rejected, another one is deployed.  Nothing is run and no plugin decides a byte: outcomes, keys and instants
are given, so that only the forms are shown.  A release that is out is never written again.
"""

# ruff: noqa: T201 - it is a command

import json
import sys
import tempfile
import tomllib
from hashlib import sha256
from pathlib import Path

import numpy as np

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import read as read_packs
from seatrial.catalog.settle import complete, settle
from seatrial.charter.charter import Charter, Clause
from seatrial.charter.file import read as read_charter
from seatrial.decision import judge
from seatrial.evidence import recorder
from seatrial.evidence.export import export
from seatrial.evidence.log import Log
from seatrial.evidence.recorder import Begun, ShardRecord
from seatrial.plan.plan import Plan, Promise, Stage, Trying
from seatrial.plugins import find
from seatrial.proof import manifest, remember, rules, statement, trust, verify
from seatrial.proof.canonical import digest
from seatrial.records.batch import NO, YES, Answers, Attempts, Batch, Verdicts
from seatrial.testing.gating import signer_of
from seatrial.trial.fold import Fold, encoded
from seatrial.trial.stimuli import packed
from seatrial.verbs.dossier import dossier
from tests.proof import said

HERE = Path(__file__).parent
"""Every release has a folder here."""
ROOT = HERE.parents[1]
SCHEMA = ROOT / "src" / "seatrial" / "reports" / "schema" / "v1.json"
SHARD, TAKE = 20, 40
NOW = 1_800_000_000

CHARTER = """\
charter: 1
system: {name: golden, release: "1.0", owner: harbour}
target:
  kind: callable
  load: "pilot:answer"
  input: {shape: [2], range: [0, 1]}
  gives: labels
cases: {kind: npz, path: cases.npz, gate: 80%, rehearsal: 10%, per_attempt: 40}
clauses:
  drift:
    because: a worn sensor must not change the answer
    scenarios: [{use: golden/drift, eps: 1/16}]
    require: held_rate >= 0.6 at 95%
    severity: critical
    otherwise: training.pgd
  fog:
    because: bad weather is no excuse
    scenarios: [golden/fog]
    require: held_rate >= 0.5 at 90%
    severity: minor
    advisory: true
budget: {minutes: 3}
"""

DRIFT = """\
scenario: 1
id: golden/drift
version: 1
title: Drift
objective: Show what a small, worst-case change of every number does.
authors: [The seatrial authors]
created: 2026-11-21
changed: 2026-11-21
origin: {kind: paper, ref: "arXiv:1412.6572"}
parameters:
  eps: {default: 1/8, low: 1/1000, high: 1, unit: share of the input range, note: Half of it is hard to see.}
threat: {kind: ball, norm: linf, eps: $eps}
against:
  - {use: evasion.fgsm}
oracle: same_label
metric: held_rate
expected: A sound model holds on nearly every case.
instruments: [margin of every case]
rollback_trigger: The readings of one sensor move against those of its neighbours.
defences:
  - {use: training.pgd, note: It trains on the worst case.}
tags: {atlas: [AML.T0043], nist: [NISTAML.022]}
cost: seconds
"""

FOG = """\
scenario: 1
id: golden/fog
version: 2
title: Fog
objective: Show what weather does.
authors: [The seatrial authors, A guest]
created: 2026-11-20
changed: 2026-11-21
origin: {kind: incident, ref: a foggy morning}
parameters:
  severity: {default: 2, low: 1, high: 5, kind: whole}
threat: {kind: corruption, severity: $severity}
against:
  - {use: corruption.noise}
oracle: same_label
oracle_settings: {refusal_holds: false}
metric: held_rate
presentations: 2
expected: The rate falls slowly.
instruments: [margin of every case]
rollback_trigger: Fog is forecast.
defences: []
tags: {}
cost: seconds
"""

SAID = {
    "submission": {"release": "1.0", "charter": "c", "trial": "t", "plan": "p", "submitter": "somebody", "model": "m"},
    "run-plan": {
        "submission": 0,
        "attempt": 1,
        "nonce": "00" * 32,
        "checkpoint": "AAAA",
        "slice": "s",
        "members": None,
        "continues": 3,
    },
    "run-result": {
        "run_plan": 1,
        "shards": [
            {
                "clause": "drift",
                "shard": 0,
                "status": "failed",
                "computed": None,
                "measured": None,
                "stimuli": None,
                "reason": "it raised",
            }
        ],
        "controls": {"evasion.linear": "found", "evasion.untouched": "missed"},
        "control_of": {"drift": ["evasion.linear"]},
    },
    "environment": {
        "run_result": 2,
        "fields": {"python": "CPython 3.11.0"},
        "started": "2026-11-21T12:00:00Z",
        "ended": "2026-11-21T12:00:01.5+00:00",
    },
    "decision": {
        "release": "1.0",
        "model": "m",
        "charter": "c",
        "run_result": 2,
        "clauses": {
            "drift": {
                "verdict": "unproven",
                "n": 3,
                "held": 2,
                "unknown": 1,
                "total": "1.500000000",
                "waived": True,
            }
        },
        "decision": "hold",
        "weaker": ["fog"],
        "waivers": [4],
        "as_of": NOW,
    },
    **said.SAID,
}
"""A statement of every kind; a single letter stands for a digest."""


def files() -> dict[str, bytes]:
    """Return what today's code writes, by name."""
    with tempfile.TemporaryDirectory() as name:
        return _written(Path(name))


def _written(place: Path) -> dict[str, bytes]:
    packs, catalog, charter = _inputs(place)
    signer = signer_of("log")
    log = Log.create(place / "log", "example.org/golden", signer, holder="harbour")
    log = Log.open(place / "log", signer)
    _gate(log, charter, catalog, "plain", share=3)
    bytes_of = _gate(log, charter, catalog, "hardened", share=19)
    last = len(log.statements()) - 1
    evidence = export(log)
    pinned = trust.read((place / "log" / "trust.json").read_bytes())
    found = verify.verify_bundle(evidence, pinned)
    assert found.ok, found.findings
    return {
        "charter.yaml": CHARTER.encode(),
        **{f"scenarios/{name}": data for name, data in packs.items()},
        "charter.json": charter.canonical,
        "scenarios.json": _json({one.name: one.digest for one in catalog.scenarios}),
        **bytes_of,
        "statements.jsonl": b"".join(_said(kind) + b"\n" for kind in statement.FIELDS),
        "trust.json": (place / "log" / "trust.json").read_bytes(),
        "checkpoint": (place / "log" / "checkpoint").read_bytes(),
        "remembered": remember.write(pinned.origin, found.leaves),
        "evidence.tar": evidence,
        "report.schema.json": SCHEMA.read_bytes(),
        "report.json": find("reports", "json").make().render(dossier(log, last, catalog)),
    }


def _inputs(place: Path) -> tuple[dict[str, bytes], Catalog, Charter]:
    packs = {"drift.yaml": DRIFT.encode(), "fog.yaml": FOG.encode()}
    (place / "scenarios").mkdir()
    for name, data in packs.items():
        (place / "scenarios" / name).write_bytes(data)
    catalog = read_packs(place / "scenarios")
    return packs, catalog, read_charter(CHARTER.encode(), place, catalog=catalog)


def _gate(log: Log, charter: Charter, catalog: Catalog, model: str, *, share: int) -> dict[str, bytes]:
    """Log a whole attempt in which so many of 20 cases hold, and return the blobs of its first shard."""
    plan = _plan(log, charter, catalog, model)
    begun = recorder.start(log, plan, charter, "somebody")
    records = [_record(begun, clause, shard, share) for clause in plan.clauses for shard in range(TAKE // SHARD)]
    control_of = {name: sorted(rules.controls_of(body)) for name, body in plan.to_json()["clauses"].items()}
    controls = {control: "found" for controls in control_of.values() for control in controls}
    entry = recorder.finish(log, begun.run_plan, records, controls, control_of)
    fields = {"os": "Linux", "python": "CPython 3.11.0", "package.seatrial": "0.1.0", "setting.executor": "inline"}
    recorder.environment(log, entry, fields, started="2026-11-21T12:00:00Z", ended="2026-11-21T12:01:00Z")
    judge.record(log, entry, charter.text, now=NOW)
    first = records[0]
    return {
        "plan.json": plan.blob,
        "observation.bin": first.computed or b"",
        "measured.bin": first.measured or b"",
        "stimuli.bin": first.stimuli or b"",
    }


def _plan(log: Log, charter: Charter, catalog: Catalog, model: str) -> Plan:
    pool = [sha256(b"golden case %d" % i).digest() for i in range(250)]
    weights = {name: sha256(text.encode()).hexdigest() for name, text in (("pilot.py", "pilot"), ("w.bin", model))}
    files = manifest.Manifest(weights, ("w.bin",))
    return Plan(
        model=files.model(dict(charter.target)),
        charter=charter.digest,
        target=dict(charter.target),
        cases={name: value for name, value in charter.cases.to_json().items() if name != "per_attempt"},
        pool=log.store.put(rules.pool_blob(sorted(pool), 800, 100)),
        members="",
        take=TAKE,
        shard=SHARD,
        code={"targets.callable": "seatrial 0.1.0", "adversaries.evasion.fgsm": "seatrial 0.1.0"},
        clauses=tuple(_promise(clause, catalog) for clause in charter.clauses),
        truth=digest(b"truth"),
        manifest=log.store.put(manifest.write(files)),
        catalog=catalog.digest,
    )


def _promise(clause: Clause, catalog: Catalog) -> Promise:
    use = clause.scenarios[0]
    scenario = catalog.get(use.scenario)
    threat, against = settle(scenario, use.parameters, bounds=(0.0, 1.0))
    tried = Trying(
        scenario=scenario.name,
        digest=scenario.digest,
        parameters=complete(scenario, use.parameters),
        threat=threat,
        stages=tuple(
            Stage(one.use, {"steps": 1, "random": False, "rate": 0.5}, ("evasion.linear",)) for one in against
        ),
        oracle=scenario.oracle,
        settings=dict(scenario.oracle_settings),
        metric=scenario.metric,
        presentations=scenario.presentations,
    )
    named = (clause.name, clause.because, clause.require, clause.severity, clause.advisory, clause.otherwise)
    return Promise(*named, (tried,), count=TAKE, members=0, shard=SHARD)


def _record(begun: Begun, clause: Promise, shard: int, share: int) -> ShardRecord:
    """Return a shard in which the first so many of 20 cases hold."""
    ids = begun.cases[shard * SHARD : (shard + 1) * SHARD]
    draws, rows = clause.tries[0].presentations, np.arange(SHARD)
    before = (rows[:, None] + np.array([0, 1])).astype(np.float32) / 32
    own = Batch(ids, before, labels=(rows % 3).astype(np.int64), groups=np.array(["north", "süd"])[rows % 2])
    held = np.where(rows < share, YES, NO).astype(np.int8)
    fold = Fold.empty(SHARD, draws)
    attempts = Attempts(stimuli=before + np.float32(1 / 64))
    answers = Answers(tried=(rows % 4,), errors=(("",) * SHARD,), seconds=(np.full(SHARD, 0.25),))
    fold.judge(rows, Verdicts(np.repeat(held[:, None], draws, axis=1), rows / 4 - 1.5), 0)
    fold.show(rows, attempts, answers, 0)
    fold.ledger.forwards[:], fold.ledger.queries[:], fold.seconds[:] = 3, 1, 0.25
    seen = fold.observation(own, measured=False)
    stimuli = packed(fold.specimens(own, answers, bytes(32))[:4])
    halves = {kind: encoded(kind, clause.name, shard, seen) for kind in ("computed", "measured")}
    return ShardRecord(clause.name, shard, "done", **halves, stimuli=stimuli)


def _said(kind: str) -> bytes:
    return statement.write(kind, said.subject(kind, digest(b"m")), _filled(SAID[kind]))


def _filled(value: object) -> object:
    if isinstance(value, dict):
        return {name: _filled(part) for name, part in value.items()}
    return digest(value.encode()) if isinstance(value, str) and len(value) == 1 else value


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()


def release() -> str:
    """Return the release that this tree will be or is: `0.1`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"]).rpartition(".")[0]


def out() -> bool:
    """Return whether that release is out: the changelog has a section of its name."""
    return f"## {release()}." in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def main() -> int:
    """Write the files of this release, unless it is out."""
    folder = HERE / f"v{release()}"
    if folder.is_dir() and out():
        print(f"{folder.name} is released: its files stay as they are; raise the version first", file=sys.stderr)
        return 2
    for name, data in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    print(
        f"{folder.relative_to(ROOT)}: {sum(one.stat().st_size for one in folder.rglob('*') if one.is_file()):,} bytes"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
