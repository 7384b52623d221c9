"""The first hour: a model and data in ordinary files, three commands, a verdict that anyone can verify."""

import pytest
import yaml
from tests.stories.newcomer import NAMES, Desk, write_pictures, write_table

from seatrial.evidence.log import Log


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.setenv("SEATRIAL_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "key"))
    (tmp_path / "work").mkdir()
    return Desk(tmp_path / "work")


def verified(desk):
    """What `verify` says of the evidence, exported as for an auditor."""
    assert desk.do("export", "evidence.tar")[0] == 0
    return desk.do("verify", "evidence.tar", "--trust", "trust.json")


def decided(desk):
    return [one.predicate for one in Log.open(desk.folder.parent / "log").statements() if one.kind == "decision"]


def test_a_scikit_learn_pipeline_and_a_csv(desk) -> None:
    write_table(desk.folder)
    code, out, err = desk.do("init", "--model", "model.skops", "--data", "rows.csv", "--yes", "--quiet")
    assert code == 0, err
    assert "first draft" in out
    charter = yaml.safe_load(desk.charter.read_text())
    assert charter["target"]["kind"] == "sklearn"
    assert charter["cases"]["columns"]["mean_area"] == "text"
    assert charter["cases"]["classes"] == ["benign", "malignant"]
    assert {"clean", "missing-field", "out-of-schema"} <= set(charter["clauses"])
    assert desk.do("lint")[0] == 0
    code, out, err = desk.do("plan", "--quiet")
    assert code == 0, err
    assert "attempt 1" in out
    code, out, err = desk.do("gate", "--quiet", "--executor", "inline")
    assert code == 0, out + err
    assert "DEPLOY" in out
    assert (desk.folder / ".seatrial/reports/attempt-1/report.html").is_file()
    assert [one["decision"] for one in decided(desk)] == ["deploy"]
    code, out, err = verified(desk)
    assert code == 0, err
    assert "deploy" in out


def test_a_torch_module_and_a_folder_of_pictures(desk) -> None:
    write_pictures(desk.folder)
    words = ("--model", "model.py:build", "--weights", "model.safetensors", "--data", "images")
    code, out, err = desk.do("init", *words, "--classes", ",".join(NAMES), "--yes", "--quiet")
    assert code == 0, err
    assert "--eps 0.1" in out
    charter = yaml.safe_load(desk.charter.read_text())
    assert charter["target"]["input"] == {"shape": [1, 8, 8], "range": [0, 1]}
    assert charter["target"]["gives"] == "logits"
    assert charter["cases"] | {"classes": NAMES, "mode": "L", "size": [8, 8]} == charter["cases"]
    attack = charter["clauses"]["imperceptible-change"]
    assert attack["scenarios"] == [{"use": "evasion/pgd-linf", "eps": 0.1}]
    assert attack["otherwise"] == "training.pgd"
    code, out, err = desk.do("plan", "--quiet")
    assert code == 0, err
    code, out, err = desk.do("gate", "--quiet", "--executor", "inline")
    assert code in (3, 6), "an ordinary network does not hold against gradients: " + out + err
    [decision] = decided(desk)
    assert decision["decision"] == {3: "hold", 6: "reject"}[code]
    assert decision["clauses"]["clean"]["verdict"] == "held"
    assert decision["clauses"]["imperceptible-change"]["verdict"] != "held"
    assert (desk.folder / ".seatrial/reports/attempt-1/report.html").is_file()
    code, out, err = verified(desk)
    assert code == 0, err
