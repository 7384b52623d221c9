"""Cosignatures: known forms of C2SP tlog-cosignature, and nothing else."""

import base64
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seatrial.errors import EvidenceError
from seatrial.proof import checkpoint, cosignature, merkle, note
from seatrial.proof.checkpoint import Checkpoint
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.note import Line, VerifierKey
from tests.proof.ledger import ORIGIN, key, public

ROOT = merkle.root([merkle.leaf_hash(b"entry")])
TEXT = checkpoint.write(ORIGIN, 1, ROOT, key("log").sign, public("log")).partition(b"\n\n")[0] + b"\n"
W1, W2 = (VerifierKey(f"w.example/{n}", note.COSIGNATURE, public(f"w{n}")) for n in (1, 2))
TIME = 1679315147
LINE = cosignature.write(W1, TEXT, TIME, key("w1").sign)
TRUSTED = {W1.name: W1, W2.name: W2}


def test_the_message_is_the_one_of_the_specification() -> None:
    text = b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert cosignature.message(W1, text, TIME) == b"cosignature/v1\ntime 1679315147\n" + text
    assert cosignature.head(text) == Checkpoint(
        "example.com/behind-the-sofa", 20852163, base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    )


def test_the_example_of_the_specification_is_laid_out_like_ours() -> None:
    example = (
        "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZ"
        "qhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
    (line,) = note.lines(example)
    assert len(line.signature) == len(LINE.signature) == 72
    assert struct.unpack(">Q", line.signature[:8]) == (TIME,) == struct.unpack(">Q", LINE.signature[:8])


def test_known_bytes() -> None:
    signed = b"cosignature/v1\ntime 1679315147\n" + TEXT
    Ed25519PublicKey.from_public_bytes(public("w1")).verify(LINE.signature[8:], signed)
    assert LINE.signature == bytes.fromhex("00000000641850cb") + key("w1").sign(signed)
    assert LINE.data.startswith(b"\xe2\x80\x94 w.example/1 ")


def test_the_message_of_a_tree_is_the_one_of_the_specification() -> None:
    witness = VerifierKey("w", note.SUBTREE, bytes(1312))
    text = b"log\n5\n" + base64.b64encode(ROOT) + b"\nan extension\n"
    wanted = b"subtree/v1\n\x00" + b"\x01w" + bytes(7) + b"\x09" + b"\x03log" + bytes(8) + bytes(7) + b"\x05" + ROOT
    assert cosignature.message(witness, text, 9) == wanted


def test_an_ml_dsa_witness_is_checked() -> None:
    mldsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.mldsa")
    private = mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    witness = VerifierKey("w", note.SUBTREE, private.public_key().public_bytes_raw())
    line = cosignature.write(witness, TEXT, TIME, private.sign)
    assert len(line.signature) == 2428
    assert cosignature.read(line, TEXT, witness) == Cosignature("w", TIME)
    with pytest.raises(EvidenceError, match="not over this checkpoint"):
        cosignature.read(Line("w", witness.id, line.signature[:-1] + b"\x00"), TEXT, witness)


def test_it_reads_what_it_writes() -> None:
    assert cosignature.read(LINE, TEXT, W1) == Cosignature(W1.name, TIME)


def test_every_bit_counts() -> None:
    for at in range(len(LINE.signature)):
        torn = bytearray(LINE.signature)
        torn[at] ^= 1
        with pytest.raises(EvidenceError):
            cosignature.read(Line(LINE.name, LINE.key_id, bytes(torn)), TEXT, W1)


def test_a_plain_signature_is_no_cosignature() -> None:
    for signature in (key("w1").sign(TEXT), struct.pack(">Q", TIME) + key("w1").sign(TEXT)):
        with pytest.raises(EvidenceError):
            cosignature.read(Line(W1.name, W1.id, signature), TEXT, W1)


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_no_time_is_no_cosignature(time) -> None:
    with pytest.raises(EvidenceError):
        cosignature.write(W1, TEXT, time, key("w1").sign)
    if time >= 0:
        claimed = struct.pack(">Q", time) + key("w1").sign(b"cosignature/v1\ntime %d\n%s" % (time, TEXT))
        with pytest.raises(EvidenceError):
            cosignature.read(Line(W1.name, W1.id, claimed), TEXT, W1)


@pytest.mark.parametrize(
    "text", [b"", b"log\n", b"log\n1\n", TEXT[:-1], TEXT + b"\n", TEXT.replace(b"\n1\n", b"\n01\n")]
)
def test_only_checkpoints_are_cosigned(text) -> None:
    with pytest.raises(EvidenceError):
        cosignature.write(W1, text, TIME, key("w1").sign)


def test_a_key_that_does_not_cosign_is_refused() -> None:
    with pytest.raises(ValueError, match="does not cosign"):
        cosignature.message(VerifierKey("log", note.ED25519, public("log")), TEXT, TIME)
    with pytest.raises(ValueError, match="255 bytes"):
        cosignature.message(VerifierKey("w" * 256, note.SUBTREE, bytes(1312)), TEXT, TIME)


def test_stored_lines_are_strict() -> None:
    other = cosignature.write(W2, TEXT, TIME + 1, key("w2").sign)
    assert cosignature.strict([LINE, other], TEXT, TRUSTED) == (
        Cosignature(W1.name, TIME),
        Cosignature(W2.name, TIME + 1),
    )
    assert cosignature.strict([], TEXT, TRUSTED) == ()
    stranger = VerifierKey("w.example/3", note.COSIGNATURE, public("w3"))
    lines = {
        "order": [other, LINE],
        "each once": [LINE, cosignature.write(W1, TEXT, TIME + 5, key("w1").sign)],
        "not a trusted witness": [LINE, cosignature.write(stranger, TEXT, TIME, key("w3").sign)],
        "not a cosignature by its key": [Line(W1.name, W2.id, LINE.signature)],
        "not over this checkpoint": [cosignature.write(W1, TEXT.replace(b"\n1\n", b"\n2\n"), TIME, key("w1").sign)],
    }
    for says, given in lines.items():
        with pytest.raises(EvidenceError, match=says):
            cosignature.strict(given, TEXT, TRUSTED)


def test_what_an_answer_holds_besides_is_dropped() -> None:
    other = cosignature.write(W2, TEXT, TIME, key("w2").sign)
    forged = Line(W1.name, W1.id, other.signature)
    unknown = Line("eve", b"1234", b"x")
    assert cosignature.picked([unknown, other, forged, LINE], TEXT, TRUSTED) == {W1.name: LINE, W2.name: other}
    assert cosignature.picked([forged], TEXT, TRUSTED) == {}


def test_a_checkpoint_parts_into_the_logs_own_note_and_the_rest() -> None:
    own = checkpoint.write(ORIGIN, 1, ROOT, key("log").sign, public("log"))
    assert checkpoint.split(own) == (own, b"")
    assert checkpoint.split(own + LINE.data) == (own, LINE.data)
    for odd in (b"", b"\n\n", b"no note", own[:-1]):
        assert b"".join(checkpoint.split(odd)) == odd
    with pytest.raises(EvidenceError):
        checkpoint.read(own + LINE.data, ORIGIN, public("log"))
