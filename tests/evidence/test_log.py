import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.errors import EvidenceError, LogError
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.proof import checkpoint, envelope, merkle, statement, trust
from seatrial.proof.canonical import digest
from seatrial.proof.key import Key

ORIGIN = "example.org/reader"
MODEL = digest(b"model")


def _signer(seed: bytes = b"log") -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(seed).digest()))


def _payload(number: int = 0) -> bytes:
    bound = {"decision": digest(b"%d" % number), "entry": 0, "log": ORIGIN, "root": "00" * 32, "at": number}
    return statement.write("approval", MODEL, bound)


def _log(folder: Path, entries: int = 0) -> Log:
    log = Log.create(folder, ORIGIN, _signer())
    for number in range(entries):
        log.append(_payload(number))
    return log


def _verify(log: Log) -> None:
    """Check the log as an outsider would: from its files and the public key alone."""
    note = (Path(log.place) / "checkpoint").read_bytes()
    lines = (Path(log.place) / "log").read_bytes().split(b"\n")[:-1]
    point = checkpoint.read(note, ORIGIN, _signer().public)
    assert (point.size, point.root) == (len(lines), merkle.root(map(merkle.leaf_hash, lines)))
    for line in lines:
        statement.read(envelope.opened(line, log.trust.keys).payload)


def test_what_is_appended_is_read_back_in_order(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 5)
    assert [s.predicate["decision"] for s in log.statements()] == [digest(b"%d" % n) for n in range(5)]
    assert [s.predicate for s in Log.open(log.place).statements()] == [s.predicate for s in log.statements()]
    assert log.payload(3) == _payload(3)
    _verify(log)


