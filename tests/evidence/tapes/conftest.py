from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from tests.database import Database
from tests.database import database as database  # noqa: PLC0414 - a fixture


@pytest.fixture(params=["directory", "postgres"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Names one place after another where a log may be made; of every backend there is."""
    if request.param == "directory":
        numbers = count()
        return lambda: str(tmp_path / f"log-{next(numbers)}")
    server: Database = request.getfixturevalue("database")
    return server.url


@pytest.fixture
def place(elsewhere: Callable[[], str]) -> str:
    """Where a log may be made."""
    return elsewhere()
