from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import Ed25519Signer

SIGNER = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(b"log").digest()))


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """An empty log of the system `reader`, always with the same key."""
    return Log.create(tmp_path / "log", "example.org/reader", SIGNER)


@pytest.fixture
def reopened() -> Callable[[Log], Log]:
    """Opens a log again, as the next process would."""
    return lambda log: Log.open(log.folder, SIGNER)
