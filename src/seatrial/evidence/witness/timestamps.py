"""Tokens of a time-stamping authority over a log's checkpoint (RFC 3161): that it was there at a time, on others' word.

A token says "not later than"; it does not say that the log had nothing more.  Needs `seatrial[timestamps]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from cryptography import x509

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence.log import Log
from seatrial.plugins import lacking
from seatrial.proof import checkpoint

if TYPE_CHECKING:
    from rfc3161_client import TimeStampResponse

STAMPED: Final = "stamped"
"""Name of the document beside the checkpoint: the log's own signed note, and the authority's answer over it."""
SECONDS: Final = 20.0
SIZE: Final = 2**18
"""Most bytes of an answer."""

_GRANTED: Final = bytes.fromhex("3003020100")
_SHA256: Final = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


@dataclass(frozen=True, slots=True)
class Stamp:
    """That a checkpoint was there."""

    time: int
    """Not later than: seconds since 1970, UTC, on the authority's word."""
    authority: str
    """Common name of the certificate that signed it, or its whole name."""


def installed() -> bool:
    """Return whether tokens can be checked here."""
    try:
        import rfc3161_client  # noqa: F401, PLC0415 - an extra
    except ImportError:
        return False
    return True


def request(note: bytes) -> bytes:
    """Return what an authority is asked (TimeStampReq, DER): a token over SHA-256 of the bytes, with its certificates.

    Raises:
        MissingExtra: If `rfc3161-client` is not installed.
    """
    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise lacking("rfc3161_client", "timestamps") from error
    made = TimestampRequestBuilder().data(note).hash_algorithm(HashAlgorithm.SHA256).cert_request(cert_request=True)
    return made.build().as_bytes()


def ask(url: str, asked: bytes) -> bytes:
    """Return the answer of an authority over HTTP (TimeStampResp, DER), not checked.

    Raises:
        InputError: If it does not answer as RFC 3161 has it.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise InputError(Problem(url, "is no address of an authority", "http:// or https://"))
    call = Request(url, asked, {"Content-Type": "application/timestamp-query"})  # noqa: S310 - looked at above
    try:
        with urlopen(call, timeout=SECONDS) as answer:  # noqa: S310 - the same
            kind, body = answer.headers.get_content_type(), answer.read(SIZE)
    except HTTPError as error:
        with error:
            raise InputError(Problem(url, f"answered {error.code}")) from None
    except (OSError, HTTPException, ValueError) as error:
        raise InputError(Problem(url, f"cannot be reached: {getattr(error, 'reason', error)}", "try again")) from None
    if kind != "application/timestamp-reply":
        raise InputError(Problem(url, f"answered {kind}, and a time-stamping authority answers timestamp-reply"))
    return bytes(body)


def check(answer: bytes, note: bytes, roots: Sequence[bytes]) -> Stamp:
    """Return what an authority's answer says, every part of it checked.

    Args:
        answer: TimeStampResp, DER.
        note: The log's own signed note that it must be over.
        roots: Pinned certificates (DER), from the trust file and from nowhere else.

    Raises:
        EvidenceError: If it is over other bytes, its certificate does not lead to a pinned one or was not valid then.
        MissingExtra: If `rfc3161-client` is not installed.
    """
    if not roots:
        raise EvidenceError(_problem("your trust file pins no authority", "`seatrial keys authority FILE` pins one"))
    found = _parsed(answer)
    if answer != _wrapped(found.time_stamp_token()):
        raise EvidenceError(_problem("carries something besides its token"))
    try:
        return _verified(found, note, [x509.load_der_x509_certificate(root) for root in roots])
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError) as error:
        raise EvidenceError(_problem(f"cannot be read: {error}")) from None


def _verified(found: TimeStampResponse, note: bytes, roots: list[x509.Certificate]) -> Stamp:
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415 - an extra

    said = found.tst_info.message_imprint
    if (said.hash_algorithm, said.message) != (_SHA256, hashlib.sha256(note).digest()):
        raise EvidenceError(_problem("is over other bytes than this checkpoint"))
    try:
        VerifierBuilder(roots=roots).build().verify(found, said.message)
    except VerificationError as error:
        raise EvidenceError(_problem(f"is not good: {error}")) from None
    return Stamp(int(found.tst_info.gen_time.timestamp()), _authority(found))


def bare(answer: bytes) -> bytes:
    """Return an answer without the text that some authorities add, which nobody signs.

    Raises:
        EvidenceError: If it is none, or was not granted.
        MissingExtra: If `rfc3161-client` is not installed.
    """
    return _wrapped(_parsed(answer).time_stamp_token())


def keep(log: Log, answer: bytes, note: bytes | None = None) -> Stamp:
    """Check an authority's answer over the log's checkpoint, and keep it beside.

    Args:
        log: The system's log.
        answer: TimeStampResp, DER.
        note: The checkpoint that it was asked about; the log's last one by default.

    Raises:
        EvidenceError: If it is not good.
    """
    own = log.checkpoint if note is None else note
    stored = bare(answer)
    stamp = check(stored, own, log.trust.timestamps)
    log.keep(STAMPED, own + stored)
    return stamp


def over(log: Log, note: bytes) -> bytes:
    """Return the answer that is kept over this very checkpoint of the log; empty if there is none."""
    data = log.beside(STAMPED)
    own, answer = checkpoint.split(data or b"")
    return answer if own == note else b""


def _parsed(answer: bytes) -> TimeStampResponse:
    """Return an answer that was granted."""
    try:
        from rfc3161_client import decode_timestamp_response  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise lacking("rfc3161_client", "timestamps") from error
    try:
        found = decode_timestamp_response(answer)
        token = found.time_stamp_token()
    except ValueError as error:
        raise EvidenceError(_problem(f"is no answer of a time-stamping authority: {error}")) from None
    if found.status != 0 or not token:
        raise EvidenceError(_problem(f"was not granted (status {found.status})"))
    return found


def _wrapped(token: bytes) -> bytes:
    """Return the one answer that grants a token and says nothing besides (DER)."""
    body = _GRANTED + token
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return b"\x30" + (length if len(body) < 128 else bytes([0x80 + len(length)]) + length) + body


def _authority(found: TimeStampResponse) -> str:
    (signer,) = found.signed_data.signer_infos
    for data in found.signed_data.certificates:
        one = x509.load_der_x509_certificate(data)
        if (one.issuer, one.serial_number) == (signer.issuer, signer.serial_number):
            names = one.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
            return str(names[0].value) if names else one.subject.rfc4514_string()
    return "an authority without a certificate"


def _problem(what: str, hint: str = "") -> Problem:
    return Problem("timestamp", what, hint)
