"""Bytes in a dictionary."""

from dataclasses import dataclass, field

from seatrial.errors import StoreError
from seatrial.proof.canonical import digest
from seatrial.records.card import Card
from seatrial.stores.store import Store


@dataclass(frozen=True)
class Shed:
    """Keeps what it is handed until the process ends."""

    kept: dict = field(default_factory=dict)

    def put(self, data, /):
        """Keep bytes and return their digest."""
        name = digest(bytes(data))
        self.kept[name] = bytes(data)
        return name

    def get(self, name, /):
        """Return the bytes of a digest."""
        if name not in self.kept:
            raise StoreError(f"there is no {name} in the shed")
        return self.kept[name]


CARD: Card[Store] = Card(Shed, "A shed")
