"""The record of a gate: said again without the model, verified by anybody, and found out when a byte of it changes."""

import json
import os
import subprocess
import sys

import pytest
from tests.stories import projects
from tests.stories.projects import CLEAN, FAR, NEAR

from seatrial.evidence.log import Log

REPORTS = ("text", "json", "html")


@pytest.fixture
def gated(net):
    """A project whose gate ended in a reject, with broken cases in its record."""
    net.write(clauses=(CLEAN, FAR))
    assert net.gate().code == 6
    return net


def outside(project, *words, folder):
    """Run the verifier of an outsider, who has a bundle and a trust.json."""
    return subprocess.run(
        [sys.executable, "-m", "seatrial.proof", *map(str, words)],
        capture_output=True,
        text=True,
        cwd=folder,
        check=False,
        timeout=60,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )


def test_reports_and_judgement_need_no_model(gated) -> None:
    before = {name: gated.do("report", "--as", name).out for name in REPORTS}
    entries = gated.entries
    for name in ("net.safetensors", "net.py", "cases.npz"):
        (gated.folder / name).unlink()
    for name in REPORTS:
        done = gated.do("report", "--as", name)
        assert done.code == 0, done.err
        assert done.out == before[name]
    assert json.loads(before["json"])["decision"] == "reject"
    assert "REJECT" in before["text"]
    done = gated.do("judge", "--json")
    assert (done.code, done.json["decision"]) == (6, "reject")
    assert gated.entries == entries
    gated.write(clauses=(CLEAN, FAR.replace("0.70", "0.75")))
    assert gated.do("judge").code == 6
    assert len(gated.entries) == len(entries) + 1
    assert gated.do("verify").code == 0


def test_a_report_goes_into_a_file(gated, tmp_path) -> None:
    done = gated.do("report", "--as", "html", "--output", tmp_path / "page.html")
    assert done.code == 0
    assert (tmp_path / "page.html").read_text() == gated.do("report", "--as", "html").out
    assert (gated.folder / ".seatrial/reports/attempt-1/report.html").read_text().count("<article") == 2


def test_judging_another_target_is_refused(gated) -> None:
    projects.save_weights(gated.folder / "other.safetensors", ulps=1)
    done = gated.do("judge", "--weights", "other.safetensors")
    assert done.code == 2
    assert "--weights net.safetensors" in done.problems


def test_an_outsider_verifies_a_bundle(gated, tmp_path) -> None:
    done = gated.do("export", tmp_path / "evidence.tar")
    assert done.code == 0
    found = outside(gated, "evidence.tar", "--trust", gated.folder / "trust.json", folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "verified: reject" in found.stdout
    ours = gated.do("verify", tmp_path / "evidence.tar", "--trust", gated.folder / "trust.json", "--json")
    assert (ours.code, ours.json["verified"]) == (0, True)
    assert ours.json["decision"]["decision"] == "reject"
    assert gated.do("verify", "--all").code == 0


def test_a_bundle_without_stimuli_still_verifies(gated, tmp_path) -> None:
    assert gated.do("export", tmp_path / "whole.tar").code == 0
    assert gated.do("export", tmp_path / "bare.tar", "--withhold-stimuli").code == 0
    whole, bare = ((tmp_path / name).read_bytes() for name in ("whole.tar", "bare.tar"))
    assert len(bare) < len(whole)
    assert b"SEASTIM1" in whole
    assert b"SEASTIM1" not in bare
    found = outside(gated, "bare.tar", "--trust", gated.folder / "trust.json", folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_bundle_needs_a_trust_that_does_not_come_with_it(gated, tmp_path) -> None:
    gated.do("export", tmp_path / "evidence.tar")
    done = gated.do("verify", tmp_path / "evidence.tar")
    assert done.code == 2
    assert "--trust" in done.problems


def test_a_bundle_under_the_trust_of_another_is_refused(gated, tmp_path, monkeypatch) -> None:
    gated.do("export", tmp_path / "evidence.tar")
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "key"))
    other = projects.make(tmp_path / "other")
    assert other.do("init", "--log", tmp_path / "log").code == 0
    done = gated.do("verify", tmp_path / "evidence.tar", "--trust", other.folder / "trust.json")
    assert done.code == 5


