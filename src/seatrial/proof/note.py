"""Signed notes (C2SP signed-note): a text, the lines by which keys sign it, and keys as a line of text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.errors import EvidenceError
from seatrial.proof import key as keys

ED25519 = 0x01
"""Type of a key that signs the text of a note (a log's)."""
COSIGNATURE = 0x04
"""Type of an Ed25519 key that signs a checkpoint with a time (a witness's)."""
SUBTREE = 0x06
"""Type of an ML-DSA-44 key that signs a tree with a time (a witness's)."""
LENGTHS = {ED25519: (32, 64), COSIGNATURE: (32, 72), SUBTREE: (1312, 2428)}
"""Type of a key -> bytes of its public half, and of a signature by it."""
LINES = 64
"""Most signature lines that a note is read with."""

_NAME = r"[^\s+\x00-\x20\x7f]+"
_LINE = re.compile(f"\u2014 ({_NAME}) ([A-Za-z0-9+/]+={{0,2}})")
_VKEY = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/]+={{0,2}})")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a key that signs notes, under a name."""

    name: str
    kind: int
    """Of `LENGTHS`."""
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes that stand before its signatures: a hint, never a proof."""
        return hashlib.sha256(b"%s\n%c%s" % (self.name.encode(), self.kind, self.public)).digest()[:4]

    @property
    def text(self) -> str:
        """The key on one line: name, id in hex, base64 of type and public half (a vkey)."""
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line; whether it is good is another question."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def data(self) -> bytes:
        """The line, as it stands in a note."""
        return f"\u2014 {self.name} {_b64(self.key_id + self.signature)}\n".encode()

    def by(self, key: VerifierKey) -> bool:
        """Return whether the line claims to be by this key."""
        return (self.name, self.key_id) == (key.name, key.id)


def vkey(text: str) -> VerifierKey:
    """Return the key that a vkey stands for.

    Raises:
        EvidenceError: If it is not exactly `name+id+base64`, or of a type that is not known here.
    """
    found = _VKEY.fullmatch(text)
    material = base64_bytes(found.group(3)) if found else b""
    if not found or len(material) < 2:
        raise EvidenceError(f"{text[:80]!r} is no verifier key: name+id+base64, as its owner printed it")
    read = VerifierKey(found.group(1), material[0], material[1:])
    if read.kind not in LENGTHS or len(read.public) != LENGTHS[read.kind][0]:
        raise EvidenceError(f"the key of {read.name!r} is of a type that is not known here ({material[0]:#04x})")
    if read.id.hex() != found.group(2):
        raise EvidenceError(f"the key of {read.name!r} has another id than it says: it was not copied whole")
    return read


def parse(data: bytes) -> tuple[bytes, tuple[Line, ...]]:
    """Return the text of a note with its last newline, and its signature lines; nothing is verified.

    Raises:
        EvidenceError: If it is no signed note, or has more than `LINES` signatures.
    """
    text, blank, tail = data.rpartition(b"\n\n")
    if not blank or not text or not tail:
        raise EvidenceError("not a signed note: text, an empty line, and signature lines")
    _decoded(text)
    return text + b"\n", lines(tail)


def lines(data: bytes) -> tuple[Line, ...]:
    """Return the signature lines in some bytes.

    Raises:
        EvidenceError: If there is anything else, or more than `LINES` of them.
    """
    *whole, torn = _decoded(data).split("\n")
    if torn or not whole or len(whole) > LINES:
        raise EvidenceError(f"signature lines end in a newline, and there are 1 to {LINES} of them")
    return tuple(_line(one) for one in whole)


def joined(text: bytes, signed: Iterable[Line]) -> bytes:
    """Return the signed note of a text that ends in a newline."""
    return text + b"\n" + b"".join(line.data for line in signed)


def good(public: VerifierKey, message: bytes, signature: bytes) -> bool:
    """Return whether a bare signature over a message is by this key.

    Raises:
        EvidenceError: If the installed `cryptography` cannot compute it.
    """
    algorithm = keys.ML_DSA_44 if public.kind == SUBTREE else keys.ED25519
    return keys.good(public.public, algorithm, signature, message)


def base64_bytes(text: str) -> bytes:
    """Return what base64 text stands for.

    Raises:
        EvidenceError: If it is not the one spelling of some bytes.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if not data or _b64(data) != text:
        raise EvidenceError("base64 in the note has stray bits, or is torn")
    return data


def _line(text: str) -> Line:
    found = _LINE.fullmatch(text)
    signed = base64_bytes(found.group(2)) if found else b""
    if not found or len(signed) < 5:
        raise EvidenceError(f"{text[:60]!r} is no signature line")
    return Line(found.group(1), signed[:4], signed[4:])


def _decoded(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise EvidenceError("the note is not UTF-8") from None
    if any(sign < " " and sign != "\n" for sign in text):
        raise EvidenceError("the note has a control character")
    return text


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
