"""The contract of an executor, executable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import TrialError
from seatrial.trial.executors.executor import Executor


@dataclass(frozen=True, slots=True)
class Doubling:
    """A work that doubles numbers, raises for negative ones, and leaves a file for each that it did."""

    folder: Path

    def __call__(self, number: int) -> int:
        """Return twice the number.

        Raises:
            TrialError: If it is negative.
        """
        if number < 0:
            raise TrialError(f"{number} is negative")
        (self.folder / str(number)).touch()
        return 2 * number


def check_executor(executor: Executor, folder: Path) -> None:
    """Check that an executor keeps what `trial/executors/executor.py` promises.

    Args:
        executor: What is checked.
        folder: An empty folder that all places of work can write to.

    Raises:
        AssertionError: With a sentence that says which promise is broken.
    """
    _check_order(executor, folder)
    _check_errors(executor, folder)
    _check_close(executor, folder)


def _check_order(executor: Executor, folder: Path) -> None:
    work = Doubling(folder)
    assert list(executor.map(work, [])) == [], "no shards give no results"
    numbers = [7, 3, 11, 3, 0, 5, 2, 13]
    found = list(executor.map(work, numbers))
    assert found == [2 * number for number in numbers], "results must come one per shard, in the order of the shards"
    assert list(executor.map(work, numbers)) == found, "a second run must give the same"
    assert all((folder / str(number)).exists() for number in numbers), "the work must have been called for each shard"


def _check_errors(executor: Executor, folder: Path) -> None:
    coming = executor.map(Doubling(folder), [1, -1, 2])
    assert next(coming) == 2, "the first result must come although a later shard raises"
    assert "-1 is negative" in _raised(coming), "what the work raises, `next` must raise, with its text"
    assert next(coming) == 4, "the shards after one that raised must go on"
    assert next(coming, None) is None, "after the last shard there is nothing"


def _raised(coming: Iterator[int]) -> str:
    try:
        return f"it returned {next(coming, None)!r}"
    except TrialError as error:
        return str(error)


def _check_close(executor: Executor, folder: Path) -> None:
    coming = executor.map(Doubling(folder), list(range(100, 120)))
    assert next(coming) == 200, "the first result must come"
    close = getattr(coming, "close", None)
    if close is not None:
        close()
        close()
