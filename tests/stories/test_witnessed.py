"""Others vouch for a log: witnesses in processes of their own, by hand, and what they catch."""

import json
import shutil
from contextlib import contextmanager

import pytest
from tests.evidence.witness.authority import Authority, needs_openssl
from tests.evidence.witness.sigstores import ISSUER, Sigstore
from tests.stories import projects

from seatrial.evidence.export import restored
from seatrial.evidence.log import Log
from seatrial.evidence.witness import kept
from seatrial.proof.__main__ import main as outsider

NAMES = ("w.example/1", "w.example/2")


@contextmanager
def serving(project, folder):
    """Serve a witness in another process, and yield where it listens."""
    process = project.start("witness", "serve", folder, "--listen", "127.0.0.1:0")
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on http://"), process.stderr.read() if process.poll() is not None else line
        yield line.split()[-1]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def made(project, folder, name=NAMES[0]):
    """Make a witness that knows the project's log, and return its verifier key."""
    key = project.do("witness", "init", folder, "--name", name)
    assert key.code == 0, key.err
    told = project.do("witness", "trust", folder, project.do("log", "key").out.strip())
    assert (told.code, told.out.strip()) == (0, Log.open(project.log).origin), told.err
    return key.out.strip()


@pytest.fixture
def project(own):
    return own(clauses=(projects.CLEAN,))


def test_a_gate_is_witnessed_by_two_processes_and_the_bundle_says_so(project, tmp_path) -> None:
    folders = [tmp_path / "w1", tmp_path / "w2"]
    keys = [made(project, folder, name) for folder, name in zip(folders, NAMES, strict=True)]
    with serving(project, folders[0]) as first, serving(project, folders[1]) as second:
        for key, url in zip(keys, (first, second), strict=True):
            assert project.do("keys", "witness", key, "--url", url).code == 0
        assert project.do("keys", "quorum", "--witness", "2").code == 0
        gated = project.do("gate", "--executor", "inline")
        assert (gated.code, "the witness" in gated.err) == (0, False), gated.err
        shown = project.do("log", "witness", "--json")
    assert shown.json["witnessed"]
    assert [one["name"] for one in shown.json["witnesses"]] == list(NAMES)
    assert project.do("export", "--bundle", tmp_path / "bundle.tar").code == 0
    trust = project.folder / "trust.json"
    found = project.do("verify", tmp_path / "bundle.tar", "--trust", trust, "--require", "witnessed", "--max-age", "1h")
    assert found.code == 0, found.out
    assert "assurance: witnessed: w.example/1 (" in found.out
    bare = project.shell("verify", tmp_path / "bundle.tar", "--trust", trust, "--require", "separate runner")
    assert (bare.code, "no separate runner" in bare.out) == (5, True)
    (tmp_path / "empty").mkdir()
    again = restored((tmp_path / "bundle.tar").read_bytes(), tmp_path / "empty", trust.read_bytes())
    assert [one.name for one in kept.witnessed(again)] == list(NAMES)
    assert kept.cosigned(again) == kept.cosigned(Log.open(project.log, pinned=trust.read_bytes()))
    seen = project.do("witness", "show", folders[0], "--json").json
    assert seen["logs"][0]["entries"] == len(project.entries)


def test_a_witness_that_is_down_holds_no_gate_up_and_the_next_command_asks_again(project, tmp_path) -> None:
    key = made(project, tmp_path / "w1")
    with serving(project, tmp_path / "w1") as url:
        pass
    project.do("keys", "witness", key, "--url", url)
    gated = project.do("gate", "--executor", "inline")
    assert gated.code == 0
    assert f"the witness {url} cannot be reached" in gated.problems
    assert "assurance: self-attested" in project.do("verify").out
    with serving(project, tmp_path / "w1") as again:
        found = project.do("log", "witness", again)
    assert found.code == 0, found.err
    assert "assurance: witnessed" in project.do("verify").out


def test_the_environment_names_witnesses_too(project, tmp_path, monkeypatch) -> None:
    project.do("keys", "witness", made(project, tmp_path / "w1"))
    assert project.do("log", "witness").code == 2
    with serving(project, tmp_path / "w1") as url:
        monkeypatch.setenv("SEATRIAL_WITNESS", url)
        project.gate()
    assert "assurance: witnessed" in project.do("verify").out
    monkeypatch.setenv("SEATRIAL_WITNESS", "none")
    assert project.do("log", "witness").code == 2


def test_a_witness_without_a_server_is_asked_by_hand(project, tmp_path) -> None:
    project.do("keys", "witness", made(project, tmp_path / "w1"))
    project.gate()
    stick = tmp_path / "stick"
    assert project.do("log", "witness", "--carry", stick).code == 0
    words = ("witness", "sign", tmp_path / "w1", "--checkpoint", stick / "checkpoint", "--proof", stick / "proof")
    signed = project.do(*words, "--out", stick / "answer")
    assert signed.code == 0, signed.err
    told = project.do("log", "witness", "--answer", stick / "answer")
    assert (told.code, "is witnessed" in told.out) == (0, True), told.err
    assert "assurance: witnessed" in project.do("verify").out
    before = len(project.entries)
    project.gate("--again")
    late = project.do("log", "witness", "--answer", stick / "answer")
    assert (late.code, "over this checkpoint" in late.problems) == (5, True)
    project.do("log", "witness", "--carry", stick, "--old", 0)
    refused = project.do(*words)
    assert (refused.code, f"--old {before}" in refused.problems) == (5, True)
    project.do("log", "witness", "--carry", stick, "--old", before)
    assert project.do(*words).out.startswith("\u2014 w.example/1 ")
    assert project.do("log", "witness", "--carry", stick, "--old", 99).code == 5


