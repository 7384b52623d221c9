"""`seatrial log` as people type it: the list by default, and what can be shown of a log to others."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def decided(project):
    """A project with one decision in its log."""
    assert project.gate().code == 0
    return project


def test_the_list_needs_no_word_and_takes_its_options(decided) -> None:
    listed = decided.do("log")
    assert listed.code == 0
    assert "deploy" in listed.out
    for words in (
        ["list"],
        ["--limit", "5"],
        ["-n", "5"],
        ["charter.yaml"],
        ["list", "charter.yaml"],
        [decided.folder],
    ):
        done = decided.do("log", *words)
        assert (done.code, done.out) == (0, listed.out), words
    assert json.loads(decided.do("log", "--json").out) == json.loads(decided.do("log", "list", "--json").out)
    for word in ("--help", "-h"):
        said = decided.do("log", word).out
        for name in ("list", "prove", "check-proof", "check", "tiles", "copy", "checkpoint", "witness", "timestamp"):
            assert name in said


def test_every_entry_is_proved_and_anybody_can_check_it(decided, tmp_path) -> None:
    pinned = decided.folder / "trust.json"
    kinds = ["submission", "run-plan", "run-result", "environment", "decision"]
    for entry, kind in enumerate(kinds):
        file = tmp_path / f"{entry}.tlog-proof"
        assert decided.do("log", "prove", entry, "--out", file).code == 0
        printed = decided.do("log", "prove", entry)
        assert printed.out == file.read_text()
        done = decided.do("log", "check-proof", file, "--json")
        assert done.code == 0, done.err
        assert (done.json["entry"], done.json["entries"], done.json["kind"]) == (entry, 5, kind)
        outside = [sys.executable, "-m", "seatrial.proof", file, "--trust", pinned, "--json"]
        found = subprocess.run(outside, capture_output=True, text=True, check=True)
        assert json.loads(found.stdout) == done.json


def test_a_bare_proof_needs_the_entry(decided, tmp_path) -> None:
    (tmp_path / "entry").write_bytes(decided.entries[4])
    bare = decided.do("log", "prove", 4, "--bare", "--out", tmp_path / "bare")
    assert bare.code == 0
    assert decided.do("log", "check-proof", tmp_path / "bare").code == 5
    done = decided.do("log", "check-proof", tmp_path / "bare", "--entry-file", tmp_path / "entry")
    assert done.code == 0
    assert "decision" in done.out
    (tmp_path / "entry").write_bytes(decided.entries[3])
    done = decided.do("log", "check-proof", tmp_path / "bare", "--entry-file", tmp_path / "entry")
    assert done.code == 5
    assert "does not hold these bytes as entry 4" in done.problems


def test_a_proof_of_another_log_is_refused(decided, own, tmp_path) -> None:
    decided.do("log", "prove", 4, "--out", tmp_path / "proof")
    other = own(name="other", system="reader")
    done = other.do("log", "check-proof", tmp_path / "proof")
    assert done.code == 5
    assert "trusted is" in done.problems


def test_the_log_is_checked_published_and_copied(decided, tmp_path) -> None:
    assert "5 entries, as they were signed; not witnessed" in decided.do("log", "check").out
    assert decided.do("log", "check", "--json").json["beyond"] == 0
    done = decided.do("log", "tiles", tmp_path / "public")
    assert "5 entries: 2 new tiles, 0 as they were" in done.out
    assert "0 new tiles, 2 as they were" in decided.do("log", "tiles", tmp_path / "public").out
    assert (tmp_path / "public" / "checkpoint").read_text() == decided.do("log", "checkpoint").out
    assert "5 entries and" in decided.do("log", "copy", tmp_path / "copy").out
    assert decided.do("log", "copy", tmp_path / "copy", "--json").json["new"] == 0
    assert decided.do("verify", "--log", tmp_path / "copy").code == 0
    assert decided.do("log", "--log", tmp_path / "copy").out == decided.do("log").out


def test_what_a_crash_left_is_told(decided) -> None:
    whole = decided.log / "log"
    lines = whole.read_bytes()
    whole.write_bytes(lines + b'{"torn')
    assert decided.do("log", "check").code == 0
    whole.write_bytes(lines + b'{"payload":"bad"}\n')
    found = decided.do("log", "check", "--json")
    assert found.json["beyond"] == 1
    assert "1 more beyond the checkpoint" in decided.do("log", "check").out


def test_a_changed_entry_is_named(decided) -> None:
    whole = (decided.log / "log").read_bytes()
    at = whole.index(b"\n") + 200
    (decided.log / "log").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    done = decided.do("log", "check")
    assert done.code == 5
    assert "log:2" in done.problems


WRONG = [
    (["prove"], 2, "entry"),
    (["prove", "two"], 2, "integer"),
    (["prove", "--", "-1"], 2, "greater"),
    (["prove", "99"], 2, "there is no entry 99"),
    (["prove", "0", "--out", "no/such/folder/x"], 2, "cannot be written"),
    (["check-proof"], 2, "proof"),
    (["check-proof", "nothing"], 2, "cannot be read"),
    (["check-proof", "cases.npz"], 5, "not a proof"),
    (["check-proof", "cases.npz", "--trust", "nothing"], 2, "cannot be read"),
    (["check-proof", "cases.npz", "--trust", "model.py"], 5, ""),
    (["tiles"], 2, "folder"),
    (["tiles", "model.py"], 4, "model.py"),
    (["copy"], 2, "to"),
    (["copy", "mysql://x/y"], 4, "postgresql"),
    (["check", "--log", "/nowhere"], 4, "no evidence log"),
    (["nonsense"], 2, "no such charter"),
    (["--no-such-option"], 2, "--no-such-option"),
]
"""Words after `seatrial log`, the exit code, and what it says."""


def test_what_nobody_meant_is_told(decided) -> None:
    for words, code, says in WRONG:
        done = decided.do("log", *words)
        assert done.code == code, (words, done.err)
        assert says in done.problems.lower() or says in done.problems, words
        assert "Traceback" not in done.err
