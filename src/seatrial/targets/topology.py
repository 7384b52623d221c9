"""The way to an endpoint: host, scheme, version of TLS, certificate, proxies.  One handshake, and nothing is asked."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from hashlib import sha256
from http.client import HTTPConnection, HTTPSConnection
from os import environ
from urllib.parse import urlsplit

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
"""Variables that name proxies, in either case of letters."""


def topology(url: str, timeout: float, *, proxied: bool = False) -> dict[str, str]:
    """Return what a connection to an address shows, as fields of the record of the environment.

    Args:
        url: Address of the endpoint; its path, and what may be a secret in it, is not recorded.
        timeout: Seconds to wait.
        proxied: Whether the target goes through a proxy that the variables name.

    Returns:
        `network.host`, `.scheme`, `.port`, and of `https` `.tls`, `.cipher`, `.certificate` (SHA-256 of its DER form);
        `network.reached` says whether it answered, `network.proxies` which variables are set and whether they are used.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    named = {"scheme": parts.scheme, "host": parts.hostname or "", "port": str(port)}
    named["proxies"] = _proxies(proxied=proxied)
    return {f"network.{name}": text for name, text in {**named, **_shaken(parts.scheme, parts.netloc, timeout)}.items()}


def _proxies(*, proxied: bool) -> str:
    known: Mapping[str, str] = environ
    there = [name for name in PROXIES if known.get(name) or known.get(name.lower())]
    used = "used" if proxied else "not used"
    return f"{', '.join(there)} set, {used}" if there else "none set"


def _shaken(scheme: str, netloc: str, timeout: float) -> dict[str, str]:
    """Return what a handshake shows; what cannot be reached is said, not raised: the trial will say why."""
    connection = (HTTPSConnection if scheme == "https" else HTTPConnection)(netloc, timeout=timeout)
    try:
        connection.connect()
        sock = connection.sock
        if not isinstance(sock, ssl.SSLSocket):
            return {"reached": "yes", "tls": "none"}
        certificate, cipher = sock.getpeercert(binary_form=True) or b"", sock.cipher()
        return {
            "reached": "yes",
            "tls": sock.version() or "",
            "cipher": cipher[0] if cipher else "",
            "certificate": f"sha256:{sha256(certificate).hexdigest()}",
        }
    except OSError as error:
        return {"reached": f"no: {type(error).__name__}"}
    finally:
        connection.close()
