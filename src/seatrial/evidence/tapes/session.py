"""One connection to PostgreSQL: made when it is needed, made again if it was lost, and its errors in our words."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final, TypeVar, final

import psycopg
from psycopg import conninfo, errors

from seatrial.errors import LogError, Problem
from seatrial.evidence.tapes.address import Address

Result = TypeVar("Result")
Connection = psycopg.Connection[Any]

PATIENCE: Final = 120
"""Seconds to wait for another writer, unless the address sets `lock_timeout`; one append takes milliseconds."""
_CONNECT: Final = {
    "connect_timeout": 10,
    "application_name": "seatrial",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""What a connection is made with, unless the address says otherwise: a server that is gone is noticed in a minute."""
_AGAIN: Final = "run the same command again: nothing is lost"
_RIGHTS: Final = "ask who keeps the database for the rights that docs/guides/log.md lists"
_HINTS: Final = (
    ("password", "give the right one in PGPASSWORD or ~/.pgpass"),
    ("pg_hba", "the server lets nobody in from here as this user: ask who keeps it"),
    ("database", "make it with createdb, or name another one"),
    ("role", "name a user that the server knows"),
)
"""Word in what the server says of a refused connection -> what to do."""
_UNREACHED: Final = "is the server running, and do host and port in the address name it?"


@final
class Session:
    """A connection that is opened at the first use and closed with its owner.

    Everything runs in autocommit, so that a statement is a transaction unless `transaction` is open.

    Attributes:
        address: Where.
        mutex: Held by whoever uses the connection.
    """

    def __init__(self, address: Address) -> None:
        self.address: Final = address
        self.mutex: Final = threading.RLock()
        self._connection: Connection | None = None
        self._close: weakref.finalize[..., Session] | None = None
        self._depth = 0

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return what some work on the connection gives; where nothing is held, a lost connection is made again.

        Raises:
            LogError: If the server cannot be reached, refuses, or goes away.
        """
        with self.mutex:
            fresh = self._connection is None
            connection = self._connected()
            try:
                return work(connection)
            except psycopg.Error as error:
                if not connection.closed:
                    raise said(self.address, error) from None
                if fresh or self._depth:
                    raise self._lost() from None
            try:
                return work(self._connected())
            except psycopg.Error as error:
                raise said(self.address, error) from None

    @contextmanager
    def locked(self, key: int) -> Iterator[bool]:
        """Hold an advisory lock of the session until the end of the block; true if this is the outermost block.

        The server lets go of it when the connection ends, however that comes.

        Raises:
            LogError: If another session holds it for minutes.
        """
        with self.mutex:
            outermost = self._depth == 0
            if outermost:
                self.run(lambda connection: connection.execute("SELECT pg_advisory_lock(%s)", (key,)))
            self._depth += 1
            try:
                yield outermost
            finally:
                self._depth -= 1
                if outermost:
                    self._unlock(key)

    def _unlock(self, key: int) -> None:
        connection = self._connection
        if connection is not None and not connection.closed:
            try:
                connection.execute("SELECT pg_advisory_unlock(%s)", (key,))
            except psycopg.Error:
                connection.close()

    def _connected(self) -> Connection:
        if self._connection is not None and not self._connection.closed:
            return self._connection
        if self._depth:
            raise self._lost()
        if self._close is not None:
            self._close()
        connection = self._connect()
        self._connection, self._close = connection, weakref.finalize(self, _closed, connection, os.getpid())
        return connection

    def _connect(self) -> Connection:
        try:
            settings: dict[str, Any] = {**_CONNECT, **conninfo.conninfo_to_dict(self.address.server)}
        except psycopg.Error:
            hint = "write @ : / ? # in a password as %40 %3A %2F %3F %23"
            raise LogError(Problem(self.address.shown, "the driver cannot read this address", hint)) from None
        try:
            connection = psycopg.connect(**settings, autocommit=True)
        except psycopg.Error as error:
            raise _refused(self.address, str(error), str(settings.get("password") or "")) from None
        try:
            connection.execute(_PATIENT, (f"{PATIENCE}s",))
            connection.execute(_DURABLE)
            connection.execute(_ALIVE)
        except psycopg.Error as error:
            connection.close()
            raise said(self.address, error) from None
        return connection

    def _lost(self) -> LogError:
        return LogError(Problem(self.address.shown, "the connection to the database was lost", _AGAIN))


_PATIENT = "SELECT set_config('lock_timeout', %s, false) WHERE current_setting('lock_timeout') = '0'"
_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""An entry that is acknowledged must survive a power failure, whatever the database is set to."""
_ALIVE = (
    "SELECT set_config('tcp_keepalives_idle', '30', false), set_config('tcp_keepalives_interval', '10', false),"
    " set_config('tcp_keepalives_count', '3', false)"
)
"""The server lets go of the lock of a machine that lost its power after a minute, not after two hours."""


def said(address: Address, error: psycopg.Error) -> LogError:
    """Return what the server said as an error of the log."""
    what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, errors.LockNotAvailable):
        return LogError(Problem(address.shown, "another seatrial holds the log for long", "wait for it, or end it"))
    if isinstance(error, errors.InsufficientPrivilege):
        return LogError(Problem(address.shown, f"this user may not do that: {what}", _RIGHTS))
    if isinstance(error, errors.ReadOnlySqlTransaction):
        return LogError(Problem(address.shown, "the database is read-only", "name the primary server, not its copy"))
    if isinstance(error, errors.UniqueViolation):
        what = "somebody else has appended without waiting for the lock"
        return LogError(Problem(address.shown, what, f"a pooler in between must keep sessions; then {_AGAIN}"))
    return LogError(Problem(address.shown, f"the log cannot be read or written: {what}", _AGAIN))


def _refused(address: Address, text: str, password: str) -> LogError:
    """Return why there is no connection, in the server's words, whatever they hold of the password left out."""
    lines = text.strip().splitlines() or ["the connection failed"]
    what = lines[0].replace(password, "***") if password else lines[0]
    hint = next((hint for word, hint in _HINTS if word in what), _UNREACHED)
    return LogError(Problem(address.shown, f"cannot connect: {what}", hint))


def _closed(connection: Connection, owner: int) -> None:
    """Close a connection, unless a forked child only inherited it."""
    if os.getpid() == owner:
        with suppress(psycopg.Error):
            connection.close()
