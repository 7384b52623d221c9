"""What a witness cosigns and what it refuses, with the status codes of C2SP tlog-witness."""

import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.evidence.witness.logs import LOG, NOW, ORIGIN, asked, leaves, signed, signer, witness

from seatrial.errors import LogError
from seatrial.evidence.witness import request
from seatrial.evidence.witness.witness import Witness
from seatrial.proof import cosignature, merkle, note
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.note import VerifierKey

ROWS = leaves(9)
OTHER = leaves(9, b"another history: ")


def cosigned(one: Witness, answer, rows) -> Cosignature:
    (line,) = note.lines(answer.body)
    return cosignature.read(line, signed(rows).partition(b"\n\n")[0] + b"\n", one.key)


def test_a_log_that_only_grows_is_cosigned(tmp_path) -> None:
    one = witness(tmp_path)
    old = 0
    for size in (0, 1, 2, 5, 8, 9, 9):
        answer = one.add(asked(ROWS[:size], old), NOW + size)
        assert answer.status == 200, answer
        assert cosigned(one, answer, ROWS[:size]) == Cosignature(one.key.name, NOW + size)
        text, lines = note.parse(one.last(ORIGIN))
        assert (cosignature.head(text).size, len(lines)) == (size, 2)
        old = size


def test_a_post_quantum_witness_cosigns(tmp_path) -> None:
    pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")
    Witness.create(tmp_path, "w.example/pq", algorithm="ml-dsa-44").trust(LOG)
    one = Witness.open(tmp_path)
    assert note.vkey(one.key.text) == one.key
    answer = one.add(asked(ROWS[:5], 0), NOW)
    assert cosigned(one, answer, ROWS[:5]) == Cosignature("w.example/pq", NOW)
    assert one.add(asked(ROWS, 5), NOW).status == 200
    assert one.add(asked(OTHER, 9), NOW).status == 422
    with pytest.raises(LogError, match="not of a log"):
        one.trust(one.key)
    with pytest.raises(LogError, match="did you mean ml-dsa-44"):
        Witness.create(tmp_path / "other", "w", algorithm="ml-dsa")


def test_it_knows_everything_again_when_it_is_opened(tmp_path) -> None:
    witness(tmp_path).add(asked(ROWS[:5], 0), NOW)
    again = Witness.open(tmp_path)
    assert again.logs == {ORIGIN: (LOG,)}
    assert again.add(asked(ROWS, 0), NOW).status == 409
    assert again.add(asked(ROWS, 5), NOW).status == 200
    assert (tmp_path / "witness.key").stat().st_mode & 0o777 == 0o600


def test_another_size_than_the_last_is_a_conflict_and_the_answer_says_which(tmp_path) -> None:
    one = witness(tmp_path)
    assert one.add(asked(ROWS, 3), NOW).body == b"0\n"
    one.add(asked(ROWS[:5], 0), NOW)
    for old in (0, 3, 6, 9):
        answer = one.add(asked(ROWS, old), NOW)
        assert (answer.status, answer.body, answer.kind) == (409, b"5\n", "text/x.tlog.size")


def test_a_log_that_was_rolled_back_is_refused(tmp_path) -> None:
    one = witness(tmp_path)
    one.add(asked(ROWS, 0), NOW)
    for old in range(4):
        answer = one.add(asked(ROWS[:3], old), NOW)
        assert (answer.status, answer.body) == (409, b"9\n")


def test_another_history_is_refused(tmp_path) -> None:
    one = witness(tmp_path)
    one.add(asked(ROWS[:5], 0), NOW)
    for rows in (OTHER[:5], OTHER, ROWS[:4] + OTHER[4:]):
        assert one.add(asked(rows, 5), NOW).status == 422
    assert cosignature.head(note.parse(one.last(ORIGIN))[0]).root == merkle.root(ROWS[:5])
    assert one.add(asked(ROWS, 5), NOW).status == 200


def test_two_histories_of_one_length_are_kept_as_proof(tmp_path) -> None:
    one = witness(tmp_path)
    one.add(asked(ROWS[:5], 0), NOW)
    one.add(asked(OTHER[:5], 5), NOW)
    (kept,) = (tmp_path / "seen").glob("*.split")
    assert kept.read_bytes() == signed(OTHER[:5])
    text, (line,) = note.parse(kept.read_bytes())
    assert note.good(LOG, text, line.signature)


@pytest.mark.parametrize("proof", [(), (bytes(32),), (merkle.leaf_hash(b""),) * 4])
def test_a_proof_that_does_not_lead_there_is_refused(tmp_path, proof) -> None:
    one = witness(tmp_path)
    one.add(asked(ROWS[:5], 0), NOW)
    assert one.add(request.write(request.Request(5, proof, signed(ROWS))), NOW).status == 422


def test_a_proof_from_nothing_is_refused(tmp_path) -> None:
    one = witness(tmp_path)
    assert one.add(request.write(request.Request(0, (bytes(32),), signed(ROWS))), NOW).status == 422
    odd = signed(ROWS[:0]).replace(b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", b"A" * 43 + b"=")
    assert one.add(request.write(request.Request(0, (), odd)), NOW).status == 403
    assert one.last(ORIGIN) is None


def test_an_empty_log_with_a_root_is_refused(tmp_path) -> None:
    text = f"{ORIGIN}\n0\n{'A' * 43}=\n".encode()
    line = note.Line(ORIGIN, LOG.id, signer().sign(text))
    assert witness(tmp_path).add(b"old 0\n\n" + note.joined(text, [line]), NOW).status == 422


def test_an_old_size_beyond_the_checkpoint_is_malformed(tmp_path) -> None:
    body = request.write(request.Request(9, (), signed(ROWS[:5])))
    assert witness(tmp_path).add(body, NOW).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"old 0\n\n", b"old 0\n\nno note", b"\xff", b"old 0\n\na\nb\n\n\xe2\x80\x94 a AAAAAAA=\n"]
)
def test_what_cannot_be_read_is_malformed(tmp_path, body) -> None:
    assert witness(tmp_path).add(body, NOW).status == 400


