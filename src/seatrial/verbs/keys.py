"""Who signs: the log key, and keys of people."""

from __future__ import annotations

import base64
from pathlib import Path

from seatrial.evidence import environment, place
from seatrial.evidence.signers.ed25519 import create
from seatrial.proof.envelope import key_id


def shown() -> tuple[str, ...]:
    """Return lines that show the public half of the log key.

    Raises:
        LogError: If there is no key.
    """
    variables = environment.variables()
    public = place.log_signer(variables).public
    return (
        f"log key     {key_id(public)}",
        f"public      {base64.b64encode(public).decode()}",
        f"private in  {place.key_path(variables)}",
    )


def make(path: Path, password: str) -> str:
    """Make a personal key, encrypted, and return the line that a trust.json needs.

    Raises:
        LogError: If the file is there already or cannot be written.
    """
    public = create(path, password=password.encode()).public
    return f"{path}: key {key_id(public)}, for trust.json: {base64.b64encode(public).decode()}"
