"""Who outside a project vouches for its log, as the trust file says it: witnesses, and time-stamping authorities."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography import x509

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import note
from seatrial.proof.cosignature import KINDS
from seatrial.proof.note import VerifierKey

SCHEMES = ("http://", "https://")


def witnesses(value: Any, wrong: list[Problem]) -> tuple[dict[str, VerifierKey], dict[str, str]]:
    """Return the witnesses of a trust file and where they listen, both by name; what is wrong is added to `wrong`.

    Args:
        value: Name -> verifier key as text, or an object of `key` and `url`.
        wrong: Takes every mistake.
    """
    if not isinstance(value, dict):
        wrong.append(_at("witnesses", "is an object: name -> verifier key"))
        return {}, {}
    keys: dict[str, VerifierKey] = {}
    urls: dict[str, str] = {}
    for name, said in value.items():
        where = f"witnesses.{name}"
        body = {"key": said} if isinstance(said, str) else said
        if not isinstance(body, dict) or not {"key"} <= body.keys() <= {"key", "url"}:
            wrong.append(_at(where, "is a verifier key, or an object of `key` and `url`"))
            continue
        try:
            keys[name] = witness(body["key"])
        except EvidenceError as error:
            wrong.extend(_at(where, str(problem)) for problem in error.problems)
            continue
        if keys[name].name != name:
            wrong.append(_at(where, f"is the key of {keys[name].name!r}"))
        if "url" in body:
            urls[name] = _url(body["url"], where, wrong)
    publics = [one.public for one in keys.values()]
    if len(set(publics)) != len(publics):
        wrong.append(_at("witnesses", "a public key appears twice: one witness would count as two"))
    return keys, urls


def witness(text: Any) -> VerifierKey:
    """Return the key of a witness.

    Raises:
        EvidenceError: If it is no verifier key, or one that does not cosign.
    """
    key = note.vkey(text if isinstance(text, str) else "")
    if key.kind not in KINDS:
        raise EvidenceError(f"the key of {key.name!r} signs notes, it does not cosign: `seatrial witness` prints one")
    return key


def roots(value: Any, wrong: list[Problem]) -> tuple[bytes, ...]:
    """Return the certificates (DER) of time-stamping authorities in a trust file: a list of base64 texts."""
    found: list[bytes] = []
    for at, text in enumerate(value if isinstance(value, list) else [None]):
        try:
            data = base64.b64decode(text, validate=True)
            x509.load_der_x509_certificate(data)
        except (ValueError, TypeError):
            wrong.append(_at(f"timestamps[{at}]", "is not the base64 of a certificate (DER)"))
            continue
        found.append(data)
    if len(set(found)) != len(found):
        wrong.append(_at("timestamps", "a certificate appears twice"))
    return tuple(found)


def plain(keys: Mapping[str, VerifierKey], urls: Mapping[str, str], timestamps: Sequence[bytes]) -> dict[str, Any]:
    """Return the same as JSON values, only what is there: `witnesses`, `timestamps`."""
    listed = {
        name: {"key": key.text, "url": urls[name]} if name in urls else key.text for name, key in sorted(keys.items())
    }
    said: dict[str, Any] = {"witnesses": listed} if listed else {}
    return said | ({"timestamps": [base64.b64encode(one).decode() for one in timestamps]} if timestamps else {})


def _url(value: Any, where: str, wrong: list[Problem]) -> str:
    if not isinstance(value, str) or not value.startswith(SCHEMES):
        wrong.append(_at(f"{where}.url", "begins with http:// or https://"))
        return ""
    return value


def _at(where: str, what: str) -> Problem:
    return Problem(f"trust file, {where}", what)
