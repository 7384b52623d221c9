"""Statements: exactly the fields of the table."""

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import canonical, statement
from seatrial.proof.canonical import digest
from tests.proof import said as examples
from tests.proof.ledger import MODEL_A, story

SAID = {one.kind: dict(one.predicate) for one in story().statements} | examples.SAID
MODEL = {kind: examples.subject(kind, one.get("model", MODEL_A)) for kind, one in SAID.items()}


def test_every_kind_is_tried_here() -> None:
    assert SAID.keys() == statement.FIELDS.keys()


@pytest.mark.parametrize("kind", SAID)
def test_it_reads_what_it_writes(kind) -> None:
    assert statement.read(statement.write(kind, MODEL[kind], SAID[kind])) == statement.Statement(
        kind, MODEL[kind], SAID[kind]
    )


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in SAID for field in statement.FIELDS[kind]])
def test_a_field_that_is_missing_or_odd_is_named(kind, field) -> None:
    without = {name: value for name, value in SAID[kind].items() if name != field}
    odd = {**SAID[kind], field: 0.5}
    for said in (without, odd):
        with pytest.raises(EvidenceError, match=f"{kind}.{field}"):
            statement.write(kind, MODEL[kind], said)


@pytest.mark.parametrize("kind", SAID)
def test_a_field_that_nobody_knows_is_named(kind) -> None:
    with pytest.raises(EvidenceError, match=f"{kind}.witness: no such field"):
        statement.write(kind, MODEL[kind], {**SAID[kind], "witness": 1})


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(EvidenceError) as caught:
        statement.write("approval", MODEL_A, {**SAID["approval"], "decision": 1, "more": 2})
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("decision", {"decision": "DEPLOY"}),
        ("decision", {"as_of": True}),
        ("decision", {"run_result": -1}),
        ("decision", {"clauses": {"a": {"verdict": "held"}}}),
        ("decision", {"model": digest(b"another")}),
        ("run-plan", {"attempt": 0}),
        ("run-plan", {"nonce": "0" * 63}),
        ("run-plan", {"checkpoint": "YQ"}),
        ("run-plan", {"slice": digest(b"").upper()}),
        ("run-result", {"controls": {"planted": "maybe"}}),
        ("run-result", {"shards": [{}]}),
        ("environment", {"started": "yesterday"}),
        ("waiver", {"reason": " "}),
        ("submission", {"release": 2026.1}),
    ],
)
def test_values_that_a_field_cannot_have(kind, changes) -> None:
    with pytest.raises(EvidenceError):
        statement.write(kind, MODEL[kind], {**SAID[kind], **changes})


def test_statements_that_are_not_ours() -> None:
    good = canonical.loads(statement.write("approval", MODEL_A, SAID["approval"]))
    for changes in (
        {"_type": "https://in-toto.io/Statement/v0.1"},
        {"predicateType": "https://slsa.dev/provenance/v1"},
        {"predicateType": good["predicateType"].replace("approval", "rumour")},
        {"predicateType": 1},
        {"subject": []},
        {"subject": good["subject"] * 2},
        {"subject": [{"name": "model", "digest": {"sha512": "0" * 64}}]},
        {"predicate": []},
        {"more": 1},
    ):
        with pytest.raises(EvidenceError):
            statement.read(canonical.dumps({**good, **changes}))
    for payload in (b"", b"[]", b"null", canonical.dumps(good) + b" "):
        with pytest.raises(EvidenceError):
            statement.read(payload)


def test_a_model_of_files_is_named_by_its_artifact_too() -> None:
    files = digest(b"files")
    payload = statement.write("approval", MODEL_A, SAID["approval"], artifact=files)
    found = statement.read(payload)
    assert (found.model, found.artifact) == (MODEL_A, files)
    assert [one["name"] for one in canonical.loads(payload)["subject"]] == ["model", "artifact"]
    assert statement.read(statement.write("approval", MODEL_A, SAID["approval"])).artifact == ""


@pytest.mark.parametrize("names", [["artifact"], ["artifact", "model"], ["model", "model"], ["model", "artifact", "x"]])
def test_subjects_stand_in_one_order(names) -> None:
    body = canonical.loads(statement.write("approval", MODEL_A, SAID["approval"]))
    body["subject"] = [{"name": name, "digest": {"sha256": "0" * 64}} for name in names]
    with pytest.raises(EvidenceError, match="exactly one model"):
        statement.read(canonical.dumps(body))


def test_the_log_has_no_artifact() -> None:
    about_log = next(iter(statement.ABOUT_LOG))
    with pytest.raises(EvidenceError, match="exactly one log"):
        statement.write(about_log, statement.log_digest("a/b"), SAID[about_log], artifact=digest(b"files"))
