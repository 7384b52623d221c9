"""Addresses of logs in a database: `postgresql://user@host/database#log`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from seatrial.errors import LogError, Problem

SCHEMES = ("postgresql", "postgres")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""What a log in a database may be called."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/")
_SHOWN = ("host", "port", "dbname", "user", "sslmode", "service")
"""Parameters that may be shown; all others may hold a secret."""


@dataclass(frozen=True, slots=True)
class Address:
    """A log in a database.  Its text may hold a password; `str` of it does not."""

    text: str = field(repr=False)
    """As it was given: what opens the log again."""
    server: str = field(repr=False)
    """The same without the log's name: what the driver connects to."""
    log: str
    """Name of the log in the database; empty if none was given."""
    shown: str
    """The address without its password and without parameters that may hold one."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the parts of an address.

        Raises:
            LogError: If it is of another kind, or its parts cannot be told apart; it is not repeated in the message.
        """
        scheme = text.partition(":")[0]
        if scheme.lower() not in SCHEMES:
            raise LogError(Problem("log", f"there are no logs at {scheme}:", "name a folder, or postgresql://..."))
        parts = urlsplit(text)
        if not text.startswith(f"{scheme}://") or "@" in parts.path + parts.fragment:
            hint = "postgresql://user@host:port/database#log; write @ : / ? # in a password as %40 %3A %2F %3F %23"
            raise LogError(Problem("log", "the address of the database cannot be read", hint))
        if parts.fragment and not NAME.fullmatch(parts.fragment):
            hint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
            raise LogError(Problem("log", "what stands after # in the address cannot name a log", hint))
        server = text.partition("#")[0]
        who, at, where = parts.netloc.rpartition("@")
        asked = urlencode([pair for pair in parse_qsl(parts.query) if pair[0] in _SHOWN], safe="/")
        shown = f"postgresql://{who.partition(':')[0]}{at}{where}{parts.path}" + (f"?{asked}" if asked else "")
        return cls(text, server, parts.fragment, f"{shown}#{parts.fragment}" if parts.fragment else shown)

    def __str__(self) -> str:
        """Return what may be shown."""
        return self.shown


def is_remote(text: str) -> bool:
    """Return whether a text is the address of a database, of whatever kind, and not a folder."""
    return _SCHEME.match(text) is not None
