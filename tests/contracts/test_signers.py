"""Every signer on the shelf keeps the contract."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from seatrial import plugins
from seatrial.testing.signers import check_signer


def _made(name: str, path: Path):
    """A signer of this plugin whose key stands, unencrypted, in a file."""
    make = plugins.find("signers", name).make
    if name == "kms":
        plugins.find("signers", "ed25519").make(path, new=True)
        return make(f"file2:{path}")
    return make(path, new=True)


@pytest.mark.parametrize("name", plugins.names("signers"))
def test_contract(name, tmp_path) -> None:
    path = tmp_path / "held.key"
    signer = _made(name, path)
    check_signer(signer, secret=load_pem_private_key(path.read_bytes(), None).private_bytes_raw())
