"""The proof of one entry: its text, byte for byte, and everything that may be wrong with it."""

import base64
import hashlib
import json
import subprocess
import sys

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import checkpoint, cosignature, envelope, inclusion, merkle, statement, trust
from seatrial.proof.canonical import digest
from seatrial.proof.inclusion import Proof
from seatrial.proof.key import Key
from seatrial.proof.note import COSIGNATURE, VerifierKey
from seatrial.proof.trust import Person, Trust
from tests.proof.ledger import ORIGIN, key, public

WITNESS = VerifierKey("witness.example/one", COSIGNATURE, public("witness"))
PINNED = Trust(
    ORIGIN,
    public("log"),
    "",
    {"ada": Person((Key(public("ada")),), ("approver",)), "eve": Person((Key(public("eve"), since=5),), ())},
    witnesses={WITNESS.name: WITNESS},
)


def entry(number, *names, log="log"):
    said = {"decision": digest(b"%d" % number), "entry": 0, "log": ORIGIN, "root": "00" * 32, "at": number}
    payload = statement.write("approval", digest(b"model"), said)
    return envelope.seal(payload, [(public(name), key(name).sign) for name in (*names, log)])


ENTRIES = [entry(0), entry(1, "ada"), entry(2, "stranger"), entry(3, "eve"), entry(4), entry(5, "eve"), entry(6)]
SIZE = len(ENTRIES)
LEAVES = [merkle.leaf_hash(one) for one in ENTRIES]


def signed(size=SIZE, *, name="log", origin=ORIGIN, leaves=LEAVES):
    return checkpoint.write(origin, size, merkle.root(leaves[:size]), key(name).sign, public(name))


def proof(at, size=SIZE, **more):
    path = tuple(merkle.inclusion(LEAVES[:size], at))
    return Proof(**{"index": at, "path": path, "checkpoint": signed(size), "extra": ENTRIES[at], **more})


def cosigned(note, time=1_700_000_000):
    text = note.partition(b"\n\n")[0] + b"\n"
    return note + cosignature.write(WITNESS, text, time, key("witness").sign).data


def test_the_text_is_that_of_the_format() -> None:
    path = [hashlib.sha256(b"%d" % at).digest() for at in range(2)]
    written = inclusion.write(Proof(73894, tuple(path), b"log\n1\nroot\n\n\xe2\x80\x94 log c2ln\n", b"any bytes"))
    assert written.decode().split("\n") == [
        "c2sp.org/tlog-proof@v1",
        "extra YW55IGJ5dGVz",
        "index 73894",
        "X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+k=",
        "a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s=",
        "",
        "log",
        "1",
        "root",
        "",
        "— log c2ln",
        "",
    ]
    assert inclusion.write(Proof(0, (), b"x\n")) == b"c2sp.org/tlog-proof@v1\nindex 0\n\nx\n"


@pytest.mark.parametrize("size", range(1, len(ENTRIES) + 1))
def test_every_entry_under_every_checkpoint(size) -> None:
    for index in range(size):
        data = inclusion.write(proof(index, size))
        assert inclusion.read(data) == proof(index, size)
        found = inclusion.check(data, PINNED)
        assert (found.origin, found.index, found.size) == (ORIGIN, index, size)
        assert found.said.predicate["at"] == index
        bare = inclusion.write(proof(index, size, extra=b""))
        assert inclusion.check(bare, PINNED, entry=ENTRIES[index]) == found
        with pytest.raises(EvidenceError, match="does not hold the entry"):
            inclusion.check(bare, PINNED)


def test_who_signed_is_said_and_who_is_not_known() -> None:
    found = {index: inclusion.check(inclusion.write(proof(index)), PINNED) for index in range(6)}
    assert [found[index].signers for index in range(6)] == [(), ("ada",), (), (), (), ("eve",)]
    assert found[2].unknown == (envelope.key_id(public("stranger")),)
    assert found[3].unknown == (envelope.key_id(public("eve")),), "her key is valid from entry 5 on"
    assert found[5].unknown == ()


def test_witnesses_are_counted_and_lines_of_strangers_left_alone() -> None:
    note = cosigned(signed())
    found = inclusion.check(inclusion.write(proof(1, checkpoint=note)), PINNED)
    assert [(one.name, one.time) for one in found.seen] == [(WITNESS.name, 1_700_000_000)]
    stranger = "\u2014 stranger.example " + base64.b64encode(b"any signature at all").decode() + "\n"
    found = inclusion.check(inclusion.write(proof(1, checkpoint=note + stranger.encode())), PINNED)
    assert len(found.seen) == 1
    bent = inclusion.write(proof(1, checkpoint=cosigned(signed(3))[len(signed(3)) :].join((signed(), b""))))
    assert inclusion.check(bent, PINNED).seen == (), "a cosignature over another checkpoint is none over this one"


OTHER = [merkle.leaf_hash(b"%d" % at) for at in range(7)]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: proof(1, index=2), "as entry 2"),
        (lambda: proof(1, index=7), "as entry 7"),
        (lambda: proof(1, index=10**18), "as entry"),
        (lambda: proof(1, extra=ENTRIES[2]), "does not hold these bytes"),
        (lambda: proof(1, extra=ENTRIES[1] + b" "), "does not hold these bytes"),
        (lambda: proof(1, path=()), "does not hold these bytes"),
        (lambda: proof(1, path=proof(1).path[:-1]), "does not hold these bytes"),
        (lambda: proof(1, path=(*proof(1).path, b"0" * 32)), "does not hold these bytes"),
        (lambda: proof(1, path=proof(1).path[::-1]), "does not hold these bytes"),
        (lambda: proof(1, checkpoint=signed(3)), "does not hold these bytes"),
        (lambda: proof(1, checkpoint=signed(leaves=OTHER)), "does not hold these bytes"),
        (lambda: proof(1, checkpoint=signed(name="other")), "another key"),
        (lambda: proof(1, checkpoint=signed(origin="example.org/other")), "of the log"),
        (lambda: proof(1, checkpoint=signed().replace(b"\n7\n", b"\n8\n")), "not good"),
        (lambda: proof(1, checkpoint=signed()[:-3]), "signed note"),
        (lambda: proof(1, checkpoint=b"x\n"), "signed note"),
    ],
)
def test_what_does_not_hold_is_refused(made, says) -> None:
    with pytest.raises(EvidenceError, match=says):
        inclusion.check(inclusion.write(made()), PINNED)


