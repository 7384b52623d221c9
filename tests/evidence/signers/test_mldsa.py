import stat
from pathlib import Path

import pytest
from tests.evidence.signers.without import without_ml_dsa

from seatrial.errors import EvidenceError, LogError
from seatrial.evidence.signers import ed25519, mldsa
from seatrial.evidence.signers.keyfile import load
from seatrial.proof.key import ML_DSA_44, Key


def test_a_new_key_is_encrypted_for_its_owner_only_and_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "ada.key"
    made = mldsa.create(path, password=b"secret")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    assert load(path, password=b"secret").public == mldsa.load(path, password=b"secret").public == made.public
    Key(made.public, ML_DSA_44).verify(made.sign(b"x"), b"x")
    with pytest.raises(EvidenceError, match="is not good"):
        Key(made.public, ML_DSA_44).verify(made.sign(b"x"), b"y")
    with pytest.raises(LogError, match="a key already"):
        mldsa.create(path)
    with pytest.raises(LogError, match="the password does not open it"):
        load(path, password=b"wrong")


def test_a_key_of_the_other_algorithm_is_refused_by_name(tmp_path: Path) -> None:
    ed25519.create(tmp_path / "one.key")
    with pytest.raises(LogError, match=r"not an ML-DSA-44 key.*--algorithm ml-dsa-44"):
        mldsa.load(tmp_path / "one.key")
    mldsa.create(tmp_path / "two.key")
    with pytest.raises(LogError, match="not an Ed25519 key"):
        ed25519.load(tmp_path / "two.key")


def test_where_it_is_not_installed_that_is_said() -> None:
    told = without_ml_dsa(
        "from pathlib import Path\n"
        "from seatrial.errors import LogError\n"
        "from seatrial.evidence.signers import mldsa\n"
        "try: mldsa.create(Path('never.key'))\n"
        "except LogError as error: print(error)\n"
    )
    assert "the installed cryptography has no ML-DSA (pip install 'cryptography>=50'" in told
    assert not Path("never.key").exists()
