"""The command that an outsider runs, in an environment that has nothing else."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import seatrial
from seatrial.proof import bundle, inclusion, merkle, trust
from seatrial.proof.__main__ import main
from tests.proof import ledger
from tests.proof.attacks import sampled
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, story, weak

SCRIPT = """
import runpy, sys
sys.path.insert(0, {folder!r})
sys.argv = ["seatrial.proof", *{arguments!r}]
try:
    runpy.run_module("seatrial.proof", run_name="__main__")
except SystemExit as end:
    ours = {{"seatrial", "cryptography", "cffi", "_cffi_backend", "_openssl", "__main__"}}
    allowed = set(sys.stdlib_module_names) | ours
    loaded = {{name.partition(".")[0] for name in sys.modules}}
    foreign = sorted(name for name in loaded - allowed if not name.startswith(("_sysconfigdata", "__mp")))
    rooms = sorted(name for name in sys.modules if name.startswith("seatrial."))
    print("LOADED", foreign, [room for room in rooms if room.split(".")[1] not in ("proof", "errors")])
    sys.exit(end.code)
"""


@pytest.fixture
def files(tmp_path) -> Path:
    (tmp_path / "bundle.tar").write_bytes(bundle.write(story().evidence()))
    (tmp_path / "trust.json").write_bytes(trust.write(ledger.trust()))
    return tmp_path


@pytest.fixture
def bare(tmp_path) -> Path:
    """A folder that holds proof/, its one error file, and cryptography: nothing else is importable."""
    source = Path(seatrial.__file__).parent
    (tmp_path / "bare" / "seatrial").mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "proof"):
        (tmp_path / "bare" / "seatrial" / name).symlink_to(source / name)
    for name in ("cryptography", "cffi", "_cffi_backend"):
        found = importlib.util.find_spec(name)
        if found and found.origin:
            place = Path(found.origin)
            place = place.parent if place.name == "__init__.py" else place
            (tmp_path / "bare" / place.name).symlink_to(place)
    return tmp_path / "bare"


def run(*arguments: object, capsys) -> tuple[int, str]:
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_it_verifies_where_nothing_else_is_installed(files, bare) -> None:
    arguments = [str(files / "bundle.tar"), "--trust", str(files / "trust.json"), "--all"]
    script = SCRIPT.format(folder=str(bare), arguments=arguments)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": os.defpath},
    )
    assert done.returncode == 0, done.stderr
    assert "verified: deploy" in done.stdout
    assert done.stdout.endswith("LOADED [] []\n")


def test_what_it_prints(files, capsys) -> None:
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
    assert code == 0
    assert "slices" in text.partition("checked, and nothing found: ")[2].partition("not asked for")[0]
    assert "robust: held (30 of 30 held, 0 unknown)" in text
    assert "assurance: self-attested" in text


def test_json(files, capsys) -> None:
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", "--json", capsys=capsys)
    told = json.loads(text)
    assert (code, told["verified"], told["assurance"]) == (0, True, "self-attested")
    assert told["decision"]["decision"] == "deploy"
    assert all(not check["problems"] for check in told["checks"])


def test_another_decision(files, capsys) -> None:
    (files / "first.tar").write_bytes(bundle.write(story().evidence(4)))
    code, text = run(files / "first.tar", "--trust", files / "trust.json", "--decision", 4, capsys=capsys)
    assert code == 0
    assert "verified: reject (entry 4 of 10)" in text


def test_evidence_that_does_not_verify_is_5_and_named(files, capsys) -> None:
    data = (files / "bundle.tar").read_bytes().replace(b'"unknown"', b'"unKnown"', 1)
    (files / "bundle.tar").write_bytes(data)
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
    assert code == 5
    assert "FAILED  blobs" in text
    assert "NOT VERIFIED" in text
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", "--json", capsys=capsys)
    assert (code, json.loads(text)["verified"]) == (5, False)


def test_a_broken_trust_file_is_5(files, capsys) -> None:
    (files / "trust.json").write_text("{}")
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
    assert code == 5
    assert "trust file" in text
    told = json.dumps({"log": {"origin": "a/b", "key": "abc", "holder": ""}, "people": {}, "quorum": {}})
    (files / "trust.json").write_text(told.replace('"quorum": {}', '"quorum": {"approve": 1, "waive": 1}'))
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
    assert code == 5
    assert "'abc' is not the base64 of a raw Ed25519 public key" in text


def test_a_file_that_is_no_bundle_has_one_finding(files, capsys) -> None:
    for data in (b"", b"hello"):
        (files / "bundle.tar").write_bytes(data)
        code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
        assert code == 5
        assert "the file is no bundle: it ends before its first entry" in text
        assert text.rstrip().endswith("NOT VERIFIED: 1 finding")


def test_bad_commands_are_2(files, capsys) -> None:
    for arguments in (
        [],
        [files / "bundle.tar"],
        [files / "bundle.tar", "--trust", files / "nowhere"],
        [files / "nowhere", "--trust", files / "trust.json"],
        [files, "--trust", files / "trust.json"],
        [files / "bundle.tar", "--trust", files / "trust.json", "--decision", "x"],
        [files / "bundle.tar", "--trust", files / "trust.json", "--remember", files / "no" / "folder"],
    ):
        assert run(*arguments, capsys=capsys)[0] == 2, arguments


def test_it_remembers(files, capsys) -> None:
    given = (files / "bundle.tar", "--trust", files / "trust.json", "--remember", files / "kept")
    assert "self-attested" in run(*given, capsys=capsys)[1]
    assert "assurance: remembered" in run(*given, capsys=capsys)[1]
    kept = (files / "kept").read_bytes()

    older = Ledger()
    older.gate(MODEL_A, charter(), weak)
    (files / "bundle.tar").write_bytes(bundle.write(older.evidence()))
    code, text = run(*given, capsys=capsys)
    assert code == 5
    assert "an older state is shown" in text
    assert (files / "kept").read_bytes() == kept

    other = Ledger()
    other.gate(MODEL_B, charter())
    (files / "bundle.tar").write_bytes(bundle.write(other.evidence()))
    code, text = run(*given, capsys=capsys)
    assert code == 5
    assert "history was rewritten" in text
    assert (files / "kept").read_bytes() == kept


def test_what_was_shown_later_and_what_is_there_today(files, capsys) -> None:
    log, shown, few = sampled(withheld=1)
    (files / "less.tar").write_bytes(bundle.write(shown))
    (files / "sample").write_bytes(bundle.pack({f"blobs/{few[0].removeprefix('sha256:')}": log.blobs[few[0]]}))
    given = (files / "less.tar", "--trust", files / "trust.json")
    code, text = run(*given, "--disclosed", files / "sample", capsys=capsys)
    assert (code, "1 of 12 kept samples withheld" in text, "1 of them disclosed" in text) == (0, True, True)
    (files / "other").write_bytes(bundle.pack({f"blobs/{'0' * 64}": bytes(40)}))
    code, text = run(*given, "--disclosed", files / "other", capsys=capsys)
    assert (code, "FAILED  disclosed" in text) == (5, True)
    assert run(*given, "--disclosed", files / "less.tar", capsys=capsys)[0] == 5
    code, text = run(*given, "--approved", capsys=capsys)
    assert (code, "0 of 1 people approved the decision" in text) == (5, True)
    assert run(*given, "--files", files / "nowhere", capsys=capsys)[0] == 2
    code, text = run(*given, "--files", files, capsys=capsys)
    assert (code, "names no manifest" in text) == (5, True)


def test_a_file_that_is_too_large_is_not_read(files, capsys) -> None:
    with (files / "huge.tar").open("wb") as file:
        file.truncate(bundle.LIMIT + 1)
    code, text = run(files / "huge.tar", "--trust", files / "trust.json", capsys=capsys)
    assert (code, "is not looked at" in text) == (5, True)


def test_names_in_a_log_cannot_steer_the_terminal(files, capsys) -> None:
    log = Ledger()
    name = "robust\x9b2Jok\u202e"
    log.gate(MODEL_A, charter(ledger.clause("robust", name=name)))
    (files / "bundle.tar").write_bytes(bundle.write(log.evidence()))
    code, text = run(files / "bundle.tar", "--trust", files / "trust.json", capsys=capsys)
    assert code == 0
    assert "robust?2Jok?: held" in text


def test_an_error_stays_on_the_lines_that_are_its_own(files, capsys) -> None:
    said = ledger.story()
    odd = ledger.envelope.parsed(said.entries[8]).payload.replace(
        b'"predicate":{', b'"predicate":{"\\nverified: deploy":1,'
    )
    said.append(odd)
    tree = merkle.Tree()
    for entry in said.entries:
        tree.append(merkle.leaf_hash(entry))
    one = inclusion.Proof(10, tuple(tree.inclusion(10)), said.checkpoint(), said.entries[10])
    (files / "odd.tlog-proof").write_bytes(inclusion.write(one))
    code, text = run(files / "odd.tlog-proof", "--trust", files / "trust.json", capsys=capsys)
    assert code == 5
    assert "verified: deploy: no such field" in text
    assert not any(line.startswith("verified") for line in text.splitlines())
