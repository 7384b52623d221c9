"""Every file that a release wrote is read by today's code; what today's code writes is what the last release wrote."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from seatrial.catalog.file import read as read_packs
from seatrial.catalog.file import read_one as read_scenario
from seatrial.charter.file import read as read_charter
from seatrial.errors import CharterError, EvidenceError
from seatrial.evidence.log import Log
from seatrial.plan.plan import plan_from
from seatrial.proof import bundle, observation, remember, statement, trust
from seatrial.proof.judgement import _odd_plan
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import signer_of
from seatrial.trial.stimuli import packed, unpacked
from tests.golden import formats, write

FOLDERS = sorted(path for path in write.HERE.glob("v*") if path.is_dir())
NEWEST = max(FOLDERS, key=lambda path: [int(part) for part in path.name[1:].split(".")])
PROSE = {"report.json", "report.schema.json"}
"""Forms in which sentences stand that may be worded better: compared by shape."""

every = pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def now() -> dict[str, bytes]:
    """What today's code writes."""
    return write.files()


def shape(value: object) -> object:
    """Return the keys and kinds of a JSON value; of a list, what its items have."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(part), sort_keys=True) for part in value})
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__


def told(name: str) -> str:
    form = next((one.name for one in formats.forms(write.files()) if name.startswith(one.file)), name)
    if write.out():
        return f"{name} changed after the release: give the form {form!r} a new integer, and keep reading the old one"
    return f"{name} changed: `python -m tests.golden.write` writes it again as long as {NEWEST.name} is not released"


@pytest.mark.parametrize("name", sorted(path.relative_to(NEWEST).as_posix() for path in NEWEST.rglob("*.*")))
def test_today_it_is_written_as_the_last_release_wrote_it(now, name) -> None:
    before = (NEWEST / name).read_bytes()
    if name in PROSE:
        assert shape(json.loads(now[name])) == shape(json.loads(before)), told(name)
    else:
        assert now[name] == before, told(name)


def test_nothing_is_written_that_no_golden_file_shows(now) -> None:
    assert set(now) == {path.relative_to(NEWEST).as_posix() for path in NEWEST.rglob("*") if path.is_file()}
    assert sum(map(len, now.values())) < 200_000
    shown = [one.file for one in formats.forms(now)]
    assert [file for file in shown if not any(name.startswith(file) for name in now)] == []
    kinds = {statement.read(line).kind for line in now["statements.jsonl"].splitlines()}
    assert kinds == set(statement.FIELDS)


@every
def test_a_charter_and_its_scenarios_mean_the_same(folder) -> None:
    catalog = read_packs(folder / "scenarios")
    assert {one.name: one.digest for one in catalog.scenarios} == json.loads((folder / "scenarios.json").read_bytes())
    charter = read_charter(folder / "charter.yaml", catalog=catalog)
    assert charter.canonical == (folder / "charter.json").read_bytes()


@every
def test_a_plan_an_observation_and_stimuli_come_back_as_they_were(folder) -> None:
    blob = (folder / "plan.json").read_bytes()
    assert plan_from(blob).blob == blob
    tables = [observation.decode((folder / name).read_bytes()) for name in ("observation.bin", "measured.bin")]
    assert [(table.kind, table.clause, table.count) for table in tables] == [
        ("computed", "drift", 20),
        ("measured", "drift", 20),
    ]
    assert tables[0].columns["case"] == tables[1].columns["case"]
    assert set(tables[1].columns["seconds"]) == {0.25}
    stimuli = unpacked((folder / "stimuli.bin").read_bytes())
    assert {one.case for one in stimuli} < set(tables[0].columns["case"])
    assert packed(stimuli) == (folder / "stimuli.bin").read_bytes()
    assert all((one.stimulus - one.original == 1 / 64).all() for one in stimuli)


@every
def test_statements_of_every_kind_are_still_known(folder) -> None:
    lines = (folder / "statements.jsonl").read_bytes().splitlines()
    for line in lines:
        said = statement.read(line)
        assert statement.write(said.kind, said.model, said.predicate) == line


@every
def test_a_bundle_verifies_as_it_did(folder) -> None:
    pinned = trust.read((folder / "trust.json").read_bytes())
    assert trust.write(pinned) == (folder / "trust.json").read_bytes()
    remembered = remember.read((folder / "remembered").read_bytes(), pinned.origin)
    data = (folder / "evidence.tar").read_bytes()
    found = verify_bundle(data, pinned, question=Question(None, remembered, True))
    assert found.findings == ()
    assert (found.assurance, found.seq, found.decision["decision"]) == ("remembered", 9, "deploy")


@every
def test_the_outsiders_command_reads_it(folder) -> None:
    words = [sys.executable, "-m", "seatrial.proof", "evidence.tar", "--trust", "trust.json", "--all"]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": os.defpath}, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "verified: deploy" in done.stdout


@every
def test_a_log_goes_on(folder, tmp_path) -> None:
    """The folder of an old log, with its blobs, is opened for writing and takes another statement."""
    found = bundle.read((folder / "evidence.tar").read_bytes(), bundle.LIMIT)
    (tmp_path / "blobs").mkdir()
    (tmp_path / "log").write_bytes(b"".join(entry + b"\n" for entry in found.entries))
    for name in ("checkpoint", "trust.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    log = Log.open(tmp_path, signer_of("log"))
    assert len(log.statements()) == len(found.entries)
    for digest, data in found.blobs.items():
        assert log.store.put(data) == digest
    lines = (folder / "statements.jsonl").read_bytes().splitlines()
    more = next(line for line in lines if statement.read(line).kind == "submission")
    log.append(more)
    assert Log.open(tmp_path).statements()[-1] == statement.read(more)


def _sound(data: bytes, pinned: trust.Trust) -> None:
    if findings := verify_bundle(data, pinned).findings:
        raise EvidenceError(*findings)


@every
def test_a_changed_byte_is_found(folder) -> None:
    pinned = trust.read((folder / "trust.json").read_bytes())
    data = bytearray((folder / "evidence.tar").read_bytes())
    data[len(data) // 2] ^= 1
    with pytest.raises(EvidenceError):
        _sound(bytes(data), pinned)


@every
def test_a_report_is_of_the_schema_that_its_release_published(folder) -> None:
    report = json.loads((folder / "report.json").read_bytes())
    jsonschema.validate(report, json.loads((folder / "report.schema.json").read_bytes()))
    assert report["decision"] == "deploy"


def test_the_table_in_versioning_is_the_code(now) -> None:
    assert formats.table(now) in (formats.ROOT / "VERSIONING.md").read_text(encoding="utf-8")


def test_the_tree_has_the_files_of_its_own_release() -> None:
    assert NEWEST.name == f"v{write.release()}", "python -m tests.golden.write"


def test_a_form_of_tomorrow_is_refused_and_never_guessed_at(now) -> None:
    charter, scenario = (text.replace(": 1", ": 2", 1).encode() for text in (write.CHARTER, write.DRIFT))
    with pytest.raises(CharterError, match="must be 1"):
        read_charter(charter, Path())
    assert [problem.what for problem in read_scenario(scenario)[1]] == ["must be 1"]
    with pytest.raises(EvidenceError, match="newer release"):
        plan_from(now["plan.json"].replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(EvidenceError, match="newer release"):
        unpacked(now["stimuli.bin"].replace(b'"schema":1', b'"schema":2'))
    with pytest.raises(EvidenceError):
        observation.decode(now["observation.bin"].replace(b'"schema":1', b'"schema":2'))
    for line in now["statements.jsonl"].splitlines():
        kind = statement.read(line).kind.encode()
        with pytest.raises(EvidenceError, match="no kind of statement that this version knows"):
            statement.read(line.replace(kind + b"/v1", kind + b"/v2"))


def test_a_bundle_whose_plan_is_of_tomorrow_does_not_verify() -> None:
    plan = {"schema": 2, "take": 0, "clauses": {}, "cases": {}, "pool": "p"}
    told = [problem.what for problem in _odd_plan(_Reading(), "entry 0", plan)]
    assert told == ["its plan is of form 2"]


class _Reading:
    def json(self, digest: str) -> dict[str, int]:
        return {"gate": 0, "rehearsal": 0}