def test_every_decision_can_be_exported_and_verified(gated, tmp_path) -> None:
    gated.write(clauses=(CLEAN, NEAR))
    projects.save_weights(gated.folder / "net.safetensors", ulps=1)
    assert gated.gate().code in (0, 3)
    decisions = [seq for seq, said in enumerate(Log.open(gated.log).statements()) if said.kind == "decision"]
    for seq in decisions:
        done = gated.do("export", tmp_path / "one.tar", "--decision", seq)
        assert (done.code, f"--decision {seq}" in done.out) == (0, True)
        pinned = gated.folder / "trust.json"
        done = gated.do("verify", tmp_path / "one.tar", "--trust", pinned, "--decision", seq, "--json")
        assert done.code == 0, done.out
        assert done.json["entry"] == seq
        assert gated.do("verify", "--decision", seq).code == 0
    gated.do("export", tmp_path / "first.tar", "--decision", decisions[0])
    done = gated.do("verify", tmp_path / "first.tar", "--trust", gated.folder / "trust.json")
    assert done.code == 5, "an earlier decision never stands in for the last one unasked"


def flipped(path, at=None):
    """Change one bit of a file, and return what it was."""
    data = path.read_bytes()
    at = len(data) // 2 if at is None else at
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    return data


def test_a_changed_bit_anywhere_in_the_log_is_found_and_named(gated) -> None:
    """Every line of the log, its checkpoint, and what it says of whose it is."""
    line = 0
    for line, text in enumerate((gated.log / "log").read_bytes().splitlines()):
        whole = (gated.log / "log").read_bytes()
        flipped(gated.log / "log", whole.index(text) + len(text) // 2)
        for words in (("verify",), ("gate", "--quiet"), ("report",), ("judge",)):
            done = gated.do(*words)
            assert done.code == 5, (words, done.err, done.out)
            assert f"log:{line + 1}" in done.problems, (words, done.err)
        (gated.log / "log").write_bytes(whole)
    assert line == 4
    whole = flipped(gated.log / "checkpoint")
    done = gated.do("verify")
    assert (done.code, "checkpoint" in done.problems) == (5, True), done.err
    (gated.log / "checkpoint").write_bytes(whole)
    assert gated.do("verify").code == 0


def test_a_changed_trust_is_found(gated) -> None:
    pin = gated.folder / "trust.json"
    said = json.loads(pin.read_text())
    text = json.dumps(said)
    assert "sorter" in text
    whole = pin.read_bytes()
    pin.write_bytes(whole.replace(b"sorter", b"sortes"))
    for words in (("verify",), ("gate", "--quiet"), ("report",)):
        done = gated.do(*words)
        assert done.code == 5, (words, done.err)
        assert "trust" in done.problems
    pin.write_bytes(whole[:-3])
    assert gated.do("verify").code == 5
    pin.write_bytes(whole)
    assert gated.do("verify").code == 0


def test_a_changed_bit_in_any_blob_that_the_decision_rests_on_is_found_and_named(gated, tmp_path) -> None:
    gated.do("export", tmp_path / "evidence.tar")
    listed = subprocess.run(["tar", "-tf", tmp_path / "evidence.tar"], capture_output=True, text=True, check=True)
    needed = {name.removeprefix("blobs/") for name in listed.stdout.splitlines() if name.startswith("blobs/")}
    blobs = [path for path in (gated.log / "blobs").rglob("*") if path.is_file() and name_of(gated, path) in needed]
    assert len(blobs) == len(needed) > 8
    for path in blobs:
        whole = flipped(path)
        done = gated.do("verify")
        assert done.code == 5, path
        assert name_of(gated, path)[:16] in done.problems + done.out, done.err
        path.write_bytes(whole)
        path.rename(tmp_path / "away")
        done = gated.do("verify")
        assert done.code in (4, 5), path
        assert name_of(gated, path)[:16] in done.problems + done.out, done.err
        (tmp_path / "away").rename(path)
    assert gated.do("verify").code == 0


def name_of(project, path):
    """Return the hexadecimal digest that a blob is stored under."""
    return "".join(path.relative_to(project.log / "blobs").parts)[-64:]


def test_a_changed_bit_anywhere_in_a_bundle_is_found(gated, tmp_path) -> None:
    bundle = tmp_path / "evidence.tar"
    gated.do("export", bundle)
    size = bundle.stat().st_size
    for at in range(5, size, size // 23):
        whole = flipped(bundle, at)
        done = gated.do("verify", bundle, "--trust", gated.folder / "trust.json")
        assert done.code == 5, at
        bundle.write_bytes(whole)
    bundle.write_bytes(whole[: size // 2])
    assert gated.do("verify", bundle, "--trust", gated.folder / "trust.json").code == 5
    bundle.write_bytes(b"")
    assert gated.do("verify", bundle, "--trust", gated.folder / "trust.json").code == 5


def test_a_log_that_was_shortened_is_found(gated, tmp_path) -> None:
    """The project remembers how long the log was: an older copy of the whole folder is not enough."""
    backup = {path: path.read_bytes() for path in (gated.log / "log", gated.log / "checkpoint")}
    projects.save_weights(gated.folder / "net.safetensors", ulps=1)
    assert gated.gate().code == 6
    for path, data in backup.items():
        path.write_bytes(data)
    done = gated.gate()
    assert done.code == 5
    assert "the project remembers" in done.problems


def test_replays_of_a_record(gated) -> None:
    for level, unit in (("r0", "checks"), ("r1", "decisions"), ("r2", "shards")):
        done = gated.do("replay", "--quiet", "--level", level, "--executor", "inline")
        assert done.code == 0, done.err
        assert unit in done.out
    shown = gated.do("replay", "--quiet", "--level", "r3", "--json")
    assert shown.code == 0
    assert (shown.json["compared"] > 0, shown.json["held"]) == (True, 0)
    assert gated.do("replay", "--level", "r9").code == 2


def test_a_replay_that_differs_names_the_first_case(project) -> None:
    """A model whose answers depend on the hour is found out: the files are the same, the bytes are not."""
    mood = project.folder.parent / "mood"
    mood.write_text("1.0")
    text = projects.MODEL.format(centres=projects.centres().tolist())
    project.file(
        "model.py",
        "import pathlib\n" + text.replace("return 4", f"return float(pathlib.Path({str(mood)!r}).read_text()) * 4"),
    )
    assert project.gate().code == 0
    mood.write_text("1.5")
    done = project.do("replay", "--quiet", "--executor", "inline")
    assert done.code == 5, done.out
    assert "shard" in done.problems
    assert "case" in done.problems
    assert project.do("verify").code == 0


def test_plan_says_what_a_gate_would_be_and_logs_nothing(project) -> None:
    done = project.do("plan", "--quiet", "--json")
    assert done.code == 0, done.err
    assert project.entries == []
    assert (done.json["attempt"], done.json["replay"]) == (1, False)
    assert [row["cases"] for row in done.json["clauses"]] == [60, 60]
    assert all(row["chances"]["held"] > 0.99 for row in done.json["clauses"])
    worse = project.do("plan", "--quiet", "--json", "--rate", "noise=0.3", "--pilot", "0").json["clauses"][1]
    assert worse["chances"]["breached"] > 0.99
    assert project.do("plan", "--rate", "noise").code == 2
    assert project.do("plan", "--rate", "noise=2").code == 2
    assert project.gate().code == 0
    assert project.do("plan", "--quiet", "--json").json["replay"] is True


def test_what_is_for_scripts_parses(project) -> None:
    for words in (
        ("lint", "--json"),
        ("run", "--quiet", "--json"),
        ("judge", "--json"),
        ("gate", "--quiet", "--json"),
        ("rehearse", "--quiet", "--json"),
        ("plan", "--quiet", "--json"),
        ("replay", "--quiet", "--json"),
        ("verify", "--json"),
        ("report", "--as", "json"),
        ("catalog", "list", "--json"),
        ("catalog", "show", "evasion/pgd-linf", "--json"),
    ):
        done = project.do(*words)
        assert done.code == 0, (words, done.err)
        assert isinstance(done.json, dict), words
        assert done.err == "", words
