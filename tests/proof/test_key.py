"""Public keys: what they verify, and what they are told from."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from seatrial.errors import EvidenceError
from seatrial.proof.key import ALGORITHMS, ED25519, ML_DSA_44, Key, algorithm_of, decoded
from tests.evidence.signers.without import without_ml_dsa
from tests.proof.ledger import key, public

LATTICE = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
RAW = LATTICE.public_key().public_bytes_raw()


def test_each_algorithm_verifies_its_own_signatures_only() -> None:
    plain, lattice = Key(public("ann")), Key(RAW, ML_DSA_44)
    plain.verify(key("ann").sign(b"x"), b"x")
    lattice.verify(LATTICE.sign(b"x"), b"x")
    for one, signature in ((plain, LATTICE.sign(b"x")), (lattice, key("ann").sign(b"x")), (plain, b""), (lattice, b"")):
        with pytest.raises(EvidenceError, match=f"signature of key {one.id} is not good"):
            one.verify(signature, b"x")


def test_a_changed_bit_of_an_ml_dsa_signature_is_found() -> None:
    signature = LATTICE.sign(b"x")
    for at in range(0, len(signature), 211):
        torn = bytearray(signature)
        torn[at] ^= 1
        with pytest.raises(EvidenceError, match="is not good"):
            Key(RAW, ML_DSA_44).verify(bytes(torn), b"x")


def test_a_verifier_without_the_algorithm_says_so_and_does_not_accept() -> None:
    told = without_ml_dsa(
        "from seatrial.errors import EvidenceError\n"
        "from seatrial.proof.key import Key\n"
        f"try: Key(bytes({len(RAW)}), 'ml-dsa-44').verify(b'', b'')\n"
        "except EvidenceError as error: print(error)\n"
    )
    assert "is of ML-DSA-44, which this verifier cannot compute (install cryptography 50" in told


def test_an_interval_holds_its_first_entry_and_not_its_last() -> None:
    assert [Key(b"", since=2, until=4).holds(seq) for seq in range(6)] == [False, False, True, True, False, False]
    assert Key(b"").holds(0)


def test_the_algorithm_is_told_from_the_length() -> None:
    assert (algorithm_of(public("ann")), algorithm_of(RAW)) == (ED25519, ML_DSA_44)
    assert ALGORITHMS == {"ed25519": 32, "ml-dsa-44": 1312}
    with pytest.raises(ValueError, match="31 bytes"):
        algorithm_of(bytes(31))


@pytest.mark.parametrize(
    ("text", "algorithm", "said"),
    [
        (base64.b64encode(RAW).decode(), ED25519, "Ed25519"),
        (base64.b64encode(public("ann")).decode(), ML_DSA_44, "ML-DSA-44"),
        (base64.b64encode(public("ann")).decode() + "\n", ED25519, "Ed25519"),
        (base64.b64encode(public("ann")).decode(), "rsa", "no algorithm; there are ed25519, ml-dsa-44"),
        ("", ED25519, "Ed25519"),
        (7, ED25519, "Ed25519"),
    ],
)
def test_what_stands_for_no_key(text, algorithm, said) -> None:
    with pytest.raises(ValueError, match=said):
        decoded(text, algorithm)
