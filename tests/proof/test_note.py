"""Signed notes and verifier keys: the example of C2SP signed-note, and one spelling only."""

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import note
from seatrial.proof.note import Line, VerifierKey
from tests.proof.ledger import key, public

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
"""The key of C2SP signed-note's example, and what it signs."""
NOTE = (
    "This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7"
    "Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()


def test_the_example_of_the_specification_verifies() -> None:
    known = note.vkey(VKEY)
    assert known.text == VKEY
    assert (known.name, known.kind, known.id.hex()) == ("example.com/foo", note.ED25519, "530d903a")
    text, (line,) = note.parse(NOTE)
    assert text == b"This is an example message.\n"
    assert line.by(known)
    assert note.good(known, text, line.signature)
    assert not note.good(known, text + b"\n", line.signature)
    assert note.joined(text, [line]) == NOTE


def test_the_last_empty_line_parts_text_and_signatures() -> None:
    line = Line("a", b"1234", b"signature")
    text, lines = note.parse(note.joined(b"one\n\ntwo\n", [line, line]))
    assert (text, lines) == (b"one\n\ntwo\n", (line, line))


@pytest.mark.parametrize("kind", note.LENGTHS)
def test_a_key_reads_what_it_writes(kind) -> None:
    written = VerifierKey("w\u00e9.example/1", kind, bytes(range(256)) * 6)
    written = VerifierKey(written.name, kind, written.public[: note.LENGTHS[kind][0]])
    assert note.vkey(written.text) == written


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        VKEY + "\n",
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("foo", "fop"),
        VKEY[:-1],
        VKEY[:-1] + "l",
        VKEY + "=",
        "a b" + VKEY,
        VerifierKey("a", 0x02, public("log")).text,
        VerifierKey("a", note.ED25519, public("log")[:31]).text,
        VerifierKey("a", note.SUBTREE, public("log")).text,
    ],
)
def test_other_texts_are_no_key(text) -> None:
    with pytest.raises(EvidenceError):
        note.vkey(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        NOTE[:-1],
        NOTE + b"\n",
        NOTE + b"more\n",
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"example message", b"ex\tample message"),
        NOTE.replace(b"example message", b"ex\xffample message"),
        NOTE.replace(b"Uw2Q", b"Uw2\xc3\xa9"),
        NOTE.replace("\u2014".encode(), b"-"),
        NOTE.replace(b"yaQM=", b"yaQN="),
        NOTE.replace(b"yaQM=", b"yaQM"),
        b"text\n\n" + Line("a", b"1234", b"s").data * (note.LINES + 1),
        b"text\n\n\xe2\x80\x94 a MTIzNA==\n",
    ],
)
def test_other_bytes_are_no_note(data) -> None:
    with pytest.raises(EvidenceError):
        note.parse(data)


def test_sixteen_signatures_are_read() -> None:
    _, lines = note.parse(b"text\n\n" + Line("a", b"1234", b"s" * 2428).data * 16)
    assert len(lines) == 16


def test_the_type_is_part_of_the_id() -> None:
    ids = {VerifierKey("a", kind, public("log")).id for kind in (note.ED25519, note.COSIGNATURE)}
    assert len(ids) == 2
    assert key("log")
