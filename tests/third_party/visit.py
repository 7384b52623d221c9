"""Run in a process that has the package `harbour` on its path: every `check_*` over every one of its plugins.

What was checked is printed as JSON, for the test to compare.
"""

import json
import sys
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seatrial import plugins
from seatrial.catalog.file import load
from seatrial.harden.remedy import Means
from seatrial.plan.plan import Stage
from seatrial.records.threat import Ball
from seatrial.testing.adversaries import check_adversary
from seatrial.testing.executors import check_executor
from seatrial.testing.metrics import check_metric
from seatrial.testing.oracles import check_oracle
from seatrial.testing.stores import check_store
from seatrial.testing.targets import check_target
from seatrial.trial.probation import Probation

ROOM = Path()
NONCE, TRIAL = bytes(range(32)), "sha256:" + "17" * 32


def cases():
    return plugins.find("cases", "harbour").make({"count": 12}, ROOM)


def adversary():
    check_adversary("harbour.fog")


def source():
    assert len(cases()) == 12
    assert cases().take(2, 5).labels.tolist() == [0, 0, 0]


def control():
    assert Probation("harbour.fog", Stage("harbour.fog", {"up": True}), "lit", {}, ()).passed(NONCE, TRIAL)
    assert not Probation("harbour.fog", Stage("harbour.fog", {"up": False}), "lit", {}, ()).passed(NONCE, TRIAL)


def executor():
    folder = Path(sys.argv[1])
    made = plugins.find("executors", "harbour").make()
    check_executor(made, folder)
    assert made.tally


def metric():
    check_metric(plugins.find("metrics", "calm"))


def oracle():
    assert check_oracle(plugins.find("oracles", "lit")) == ("scores",)


def remedy():
    weights = [np.ones(3), np.full(2, 4.0)]

    class Model:
        def module(self):
            kept = deepcopy(weights)
            return SimpleNamespace(
                parameters=lambda: [SimpleNamespace(data=Scaled(array)) for array in kept], kept=kept
            )

        def saved(self, module):
            return b"".join(array.tobytes() for array in module.kept)

    mended = plugins.find("remedies", "harbour.dim").make(factor=0.25).apply(Model(), cases(), Ball(), Means(bytes(32)))
    assert np.frombuffer(mended.weights).tolist() == [0.25, 0.25, 0.25, 1.0, 1.0]
    assert mended.record == {"recipe": "dim", "factor": 0.25, "cases": 12}


class Scaled:
    """What `torch.Tensor.mul_` does, for an array."""

    def __init__(self, array):
        self.array = array

    def mul_(self, factor):
        self.array *= factor


def report():
    clauses = (SimpleNamespace(verdict="held"), SimpleNamespace(verdict="breached"))
    dossier = SimpleNamespace(decision="reject", clauses=clauses)
    assert plugins.find("reports", "signal").make().render(dossier) == b"REJECT 1/2\n"


def signer():
    made = plugins.find("signers", "harbour").make()
    Ed25519PublicKey.from_public_bytes(made.public).verify(made.sign(b"ahoy"), b"ahoy")


def store():
    check_store(plugins.find("stores", "harbour").make)


def target():
    made = plugins.find("targets", "lighthouse").make({"kind": "lighthouse", "threshold": 0.4}, ROOM)
    check_target(made, cases().take(0, 12))


def pack():
    catalog = load()
    scenario = next(one for one in catalog.scenarios if one.id == "harbour/fog")
    assert scenario.adversaries[0].use == "harbour.fog"
    assert scenario.title == "Fog over the harbour"


VISITS = {
    "adversaries": adversary,
    "cases": source,
    "controls": control,
    "executors": executor,
    "metrics": metric,
    "oracles": oracle,
    "remedies": remedy,
    "reports": report,
    "signers": signer,
    "stores": store,
    "targets": target,
    "packs": pack,
}
NAMES = {"metrics": "calm", "oracles": "lit", "reports": "signal", "targets": "lighthouse", "remedies": "harbour.dim"}

if __name__ == "__main__":
    for visit in VISITS.values():
        visit()
    shelves = [shelf for shelf in VISITS if shelf != "packs"]
    names = {
        shelf: NAMES.get(shelf, "harbour.fog" if shelf in ("adversaries", "controls") else "harbour")
        for shelf in shelves
    }
    sys.stdout.write(json.dumps({shelf: plugins.origin(shelf, name) for shelf, name in names.items()}))
