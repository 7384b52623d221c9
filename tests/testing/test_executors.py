"""The contract itself: it passes what keeps it, and finds each way to break it."""

from dataclasses import dataclass

import pytest

from seatrial.testing.executors import check_executor
from seatrial.trial.executors.inline import Inline


def test_inline_keeps_it(tmp_path) -> None:
    check_executor(Inline(), tmp_path)


@dataclass(frozen=True)
class Broken:
    how: str

    def map(self, work, shards):
        if self.how == "order":
            return iter(sorted(map(work, shards)))
        if self.how == "loses":
            return iter([work(shard) for shard in shards][:-1])
        if self.how == "swallows":
            return (None if shard < 0 else work(shard) for shard in shards)
        if self.how == "stops":
            return (work(shard) for shard in shards)
        if self.how == "idle":
            return (2 * shard for shard in shards)
        return map(work, shards)


@pytest.mark.parametrize("how", ["order", "loses", "swallows", "idle"])
def test_a_broken_one_is_found(how, tmp_path) -> None:
    with pytest.raises(AssertionError):
        check_executor(Broken(how), tmp_path)


def test_one_that_ends_at_the_first_error_is_found(tmp_path) -> None:
    with pytest.raises((AssertionError, StopIteration)):
        check_executor(Broken("stops"), tmp_path)
