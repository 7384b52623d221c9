import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from seatrial.errors import LogError
from seatrial.evidence.signers.ed25519 import Ed25519Signer, create, from_pem, load
from seatrial.plugins import find


def test_the_first_vector_of_rfc_8032() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(seed))
    assert signer.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert signer.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b"
    )


def test_a_new_key_is_for_its_owner_only_and_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "log.key"
    made = create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load(path).public == made.public
    Ed25519PublicKey.from_public_bytes(made.public).verify(load(path).sign(b"x"), b"x")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o601])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log.key"
    create(path)
    path.chmod(mode)
    with pytest.raises(LogError, match=f"mode {mode:04o}.*chmod 600"):
        load(path)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    first = create(path)
    with pytest.raises(LogError, match="a key already"):
        create(path)
    assert load(path).public == first.public


def test_a_password_is_needed_where_there_is_one(tmp_path: Path) -> None:
    path = tmp_path / "ada.key"
    made = create(path, password=b"secret")
    assert b"ENCRYPTED" in path.read_bytes()
    assert load(path, password=b"secret").public == made.public
    with pytest.raises(LogError, match="no private key can be read"):
        load(path)
    with pytest.raises(LogError, match="the password does not open it"):
        load(path, password=b"wrong")


def test_other_keys_and_other_bytes_are_refused(tmp_path: Path) -> None:
    curve = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(LogError, match="not an Ed25519 key"):
        from_pem(curve)
    with pytest.raises(LogError, match="no private key") as caught:
        from_pem(b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n", where="SEATRIAL_KEY")
    assert "c2VjcmV0" not in str(caught.value)
    with pytest.raises(LogError, match="seatrial init"):
        load(tmp_path / "absent")


def test_the_private_key_is_not_shown() -> None:
    assert repr(Ed25519Signer(Ed25519PrivateKey.generate())) == "Ed25519Signer()"


def test_the_card_takes_a_file_a_text_and_makes_a_new_one(tmp_path: Path) -> None:
    make = find("signers", "ed25519").make
    path = tmp_path / "log.key"
    made = make(path, new=True)
    assert make(path).public == make(path.read_bytes()).public == made.public
