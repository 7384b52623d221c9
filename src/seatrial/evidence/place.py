"""Where the log and its key live: outside the working tree, so that no checkout can shorten the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from seatrial.errors import LogError, Problem
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.tapes.directory import DirectoryTape
from seatrial.evidence.tapes.tape import Tape
from seatrial.plugins import find

LOG = "SEATRIAL_LOG"
"""Environment variable: where the log is, a folder or `postgresql://...`."""
DATABASES = ("postgresql://", "postgres://")
KEY = "SEATRIAL_KEY"
"""Environment variable: the log key, as a PEM text or as the path of its file."""


def log_place(system: str | None, named: str | None, environment: Mapping[str, str]) -> str:
    """Return the address of a system's log: the named one, else `SEATRIAL_LOG`, else in the user's data folder.

    It is a folder or `postgresql://...`; it may hold a password, so what is shown is `shown(address)`.
    Of no system in particular (None), the last is the folder that holds all logs.

    Raises:
        LogError: In CI with no place named: a log that dies with its machine counts no attempts.
    """
    if chosen := named or environment.get(LOG):
        return chosen if is_database(chosen) else str(Path(chosen).expanduser())
    if environment.get("CI", "").lower() not in ("", "0", "false", "no"):
        hint = f"name a place that outlives the job: --log or {LOG}"
        raise LogError(Problem("log", "CI must name its log, or every job would be a first attempt", hint))
    logs = user_data_path("seatrial", appauthor=False) / "logs"
    return str(logs if system is None else logs / _name(system))


def is_database(address: Path | str) -> bool:
    """Return whether an address is a database's, and not a folder."""
    return isinstance(address, str) and address.startswith(DATABASES)


def shown(address: Path | str) -> str:
    """Return an address as it may be shown: without its password."""
    return tape(address).place


def tape(address: Path | str) -> Tape:
    """Return what holds the bytes of the log at an address; nothing is opened or made yet.

    Raises:
        LogError: If the address names neither a folder nor a database that is known.
        MissingExtra: If the database needs a package that is not installed.
    """
    if is_database(address):
        raise LogError(Problem("log", "databases are not supported yet"))
    return DirectoryTape(Path(address))


def key_path(environment: Mapping[str, str]) -> Path:
    """Return the file of the log key: what `SEATRIAL_KEY` names, else one in the user's configuration folder."""
    chosen = environment.get(KEY, "")
    if chosen and not is_pem(chosen):
        return Path(chosen).expanduser()
    return user_config_path("seatrial", appauthor=False) / "log.key"


def log_signer(environment: Mapping[str, str], *, new: bool = False) -> Signer:
    """Return who signs the log; `new` makes the key if there is none yet.

    Raises:
        LogError: If the key is missing, readable by others, or no key.
    """
    make = find("signers", "ed25519").make
    chosen = environment.get(KEY, "")
    source = chosen.encode() if is_pem(chosen) else key_path(environment)
    absent = isinstance(source, Path) and not source.exists()
    made: Signer = make(source, new=new and absent)
    return made


def is_pem(text: str) -> bool:
    """Return whether a text is a key in PEM form, and not the path of one."""
    return text.lstrip().startswith("-----BEGIN")


def _name(system: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", system):
        hint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
        raise LogError(Problem("system.name", f"{system!r} cannot name a folder", hint))
    return system