def test_an_earlier_checkpoint_is_signed_again_to_equal_bytes(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    notes = [log.checkpoint]
    for number in range(6):
        log.append(_payload(number))
        notes.append(log.checkpoint)
    assert [log.checkpoint_of_size(size) for size in range(7)] == notes
    with pytest.raises(LogError, match="no 8 entries"):
        log.checkpoint_of_size(8)


def test_a_second_log_in_one_folder_is_refused(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    with pytest.raises(LogError, match="a log already"):
        Log.create(log.place, ORIGIN, _signer())


def test_a_creation_that_was_killed_can_be_done_again(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    for name in ("trust.json", "checkpoint", "log"):
        (Path(log.place) / name).unlink()
        with pytest.raises(LogError, match="no evidence log"):
            Log.open(log.place, _signer())
    assert Log.create(log.place, ORIGIN, _signer()).append(_payload()) == 0
    (Path(log.place) / "trust.json").unlink()
    with pytest.raises(LogError, match="a log already"):
        Log.create(log.place, ORIGIN, _signer())


def test_an_origin_that_no_checkpoint_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="origin"):
        Log.create(tmp_path / "log", "two words", _signer())


def test_where_there_is_no_log_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="seatrial init"):
        Log.open(tmp_path)


def test_another_key_cannot_append(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    with pytest.raises(LogError, match="not the key of the log"):
        Log.open(log.place, _signer(b"other"))
    with pytest.raises(LogError, match="open for reading"):
        Log.open(log.place).append(_payload())


def test_another_log_than_the_pinned_one_is_refused(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    for pinned in (trust.Trust("example.org/other", _signer().public, ""), trust.Trust(ORIGIN, b"k" * 32, "")):
        with pytest.raises(EvidenceError, match="trusts"):
            Log.open(log.place, pinned=trust.write(pinned))


def test_a_person_signs_beside_the_log_only_if_trusted(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    person = _signer(b"ada")
    with pytest.raises(EvidenceError, match="no trusted key"):
        log.append(_payload(), signers=[person])
    assert log.entries() == ()
    pinned = trust.Trust(ORIGIN, _signer().public, "", {"ada": trust.Person((Key(person.public),), ("approver",))})
    log = Log.open(log.place, _signer(), pinned=trust.write(pinned))
    log.append(_payload(), signers=[person])
    assert envelope.parsed(log.entries()[0]).key_ids == (envelope.key_id(person.public), log.trust.log_key_id)
    assert len(Log.open(log.place).statements()) == 1


def test_what_is_no_statement_is_not_logged(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    with pytest.raises(EvidenceError):
        log.append(b'{"hello":"world"}')
    assert log.entries() == ()


# A process may die between any two writes.


def test_a_log_cut_anywhere_beyond_its_checkpoint_resumes(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 3)
    kept = (Path(log.place) / "checkpoint").read_bytes()
    start = (Path(log.place) / "log").stat().st_size
    for number in range(3, 7):
        log.append(_payload(number))
    whole = (Path(log.place) / "log").read_bytes()
    ends = [start + i + 1 for i, byte in enumerate(whole[start:]) if byte == 0x0A]
    cuts = sorted(
        {*range(start, len(whole) + 1, 97), start, *ends, *(e - 1 for e in ends), *(e + 1 for e in ends[:-1])}
    )
    for cut in cuts:
        shutil.copytree(log.place, tmp_path / "cut")
        (tmp_path / "cut" / "log").write_bytes(whole[:cut])
        (tmp_path / "cut" / "checkpoint").write_bytes(kept)
        resumed = Log.open(tmp_path / "cut", _signer())
        adopted = 3 + sum(end <= cut for end in ends)
        assert len(resumed.entries()) == adopted, cut
        assert resumed.append(_payload(99)) == adopted
        _verify(resumed)
        shutil.rmtree(tmp_path / "cut")


def test_a_reader_sees_only_what_the_checkpoint_covers(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 2)
    with (Path(log.place) / "log").open("ab") as file:
        file.write(envelope.seal(_payload(7), [(_signer().public, _signer().sign)]) + b"\n{torn")
    before = (Path(log.place) / "log").read_bytes()
    assert len(Log.open(log.place).entries()) == 2
    assert (Path(log.place) / "log").read_bytes() == before


def test_a_foreign_line_beyond_the_checkpoint_is_not_adopted(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 2)
    for line in (b"{}", envelope.seal(_payload(7), [(_signer(b"x").public, _signer(b"x").sign)])):
        shutil.copytree(log.place, tmp_path / "copy")
        with (tmp_path / "copy" / "log").open("ab") as file:
            file.write(line + b"\n")
        with pytest.raises(EvidenceError, match="log:3"):
            Log.open(tmp_path / "copy", _signer())
        shutil.rmtree(tmp_path / "copy")


APPENDING = """
import sys
from hashlib import sha256
from pathlib import Path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.proof import statement
from seatrial.proof.canonical import digest

signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(b"log").digest()))
log = Log.open(Path(sys.argv[1]), signer)
for number in range(int(sys.argv[2])):
    about = digest(sys.argv[3].encode() + b"%d" % number)
    said = {"decision": about, "entry": 0, "log": "example.org/reader", "root": "00" * 32, "at": number}
    seq = log.append(statement.write("approval", digest(b"model"), said))
    print(seq, flush=True)
"""


def _appending(folder: Path | str, count: int, name: str) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", APPENDING, str(folder), str(count), name]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_kill_9_in_the_middle_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    acknowledged = -1
    for round_ in range(5):
        process = _appending(log.place, 100_000, f"round {round_}")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.02 + 0.013 * round_)
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split(b"\n")[:-1]
        acknowledged = max([acknowledged, *(int(line) for line in rest if line)])
        resumed = Log.open(log.place, _signer())
        assert len(resumed.statements()) > acknowledged
        _verify(resumed)
    assert acknowledged > 5


def test_two_processes_append_at_once(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    both = [_appending(log.place, 40, name) for name in ("one", "two")]
    seqs = [[int(line) for line in process.communicate(timeout=60)[0].split()] for process in both]
    assert sorted(seqs[0] + seqs[1]) == list(range(80))
    assert len(log.statements()) == 80
    _verify(log)


def test_threads_of_one_process_append_at_once(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")

    def work(name: int) -> None:
        mine = Log.open(log.place, _signer())
        for number in range(10):
            mine.append(_payload(100 * name + number))

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.statements()) == 40
    _verify(log)


def test_what_is_read_under_the_lock_stays_true(tmp_path: Path) -> None:
    log = _log(tmp_path / "log")
    other = None
    with log.locked():
        other = _appending(log.place, 1, "other")
        time.sleep(0.5)
        assert log.entries() == ()
        assert log.append(_payload()) == 0
    assert other.communicate(timeout=60)[0] == b"1\n"


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 4)
    size = (Path(log.place) / "log").stat().st_size
    before = {path.name: path.read_bytes() for path in Path(log.place).iterdir() if path.is_file()}
    for limit in (size, size + 1, size + 300):
        words = [sys.executable, "-c", APPENDING, str(log.place), "1", "x"]
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        )
        assert "LogError" in done.stderr
        assert "nothing is lost" in done.stderr
        assert {path.name: path.read_bytes() for path in Path(log.place).iterdir() if path.is_file()} == before
    assert log.append(_payload(9)) == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 1)
    Path(log.place).chmod(0o500)
    with pytest.raises(LogError, match="permissions"):
        log.append(_payload(1))


# Somebody may change what is there.


def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 3)
    for name in ("log", "checkpoint"):
        path = Path(log.place) / name
        genuine = path.read_bytes()
        for at in range(0, len(genuine), 23):
            path.write_bytes(genuine[:at] + bytes([genuine[at] ^ 0x01]) + genuine[at + 1 :])
            with pytest.raises(EvidenceError):
                Log.open(log.place, _signer()).statements()
        path.write_bytes(genuine)
    assert len(Log.open(log.place).statements()) == 3


def test_a_changed_line_is_named_by_its_number(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 3)
    lines = (Path(log.place) / "log").read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b'"sig":"', b'"sig":"A', 1)
    (Path(log.place) / "log").write_bytes(b"\n".join(lines))
    with pytest.raises(EvidenceError, match="log:2"):
        Log.open(log.place)


