"""Who says something that needs no key: a name, or a person whose key signs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.signers.signer import Signer
from seatrial.proof.people import APPROVER
from seatrial.verbs.approve import named
from seatrial.verbs.project import login


@dataclass(frozen=True, slots=True)
class Author:
    """Whose name stands beside a statement, and who signs it besides the log key."""

    name: str
    signers: Sequence[Signer] = ()
    """None if the name is no more than a name."""


def author(log: Log, by: str, key: Path | str | None, password: str) -> Author:
    """Return who says something.

    Args:
        log: Its trust file says whose key it is.
        by: The name; the owner of the key, or whoever is logged in, if it is empty.
        key: File of a personal key; without one the name is no more than a name.
        password: Of the key; empty if it is not encrypted.

    Raises:
        InputError: If the key is nobody's, or another person's than the one named.
        LogError: If the key cannot be read.
    """
    if key is None:
        return Author(by.strip() or login())
    ((name, signer),) = named(log, (key,), (password,), APPROVER)
    if by.strip() not in ("", name):
        raise InputError(Problem("by", f"{key} is the key of {name}, not of {by.strip()}", "leave out --by"))
    return Author(name, (signer,))
