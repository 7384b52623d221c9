"""Keys that come and go in a real log: who writes on, who is refused, and what a crash leaves."""

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.proof.said import SAID

from seatrial.errors import EvidenceError, InputError, LogError
from seatrial.evidence import keyevents
from seatrial.evidence.keyevents import Why
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.evidence.signers.mldsa import create
from seatrial.proof import statement, trust
from seatrial.proof.bundle import Evidence
from seatrial.proof.canonical import digest
from seatrial.proof.key import Key, algorithm_of, key_id
from seatrial.proof.reading import Question, Reading
from seatrial.proof.trust import Person

ORIGIN = "seatrial/sorter"
WHY = Why("because", 43_200)
INCIDENT = statement.write("incident", digest(b"model"), SAID["incident"])


def signer(name: str) -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))


def key(name: str) -> Key:
    return Key(signer(name).public)


def pinned(**changes) -> trust.Trust:
    people = {"ann": Person((key("ann"),), ("approver",)), "cy": Person((key("cy"),), ("approver",))}
    said = trust.Trust(ORIGIN, signer("log").public, "holder", people)
    return replace(said, **changes)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where a log with two entries is."""
    log = Log.create(tmp_path / "log", ORIGIN, signer("log"), holder="holder")
    for _ in range(2):
        log.append(INCIDENT)
    return tmp_path / "log"


def opened(place: Path, name: str = "log", **changes) -> Log:
    return Log.open(place, signer(name) if name else None, pinned=trust.write(pinned(**changes)))


def test_a_person_changes_a_key_and_signs_on_with_the_new_one(place) -> None:
    log = opened(place)
    assert keyevents.rotate(log, signer("ann"), signer("ann two"), WHY) == 2
    log.append(INCIDENT, signers=[signer("ann two")])
    with pytest.raises(EvidenceError, match="ann's key is valid no more from entry 3 on"):
        log.append(INCIDENT, signers=[signer("ann")])
    assert len(log.entries()) == 4
    again = opened(place)
    assert len(again.statements()) == 4
    assert again.keyring.person(key_id(signer("ann two").public), 4) == "ann"
    assert Log.open(place).keyring.person(key("ann").id, 2) == "ann"


def test_a_key_is_added_revoked_and_never_comes_back(place) -> None:
    log = opened(place)
    keyevents.add(log, "ann", signer("ann two"), WHY, approvers=[signer("cy")])
    keyevents.revoke(log, signer("ann").public, WHY)
    with pytest.raises(InputError, match="is no key of"):
        keyevents.revoke(log, signer("ann").public, WHY)
    with pytest.raises(InputError, match="has been in this log before"):
        keyevents.add(log, "ann", signer("ann"), WHY, approvers=[signer("cy")])
    with pytest.raises(InputError) as caught:
        keyevents.add(log, "eve", signer("cy"), WHY)
    assert len(caught.value.problems) == 2
    assert len(log.entries()) == 4


def test_an_ml_dsa_key_takes_the_place_of_another(place, tmp_path) -> None:
    log, lattice = opened(place), create(tmp_path / "ann.key")
    keyevents.rotate(log, signer("ann"), lattice, WHY)
    seq = log.append(INCIDENT, signers=[lattice])
    assert len(Log.open(place, pinned=trust.write(pinned())).statements()) == seq + 1
    assert algorithm_of(lattice.public) == "ml-dsa-44"


def test_a_log_key_of_another_algorithm_is_refused(place, tmp_path) -> None:
    lattice = create(tmp_path / "log.key")
    with pytest.raises(InputError, match="its key is an Ed25519 key"):
        keyevents.hand_over(opened(place), signer("log"), lattice, WHY, approvers=[signer("ann")])
    with pytest.raises(LogError, match="Ed25519"):
        Log.create(tmp_path / "other", ORIGIN, lattice)


def handed(place: Path) -> Log:
    log = opened(place)
    keyevents.hand_over(log, signer("log"), signer("log two"), WHY, approvers=[signer("ann")])
    return log


def test_the_log_goes_on_under_a_new_key(place) -> None:
    before = opened(place, "").checkpoint
    reader, log = opened(place, ""), handed(place)
    log.append(INCIDENT)
    again = opened(place, "log two")
    assert again.append(INCIDENT) == 4
    assert len(reader.statements()) == 5  # it was open, and follows
    with pytest.raises(LogError, match=r"the log key is valid no more from entry 3 on .*SEATRIAL_KEY"):
        opened(place, "log")
    with pytest.raises(LogError, match="this key is not the key of the log"):
        opened(place, "eve")
    remembered = Log.open(place, pinned=trust.write(pinned()), remembered=before)
    assert Log.open(place, pinned=trust.write(pinned()), remembered=remembered.checkpoint).keyring.log_key(9) == (
        signer("log two").public
    )
    newer = trust.write(pinned(log_key=signer("log two").public, log_since=2, earlier=(key("log"),)))
    assert len(Log.open(place, signer("log two"), pinned=newer).statements()) == 5
    assert trust.read((place / "trust.json").read_bytes()).log_since == 2  # readers without the project learn it


def test_what_was_written_with_the_old_key_verifies(place) -> None:
    log = handed(place)
    log.append(INCIDENT)
    entries, note = log.snapshot()
    for said in (pinned(), pinned(log_key=signer("log two").public, log_since=2, earlier=(key("log"),))):
        reading = Reading(Evidence(entries, note, {}), said, Question())
        assert not isinstance(reading.checkpoint, EvidenceError)
        assert reading.key_mistakes == ()
        assert reading.keyring.log_key(3) == signer("log two").public


def test_a_log_key_that_nobody_agreed_to_is_refused_and_nothing_is_written(place) -> None:
    log = opened(place)
    with pytest.raises(InputError, match="1 approver other than holder must sign, 0 did"):
        keyevents.hand_over(log, signer("log"), signer("log two"), WHY)
    assert log.append(INCIDENT) == 2
    assert len(opened(place).entries()) == 3


def test_with_nobody_in_the_trust_file_the_log_key_changes_itself(place) -> None:
    log = Log.open(place, signer("log"))
    assert keyevents.hand_over(log, signer("log"), signer("log two"), WHY) == 2
    assert log.append(INCIDENT) == 3


def test_a_crash_between_entry_and_checkpoint_leaves_a_log_that_the_new_key_takes_up(place) -> None:
    before = (place / "checkpoint").read_bytes()
    handed(place)
    (place / "checkpoint").write_bytes(before)
    copy = place.with_name("copy")
    shutil.copytree(place, copy)
    with pytest.raises(LogError, match="another key than this one signs the log at entry 2"):
        opened(copy, "log")
    log = opened(place, "log two")
    assert log.append(INCIDENT) == 3
    assert len(Log.open(place).statements()) == 4


def test_a_lost_log_key_is_replaced_by_a_trust_file_that_says_so(place) -> None:
    newer = {"log_key": signer("log two").public, "log_since": 2, "earlier": (key("log"),)}
    with pytest.raises(LogError, match="not the key of the log"):
        opened(place, "log two")
    log = opened(place, "log two", **newer)
    assert keyevents.hand_over(log, None, signer("log two"), WHY) == 2
    assert log.append(INCIDENT) == 3
    assert len(opened(place, "log two", **newer).statements()) == 4
    with pytest.raises(EvidenceError, match=r"the old log key .* has not signed \(if it is lost"):
        Log.open(place.with_name("log"), pinned=trust.write(pinned()))


def test_a_new_key_that_the_trust_file_promises_writes_nothing_before_the_change_is_in_the_log(place) -> None:
    newer = {"log_key": signer("log two").public, "log_since": 2, "earlier": (key("log"),)}
    log = opened(place, "log two", **newer)
    with pytest.raises((EvidenceError, LogError)):
        log.append(INCIDENT)
    assert len(opened(place, "").entries()) == 2


def test_a_closed_log_takes_nothing_more(place) -> None:
    log = opened(place)
    assert keyevents.close(log, WHY) == 2
    with pytest.raises((EvidenceError, LogError)):
        log.append(INCIDENT)
    with pytest.raises(LogError, match=r"the log key was revoked at entry 2.*docs/guides/keys.md"):
        opened(place)
    assert len(opened(place, "").statements()) == 3


def test_an_old_checkpoint_is_not_signed_with_the_new_key(place) -> None:
    log = handed(place)
    assert log.checkpoint_of_size(3) == log.checkpoint
    with pytest.raises(LogError, match="another key than this one signs the log at entry 1"):
        log.checkpoint_of_size(2)


# ---- the runner ---------------------------------------------------------------------------------------------------

SUBMISSION = {
    **dict.fromkeys(("model", "charter", "trial", "plan"), digest(b"model")),
    "release": "1",
    "submitter": "ci",
}


def submission(**changes) -> bytes:
    return statement.write("submission", digest(b"model"), {**SUBMISSION, **changes})


def test_where_a_runner_is_named_the_log_takes_no_submission_without_it(place) -> None:
    people = pinned().people | {"ci": Person((Key(signer("ci").public, since=2),), ("runner",))}
    log = opened(place, people=people)
    with pytest.raises(LogError, match=r"no runner has signed this submission.*SEATRIAL_RUNNER_KEY"):
        log.append(submission())
    log.append(INCIDENT)
    data = trust.write(pinned(people=people))
    run = Log.open(place, signer("log"), pinned=data, runner=signer("ci"))
    assert run.append(submission()) == 3
    with pytest.raises(LogError, match="is said to be submitted by 'dan', and is signed by ci"):
        run.append(submission(submitter="dan"))
    assert run.append(INCIDENT) == 4
    with pytest.raises(EvidenceError, match="no trusted key"):
        Log.open(place, signer("log"), pinned=data, runner=signer("eve")).append(submission())
    assert len(Log.open(place, pinned=data).statements()) == 5