def test_an_unknown_log_is_not_found(tmp_path) -> None:
    assert witness(tmp_path).add(asked(ROWS, 0, origin="example.org/other"), NOW).status == 404


def test_a_signature_that_is_not_the_logs_is_forbidden(tmp_path) -> None:
    one = witness(tmp_path)
    assert one.add(asked(ROWS, 0, seed=b"eve"), NOW).status == 403
    good = note.parse(signed(ROWS))
    bad = note.Line(ORIGIN, LOG.id, good[1][0].signature[:-1] + b"\x00")
    unknown = note.Line("someone.else", b"1234", b"x" * 64)
    for lines, status in (((bad,), 403), ((good[1][0], bad), 403), ((unknown,), 403), ((unknown, good[1][0]), 200)):
        assert one.add(b"old 0\n\n" + note.joined(good[0], lines), NOW).status == status
    assert note.parse(one.last(ORIGIN))[1][0] == good[1][0]
    assert len(note.parse(one.last(ORIGIN))[1]) == 2


def test_extension_lines_are_cosigned_with_the_rest(tmp_path) -> None:
    one = witness(tmp_path)
    text = note.parse(signed(ROWS))[0] + b"an extension\n"
    answer = one.add(b"old 0\n\n" + note.joined(text, [note.Line(ORIGIN, LOG.id, signer().sign(text))]), NOW)
    (line,) = note.lines(answer.body)
    assert cosignature.read(line, text, one.key).time == NOW


def test_a_log_may_have_a_second_key(tmp_path) -> None:
    one = witness(tmp_path)
    one.trust(VerifierKey(ORIGIN, note.ED25519, signer(b"new").public))
    one.trust(LOG)
    assert len(one.logs[ORIGIN]) == 2
    assert one.add(asked(ROWS[:5], 0), NOW).status == 200
    assert one.add(asked(ROWS, 5, seed=b"new"), NOW).status == 200


def test_the_last_checkpoint_is_found_by_the_hash_of_the_origin(tmp_path) -> None:
    one = witness(tmp_path)
    hashed = hashlib.sha256(ORIGIN.encode()).hexdigest()
    assert one.by_hash(hashed) is None
    one.add(asked(ROWS, 0), NOW)
    assert one.by_hash(hashed) == one.last(ORIGIN)
    assert one.by_hash("../witness.key") is one.by_hash("0" * 64) is None


def test_many_at_once_never_sign_two_histories(tmp_path) -> None:
    """Of threads that show two histories from the same state, one history wins."""
    one = witness(tmp_path)
    statuses: list[tuple[bool, int]] = []

    def show(rows, mine: bool) -> None:
        statuses.extend(
            (mine, Witness.open(tmp_path).add(asked(rows[:size], old), NOW).status) for old, size in ((0, 5), (5, 9))
        )

    threads = [threading.Thread(target=show, args=(rows, rows is ROWS)) for rows in (ROWS, OTHER) * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({mine for mine, status in statuses if status == 200}) == 1
    assert {status for _, status in statuses} <= {200, 409, 422}
    assert cosignature.head(note.parse(one.last(ORIGIN))[0]).size >= 5


def test_what_it_saw_is_on_disk_before_it_signs_out(tmp_path) -> None:
    """A witness that is killed the moment it would answer has not forgotten what it signed."""
    witness(tmp_path)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from seatrial.evidence.witness.witness import Answer, Witness\n"
        "from tests.evidence.witness.logs import asked, leaves, NOW\n"
        "one = Witness.open(Path(sys.argv[1]))\n"
        "assert one.add(asked(leaves(5), 0), NOW).status == 200\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[3], check=False)
    assert done.returncode == 9
    again = Witness.open(tmp_path)
    assert again.add(asked(OTHER[:5], 0), NOW).body == b"5\n"
    assert again.add(asked(OTHER[:5], 5), NOW).status == 422
    assert again.add(asked(ROWS[:5], 5), NOW).status == 200


def test_what_cannot_be_written_is_not_signed(tmp_path) -> None:
    one = witness(tmp_path)
    (tmp_path / "seen").rmdir()
    with pytest.raises(LogError, match="cannot be written"):
        one.add(asked(ROWS, 0), NOW)


def test_there_is_one_witness_in_a_folder(tmp_path) -> None:
    with pytest.raises(LogError, match="no witness here"):
        Witness.open(tmp_path)
    witness(tmp_path)
    with pytest.raises(LogError, match="a key already"):
        Witness.create(tmp_path, "w.example/2")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb"])
def test_names_that_a_note_cannot_carry(tmp_path, name) -> None:
    with pytest.raises(LogError, match="cannot name a witness"):
        Witness.create(tmp_path, name)


def test_a_witness_is_no_log(tmp_path) -> None:
    one = witness(tmp_path)
    with pytest.raises(LogError, match="not of a log"):
        one.trust(one.key)
