"""Where the log and its key live: outside the working tree, so that no checkout can shorten the log."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from platformdirs import user_config_path, user_data_path

from seatrial.errors import LogError, Problem
from seatrial.evidence.signers import keyfile
from seatrial.evidence.signers.kms import is_uri
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.tapes.address import Address, is_remote
from seatrial.evidence.tapes.directory import DirectoryTape
from seatrial.evidence.tapes.tape import Tape
from seatrial.plugins import find, lacking

LOG = "SEATRIAL_LOG"
"""Environment variable: where the log is, a folder or `postgresql://...`."""
KEY = "SEATRIAL_KEY"
"""Environment variable: the log key, as a PEM text, the path of its file, or the URI of a key service."""
RUNNER: Final = "SEATRIAL_RUNNER_KEY"
"""Environment variable: the key of the runner, said in the same ways."""


def log_place(system: str | None, named: str | None, environment: Mapping[str, str]) -> str:
    """Return the address of a system's log: the named one, else `SEATRIAL_LOG`, else in the user's data folder.

    It is a folder or `postgresql://...#log`, where the log is called like the system if the address does not say.  It
    may hold a password: what is shown of it is `shown(address)`.
    Of no system in particular (None), the last is the folder that holds all logs.

    Raises:
        LogError: In CI with no place named: a log that dies with its machine counts no attempts.
    """
    if chosen := named or environment.get(LOG):
        if not is_remote(chosen):
            return str(Path(chosen).expanduser())
        known = Address.parse(chosen).log or system is None
        return chosen if known else f"{chosen.removesuffix('#')}#{_name(str(system))}"
    if environment.get("CI", "").lower() not in ("", "0", "false", "no"):
        hint = f"name a place that outlives the job: --log or {LOG}"
        raise LogError(Problem("log", "CI must name its log, or every job would be a first attempt", hint))
    logs = user_data_path("seatrial", appauthor=False) / "logs"
    return str(logs if system is None else logs / _name(system))


def shown(address: str) -> str:
    """Return an address as it may be shown: without its password.

    Raises:
        LogError: If it is no address.
    """
    return Address.parse(address).shown if is_remote(address) else address


def tape(address: Path | str) -> Tape:
    """Return what holds the bytes of the log at an address; nothing is opened or made yet.

    Raises:
        LogError: If it is the address of something else than a folder or a log in PostgreSQL.
        MissingExtra: If the driver of the database is not installed.
    """
    if isinstance(address, Path) or not is_remote(address):
        return DirectoryTape(Path(address))
    parsed = Address.parse(address)
    try:
        from seatrial.evidence.tapes.postgres import PostgresTape  # noqa: PLC0415 - the driver is an extra
    except ImportError as error:
        raise lacking("psycopg", parsed.shown) from error
    return PostgresTape(parsed)


def key_path(environment: Mapping[str, str]) -> Path:
    """Return the file of the log key: what `SEATRIAL_KEY` names, else one in the user's configuration folder."""
    chosen = environment.get(KEY, "")
    if chosen and not is_pem(chosen) and not is_uri(chosen):
        return Path(chosen).expanduser()
    return user_config_path("seatrial", appauthor=False) / "log.key"


def log_signer(environment: Mapping[str, str], *, new: bool = False) -> Signer:
    """Return who signs the log; `new` makes the key if there is none yet.

    Raises:
        LogError: If the key is missing, readable by others, or no key.
        MissingExtra: If it is in a key service whose package is not installed.
    """
    chosen = environment.get(KEY, "")
    if is_uri(chosen):
        return keyfile.load(chosen)
    make = find("signers", "ed25519").make
    source = chosen.encode() if is_pem(chosen) else key_path(environment)
    absent = isinstance(source, Path) and not source.exists()
    made: Signer = make(source, new=new and absent)
    return made


def key_in_file(environment: Mapping[str, str]) -> bool:
    """Return whether the log key is in a file, and not in a variable or a key service."""
    chosen = environment.get(KEY, "")
    return not is_pem(chosen) and not is_uri(chosen)


def key_shown(environment: Mapping[str, str]) -> str:
    """Return where the private half of the log key is, as it may be shown."""
    chosen = environment.get(KEY, "")
    if is_pem(chosen):
        return f"the variable {KEY}"
    return chosen.partition("#")[0] if is_uri(chosen) else str(key_path(environment))


def runner_signer(
    named: Path | str | None, environment: Mapping[str, str], *, password: str | None = None
) -> Signer | None:
    """Return who signs what is submitted and run, besides the log key: the named key, else `SEATRIAL_RUNNER_KEY`'s.

    None if neither names one.

    Raises:
        LogError: If the key is missing, readable by others, encrypted with another password, or no key.
        MissingExtra: If it is in a key service whose package is not installed.
    """
    chosen = str(named) if named is not None else environment.get(RUNNER, "")
    if not chosen:
        return None
    word = password.encode() if password else None
    return (
        keyfile.of_pem(chosen.encode(), password=word, where=RUNNER)
        if is_pem(chosen)
        else keyfile.load(chosen if is_uri(chosen) else Path(chosen).expanduser(), password=word)
    )


def is_pem(text: str) -> bool:
    """Return whether a text is a key in PEM form, and not the path of one."""
    return text.lstrip().startswith("-----BEGIN")


def _name(system: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", system):
        hint = "letters, digits, '.', '_' and '-', beginning with a letter or digit"
        raise LogError(Problem("system.name", f"{system!r} cannot name a folder", hint))
    return system
