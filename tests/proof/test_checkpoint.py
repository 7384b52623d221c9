"""Checkpoints: one spelling, one key."""

import base64

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import checkpoint, merkle
from tests.proof.ledger import ORIGIN, key, public

ROOT = merkle.root([merkle.leaf_hash(b"entry")])
NOTE = checkpoint.write(ORIGIN, 1, ROOT, key("log").sign, public("log"))


def test_it_is_a_signed_note() -> None:
    text, signature = NOTE.decode().split("\n\n")
    assert text.split("\n") == [ORIGIN, "1", base64.b64encode(ROOT).decode()]
    assert signature.startswith(f"\u2014 {ORIGIN} ")
    assert signature.endswith("\n")


def test_known_bytes() -> None:
    note = checkpoint.write("log.example/digits", 0, merkle.root([]), key("log").sign, public("log"))
    assert note == checkpoint.write("log.example/digits", 0, merkle.root([]), key("log").sign, public("log"))
    assert note.startswith(b"log.example/digits\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n")


def test_it_reads_what_it_writes() -> None:
    assert checkpoint.read(NOTE, ORIGIN, public("log")) == checkpoint.Checkpoint(ORIGIN, 1, ROOT)


def test_another_key_or_log_is_refused() -> None:
    forged = checkpoint.write(ORIGIN, 1, ROOT, key("eve").sign, public("eve"))
    claimed = checkpoint.write(ORIGIN, 1, ROOT, key("eve").sign, public("log"))
    for note in (forged, claimed):
        with pytest.raises(EvidenceError):
            checkpoint.read(note, ORIGIN, public("log"))
    with pytest.raises(EvidenceError):
        checkpoint.read(NOTE, "other/log", public("log"))


def test_every_bit_counts() -> None:
    for at in range(len(NOTE)):
        for bit in range(8):
            torn = bytearray(NOTE)
            torn[at] ^= 1 << bit
            with pytest.raises(EvidenceError):
                checkpoint.read(bytes(torn), ORIGIN, public("log"))


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note + note.split(b"\n\n")[1],
        lambda note: note + b"\n",
        lambda note: note[:-1],
        lambda note: note.replace(b"\n1\n", b"\n01\n"),
        lambda note: note.replace(b"\n1\n", b"\n+1\n"),
        lambda note: note.replace(b"\n", b"\r\n"),
        lambda note: note.split(b"\n\n")[0] + b"\n\n",
        lambda note: b"",
        lambda note: note.replace(b"\n\n", b"\nextension\n\n"),
    ],
)
def test_other_forms_are_refused(change) -> None:
    with pytest.raises(EvidenceError):
        checkpoint.read(change(NOTE), ORIGIN, public("log"))


@pytest.mark.parametrize("origin", ["", "a b", "a+b", "a\nb", "l\u00f6g"])
def test_names_that_a_note_cannot_carry(origin) -> None:
    with pytest.raises(ValueError, match="cannot name a log"):
        checkpoint.write(origin, 1, ROOT, key("log").sign, public("log"))
