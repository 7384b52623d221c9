import pytest

from seatrial.errors import EvidenceError, StoreError
from seatrial.proof.canonical import digest
from seatrial.stores.memory import MemoryStore
from seatrial.testing.stores import check_store


class _Forgetful:
    """Keeps the latest blob only, under whatever name."""

    def __init__(self) -> None:
        self.last = b""

    def put(self, data: bytes, /) -> str:
        self.last = data
        return digest(data)

    def get(self, _digest: str, /) -> bytes:
        return self.last


class _Liar(MemoryStore):
    def put(self, data: bytes, /) -> str:
        super().put(data)
        return "sha256:" + "0" * 64


class _WrongError(MemoryStore):
    def get(self, name: str, /) -> bytes:
        try:
            return super().get(name)
        except StoreError as error:
            raise EvidenceError(*error.problems) from error


@pytest.mark.parametrize("make", [_Forgetful, _Liar, _WrongError])
def test_a_store_that_breaks_a_promise_is_found(make: type) -> None:
    with pytest.raises((AssertionError, EvidenceError)):
        check_store(make)


def test_a_store_that_shares_blobs_between_instances_is_found() -> None:
    shared = MemoryStore()
    with pytest.raises(AssertionError, match="StoreError"):
        check_store(lambda: shared)
