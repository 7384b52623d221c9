"""Models that do not name one class, under a charter: a number within a tolerance, many labels at once, one sigmoid."""

import re

import numpy as np
import pytest

import seatrial
from seatrial.errors import SeatrialError

CHARTER = """
charter: 1
system: {{name: heads, release: "1", owner: tests}}
target: {{kind: callable, load: "heads_model:{load}", input: {{shape: [4], range: [0, 1]}}, {target}}}
cases: {{kind: npz, path: cases.npz, gate: 50%, rehearsal: 50%, {cases}}}
clauses:
  near:
    because: a small change must not move the answer far
    scenarios: [{{threat: {{kind: ball, norm: linf, eps: {eps}}}, against: [evasion.square], oracle: {oracle}}}]
    require: held_rate >= 0.5 at 95%
"""
MODEL = """
import numpy as np

WEIGHTS = np.array([[1.0, -1.0, 0.5, 0.0], [0.0, 1.0, 1.0, -1.0]])


def value(x):
    return np.asarray(x) @ WEIGHTS[0]


def flags(x):
    return {"features": x, "scores": np.asarray(x) @ WEIGHTS.T - 0.4}


def single(x):
    return 1 / (1 + np.exp(-4 * (np.asarray(x) @ WEIGHTS[0])))
"""
X = np.random.default_rng(5).uniform(0.2, 0.8, (60, 4)).astype(np.float32)
WEIGHTS = np.array([[1.0, -1.0, 0.5, 0.0], [0.0, 1.0, 1.0, -1.0]])
HEADS = {
    "value": ("gives: value, tolerance: 0.3", "truth: values", X @ WEIGHTS[0], "within"),
    "flags": ("gives: logits, many: true, output: scores", "truth: flags", (X @ WEIGHTS.T > 0.4) * 1, "same_label"),
    "single": ("gives: probabilities, classes: 2", "classes: 2", (X @ WEIGHTS[0] > 0) * 1, "same_label"),
}


def project(folder, head, eps, **changed):
    target, cases, y, oracle = HEADS[head]
    whole = {"load": head, "target": target, "cases": cases, "eps": eps, "oracle": oracle, **changed}
    (folder / "charter.yaml").write_text(CHARTER.format(**whole))
    (folder / "heads_model.py").write_text(MODEL)
    np.savez(folder / "cases.npz", x=X, y=y)
    return folder / "charter.yaml"


@pytest.mark.parametrize(
    ("head", "little", "much"), [("value", 0.05, 0.2), ("flags", 0.005, 0.3), ("single", 0.005, 0.3)]
)
def test_a_clause_holds_under_a_small_change_and_breaks_under_a_large_one(tmp_path, head, little, much):
    for eps, held in ((little, True), (much, False)):
        (row,) = seatrial.rehearse(project(tmp_path, head, eps), executor="inline").clauses
        assert row.n > 15
        assert row.unknown == 0
        assert (row.held / row.n > 0.8) is held
        assert (row.held / row.n < 0.4) is not held


@pytest.mark.parametrize(
    ("head", "changed", "expected"),
    [
        ("value", {"target": "gives: value"}, "no tolerance|none is declared|does not say how far"),
        ("flags", {"cases": "classes: 2"}, "has shape"),
        ("flags", {"target": "gives: logits, output: scores"}, "write many: true in the target block"),
        ("flags", {"target": "gives: logits, many: true, output: score"}, "did you mean scores"),
        ("single", {"target": "gives: probabilities"}, "classes: 2; or a number: gives: value"),
        ("value", {"target": "gives: value, tolerance: -1"}, "tolerance: must be a number above 0"),
    ],
)
def test_what_is_left_out_is_asked_for(tmp_path, head, changed, expected):
    path = project(tmp_path, head, 0.1, **changed)
    try:
        done = seatrial.rehearse(path, executor="inline")
        said = " ".join(done.reasons)
    except SeatrialError as error:
        said = str(error)
    assert re.search(expected, said), said
