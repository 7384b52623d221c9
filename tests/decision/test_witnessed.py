"""By when a log was written, on the word of a witness."""

from tests.evidence.witness.logs import log, payload
from tests.proof.ledger import key

from seatrial.decision.witnessed import Bound, bounds
from seatrial.evidence.witness import kept
from seatrial.proof import cosignature, note
from seatrial.proof.note import VerifierKey

AT = 1_772_600_000
WITNESS = VerifierKey("w.example/1", note.COSIGNATURE, key("w1").public_key().public_bytes_raw())


def cosigned(one, by: VerifierKey = WITNESS) -> None:
    text = note.parse(one.checkpoint)[0]
    kept.take(one, [cosignature.write(by, text, AT, key("w1").sign)])


def test_a_witness_says_by_when_the_first_entries_were_there(tmp_path) -> None:
    one = log(tmp_path / "log", 3, WITNESS)
    assert bounds(one) == ()
    cosigned(one)
    assert bounds(one) == (Bound("w.example/1", 3, AT),)
    one.append(payload(9))
    assert bounds(one) == (Bound("w.example/1", 3, AT),)


def test_what_nobody_trusted_cosigned_bounds_nothing(tmp_path) -> None:
    one = log(tmp_path / "log", 3, WITNESS)
    text = note.parse(one.checkpoint)[0]
    other = VerifierKey("w.example/2", note.COSIGNATURE, WITNESS.public)
    one.keep(kept.COSIGNED, one.checkpoint + cosignature.write(other, text, AT, key("w1").sign).data)
    assert bounds(one) == ()
    one.keep(kept.COSIGNED, b"no checkpoint at all")
    assert bounds(one) == ()


def test_a_cosigned_checkpoint_of_another_history_bounds_nothing(tmp_path) -> None:
    one, other = log(tmp_path / "log", 3, WITNESS), log(tmp_path / "other", 3, WITNESS, text=b"another")
    cosigned(other)
    one.keep(kept.COSIGNED, other.beside(kept.COSIGNED))
    assert bounds(one) == ()
