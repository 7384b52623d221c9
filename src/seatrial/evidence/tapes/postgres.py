"""A log in PostgreSQL: many machines append, one after the other.

Three tables hold all logs of a database, each row under the log's name: `seatrial_entries`, `seatrial_documents`
(checkpoint, trust) and `seatrial_blobs`.  Writers take an advisory lock that is named after the log; the database lets
go of it when their connection ends.  An entry and its checkpoint are one transaction, and an entry's number is a
primary key: where a pooler breaks the lock, the second writer is refused and nothing is overwritten.  Readers take no
lock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, final

from psycopg import errors

from seatrial.errors import LogError, Problem
from seatrial.evidence.tapes.address import Address
from seatrial.evidence.tapes.blobs import PostgresStore
from seatrial.evidence.tapes.session import Connection, Session
from seatrial.evidence.tapes.tape import CHECKPOINT, TRUST
from seatrial.stores.store import Store

TABLES: Final = (
    """
    CREATE TABLE seatrial_entries (
        log text NOT NULL, seq bigint NOT NULL CHECK (seq >= 0), entry bytea NOT NULL, PRIMARY KEY (log, seq)
    )
    """,
    """
    CREATE TABLE seatrial_documents (
        log text NOT NULL, name text NOT NULL, data bytea NOT NULL, PRIMARY KEY (log, name)
    )
    """,
    """
    CREATE TABLE seatrial_blobs (
        log text NOT NULL, digest bytea NOT NULL, data bytea NOT NULL, PRIMARY KEY (log, digest)
    )
    """,
)
"""Statements that make the tables."""
_THERE: Final = "SELECT to_regclass('seatrial_blobs') IS NOT NULL"
_READ: Final = "SELECT data FROM seatrial_documents WHERE log = %s AND name = %s"
_WRITE: Final = (
    "INSERT INTO seatrial_documents (log, name, data) VALUES (%s, %s, %s)"
    " ON CONFLICT (log, name) DO UPDATE SET data = excluded.data"
)
_ENTRIES: Final = "SELECT seq, entry FROM seatrial_entries WHERE log = %s AND seq >= %s ORDER BY seq"
_EXTEND: Final = "INSERT INTO seatrial_entries (log, seq, entry) VALUES (%s, %s, %s)"
_BLOBS: Final = "SELECT digest FROM seatrial_blobs WHERE log = %s ORDER BY digest"
_LEFT: Final = "SELECT EXISTS (SELECT 1 FROM seatrial_entries WHERE log = %s)"


@final
class PostgresTape:
    """The rows of one log; nothing is connected before the first use.

    Attributes:
        store: The blobs beside the entries.
    """

    def __init__(self, address: Address) -> None:
        if not address.log:
            hint = "postgresql://user@host:port/database#log"
            raise LogError(Problem(address.shown, "the address does not say which log of the database", hint))
        self._address = address
        self._log = address.log
        self._session = Session(address)
        self.store: Final[Store] = PostgresStore(self._session, address.log)

    @property
    def address(self) -> str:
        """The whole address, with its password if it has one."""
        return self._address.text

    @property
    def place(self) -> str:
        """The address without its password."""
        return self._address.shown

    def where(self, name: str) -> str:
        """Return the address and what is meant of it."""
        return f"{self.place}, {name}"

    def create(self, documents: Mapping[str, bytes]) -> None:
        """Make the tables if they are not there, and the log's documents, in one transaction."""

        def work(connection: Connection) -> None:
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_key(""),))
                if not _one(connection, _THERE):
                    for table in TABLES:
                        connection.execute(table)
                if _one(connection, _READ, self._log, TRUST) is not None or _one(connection, _LEFT, self._log):
                    hint = "open it, or name another one after #"
                    raise LogError(Problem(self.place, "there is a log already", hint))
                for name, data in documents.items():
                    connection.execute(_WRITE, (self._log, name, data))

        self._session.run(work)

    def read(self, name: str) -> bytes | None:
        """Return a document, or None if there is none, or no log at all."""

        def work(connection: Connection) -> object:
            try:
                return _one(connection, _READ, self._log, name)
            except errors.UndefinedTable:
                return None

        found = self._session.run(work)
        return found if isinstance(found, bytes) else None

    def write(self, name: str, data: bytes) -> None:
        """Replace a document; the entries that are there were safe when they were written."""
        self._session.run(lambda connection: connection.execute(_WRITE, (self._log, name, data)))

    def entries(self, start: int) -> list[bytes]:
        """Return the entries from this one on, up to the first number that is missing."""

        def work(connection: Connection) -> list[bytes]:
            rows = connection.execute(_ENTRIES, (self._log, start), binary=True)
            found = list[bytes]()
            for seq, entry in rows:
                if seq != start + len(found):
                    break
                found.append(entry)
            return found

        return self._session.run(work)

    def blobs(self) -> Iterator[str]:
        """Yield the digests of the log's rows."""
        digests = self._session.run(lambda connection: connection.execute(_BLOBS, (self._log,)).fetchall())
        yield from (f"sha256:{digest.hex()}" for (digest,) in digests)

    def extend(self, start: int, entries: Sequence[bytes], checkpoint: bytes) -> None:
        """Write entries and their checkpoint in one transaction."""

        def work(connection: Connection) -> None:
            with connection.transaction():
                for seq, entry in enumerate(entries, start):
                    connection.execute(_EXTEND, (self._log, seq, entry))
                connection.execute(_WRITE, (self._log, CHECKPOINT, checkpoint))

        self._session.run(work)

    def mend(self) -> None:
        """Do nothing: a transaction leaves no torn entry."""

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Hold the log's advisory lock."""
        with self._session.locked(_key(self._log)) as outermost:
            yield outermost


def _key(log: str) -> int:
    """Return the number of the advisory lock of a log; of no log, that of the tables."""
    return int.from_bytes(hashlib.sha256(f"seatrial log {log}".encode()).digest()[:8], "big", signed=True)


def _one(connection: Connection, query: str, *values: object) -> object:
    row = connection.execute(query, values, binary=True).fetchone()
    return row[0] if row else None
