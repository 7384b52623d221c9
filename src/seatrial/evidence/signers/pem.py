"""Private keys as PKCS#8 PEM, in files that only their owner can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from seatrial.errors import LogError, Problem


def read(path: Path) -> bytes:
    """Return what stands in a key file.

    Raises:
        LogError: If there is no such file, or others than its owner may read it.
    """
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            pem = file.read()
    except OSError as error:
        hint = "`seatrial init` makes the log key, `seatrial keys new` a personal one; in CI, set SEATRIAL_KEY"
        raise LogError(Problem(str(path), f"the key cannot be read: {error.strerror}", hint)) from error
    if mode & 0o077:
        what = f"others may read this private key (mode {mode:04o})"
        raise LogError(Problem(str(path), what, f"chmod 600 {path}; if others could copy it, make a new one"))
    return pem


def private(pem: bytes, *, password: bytes | None = None, where: str = "key") -> PrivateKeyTypes:
    """Return the private key in a PEM text; `where` names it in errors, the text itself is never shown.

    Raises:
        LogError: If it holds none, or the password does not open it.
    """
    try:
        return load_pem_private_key(pem, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if b"ENCRYPTED" in pem and password:
            raise LogError(Problem(where, "the password does not open it", "type the command again")) from None
        hint = "it must be PKCS#8 PEM, with its password if it is encrypted"
        raise LogError(Problem(where, "no private key can be read from it", hint)) from None


def write_new(path: Path, key: PrivateKeyTypes, password: bytes | None) -> None:
    """Write a key into a new file of mode 0600; encrypted if there is a password.

    Raises:
        LogError: If the file is there already (a key is never overwritten) or cannot be written.
    """
    hidden: KeySerializationEncryption = BestAvailableEncryption(password) if password else NoEncryption()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise LogError(Problem(str(path), "there is a key already", "use it, or move it away first")) from error
    except OSError as error:
        raise LogError(Problem(str(path), f"the key cannot be written: {error.strerror}")) from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        path.unlink()
        raise LogError(Problem(str(path), f"the key cannot be written: {error.strerror}")) from error
