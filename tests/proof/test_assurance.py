"""What a verification reaches, and that it says what it did not reach."""

import base64

import pytest

from seatrial.proof import bundle, cosignature, note
from seatrial.proof.assurance import CLOCKS, WORDS
from seatrial.proof.note import VerifierKey
from seatrial.proof.outcome import plain, told
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify, verify_bundle
from tests.proof import ledger
from tests.proof.attacks import W1, W2, cosigned
from tests.proof.ledger import MODEL_A, Ledger, charter, found_by, story, trust

TIME = 1_772_532_000  # 3 March 2026, 10:00 UTC
DAY = 86_400


def pinned(quorum: int = 1, **changes):
    return trust(witnesses={W1.name: W1, W2.name: W2}, quorum={"approve": 1, "waive": 1, "witness": quorum}, **changes)


def witnessed(*names: str, at: int = TIME):
    evidence = story().evidence()
    for name, key in (("w1", W1), ("w2", W2)):
        if name in names:
            evidence = cosigned(evidence, key, at + int(name[1]), by=name)
    return evidence


def test_a_quorum_of_trusted_witnesses_makes_it_witnessed() -> None:
    found = verify(witnessed("w1", "w2"), pinned(2))
    assert (found.ok, found.assurance) == (True, "witnessed")
    assert found.reached.says == (
        "w.example/1 (2026-03-03T10:00:01Z), w.example/2 (2026-03-03T10:00:02Z) saw this log grow to this checkpoint"
    )
    assert str(found) == "Verified: deploy (entry 9 of 10), witnessed."
    assert verify_bundle(bundle.write(witnessed("w1")), pinned()).assurance == "witnessed"


def test_fewer_are_said_to_be_missing() -> None:
    found = verify(witnessed("w1"), pinned(2))
    assert (found.ok, found.assurance) == (True, "self-attested")
    assert "not witnessed: 1 of the 2 witnesses that you trust cosigned, 2 must" in found.reached.lacks
    assert str(found) == "Verified: deploy (entry 9 of 10), self-attested, not witnessed."
    assert "  not witnessed: none of the 2" in told(verify(witnessed(), pinned()))
    assert "not witnessed: your trust file names no witness" in verify(witnessed(), trust()).reached.lacks


def test_the_words_rise() -> None:
    log = story()
    question = Question(remembered=verify(log.evidence(), trust()).leaves)
    assert verify(log.evidence(), trust(), question=question).assurance == "remembered"
    both = verify(witnessed("w2"), pinned(), question=question)
    assert both.assurance == "witnessed"
    assert [lack.partition(":")[0] for lack in both.reached.lacks] == ["no separate runner"]
    nothing = verify(log.evidence(), trust())
    assert [lack.partition(":")[0] for lack in nothing.reached.lacks] == [
        "not remembered",
        "no separate runner",
        "not witnessed",
    ]


def test_a_witness_who_is_not_trusted_is_named() -> None:
    stranger = VerifierKey("w.example/3", note.COSIGNATURE, ledger.public("w3"))
    evidence = cosigned(story().evidence(), stranger, TIME, by="w3")
    found = verify(evidence, pinned())
    assert [str(problem) for problem in found.findings] == [
        "witness w.example/3: is not a trusted witness (put its key into the trust file, if it is to count)"
    ]
    assert found.assurance == ""


@pytest.mark.parametrize("rest", [b"\n", b"text\n", b"\xff\n", "\u2014 w.example/1 AAAA\n".encode(), b"\x00"])
def test_no_byte_under_the_checkpoint_is_free(rest) -> None:
    evidence = story().evidence()
    odd = bundle.Evidence(evidence.entries, evidence.checkpoint + rest, evidence.blobs)
    assert found_by(odd, pinned()) == {"witnesses"}


def test_every_bit_of_a_cosignature_counts() -> None:
    evidence = Ledger()
    evidence.gate(MODEL_A, charter())
    small = cosigned(evidence.evidence(), W1, TIME, by="w1")
    start = len(evidence.checkpoint())
    for at in range(start, len(small.checkpoint)):
        torn = bytearray(small.checkpoint)
        torn[at] ^= 4
        odd = bundle.Evidence(small.entries, bytes(torn), small.blobs)
        assert found_by(odd, pinned()), at


def test_a_nonce_takes_no_cosignatures() -> None:
    """A witness line beside the signed checkpoint would let its holder try one nonce after the other."""

    def lie(log: Ledger, said):
        signed = base64.b64decode(said["checkpoint"])
        text = signed.partition(b"\n\n")[0] + b"\n"
        line = cosignature.write(W1, text, TIME, ledger.key("w1").sign)
        return {**said, "checkpoint": base64.b64encode(signed + line.data).decode()}

    log = story({("run-plan", 0): lie})
    assert "nonces" in found_by(log.evidence(), pinned())


def test_the_age_is_that_of_the_last_time_at_which_a_quorum_saw_it() -> None:
    evidence = cosigned(cosigned(story().evidence(), W1, TIME, by="w1"), W2, TIME + DAY, by="w2")
    for quorum, since in ((1, TIME + DAY), (2, TIME)):
        fresh = Question(now=since + DAY, max_age=DAY)
        late = Question(now=since + DAY + 1, max_age=DAY)
        assert verify(evidence, pinned(quorum), question=fresh).ok
        (problem,) = verify(evidence, pinned(quorum), question=late).findings
        assert "24 hours ago" in str(problem)


def test_a_cosignature_from_the_future_is_no_age() -> None:
    evidence = witnessed("w1", at=TIME - 1)
    assert verify(evidence, pinned(), question=Question(now=TIME - CLOCKS, max_age=DAY)).ok
    (problem,) = verify(evidence, pinned(), question=Question(now=TIME - CLOCKS - 1, max_age=DAY)).findings
    assert "has not come" in str(problem)


def test_without_a_witness_there_is_no_age() -> None:
    (problem,) = verify(witnessed(), pinned(), question=Question(now=TIME, max_age=DAY)).findings
    assert "nobody but the log key says how old it is" in str(problem)


@pytest.mark.parametrize("wanted", WORDS)
def test_what_is_demanded_is_reached_or_refused(wanted) -> None:
    plainly = verify(witnessed(), pinned(), question=Question(assurance=wanted))
    assert plainly.ok == (wanted == "self-attested")
    assert wanted == "self-attested" or f"{wanted!r} was asked for" in str(plainly.findings[0])
    better = verify(witnessed("w1"), pinned(), question=Question(assurance=wanted))
    assert better.ok == (wanted in ("self-attested", "witnessed"))


def test_it_is_in_the_json() -> None:
    said = plain(verify(witnessed("w1"), pinned()))
    assert said["assurance"] == "witnessed"
    assert said["reached"].startswith("w.example/1 (2026-03-03T10:00:01Z)")
    assert [lack.partition(":")[0] for lack in said["lacks"]] == ["not remembered", "no separate runner"]


def test_an_age_that_cannot_be_told_is_never_a_pass() -> None:
    (problem,) = verify(witnessed(), pinned(), question=Question(max_age=DAY)).findings
    assert str(problem) == "now: a greatest age was asked for, and not what time it is"
