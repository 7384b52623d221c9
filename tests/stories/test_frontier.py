"""The models of a log side by side."""

import json

from tests.stories.projects import CLEAN, FAR, NEAR, save_weights

import seatrial
from seatrial.evidence import lineage
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import load

BIN = {"low": 0.8, "high": 0.9, "count": 30, "confidence": 0.85, "accuracy": 0.5}
WORTH = {"before": {"ece": 0.2}, "after": {"ece": 0.03, "brier": 0.4, "bins": [BIN, {**BIN, "count": 0}]}}


def test_models_stand_side_by_side_with_what_made_them(net) -> None:
    assert net.do("model", "list").out == "The log knows no decision yet.\n"
    net.write(clauses=(CLEAN, NEAR))
    assert net.gate().code == 0
    save_weights(net.folder / "other.safetensors", ulps=1)
    assert net.gate("--weights", "other.safetensors").code == 0
    found = seatrial.models(net.charter, log=str(net.log))
    newest, first = found.rows
    assert found.clauses == ("clean", "near")
    assert first.rates.keys() == newest.rates.keys() == {"clean", "near"}
    assert (first.decision, newest.decision) == ("deploy", "deploy")
    best = max(found.rows, key=lambda row: sum(row.rates.values()))
    assert best.unbeaten
    told = net.do("model", "list")
    assert told.code == 0
    assert best.model.removeprefix("sha256:")[:12] + "*" in told.out
    assert [one["entry"] for one in net.do("model", "list", "--json").json["models"]] == [newest.entry, first.entry]


def test_what_a_remedy_measured_is_told(net) -> None:
    net.write(clauses=(CLEAN, FAR))
    assert net.gate().code == 6
    parent = seatrial.models(net.charter, log=str(net.log)).rows[0].model
    record = json.dumps({"calibration": {"clean": WORTH, "attacked": WORTH}, "cpu_seconds": 12.5}).encode()
    with_key = Log.open(net.log, load(net.folder.parent / "key"))
    made = lineage.Origin(parent=parent, remedy="calibration.temperature", made=record)
    lineage.record(with_key, parent, made, by="ann", at=1)
    row = seatrial.models(net.charter, log=str(net.log)).rows[0]
    assert (row.remedy, row.calibration) == ("calibration.temperature", {"clean": 0.03, "attacked": 0.03})
    assert row.scores == {"clean": {"brier": 0.4}, "attacked": {"brier": 0.4}}
    told = " ".join(net.do("model", "list", "--html", net.folder / "models.html").out.split())
    assert "ECE clean: 3.0% ECE attacked: 3.0% Latency: " in told
    assert row.latency > 0
    assert row.cost == 12.5
    assert "12 s" in told
    page = (net.folder / "models.html").read_text()
    assert "confidence 85.0%, right 50.0%, 30 cases" in page
    assert page.count("<circle") == 3
    clean, far = row.rates["clean"], row.rates["far"]
    assert f"clean {clean:.1%}, worst {far:.1%} (far)" in page
    assert "script" not in page
    assert page.encode() == seatrial.models(net.charter, log=str(net.log)).page()


def test_a_parent_is_measured_by_the_remedy_that_began_with_it_and_a_child_pays_for_both(net) -> None:
    net.write(clauses=(CLEAN, NEAR))
    assert net.gate().code == 0
    save_weights(net.folder / "other.safetensors", ulps=1)
    assert net.gate("--weights", "other.safetensors").code == 0
    child, parent = (one.model for one in seatrial.models(net.charter, log=str(net.log)).rows)
    with_key = Log.open(net.log, load(net.folder.parent / "key"))
    for model, before, spent in ((parent, "sha256:" + "ab" * 32, 30), (child, parent, 12)):
        record = json.dumps({"calibration": {"clean": WORTH}, "cpu_seconds": spent, "of": model}).encode()
        origin = lineage.Origin(parent=before, remedy="training.pgd", made=record)
        lineage.record(with_key, model, origin, by="ann", at=1)
    newest, first = seatrial.models(net.charter, log=str(net.log)).rows
    assert (newest.cost, first.cost) == (42, 30)
    assert newest.calibration == first.calibration == {"clean": 0.03}
    page = seatrial.models(net.charter, log=str(net.log)).page().decode()
    assert "What else is given up" in page
    assert 'aria-label="Training: ' in page


def test_it_says_what_is_live_and_how_to_go_back(net) -> None:
    net.write(clauses=(CLEAN, NEAR))
    assert net.gate().code == 0
    save_weights(net.folder / "other.safetensors", ulps=1)
    assert net.gate("--weights", "other.safetensors").code == 0
    newest, first = seatrial.models(net.charter, log=str(net.log)).rows
    assert "Live" not in net.do("model", "list").out
    for row in (first, newest):
        assert net.do("live", "--decision", row.entry, "--even-so", "a test").code == 0
    found = seatrial.models(net.charter, log=str(net.log))
    assert [row.live for row in found.rows] == [{"production": 100}, {}]
    (said,) = found.serving
    assert (said.models, said.before, said.decision) == ((newest.model,), first.model, first.entry)
    told = " ".join(net.do("model", "list").out.split())
    assert f"decision {first.entry}: seatrial rollback --reason ..." in told
    assert net.do("rollback", "--reason", "wrong digits").code == 0
    assert [row.live for row in seatrial.models(net.charter, log=str(net.log)).rows] == [{}, {"production": 100}]


def test_a_page_that_cannot_be_written_is_said_first(net) -> None:
    refused = net.do("model", "list", "--html", net.folder / "nowhere" / "models.html")
    assert refused.code == 2
    assert "--html" in refused.problems
