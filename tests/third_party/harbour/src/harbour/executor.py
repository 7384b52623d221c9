"""A place of work that remembers how many shards it has seen."""

from dataclasses import dataclass, field

from seatrial.records.card import Card
from seatrial.trial.executors.executor import Executor


@dataclass(frozen=True)
class Pier:
    """Works every shard here and keeps a tally."""

    tally: list = field(default_factory=list)

    def map(self, work, shards, /):
        """Return the result of each shard, in order."""

        def noted(shard):
            self.tally.append(shard)
            return work(shard)

        return map(noted, shards)


CARD: Card[Executor] = Card(Pier, "Here, with a tally")
