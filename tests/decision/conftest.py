from pathlib import Path

import pytest

from seatrial.evidence.log import Log
from seatrial.testing.gating import log_in


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """An empty log of the system `reader`; ada and bob may waive, two of them what is critical."""
    return log_in(tmp_path / "log", waivers=("ada", "bob"))
