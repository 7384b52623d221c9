"""How long an auditor waits: `python -m seatrial.proof` over a log of 10,000 entries, as a whole process.

    .venv/bin/python benchmarks/speed/verify_log.py [--rounds 7] [--quick]

The log holds 2,000 honest gates of five entries: all but the last try one case and prove nothing, the last tries 300
and deploys.  It is built once, with the parts of `proof/` alone, and kept in the system's folder for temporary files.
Interleaved with `import seatrial.proof.verify`, which every verification begins with.  Budget: 2 s.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.proof import ledger
from tests.proof.ledger import ORIGIN, Ledger, charter, clause, good, key, plan_of, public, trust

from seatrial.proof import bundle, checkpoint, merkle, rules
from seatrial.proof import trust as trusts
from seatrial.proof.canonical import digest, dumps

ENTRIES, QUICK = 10_000, 100
PER_GATE = 5
LAST = 300
"""Cases of the last gate."""
BUDGET = 2.0
TEXT = charter(clause("robust"))


class Long(Ledger):
    """The same ledger, for many entries: what the small one counts anew for every entry grows along with it."""

    def __init__(self, gates: int) -> None:
        super().__init__()
        self.tree = merkle.Tree()
        cases = (hashlib.sha256(b"case %d" % at).digest() for at in range(3 * (gates + LAST)))
        self.pool = self.put(rules.pool_blob(cases, 500, 100))
        self.free = set(rules.gate_cases(self.blobs[self.pool]))

    def checkpoint(self, size: int | None = None) -> bytes:
        assert size in (None, len(self.entries)), "a long ledger signs its end only"
        for data in self.entries[self.tree.size :]:
            self.tree.append(merkle.leaf_hash(data))
        return checkpoint.write(ORIGIN, self.tree.size, self.tree.root(), key("log").sign, public("log"))

    def tried(self, at: int, take: int) -> tuple[int, str]:
        """Submit a model and run it, as the attempt after `at` others; return the result's entry and the model."""
        model = digest(b"model %d" % at)
        plan = plan_of(model, TEXT, self.pool, "", take)
        said: dict[str, Any] = {"release": "1", "model": model, "charter": self.put(dumps(TEXT))}
        said |= {"trial": rules.trial(plan), "plan": self.put(dumps(plan)), "submitter": "runner"}
        submission = self.say("submission", model, said)
        signed = self.checkpoint()
        nonce = rules.nonce(signed)
        drawn = rules.slice_of(nonce, self.free, take)
        self.free -= set(drawn)
        said = {"submission": submission, "attempt": at + 1, "nonce": nonce.hex(), "members": None, "continues": None}
        said |= {"checkpoint": base64.b64encode(signed).decode(), "slice": self.put(b"".join(drawn))}
        result = self.result(self.say("run-plan", model, said), good)
        self.environment(result)
        return result, model

    def undecided(self, at: int) -> None:
        """Add a gate of one case, which proves nothing."""
        result, model = self.tried(at, 1)
        entry = {"verdict": "unproven", "n": 1, "held": 1, "unknown": 0, "total": None, "waived": False}
        said: dict[str, Any] = {"release": "1", "model": model, "charter": digest(dumps(TEXT)), "as_of": 0}
        said |= {"run_result": result, "clauses": {"robust": entry}, "decision": "hold", "weaker": [], "waivers": []}
        self.say("decision", model, said)


def built(entries: int) -> tuple[Path, Path]:
    """Return the bundle and the pinned keys, made if they are not there."""
    sources = Path(__file__).read_bytes() + Path(str(ledger.__file__)).read_bytes()
    folder = Path(tempfile.gettempdir()) / f"seatrial-verify-log-{entries}-{hashlib.sha256(sources).hexdigest()[:12]}"
    folder.mkdir(exist_ok=True)
    kept, pinned = folder / "evidence.tar", folder / "trust.json"
    if not kept.exists():
        begun = perf_counter()
        gates = entries // PER_GATE
        log = Long(gates)
        for at in range(gates - 1):
            log.undecided(at)
        log.decide(log.tried(gates - 1, LAST)[0], TEXT)
        assert len(log.entries) == entries
        pinned.write_bytes(trusts.write(trust()))
        kept.write_bytes(bundle.write(log.evidence()))
        print(f"built {kept} in {perf_counter() - begun:.0f} s", file=sys.stderr)
    return kept, pinned


def seconds(*words: str) -> float:
    """Return how long a Python process took, which must succeed."""
    begun = perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} entries, once")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    entries, rounds = (QUICK, 1) if options.quick else (ENTRIES, options.rounds)
    kept, pinned = built(entries)
    words = ("-m", "seatrial.proof", str(kept), "--trust", str(pinned))
    rows = [
        (seconds(*words), seconds(*words, "--all"), seconds("-c", "import seatrial.proof.verify"))
        for _ in range(rounds)
    ]
    whole, every, bare = zip(*rows, strict=True)
    result: dict[str, float | bool] = {"entries": entries, "megabytes": round(kept.stat().st_size / 1e6, 1)}
    for name, column in (("verify", whole), ("verify_all", every), ("import", bare)):
        result |= {f"{name}_min_s": round(min(column), 3), f"{name}_median_s": round(median(column), 3)}
    result["within_budget"] = median(whole) <= BUDGET
    print(json.dumps(result) if options.json else "\n".join(f"{name:20} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
