"""Keys elsewhere: a real file through securesystemslib, a Vault on loopback, and what is refused."""

import base64
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from seatrial.errors import LogError
from seatrial.evidence.place import key_in_file, key_shown, log_signer
from seatrial.evidence.signers import ed25519, mldsa
from seatrial.evidence.signers.keyfile import load
from seatrial.evidence.signers.kms import HeldSigner, is_uri, signer
from seatrial.proof.key import Key


def _b64(public: bytes) -> str:
    return base64.b64encode(public).decode()


def test_a_file_signs_as_its_key(tmp_path: Path) -> None:
    made = ed25519.create(tmp_path / "held.key")
    for uri in (f"file2:{tmp_path}/held.key", f"file2:{tmp_path}/held.key#{_b64(made.public)}"):
        held = signer(uri)
        assert held.public == made.public
        assert held.sign(b"x") == made.sign(b"x")
        assert load(uri).public == load(Path(uri)).public == made.public
        assert log_signer({"SEATRIAL_KEY": uri}).public == made.public
        assert key_shown({"SEATRIAL_KEY": uri}) == f"file2:{tmp_path}/held.key"
        assert not key_in_file({"SEATRIAL_KEY": uri})


def test_a_uri_is_told_from_a_file() -> None:
    assert is_uri("hv:release/1#AAAA")
    assert not any(map(is_uri, ("keys/ada.key", "C:/keys/ada.key", "file2", "-----BEGIN PRIVATE KEY-----", "")))


def test_another_key_than_the_one_named_is_found_out(tmp_path: Path) -> None:
    ed25519.create(tmp_path / "held.key")
    other = ed25519.create(tmp_path / "other.key")
    with pytest.raises(LogError, match="does not match"):
        signer(f"file2:{tmp_path}/held.key#{_b64(other.public)}")


def test_keys_that_make_other_signatures_are_refused_with_what_to_do(tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "curve.key").write_bytes(curve)
    (tmp_path / "curve.key").chmod(0o600)
    known = _b64(ed25519.create(tmp_path / "one.key").public)
    with pytest.raises(LogError, match="not an Ed25519 key"):
        signer(f"file2:{tmp_path}/curve.key")
    with pytest.raises(LogError, match=r"no Ed25519 key can be used there.*docs/guides/keys.md"):
        signer(f"file2:{tmp_path}/curve.key#{known}")
    lattice = mldsa.create(tmp_path / "lattice.key")
    with pytest.raises(LogError, match="only Ed25519 keys are taken from services"):
        signer(f"file2:{tmp_path}/lattice.key#{_b64(lattice.public)}")


@pytest.mark.parametrize("scheme", ["awskms", "gcpkms", "azurekms", "hsm", "hv", "tkey"])
def test_a_service_must_be_told_which_key_is_expected(scheme) -> None:
    with pytest.raises(LogError, match=r"does not say which public key.*#BASE64"):
        signer(f"{scheme}:release")


@pytest.mark.parametrize("uri", ["awskms:alias/release", "azurekms://v/k", "hsm:2", "gcpkms:projects/p/k"])
def test_a_service_that_is_not_there_or_signs_otherwise_is_refused(uri, tmp_path) -> None:
    known = _b64(ed25519.create(tmp_path / "one.key").public)
    with pytest.raises(LogError, match=r"no Ed25519 key can be used there") as caught:
        signer(f"{uri}#{known}", ask=lambda _name: "1234")
    assert "1234" not in str(caught.value)


def test_an_encrypted_file_is_refused_without_showing_it(tmp_path: Path) -> None:
    ed25519.create(tmp_path / "held.key", password=b"hush")
    with pytest.raises(LogError, match="no private key can be read"):
        signer(f"file2:{tmp_path}/held.key")
    with pytest.raises(LogError, match="cannot be read"):
        signer(f"file2:{tmp_path}/absent.key")


def test_it_is_not_pickled(tmp_path: Path) -> None:
    ed25519.create(tmp_path / "held.key")
    held = signer(f"file2:{tmp_path}/held.key")
    assert repr(held) == f"HeldSigner('file2:{tmp_path}/held.key')"
    with pytest.raises(TypeError, match="does not leave its process"):
        pickle.dumps(held)


class _Turncoat:
    """Signs as somebody else from the second time on."""

    def __init__(self, signers) -> None:
        self.signers = list(signers)

    def sign(self, payload):
        return type("Signature", (), {"signature": self.signers.pop(0).sign(payload).hex()})()


def test_every_signature_is_verified_before_it_is_used(tmp_path: Path) -> None:
    mine, other = ed25519.create(tmp_path / "a.key"), ed25519.create(tmp_path / "b.key")
    held = HeldSigner("hv:release/1", mine.public, _Turncoat([mine, other]))
    Key(mine.public).verify(held.sign(b"x"), b"x")
    with pytest.raises(LogError, match="signs with another key"):
        held.sign(b"x")


def test_the_extra_is_named_where_it_is_missing() -> None:
    program = (
        "import sys; sys.modules['securesystemslib.signer'] = None\n"
        "from seatrial.errors import MissingExtra\n"
        "from seatrial.evidence.signers.kms import signer\n"
        "try: signer('hv:release/1#AAAA')\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'seatrial[kms]'" in done.stdout
