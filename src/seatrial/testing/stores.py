"""The contract of a store, executable."""

from __future__ import annotations

from collections.abc import Callable

from seatrial.errors import StoreError
from seatrial.proof.canonical import digest
from seatrial.stores.store import Store

SAMPLES = (b"", b"\x00", b"seatrial", bytes(range(256)) * 1000)
"""What every store must keep: nothing, a zero byte, text, a quarter of a megabyte."""


def check_store(make: Callable[[], Store]) -> None:
    """Check that a store keeps what `stores/store.py` promises.

    Args:
        make: Makes an empty store; called several times, each store independent of the others.

    Raises:
        AssertionError: With a sentence that says which promise is broken.
    """
    store = make()
    _check_round_trip(store)
    _check_put_again(store)
    _check_missing(store, make())


def _check_round_trip(store: Store) -> None:
    for data in SAMPLES:
        name = store.put(data)
        assert name == digest(data), f"put must return the SHA-256 digest of the bytes, not {name!r}"
    for data in SAMPLES:
        found = store.get(digest(data))
        assert type(found) is bytes, f"get must return bytes, not {type(found).__name__}"
        assert found == data, "get must return the very bytes that were put"


def _check_put_again(store: Store) -> None:
    changing = bytearray(b"first")
    name = store.put(bytes(changing))
    changing[:] = b"other"
    assert store.put(b"first") == name, "putting equal bytes again must give the same digest"
    assert store.get(name) == b"first", "what was put must never change"


def _check_missing(full: Store, empty: Store) -> None:
    absent = digest(b"never put into any store by check_store")
    for store, name in ((full, absent), (empty, absent), (empty, digest(SAMPLES[-1]))):
        said = _refusal(store, name)
        assert said is not None, "get of a digest that was never put must raise StoreError"
        assert said, "a missing blob must be named"


def _refusal(store: Store, name: str) -> str | None:
    try:
        store.get(name)
    except StoreError as error:
        return str(error)
    return None
