"""Which cases are the worst: broken by the earliest stage, then by the lowest score; only a few shards are read."""

from dataclasses import dataclass, field

import numpy as np

from seatrial.errors import StoreError
from seatrial.plan.plan import Promise, Stage, Trying
from seatrial.proof import samples
from seatrial.proof.canonical import digest
from seatrial.records.threat import Ball
from seatrial.trial.stimuli import Specimen, packed
from seatrial.verbs.rows import Rows
from seatrial.verbs.worst import SHARDS, examples, looked

TRIES = tuple(
    Trying("evasion/x@1", "", {}, Ball(eps=eps), (Stage(f"evasion.at{eps}", {}),), "same_label", {}, "held_rate")
    for eps in (0.1, 0.2)
)
PROMISE = Promise("far", "", "held_rate >= 0.6 at 95%", "major", False, "", TRIES, 0, 0, 0)


@dataclass
class Store:
    """Blobs by name, which counts what was read."""

    blobs: dict[str, bytes]
    read: list[str] = field(default_factory=list)

    def get(self, name):
        self.read.append(name)
        if name not in self.blobs:
            raise StoreError(f"{name} is not there")
        return self.blobs[name]


@dataclass
class Log:
    store: Store


def case(at):
    return at.to_bytes(32, "big")


def scene(stage, score, shard):
    """Return a log and rows: every case is kept by its shard."""
    kept = {}
    for at, place in enumerate(shard):
        one = Specimen(case(at), stage[at], "0", "0", "1", np.zeros(2), np.ones(2))
        kept.setdefault(place, []).append(one)
    columns = {"stage": np.array(stage, np.int16), "score": np.array(score), "unknown": np.zeros(len(stage), int)}
    shards = tuple({"stimuli": f"s{at}"} for at in range(max(shard) + 1))
    rows = Rows(tuple(map(case, range(len(stage)))), columns, np.array(shard), shards)
    blobs = {}
    for place, ones in kept.items():
        listed = [samples.Listed(one.case, "npy", digest(one.case)) for one in ones]
        blobs[f"s{place}"] = samples.index(listed)
        blobs |= {digest(one.case): bytes(32) + packed([one]) for one in ones}
    return Log(Store(blobs)), rows


def test_the_weakest_attempt_first_then_the_clearest_break():
    log, rows = scene([1, 0, -1, 0, -2, 0], [-9.0, -0.1, 3.0, -0.7, np.nan, np.nan], [0, 0, 1, 1, 2, 2])
    found = examples(log, PROMISE, rows, ("no", "yes"))
    assert [int(one.case, 16) for one in found] == [3, 1, 5, 0]
    assert [one.adversary for one in found] == ["evasion.at0.1"] * 3 + ["evasion.at0.2"]
    assert (found[0].label, found[0].after) == ("no", "yes")
    assert len(examples(log, PROMISE, rows, (), most=2)) == 2


def test_only_the_shards_of_the_worst_rows_are_read():
    n = 40
    log, rows = scene([0] * n, [float(-at) for at in range(n)], list(range(n)))
    assert len(list(looked(log, rows))) == SHARDS
    read = [name for name in log.store.read if not name.startswith("sha256:")]
    assert read == [f"s{at}" for at in range(n - 1, n - 1 - SHARDS, -1)]


def test_where_nothing_broke_nothing_is_read():
    log, rows = scene([-1, -1], [1.0, 2.0], [0, 1])
    assert examples(log, PROMISE, rows, ()) == []
    assert log.store.read == []


def test_bytes_that_were_withheld_are_no_error():
    log, rows = scene([0, 0], [-1.0, -2.0], [0, 1])
    del log.store.blobs[digest(case(1))]
    assert [int(one.case, 16) for one in examples(log, PROMISE, rows, ())] == [0]
