"""What only a database can do to a log."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.database import PASSWORD, QUOTED, Database
from tests.evidence.tapes.killed import ORIGIN, cut, looked_at, payload
from tests.evidence.tapes.test_tapes import _line, _log, _said, _started

from seatrial.errors import EvidenceError, LogError, MissingExtra, StoreError
from seatrial.evidence.log import Log
from seatrial.evidence.place import tape
from seatrial.testing.gating import signer_of


def test_the_logs_of_a_database_do_not_mix(database: Database) -> None:
    one, two = _log(database.url("one"), 3), _log(database.url("two"), 1)
    digest = one.store.put(b"of one")
    assert (looked_at(one.address), looked_at(two.address)) == (3, 1)
    assert two.append(payload(5)) == 1
    with pytest.raises(StoreError, match="no such blob"):
        two.store.get(digest)


def test_a_changed_row_is_found_and_named(database: Database) -> None:
    place = database.url("changed")
    log = _log(place, 3)
    database.do("UPDATE seatrial_entries SET entry = entry || 'x' WHERE log = 'changed' AND seq = 1")
    with pytest.raises(EvidenceError, match="log:2"):
        Log.open(place)
    database.do("DELETE FROM seatrial_entries WHERE log = 'changed' AND seq = 1")
    with pytest.raises(EvidenceError, match="1 entries, its checkpoint says 3"):
        Log.open(place)
    database.do("DELETE FROM seatrial_documents WHERE log = 'changed' AND name = 'checkpoint'")
    with pytest.raises(EvidenceError, match="checkpoint: is missing"):
        log.statements()


def test_a_changed_blob_is_found_and_putting_it_again_mends_it(database: Database) -> None:
    log = _log(database.url("blobs"))
    digest = log.store.put(b"genuine")
    database.do("UPDATE seatrial_blobs SET data = 'other' WHERE log = 'blobs'")
    with pytest.raises(EvidenceError, match="not what its digest says"):
        log.store.get(digest)
    log.store.put(b"genuine")
    assert log.store.get(digest) == b"genuine"


@pytest.mark.slow
def test_a_connection_cut_at_any_line_leaves_a_log_that_goes_on(database: Database) -> None:
    place = database.url()
    _log(place, 2)
    told = json.loads(_said(_started("-m", "tests.evidence.tapes.killed", place, "cut")))
    assert told["stopped"] > 5
    assert told["covered"] > 0, "cut after the commit"
    assert told["adopted"] == 0, "an entry and its checkpoint are one transaction"


def test_a_log_that_was_left_alone_connects_again(database: Database) -> None:
    place = database.url()
    log = _log(place, 1)
    digest = log.store.put(b"said")
    cut(place)
    assert len(log.statements()) == 1
    cut(place)
    assert log.store.get(digest) == b"said"
    cut(place)
    assert log.append(payload(1)) == 1


def test_a_connection_that_is_lost_under_the_lock_is_not_made_again_in_silence(database: Database) -> None:
    place = database.url()
    log = _log(place, 1)
    with log.locked():
        cut(place)
        with pytest.raises(LogError, match="connection to the database was lost"):
            log.append(payload(1))
        with pytest.raises(LogError, match="connection to the database was lost"):
            log.statements()
    assert log.append(payload(2)) == 1
    assert looked_at(place) == 2


def test_where_the_lock_is_broken_the_second_writer_is_refused(database: Database) -> None:
    place = database.url()
    log = _log(place, 2)
    first, second, after = tape(place), tape(place), log.checkpoint
    first.extend(2, [_line(2)], after)
    with pytest.raises(LogError, match="without waiting for the lock"):
        second.extend(2, [_line(3)], after)
    assert first.entries(2) == [_line(2)]


def test_who_waits_for_long_is_told(database: Database) -> None:
    place = database.url("waiting")
    log = _log(place)
    hurried = database.url("waiting", more="&options=-clock_timeout%3D300ms")
    with log.locked(), pytest.raises(LogError, match="holds the log for long"):
        Log.open(hurried, signer_of("log"))
    assert Log.open(hurried, signer_of("log")).append(payload(0)) == 0


def test_rights_that_are_enough_and_rights_that_are_not(database: Database) -> None:
    _log(database.url("rights"), 1)
    database.do(
        "CREATE ROLE writer LOGIN",
        "CREATE ROLE reader LOGIN",
        "CREATE ROLE stranger LOGIN",
        "GRANT SELECT ON seatrial_entries, seatrial_documents, seatrial_blobs TO writer, reader",
        "GRANT INSERT ON seatrial_entries, seatrial_documents, seatrial_blobs TO writer",
        "GRANT UPDATE ON seatrial_documents TO writer",
    )
    mine = Log.open(database.url("rights", user="writer"), signer_of("log"))
    assert mine.append(payload(1)) == 1
    assert mine.store.get(mine.store.put(b"x")) == b"x"
    assert looked_at(database.url("rights", user="reader")) == 2
    theirs = Log.open(database.url("rights", user="reader"), signer_of("log"))
    with pytest.raises(LogError, match=r"may not do that.*log\.md"):
        theirs.append(payload(2))
    with pytest.raises(StoreError, match="may not do that"):
        theirs.store.put(b"y")
    for user in ("reader", "stranger"):
        with pytest.raises(LogError, match="may not do that"):
            Log.create(database.url("new", user=user), ORIGIN, signer_of("log"))
    with pytest.raises(LogError, match="may not do that"):
        Log.open(database.url("rights", user="stranger"))
    assert looked_at(database.url("rights")) == 2


def test_a_read_only_server_is_named(database: Database) -> None:
    place = database.url("copy")
    _log(place, 1)
    copy = database.url("copy", more="&options=-cdefault_transaction_read_only%3Don")
    assert looked_at(copy) == 1
    with pytest.raises(LogError, match="the primary server"):
        Log.open(copy, signer_of("log")).append(payload(1))


@pytest.mark.parametrize(
    ("user", "says", "hint"),
    [
        ("keeper:wrong-secret", "password authentication failed", "PGPASSWORD"),
        ("keeper", "password", "PGPASSWORD"),
        ("nobody", "pg_hba", "ask who keeps it"),
        ("no-such-role", "role", "user that the server knows"),
    ],
)
def test_who_is_not_let_in_is_told_why(database: Database, user: str, says: str, hint: str) -> None:
    with pytest.raises(LogError) as caught:
        Log.open(database.url("x", user=user))
    (problem,) = caught.value.problems
    assert says in problem.what
    assert hint in problem.hint
    assert "wrong-secret" not in str(problem)


def test_a_password_opens_and_is_never_shown(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _log(database.url("secret"), 1)
    database.do("GRANT SELECT ON seatrial_entries, seatrial_documents, seatrial_blobs TO keeper")
    place = database.url("secret", user=f"keeper:{QUOTED}")
    log = Log.open(place, signer_of("log"))
    assert len(log.statements()) == 1
    assert log.address == place
    with pytest.raises(LogError) as caught:
        log.append(payload(1))
    for shown in (log.place, str(caught.value), repr(log), repr(log.store), str(tape(place).where("log"))):
        assert PASSWORD not in shown
        assert QUOTED not in shown
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    assert looked_at(database.url("secret", user="keeper")) == 1


def test_where_no_server_is_it_says_so() -> None:
    with pytest.raises(LogError, match=r"cannot connect.*is the server running") as caught:
        Log.open("postgresql://somebody:secret@127.0.0.1:1/db#x")
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_named(database: Database) -> None:
    with pytest.raises(LogError, match="createdb"):
        Log.open(database.url("x").replace("/postgres?", "/nothing?"))


def test_without_the_driver_the_extra_is_named() -> None:
    program = """
import sys
sys.modules["psycopg"] = None
from seatrial.errors import MissingExtra
from seatrial.evidence.log import Log
try:
    Log.open("postgresql://ada:secret@host/db#x")
except MissingExtra as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'seatrial[postgres]'" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert issubclass(MissingExtra, Exception)


def test_a_folder_needs_no_driver(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['psycopg'] = None; from seatrial.testing.gating import log_in; log_in(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "log")], check=True)
    assert looked_at(str(tmp_path / "log")) == 0
