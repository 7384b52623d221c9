"""Passwords of key files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from seatrial.errors import InputError, Problem


def asked_passwords(keys: Sequence[Path]) -> tuple[str, ...]:
    """Return the password of each key file, asked for where it is encrypted: hidden at a terminal, else from a line.

    A file that cannot be read has none: whoever loads it says why.
    """
    return tuple(_password(key) if _encrypted(key) else "" for key in keys)


def one_password(key: Path | None) -> str:
    """Return the password of a key file, asked for where it is encrypted; empty without a file."""
    return "" if key is None else asked_passwords((key,))[0]


def new_password(key: Path) -> str:
    """Return a password for a key file to be made: asked for twice at a terminal, else from a line.

    Raises:
        InputError: If the file is there already, or no password was given.
    """
    if key.exists():
        raise InputError(Problem(str(key), "there is a key already", "use it, or move it away first"))
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.readline().rstrip("\n")
    if not line:
        hint = "write it on a line of standard input, or --password; --password '' does not encrypt the key"
        raise InputError(Problem("--password", "there is no terminal to ask for it", hint))
    return line


def _encrypted(key: Path) -> bool:
    try:
        return b"ENCRYPTED" in key.read_bytes()
    except OSError:
        return False


def _password(key: Path) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(f"Password of {key}", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")
