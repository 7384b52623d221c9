"""Copies between all places: whole, taken further, and refused where they would mix two logs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.database import Database
from tests.evidence.tapes.killed import ORIGIN, looked_at, payload
from tests.evidence.tapes.test_tapes import _log

from seatrial.errors import EvidenceError, StoreError
from seatrial.evidence.copying import copy
from seatrial.evidence.log import Log
from seatrial.evidence.place import tape
from seatrial.testing.gating import signer_of


@pytest.fixture(params=["directory", "postgres"])
def away(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the copy goes."""
    if request.param == "directory":
        return str(tmp_path / "copy")
    server: Database = request.getfixturevalue("database")
    return server.url()


def test_a_copy_is_the_log_again_and_takes_what_is_new(place: str, away: str) -> None:
    log = _log(place, 3)
    blobs = [log.store.put(b"%d" % at) for at in range(4)]
    log.keep("cosigned", b"lines")
    done = copy(log, away)
    assert (done.place, done.entries, done.new, done.blobs) == (away, 3, 3, 4)
    made = Log.open(away, signer_of("log"))
    assert (made.entries(), made.checkpoint, made.trust) == (log.entries(), log.checkpoint, log.trust)
    assert [made.store.get(digest) for digest in blobs] == [b"0", b"1", b"2", b"3"]
    assert made.beside("cosigned") == b"lines"
    log.append(payload(3))
    assert (copy(log, away).new, copy(log, away).new) == (1, 0)
    assert looked_at(away) == 4
    assert made.append(payload(4)) == 4, "who restores a copy goes on with it"


def test_a_copy_that_was_broken_off_goes_on(place: str, away: str) -> None:
    log = _log(place, 4)
    target = tape(away)
    kept = tape(place).read("trust.json")
    assert kept is not None
    target.create({"checkpoint": log.checkpoint, "trust.json": kept})
    with pytest.raises(EvidenceError, match="0 entries, its checkpoint says 4"):
        Log.open(away)
    target.entries(0)
    target.extend(0, log.entries()[:2], log.checkpoint)
    assert copy(log, away).new == 2
    assert looked_at(away) == 4


def test_two_logs_are_never_mixed(elsewhere: Callable[[], str], away: str) -> None:
    log = _log(elsewhere(), 3)
    copy(log, away)
    other = _log(elsewhere(), 2)
    other.append(payload(77))
    with pytest.raises(EvidenceError, match="another history"):
        copy(other, away)
    shorter = _log(elsewhere(), 2)
    with pytest.raises(EvidenceError, match="is newer: 3 entries, and the log has 2"):
        copy(shorter, away)
    strange = Log.create(elsewhere(), "example.org/strange", signer_of("log"))
    with pytest.raises(EvidenceError, match="another log here"):
        copy(strange, away)
    assert looked_at(away) == 3
    assert Log.open(away).origin == ORIGIN


def test_a_blob_that_was_changed_is_not_copied(tmp_path: Path, away: str) -> None:
    log = _log(str(tmp_path / "log"), 1)
    digest = log.store.put(b"genuine")
    (tmp_path / "log" / "blobs" / digest.removeprefix("sha256:")).write_bytes(b"other")
    with pytest.raises(EvidenceError, match="not what its name says"):
        copy(log, away)
    with pytest.raises(StoreError):
        tape(away).store.get(digest)