def test_a_log_key_from_a_later_entry_on_signs_nothing_before() -> None:
    newer = Trust(ORIGIN, public("new"), "", log_since=5, earlier=(Key(public("log")),))
    assert inclusion.check(inclusion.write(proof(1, 4)), newer).size == 4
    with pytest.raises(EvidenceError, match="another key"):
        inclusion.check(inclusion.write(proof(1)), newer)
    note = signed(name="new")
    assert inclusion.check(inclusion.write(proof(1, checkpoint=note)), newer).size == 7
    with pytest.raises(EvidenceError, match="another key"):
        inclusion.check(inclusion.write(proof(1, 4, checkpoint=signed(4, name="new"))), newer)


def test_an_entry_with_a_bad_signature_is_refused_though_it_is_in() -> None:
    forged = json.loads(ENTRIES[1])
    forged["signatures"][0]["sig"] = json.loads(ENTRIES[2])["signatures"][0]["sig"]
    for data in (json.dumps(forged, separators=(",", ":")).encode(), b"{}", entry(1, log="other")):
        leaves = [merkle.leaf_hash(data)]
        bad = Proof(0, (), signed(1, leaves=leaves), data)
        with pytest.raises(EvidenceError):
            inclusion.check(inclusion.write(bad), PINNED)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[1:],
        lambda text: text.replace(b"@v1", b"@v2"),
        lambda text: text.replace(b"index 1", b"index 01"),
        lambda text: text.replace(b"index 1", b"index -1"),
        lambda text: text.replace(b"index 1", b"index 1 "),
        lambda text: text.replace(b"index 1\n", b""),
        lambda text: text.replace(b"extra ", b"Extra "),
        lambda text: text.replace(b"extra ", b"extra  "),
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n\n", b"\n", 1),
        lambda text: text.replace(b"\n\n", b"\n\n\n", 1),
        lambda text: text.replace(b"=\n", b"\n", 1),
        lambda text: text.replace(b"index 1\n", b"index 1\nAAAA\n"),
        lambda text: text.replace(b"index 1\n", b"index 1\n" + b"A" * 43 + b"=\n" * 1 + (b"A" * 43 + b"=\n") * 63),
        lambda text: text.replace(b"index 1\n", b"index 1\n\xc3\xa9\n"),
        lambda text: text[: text.index(b"\n\n") + 2],
        lambda text: b"",
        lambda text: b"c2sp.org/tlog-proof@v1\n",
    ],
)
def test_what_is_malformed_is_refused(change) -> None:
    text = inclusion.write(proof(1))
    assert change(text) != text
    with pytest.raises(EvidenceError):
        inclusion.check(change(text), PINNED)


def test_no_changed_byte_passes() -> None:
    text = inclusion.write(proof(4, checkpoint=cosigned(signed())))
    honest = inclusion.check(text, PINNED)
    for at in range(0, len(text), 3):
        for bit in (0x01, 0x20):
            changed = text[:at] + bytes([text[at] ^ bit]) + text[at + 1 :]
            try:
                found = inclusion.check(changed, PINNED)
            except EvidenceError:
                continue
            assert found.said == honest.said
            assert found.seen == (), "only what a witness says may be lost"


def test_the_verifier_of_bundles_takes_a_proof(tmp_path) -> None:
    file, pinned = tmp_path / "one.tlog-proof", tmp_path / "trust.json"
    pinned.write_bytes(trust.write(PINNED))

    def verify(*words):
        words = [sys.executable, "-m", "seatrial.proof", str(file), "--trust", str(pinned), *words]
        return subprocess.run(words, capture_output=True, text=True, check=False)

    file.write_bytes(inclusion.write(proof(1)))
    done = verify()
    assert done.returncode == 0, done.stderr
    assert "entry 1 of 7 of the log" in done.stdout
    assert "signed by: ada, the log" in done.stdout
    assert json.loads(verify("--json").stdout)["signers"] == ["ada"]
    file.write_bytes(inclusion.write(proof(1, extra=b"")))
    assert verify().returncode == 5
    (tmp_path / "entry").write_bytes(ENTRIES[1])
    assert verify("--entry", str(tmp_path / "entry")).returncode == 0
    (tmp_path / "entry").write_bytes(ENTRIES[2])
    assert verify("--entry", str(tmp_path / "entry")).returncode == 5
    file.write_bytes(inclusion.write(proof(1)))
    for asked in (["--require", "witnessed"], ["--approved"], ["--decision", "4"], ["--max-age", "7d"]):
        done = verify(*asked)
        assert (done.returncode, done.stdout) == (2, ""), "what was asked for is never passed over"
        assert f"{asked[0]}: cannot be told from the proof of one entry" in done.stderr
    file = file.rename(tmp_path / "evidence.tar")
    done = verify()
    assert (done.returncode, done.stdout) == (2, ""), "a proof of one entry never passes for a bundle"
