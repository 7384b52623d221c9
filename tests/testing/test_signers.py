from dataclasses import dataclass
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.testing.signers import check_signer

SECRET = sha256(b"known").digest()


@dataclass
class Plain:
    """Keeps its secret as bytes."""

    secret: bytes = SECRET

    @property
    def key(self):
        return Ed25519PrivateKey.from_private_bytes(self.secret)

    @property
    def public(self):
        return self.key.public_key().public_bytes_raw()

    def sign(self, data, /):
        return self.key.sign(data)

    def __repr__(self):
        return "Plain()"

    def __reduce__(self):
        raise TypeError("no")


class Telling(Plain):
    def __repr__(self):
        return f"Telling({self.secret.hex()})"


class Pickled(Plain):
    def __reduce__(self):
        return (Pickled, (self.secret,))


class Deaf(Plain):
    def sign(self, _data, /):
        return self.key.sign(b"the same whatever was asked")


class Other(Plain):
    @property
    def public(self):
        return Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()


class Short(Plain):
    @property
    def public(self):
        return b"short"


class Fresh(Plain):
    @property
    def public(self):
        return Ed25519PrivateKey.generate().public_key().public_bytes_raw()


class Textual(Plain):
    def sign(self, data, /):
        return self.key.sign(data).hex()


def test_a_good_signer_passes() -> None:
    check_signer(Plain(), secret=SECRET)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (Telling, "its repr must not show"),
        (Pickled, "a pickle must not show"),
        (Deaf, "must verify with the public key"),
        (Other, "must verify with the public key"),
        (Short, "must be a raw public key"),
        (Fresh, "the same whenever"),
        (Textual, "sign must return bytes"),
    ],
)
def test_a_signer_that_breaks_a_promise_is_found(broken, said) -> None:
    with pytest.raises(AssertionError, match=said):
        check_signer(broken(), secret=SECRET)
