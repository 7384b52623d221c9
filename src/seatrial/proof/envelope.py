"""Signed envelopes: DSSE v1, strict where DSSE leaves a choice."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import canonical
from seatrial.proof.key import Key, key_id

__all__ = ["PAYLOAD_TYPE", "Envelope", "check", "key_id", "opened", "parsed", "seal"]

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes, and the keys that signed them."""

    payload: bytes
    key_ids: tuple[str, ...]
    signatures: tuple[bytes, ...] = field(default=(), repr=False)


def seal(payload: bytes, signers: Sequence[tuple[bytes, Callable[[bytes], bytes]]]) -> bytes:
    """Return the envelope of a payload, signed by each of (raw public key, sign)."""
    message = _signed(payload)
    signatures = [{"keyid": key_id(public), "sig": _b64(sign(message))} for public, sign in signers]
    return canonical.dumps({"payload": _b64(payload), "payloadType": PAYLOAD_TYPE, "signatures": signatures})


def opened(data: bytes, keys: Mapping[str, Key]) -> Envelope:
    """Return what is in an envelope, every signature checked.

    Args:
        data: The envelope.
        keys: Key id -> key, from the trust file and the key-events of its log, and from nowhere else.

    Raises:
        EvidenceError: If its form is not exactly that of `seal`, it has no signature or one key twice, or a signature
            is not good or by a key that is not trusted.
    """
    envelope = parsed(data)
    check(envelope, keys)
    return envelope


def parsed(data: bytes) -> Envelope:
    """Return what is in an envelope, its signatures *not* checked.

    Raises:
        EvidenceError: If its form is not exactly that of `seal`.
    """
    body = canonical.loads(data)
    if not _like(body, {"payload": str, "payloadType": str, "signatures": list}) or body["payloadType"] != PAYLOAD_TYPE:
        raise EvidenceError(f"not an envelope of {PAYLOAD_TYPE}")
    if not all(_like(entry, {"keyid": str, "sig": str}) for entry in body["signatures"]):
        raise EvidenceError("a signature in the envelope has not exactly keyid and sig")
    ids = tuple(entry["keyid"] for entry in body["signatures"])
    return Envelope(_bytes(body["payload"]), ids, tuple(_bytes(entry["sig"]) for entry in body["signatures"]))


def check(envelope: Envelope, keys: Mapping[str, Key], *, covered: str = "") -> None:
    """Check the signatures under a payload.

    Args:
        envelope: What `parsed` returned.
        keys: Key id -> key that is trusted.
        covered: Id of the key whose signature need not be computed, because that key has signed these very bytes
            elsewhere (the log key: its checkpoint covers every envelope).

    Raises:
        EvidenceError: If there is no signature, one key twice, a key that is not trusted, or a signature is not good.
    """
    if not envelope.key_ids:
        raise EvidenceError("the envelope is not signed")
    if len(set(envelope.key_ids)) != len(envelope.key_ids):
        raise EvidenceError("one key has signed the envelope twice")
    message = _signed(envelope.payload)
    for named, signature in zip(envelope.key_ids, envelope.signatures, strict=True):
        if named not in keys:
            raise EvidenceError(f"the envelope is signed by {named[:16]!r}, which is no trusted key")
        if named != covered:
            keys[named].verify(signature, message)


def _signed(payload: bytes) -> bytes:
    """Return what is signed: the pre-authentication encoding of DSSE."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def _like(value: Any, form: Mapping[str, type]) -> bool:
    return isinstance(value, dict) and value.keys() == form.keys() and all(isinstance(value[k], form[k]) for k in form)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise EvidenceError("base64 in the envelope cannot be read") from None
    if _b64(data) != text:
        raise EvidenceError("base64 in the envelope has stray bits")
    return data
