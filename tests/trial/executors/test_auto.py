import os
from dataclasses import dataclass

import pytest

from seatrial import plugins
from seatrial.testing.executors import check_executor
from seatrial.trial.executors.auto import Auto


@dataclass(frozen=True)
class Whose:
    """Says which process worked a shard; one shard in three raises."""

    def __call__(self, shard: int) -> int:
        if shard % 3 == 2:
            raise ValueError(shard)
        return os.getpid()


def pids(executor: Auto, shards: int) -> list[int | None]:
    coming = executor.map(Whose(), range(shards))
    found: list[int | None] = []
    for shard in range(shards):
        if shard % 3 == 2:
            with pytest.raises(ValueError, match=str(shard)):
                next(coming)
            found.append(None)
        else:
            found.append(next(coming))
    with pytest.raises(StopIteration):
        next(coming)
    return found


@pytest.mark.parametrize("worth", [1e9, 0.0])
def test_it_keeps_the_contract(tmp_path, worth) -> None:
    check_executor(plugins.find("executors", "auto").make(worth=worth), tmp_path)


def test_a_short_trial_stays_in_this_process() -> None:
    assert set(pids(Auto(workers=2, worth=1e9), 6)) == {os.getpid(), None}


def test_a_long_trial_goes_on_in_workers_in_order_whatever_raises() -> None:
    found = pids(Auto(workers=2, worth=0.0), 6)
    assert found[0] == os.getpid()
    assert os.getpid() not in found[1:]