@pytest.mark.parametrize("change", [lambda x: [x[1], x[0], x[2]], lambda x: [x[0], x[0], x[2]]])
def test_moved_and_repeated_lines_are_found(tmp_path: Path, change: object) -> None:
    log = _log(tmp_path / "log", 3)
    lines = (Path(log.place) / "log").read_bytes().split(b"\n")[:-1]
    (Path(log.place) / "log").write_bytes(b"".join(line + b"\n" for line in change(lines)))  # type: ignore[operator]
    with pytest.raises(EvidenceError, match="moved or dropped"):
        Log.open(log.place, _signer())


def test_a_log_shorter_than_its_checkpoint_is_found(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 3)
    lines = (Path(log.place) / "log").read_bytes().split(b"\n")
    (Path(log.place) / "log").write_bytes(b"\n".join(lines[:2]) + b"\n")
    with pytest.raises(EvidenceError, match="2 entries, its checkpoint says 3"):
        Log.open(log.place)


@pytest.mark.parametrize("name", ["checkpoint", "log"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    log = _log(tmp_path / "log", 3)
    (Path(log.place) / name).unlink()
    with pytest.raises(EvidenceError, match=f"{name}: is missing"):
        Log.open(log.place, _signer())


def test_an_older_copy_is_not_what_the_project_remembers(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 2)
    shutil.copytree(log.place, tmp_path / "older")
    log.append(_payload(2))
    assert Log.open(log.place, remembered=log.checkpoint).statements()
    assert Log.open(log.place, remembered=log.checkpoint_of_size(1)).statements()
    with pytest.raises(EvidenceError, match="2 entries, the project remembers 3") as caught:
        Log.open(tmp_path / "older", _signer(), remembered=log.checkpoint)
    assert caught.value.exit_code == 5


def test_another_history_by_the_same_key_is_found(tmp_path: Path) -> None:
    log = _log(tmp_path / "log", 2)
    other = Log.create(tmp_path / "other", ORIGIN, _signer())
    for number in (0, 5, 6):
        other.append(_payload(number))
    with pytest.raises(EvidenceError, match="another history"):
        Log.open(other.place, remembered=log.checkpoint)


def test_a_disk_that_is_full_between_line_and_checkpoint_takes_the_line_back(tmp_path: Path) -> None:
    origin = "example.org/" + "x" * 4000 + "/reader"
    log = Log.create(tmp_path / "log", origin, _signer())
    done = subprocess.run(
        [sys.executable, "-c", APPENDING, str(log.place), "1", "x"],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
    )
    assert "LogError" in done.stderr
    assert (Path(log.place) / "log").read_bytes() == b""
    assert sorted(path.name for path in Path(log.place).iterdir()) == ["checkpoint", "lock", "log", "trust.json"]
    assert log.append(_payload()) == 0
