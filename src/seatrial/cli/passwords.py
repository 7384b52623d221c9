"""Passwords of key files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import typer


def asked_passwords(keys: Sequence[Path]) -> tuple[str, ...]:
    """Return the password of each key file, asked for where it is encrypted: hidden at a terminal, else from a line.

    A file that cannot be read has none: whoever loads it says why.
    """
    return tuple(_password(key) if _encrypted(key) else "" for key in keys)


def one_password(key: Path | None) -> str:
    """Return the password of a key file, asked for where it is encrypted; empty without a file."""
    return "" if key is None else asked_passwords((key,))[0]


def _encrypted(key: Path) -> bool:
    try:
        return b"ENCRYPTED" in key.read_bytes()
    except OSError:
        return False


def _password(key: Path) -> str:
    if sys.stdin.isatty():
        return str(typer.prompt(f"Password of {key}", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\n")
