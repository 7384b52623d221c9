from collections.abc import Callable
from pathlib import Path

import pytest

from seatrial.evidence.log import Log
from seatrial.testing.gating import log_in


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """An empty log of the system `reader`, always with the same key."""
    return log_in(tmp_path / "log")


@pytest.fixture
def reopened() -> Callable[[Log], Log]:
    """Opens a log again, as the next process would."""
    return lambda log: log_in(log.place)
