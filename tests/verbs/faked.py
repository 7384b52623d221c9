"""A result of an attack with ten cases, two of them broken and two untried."""

from dataclasses import fields

import numpy as np

from seatrial.records.batch import Array
from seatrial.records.threat import Ball
from seatrial.targets.target import Face
from seatrial.verbs.attacked import Attacked, Setting

CAME = ["broken", "broken", "held", "held", "held", "held", "wrong", "unknown", "untried", "untried"]


def attacked(*, threat=None, draws=1, **changed) -> Attacked:
    face = Face(Array, "logits", (3, 4), 0.0, 1.0, 5)
    outcome = np.array(changed.pop("outcome", CAME))
    whole = {
        "setting": Setting(threat or Ball(), "evasion.standard", {"tier": "quick"}, 0, draws, face),
        "outcome": outcome,
        "by": tuple("pairs" if one == "broken" else "" for one in outcome),
        "labels": np.zeros(10, dtype=np.int64),
        "said": ("1",) * 10,
        "margin": np.linspace(-1, 1, 10),
        "distance": np.full(10, 8 / 255),
        "forwards": np.full(10, 10),
        "backwards": np.full(10, 5),
        "queries": np.full(10, 3),
        "clean": np.isin(outcome, ("held", "broken")),
        "shares": (outcome == "held").astype(float),
        "adversarial": np.zeros((10, 3, 4), dtype=np.float32),
        "notes": ("it was interrupted",),
        "seconds": 1.5,
        **changed,
    }
    assert whole.keys() <= {field.name for field in fields(Attacked)}
    return Attacked(**whole)
