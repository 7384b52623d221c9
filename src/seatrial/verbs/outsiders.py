"""Who outside a project may vouch for its log: witnesses and time-stamping authorities in trust.json."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence.witness.keyless import Identity, Signed, check
from seatrial.proof import outside
from seatrial.proof.trust import Trust
from seatrial.verbs.keys import trust_file, written


def witness(path: Path | str, key: str, *, url: str = "") -> Trust:
    """Put a witness into the project's trust file, and return what it says now.

    A witness that the holder of the log key runs proves nothing: it should be somebody else's, on another machine.

    Args:
        path: The charter, or the folder that it lies in.
        key: Its verifier key, as `seatrial witness init` printed it; one of that name is replaced.
        url: Where it listens; a witness without one is asked by hand.

    Raises:
        InputError: If there is no trust file, or the key is none.
        EvidenceError: If it is the key of somebody of the project.
    """
    file, said = trust_file(path)
    try:
        found = outside.witness(key)
    except EvidenceError as error:
        raise InputError(*(Problem("key", str(problem)) for problem in error.problems)) from None
    if url and not url.startswith(outside.SCHEMES):
        raise InputError(Problem("url", f"{url!r} is no address", "begin with http:// or https://"))
    urls = {name: where for name, where in said.urls.items() if name != found.name}
    more = {**urls, found.name: url} if url else urls
    return written(file, replace(said, witnesses={**said.witnesses, found.name: found}, urls=more))


def authority(path: Path | str, certificate: Path) -> Trust:
    """Pin the root certificate of a time-stamping authority in the trust file, and return what that says now.

    Args:
        path: The charter, or the folder that it lies in.
        certificate: PEM or DER.

    Raises:
        InputError: If there is no trust file, or the file holds no certificate.
        EvidenceError: If it is pinned already.
    """
    file, said = trust_file(path)
    try:
        data = certificate.read_bytes()
        pem = data.lstrip().startswith(b"-----BEGIN")
        found = x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except (OSError, ValueError) as error:
        raise InputError(Problem(str(certificate), "holds no certificate", str(error))) from None
    return written(file, replace(said, timestamps=(*said.timestamps, found.public_bytes(Encoding.DER))))


def keyless(file: Path, bundle: Path, root: Path, *, subject: str, issuer: str) -> Signed:
    """Return what a stored sigstore bundle says of a file, checked offline.

    Signing itself needs the public service, or one of your own: `sigstore sign FILE --bundle BUNDLE`.

    Args:
        file: What was signed.
        bundle: The bundle that came with it.
        root: Trusted root that you pinned.
        subject: Who must have signed: an e-mail address, or the URI of a job in CI.
        issuer: URL of who vouches for that identity.

    Raises:
        InputError: If a file cannot be read.
        EvidenceError: If it was not signed so.
        MissingExtra: If `sigstore` is not installed.
    """
    try:
        data, signed = bundle.read_bytes(), file.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(error.filename), f"cannot be read: {error.strerror}")) from error
    return check(data, signed, root, Identity(subject, issuer))
