"""What every place of a log must do: the same suite over a folder and over PostgreSQL."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.evidence.tapes.killed import ORIGIN, looked_at, payload

from seatrial.errors import EvidenceError, LogError
from seatrial.evidence import export
from seatrial.evidence.log import Log
from seatrial.evidence.place import tape
from seatrial.proof import envelope, trust
from seatrial.proof.canonical import digest
from seatrial.proof.verify import verify_bundle
from seatrial.testing.gating import System, log_in, signer_of
from seatrial.testing.stores import check_store

ROOT = Path(__file__).parents[3]

APPENDING = """
import sys
from seatrial.evidence.log import Log
from seatrial.testing.gating import signer_of
from tests.evidence.tapes.killed import payload

log = Log.open(sys.argv[1], signer_of("log"))
for number in range(int(sys.argv[2])):
    print(log.append(payload(1000 * int(sys.argv[3]) + number)), flush=True)
"""


def _log(place: str, entries: int = 0) -> Log:
    log = Log.create(place, ORIGIN, signer_of("log"))
    for number in range(entries):
        log.append(payload(number))
    return log


def _line(number: int, name: str = "log") -> bytes:
    signer = signer_of(name)
    return envelope.seal(payload(number), [(signer.public, signer.sign)])


def _started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _said(process: subprocess.Popen[str]) -> str:
    said, complaint = process.communicate(timeout=240)
    assert process.returncode == 0, complaint
    return said


def test_what_is_appended_is_read_back_by_everybody(place: str) -> None:
    log = _log(place, 5)
    assert [log.payload(seq) for seq in range(5)] == [payload(number) for number in range(5)]
    assert Log.open(place).entries() == Log.open(place, signer_of("log")).entries() == log.entries()
    assert Log.open(place).checkpoint == log.checkpoint
    assert (log.place, log.address) == (place, place)
    assert looked_at(place) == 5


def test_another_writer_is_seen_by_a_log_that_is_open(place: str) -> None:
    log, reader = _log(place), Log.open(place)
    assert Log.open(place, signer_of("log")).append(payload(0)) == 0
    assert len(reader.statements()) == 1
    assert log.append(payload(1)) == 1
    assert len(reader.statements()) == 2


def test_a_second_log_in_one_place_is_refused(place: str) -> None:
    _log(place, 1)
    with pytest.raises(LogError, match="a log already"):
        _log(place)
    assert looked_at(place) == 1


def test_where_there_is_no_log_it_says_how_to_make_one(place: str) -> None:
    with pytest.raises(LogError, match="seatrial init"):
        Log.open(place)


def test_more_keys_that_the_project_pins_are_kept_beside_the_log(place: str) -> None:
    log_in(place) if not place.startswith("postgres") else _log(place)
    person = trust.Person((trust.Key(signer_of("ada").public),), ("approver",))
    pinned = trust.write(trust.Trust(ORIGIN, signer_of("log").public, "holder", {"ada": person}))
    Log.open(place, pinned=pinned)
    assert "ada" not in Log.open(place).trust.people
    Log.open(place, signer_of("log"), pinned=pinned)
    assert Log.open(place).trust.people["ada"] == person


def test_a_store_stands_beside_it(place: str, elsewhere: Callable[[], str]) -> None:
    check_store(lambda: _log(elsewhere()).store)
    log = _log(place)
    large = bytes(range(256)) * 20_000
    assert Log.open(place).store.get(log.store.put(large)) == large
    assert Log.open(place).store.get(log.store.put(b"")) == b""


def test_documents_are_kept_beside_the_checkpoint(place: str) -> None:
    log = _log(place, 1)
    assert log.beside("timestamp") is None
    log.keep("timestamp", b"\x00one")
    log.keep("timestamp", b"two")
    assert Log.open(place).beside("timestamp") == b"two"
    for name in ("checkpoint", "trust.json", "log", "lock", "blobs", "../x", "", "X", ".new-a"):
        with pytest.raises(ValueError, match="cannot name"):
            log.keep(name, b"")
    assert looked_at(place) == 1


def test_a_gate_is_written_down_exported_and_verified(place: str) -> None:
    _log(place)
    log = Log.open(place, signer_of("log"))
    system = System()
    result = system.gate(log, "model", lambda *_: True)
    assert log.statements()[result].kind == "run-result"
    again = system.gate(Log.open(place, signer_of("log")), "model", lambda *_: True)
    assert again == result
    from seatrial.decision import judge  # noqa: PLC0415

    judge.record(log, result, system.charter().text, now=0)
    found = verify_bundle(export.export(Log.open(place)), log.trust)
    assert found.ok, found.findings


# Several at once.


def test_processes_append_at_once_and_nothing_is_lost(place: str) -> None:
    log = _log(place)
    all_ = [_started("-c", APPENDING, place, "25", str(name)) for name in range(4)]
    seqs = [int(seq) for process in all_ for seq in _said(process).split()]
    assert sorted(seqs) == list(range(100))
    assert looked_at(place) == 100
    said = {one.predicate["decision"] for one in log.statements()}
    assert said == {digest(b"%d" % (1000 * name + number)) for name in range(4) for number in range(25)}


def test_what_is_read_under_the_lock_stays_true_and_readers_do_not_wait(place: str) -> None:
    log = _log(place)
    with log.locked():
        other = _started("-c", APPENDING, place, "1", "7")
        with log.locked():
            assert log.append(payload(0)) == 0
        reader = Log.open(place)
        assert len(reader.statements()) == 1
        assert other.poll() is None
        assert log.append(payload(1)) == 1
    assert _said(other) == "2\n"
    assert log.append(payload(2)) == 3


# Ended anywhere.


def test_a_kill_at_any_line_leaves_a_log_that_verifies(place: str) -> None:
    _log(place, 2)
    told = json.loads(_said(_started("-m", "tests.evidence.tapes.killed", place, "kill")))
    assert told["killed"] > 10
    assert told["adopted"] == 0 if place.startswith("postgres") else told["adopted"] > 0


def test_an_interrupt_at_any_line_leaves_a_log_that_goes_on(place: str) -> None:
    _log(place, 2)
    told = json.loads(_said(_started("-m", "tests.evidence.tapes.killed", place, "stop")))
    assert told["stopped"] > 5


def test_entries_beyond_the_checkpoint_are_adopted_by_the_next_writer(place: str) -> None:
    log = _log(place, 2)
    beyond = tape(place)
    beyond.entries(0)
    beyond.extend(2, [_line(2), _line(3)], log.checkpoint)
    assert looked_at(place) == 2
    assert Log.open(place, signer_of("log")).append(payload(4)) == 4
    assert looked_at(place) == 5


@pytest.mark.parametrize("line", [lambda: b"{}", lambda: _line(2, "somebody")])
def test_a_foreign_entry_beyond_the_checkpoint_is_not_adopted(place: str, line: Callable[[], bytes]) -> None:
    log = _log(place, 2)
    beyond = tape(place)
    beyond.entries(0)
    beyond.extend(2, [line()], log.checkpoint)
    assert looked_at(place) == 2
    with pytest.raises(EvidenceError, match="log:3"):
        Log.open(place, signer_of("log"))


def test_an_older_checkpoint_or_another_history_is_found(place: str) -> None:
    log = _log(place, 3)
    older, newest = log.checkpoint_of_size(2), log.checkpoint
    tape(place).write("checkpoint", older)
    with pytest.raises(EvidenceError, match="2 entries, the project remembers 3"):
        Log.open(place, remembered=newest)
    with pytest.raises(EvidenceError, match=r"3 entries|checkpoint says 2"):
        log.statements()
