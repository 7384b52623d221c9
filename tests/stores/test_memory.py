import pytest

from seatrial.errors import EvidenceError
from seatrial.plugins import find
from seatrial.stores.memory import MemoryStore


def test_a_changed_blob_is_named() -> None:
    store = MemoryStore()
    name = store.put(b"said")
    store.blobs[name] = b"Said"
    with pytest.raises(EvidenceError, match=name):
        store.get(name)


def test_what_is_no_digest_is_refused() -> None:
    with pytest.raises(EvidenceError, match="digest"):
        MemoryStore().get("said")


def test_the_card_makes_an_empty_one() -> None:
    assert find("stores", "memory").make() == MemoryStore({})
