"""Any structure that the log key may have signed, and every byte of a bundle."""

import random

import pytest

from seatrial.proof import bundle, canonical, envelope
from seatrial.proof.bundle import Evidence
from seatrial.proof.canonical import dumps
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify, verify_bundle
from tests.proof import ledger
from tests.proof.ledger import story, trust


def _odd(rng: random.Random, value):
    """The same structure with one part replaced by something that does not belong there."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(sorted(value))
        return {**value, name: _odd(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        return [*value[:at], _odd(rng, value[at]), *value[at + 1 :]]
    return rng.choice([None, True, -1, 0, 10**12, 0.5, "", "x", "sha256:" + "0" * 64, [], {}, [[]], {"": None}])


def _odd_log(rng: random.Random) -> tuple[Evidence, bool]:
    """A log with one statement, or one JSON blob and all that names it, made odd, and signed."""
    log = story()
    seq = rng.randrange(len(log.entries))
    body = canonical.loads(envelope.parsed(log.entries[seq]).payload)
    named = [name for name in ("plan", "charter") if name in body["predicate"]]
    if named and rng.random() < 0.6:
        blob = canonical.loads(log.blobs[body["predicate"][rng.choice(named)]])
        changed = {**body["predicate"], rng.choice(named): log.put(dumps(_odd(rng, blob)))}
        odd = {**body, "predicate": changed}
    else:
        odd = _odd(rng, body)
    log.entries[seq] = envelope.seal(dumps(odd), [ledger.signer("log")])
    return Evidence(tuple(log.entries), log.checkpoint(), log.blobs), odd != body


def _check_odd(seed: int, count: int) -> None:
    rng = random.Random(seed)
    for _ in range(count):
        evidence, changed = _odd_log(rng)
        if changed:
            verify(evidence, trust(), question=Question(decision=rng.choice([None, 4])))


def test_odd_structures_never_crash_the_verifier() -> None:
    _check_odd(1, 150)


@pytest.mark.slow
def test_many_odd_structures_never_crash_the_verifier() -> None:
    _check_odd(2, 3000)


# ---- every byte ---------------------------------------------------------------------------------------------------


def _flips(data: bytes, places) -> None:
    for at, bit in places:
        torn = bytearray(data)
        torn[at] ^= 1 << bit
        found = verify_bundle(bytes(torn), trust())
        assert found.findings, f"bit {bit} of byte {at} can be flipped"
        assert all(problem.what for problem in found.findings)


def test_flipped_bits_are_found() -> None:
    data = bundle.write(story().evidence())
    rng = random.Random(0)
    _flips(data, [(rng.randrange(len(data)), rng.randrange(8)) for _ in range(2000)])


@pytest.mark.slow
def test_a_flip_in_any_byte_is_found() -> None:
    data = bundle.write(story().evidence())
    rng = random.Random(0)
    _flips(data, [(at, rng.randrange(8)) for at in range(len(data))])


def test_a_cut_bundle_is_found() -> None:
    data = bundle.write(story().evidence())
    for size in range(0, len(data), 487):
        assert verify_bundle(data[:size], trust()).findings
    assert verify_bundle(data + b"\x00", trust()).findings
    assert verify_bundle(data, trust(), limit=100).findings
