"""A key that is drawn from a phrase."""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.evidence.signers.signer import Signer
from seatrial.records.card import Card


@dataclass(frozen=True)
class Phrase:
    """Whoever knows the phrase."""

    phrase: str = "for tests only"

    @property
    def _key(self):
        return Ed25519PrivateKey.from_private_bytes(sha256(self.phrase.encode()).digest())

    @property
    def public(self):
        """Raw public key."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, data, /):
        """Return the Ed25519 signature."""
        return self._key.sign(data)


CARD: Card[Signer] = Card(Phrase, "A key from a phrase")