@pytest.mark.parametrize("lie", ["rolled back", "rewritten", "split"])
def test_the_holder_of_the_log_key_is_caught_by_a_witness_in_another_process(project, tmp_path, lie) -> None:
    """The log's holder has its key and can sign anything; the witness has seen what was there."""
    key = made(project, tmp_path / "w1")
    empty = shutil.copytree(project.log, tmp_path / "empty")
    with serving(project, tmp_path / "w1") as url:
        project.do("keys", "witness", key, "--url", url)
        if lie == "rolled back":
            project.gate()
            older = shutil.copytree(project.log, tmp_path / "older")
            project.gate("--again")
            _put_back(project, older)
        else:
            project.gate()
            if lie == "split":
                shutil.copytree(project.log, tmp_path / "shown to others")
            _put_back(project, empty)
            project.gate("--submitter", "somebody")
        found = project.do("log", "witness")
        assert found.code == 5, found.out + found.err
        assert "here are" in found.out if lie == "rolled back" else "another history" in found.out
    verified = project.do("verify", "--require", "witnessed")
    assert verified.code == 5, verified.out
    assert "not witnessed" in verified.out


def _put_back(project, older) -> None:
    """Do what the holder of the key would: another log in its place, and nothing beside the charter that remembers."""
    shutil.rmtree(project.log)
    shutil.copytree(older, project.log)
    (project.folder / "checkpoint.txt").unlink(missing_ok=True)
    (project.log / "cosigned").unlink(missing_ok=True)


def test_what_cannot_be_is_said_before_anything_is_sent(project, tmp_path) -> None:
    assert "names no witness" in project.do("log", "witness", "http://127.0.0.1:9").problems
    assert project.do("keys", "witness", "nonsense").code == 2
    assert project.do("keys", "witness", made(project, tmp_path / "w1"), "--url", "ftp://x").code == 2
    assert "no verifier key" in project.do("witness", "trust", tmp_path / "w1", "nonsense").problems
    assert "no witness here" in project.do("witness", "show", tmp_path / "nowhere").problems
    assert "no address" in project.do("witness", "serve", tmp_path / "w1", "--listen", "nowhere").problems
    assert "no span of time" in project.do("verify", "--max-age", "soon").problems
    assert "did you mean witnessed" in project.do("verify", "--require", "witness").problems
    assert project.do("keys", "quorum", "--witness", "2").code == 5


@needs_openssl
def test_an_authority_says_when_and_the_bundle_carries_it(project, tmp_path) -> None:
    pytest.importorskip("rfc3161_client")
    authority = Authority(tmp_path / "authority")
    project.gate()
    assert "pins no" in project.do("log", "timestamp", "--url", "http://127.0.0.1:9").problems
    assert project.do("keys", "authority", authority.folder / "root.pem").code == 0
    with authority.serving() as url:
        stamped = project.do("log", "timestamp", "--url", url)
    assert (stamped.code, "harbour: there by 20" in stamped.out) == (0, True), stamped.err
    assert "on the word of harbour" in project.do("verify").out
    project.do("export", "--bundle", tmp_path / "bundle.tar")
    trust = project.folder / "trust.json"
    found = project.do("verify", tmp_path / "bundle.tar", "--trust", trust, "--checks")
    assert (found.code, "ok      timestamp: a timestamp is over this checkpoint" in found.out) == (0, True)
    assert outsider([str(tmp_path / "bundle.tar"), "--trust", str(trust)]) == 0
    foreign = json.loads(trust.read_text()) | {"timestamps": []}
    (tmp_path / "other.json").write_text(json.dumps(foreign))
    other = project.do("verify", tmp_path / "bundle.tar", "--trust", tmp_path / "other.json")
    assert "was not checked (your trust file pins no authority)" in other.out


@needs_openssl
def test_an_authority_may_be_asked_by_hand_and_a_bad_answer_is_refused(project, tmp_path) -> None:
    pytest.importorskip("rfc3161_client")
    authority, foreign = Authority(tmp_path / "authority"), Authority(tmp_path / "foreign")
    project.gate()
    project.do("keys", "authority", authority.folder / "root.pem")
    asked, answer = tmp_path / "asked", tmp_path / "answer"
    assert project.do("log", "timestamp", "--request", asked).code == 0
    answer.write_bytes(foreign.answer(asked.read_bytes()))
    assert project.do("log", "timestamp", "--response", answer).code == 5
    answer.write_bytes(authority.answer(asked.read_bytes()))
    assert project.do("log", "timestamp", "--response", answer).code == 0
    project.gate("--again")
    late = project.do("log", "timestamp", "--response", answer)
    assert (late.code, "has the log grown" in late.problems) == (5, True)
    assert project.do("log", "timestamp").code == 2
    assert project.do("log", "timestamp", "--response", tmp_path / "none").code == 2


def test_a_signature_of_an_identity_is_checked_offline(project, tmp_path) -> None:
    pytest.importorskip("sigstore")
    service = Sigstore()
    root, bundle, note = service.trusted(tmp_path / "root.json"), tmp_path / "bundle", project.folder / "checkpoint.txt"
    bundle.write_text(json.dumps(service.sign(note.read_bytes(), "ann@example.com")))
    words = ("keys", "keyless", note, "--bundle", bundle, "--root", root, "--issuer", ISSUER, "--subject")
    told = project.do(*words, "ann@example.com")
    assert told.out.strip() == (
        "signed by ann@example.com, on the word of https://accounts.example.com (entry 2, 2026-03-03T10:00:00Z)"
    )
    assert project.do(*words, "eve@example.com").code == 5
    assert project.do(*words[:4], tmp_path / "none", *words[5:], "ann@example.com").code == 2
