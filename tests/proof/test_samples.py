"""A kept sample can be withheld alone: the rest verifies, the withholding shows, and it can be shown later."""

import hashlib
import hmac
import pickle
from dataclasses import replace

import numpy as np
import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import bundle, samples
from seatrial.proof.canonical import digest, dumps
from seatrial.proof.outcome import plain, told
from seatrial.proof.reading import Question
from seatrial.proof.samples import Listed
from seatrial.proof.verify import verify, verify_bundle
from seatrial.trial.stimuli import Specimen, packed, unpacked
from tests.proof.attacks import sampled
from tests.proof.ledger import MODEL_A, MODEL_B, Ledger, charter, found_by, trust

CASES = [hashlib.sha256(b"%d" % at).digest() for at in range(3)]
SPECIMENS = tuple(
    Specimen(case, at, "1", "1", "0", value, value)
    for at, (case, value) in enumerate(zip(CASES, (np.arange(4.0), "a text", {"a": 1.0}), strict=True))
)


def test_the_samples_of_a_shard_are_told_apart() -> None:
    found = samples.split(packed(SPECIMENS))
    assert [(one.case, one.form) for one in found] == list(zip(CASES, ("npy", "json", "row"), strict=True))
    for alone, one in zip(found, SPECIMENS, strict=True):
        assert alone.data == packed([one])
        assert repr(unpacked(alone.data)) == repr((one,))
    assert samples.split(packed(())) == ()


@pytest.mark.parametrize("data", [b"", b"SEASTIM1\n", b"inputs 1", packed(SPECIMENS)[:-1], packed(SPECIMENS) + b"x"])
def test_what_is_no_blob_of_samples_is_refused(data) -> None:
    with pytest.raises(EvidenceError):
        samples.split(data)


def test_a_salt_is_hkdf_and_another_for_every_case_clause_shard_and_secret() -> None:
    """Known answer: RFC 5869 by hand (extract with 32 zero bytes, expand with one block)."""
    secret, info = b"s" * 64, samples.LABEL + dumps(["clean", 0, CASES[0].hex()])
    extracted = hmac.digest(bytes(32), secret, "sha256")
    assert samples.salt(secret, "clean", 0, CASES[0]) == hmac.digest(extracted, info + b"\x01", "sha256")
    other = {
        samples.salt(*one)
        for one in ((secret, "clean", 0, CASES[1]), (secret, "robust", 0, CASES[0]), (secret, "clean", 1, CASES[0]))
    }
    assert len(other | {samples.salt(b"t" * 64, "clean", 0, CASES[0]), samples.salt(secret, "clean", 0, CASES[0])}) == 5


INDEX = [Listed(case, form, digest(case)) for case, form in zip(CASES, ("npy", "json", "row"), strict=True)]


def test_an_index_is_read_as_it_was_written() -> None:
    assert samples.read(samples.index(INDEX)) == tuple(INDEX)
    assert samples.read(samples.index([])) == ()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'{"samples":[]}',
        samples.index(INDEX).replace(b'"schema":1', b'"schema":2'),
        samples.index([INDEX[0], INDEX[0]]),
        samples.index(INDEX).replace(b'"npy"', b'"pickle"'),
        samples.index(INDEX).replace(b'"form":"npy",', b'"form":"npy","more":1,'),
        samples.index(INDEX).replace(CASES[0].hex().encode(), b"00"),
        samples.index(INDEX) + b" ",
    ],
)
def test_what_is_no_index_is_refused(data) -> None:
    with pytest.raises(EvidenceError):
        samples.read(data)


def test_a_sample_needs_its_salt() -> None:
    assert samples.opened(bytes(32) + b"x") == b"x"
    with pytest.raises(EvidenceError):
        samples.opened(bytes(31))


def test_what_is_withheld_shows_and_the_rest_verifies() -> None:
    for count in (0, 1, 2):
        _, shown, _ = sampled(withheld=count)
        found = verify_bundle(bundle.write(shown), trust())
        assert found.ok, found.findings
        assert (found.account.kept, found.account.withheld) == (12, count)
        assert (f"{count} of 12 kept samples withheld" in told(found)) == bool(count)
        assert plain(found)["samples"] == {"kept": 12, "withheld": count, "disclosed": 0}


def test_a_sample_that_was_withheld_can_be_shown_later() -> None:
    log, shown, every = sampled(withheld=1)
    found = verify(shown, trust(), question=Question(disclosed=(log.blobs[every[0]],)))
    assert found.ok
    assert "1 of them disclosed" in told(found)
    assert plain(found)["samples"] == {"kept": 12, "withheld": 1, "disclosed": 1}
    assert found_by(shown, disclosed=(bytes(32) + log.blobs[every[0]][32:],)) == {"disclosed"}


def test_only_kept_samples_can_be_named_as_withheld() -> None:
    log, shown, _ = sampled()
    for name in (digest(b"never kept"), log.statements[2].predicate["shards"][0]["computed"]):
        assert found_by(replace(shown, withheld=frozenset({name}))) == {"kept"}
    index = log.statements[2].predicate["shards"][0]["stimuli"]
    rest = {name: data for name, data in shown.blobs.items() if name != index}
    assert "kept" in found_by(replace(shown, blobs=rest))


def test_a_sample_of_a_case_that_was_not_tried_is_found() -> None:
    log, _, _ = sampled()
    other = log.samples([CASES[0]])
    log.tweaks[("run-result", 1)] = lambda _, said: {
        **said,
        "shards": [{**said["shards"][0], "stimuli": other}, *said["shards"][1:]],
    }
    log.gate(MODEL_A, charter())
    assert found_by(log.evidence()) == {"kept"}


class Trap:
    """What writes a file as soon as somebody unpickles it."""

    def __init__(self, place) -> None:
        self.place = place

    def __reduce__(self):
        return open, (self.place, "w")


def test_code_in_a_sample_is_never_run(tmp_path) -> None:
    """A pickle lies where a sample should: the verifier does not look inside, and readers refuse it."""
    log, _, _ = sampled()
    trap = bytes(32) + pickle.dumps(Trap(str(tmp_path / "sprung")))
    case = samples.read(log.blobs[log.statements[2].predicate["shards"][0]["stimuli"]])[0].case
    index = log.put(samples.index([Listed(case, "npy", log.put(trap))]))
    again = Ledger({("run-result", 0): lambda _, said: _with(said, index)})
    again.kept, again.blobs = 2, log.blobs
    again.gate(MODEL_B, charter())
    found = verify_bundle(bundle.write(again.evidence()), trust())
    assert found.ok, found.findings
    with pytest.raises(EvidenceError):
        unpacked(samples.opened(trap))
    assert not (tmp_path / "sprung").exists()
    pickle.loads(trap[32:]).close()
    assert (tmp_path / "sprung").exists(), "the trap would have sprung"


def _with(said, index):
    return {**said, "shards": [{**said["shards"][0], "stimuli": index}, *said["shards"][1:]]}
