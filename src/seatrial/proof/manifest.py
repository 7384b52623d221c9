"""Which bytes a model is: a manifest of its files, and the two digests that follow from it.

*The artifact* is the digest that OpenSSF model signing (`model_signing` v1.0) writes as its subject: the raw SHA-256
digests of all files, one after the other in the order of their paths, are hashed again.  Paths are ordered by their
parts, so that `a/b` comes before `a-b`.

*The model* is all that decides what is answered: the raw digests of all files (the source that `load` names, and
answers to canaries, among them) in the order of their names, and at the end the SHA-256 of the canonical JSON of
`{"paths": [names, sorted], "target": the target block}`; so a renamed file or a changed block is another model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical
from seatrial.proof.fields import each, hexadecimal, record, text

SCHEMA = 1
"""The form of the blob of a manifest."""
CANARIES = "canaries"
"""Name of the pseudo-file of a model without a file: its answers to 16 fixed inputs."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a model."""

    files: Mapping[str, str]
    """Path -> SHA-256 of its bytes, in hexadecimal digits."""
    signed: tuple[str, ...] = ()
    """Of these, the files that are distributed as the model, in the order of the rule; empty if it is declared."""

    @property
    def artifact(self) -> str | None:
        """The digest that a signature of model signing has as its subject; None if there are no model files."""
        return root({path: self.files[path] for path in self.signed}) if self.signed else None

    @property
    def declared(self) -> bool:
        """Whether nobody can hash the model: it is what its block says and what it answers to the canaries."""
        return CANARIES in self.files

    def model(self, target: Mapping[str, Any]) -> str:
        """Return the digest of the whole: of all files and the target block."""
        names = sorted(self.files)
        rest = sha256(canonical.dumps({"paths": names, "target": target})).digest()
        return canonical.digest(b"".join([*(bytes.fromhex(self.files[name]) for name in names), rest]))


def root(files: Mapping[str, str]) -> str:
    """Return the digest of model signing over files: path -> SHA-256 in hexadecimal digits.

    A model of one file has any one path: its name is in no digest.
    """
    return canonical.digest(b"".join(bytes.fromhex(files[path]) for path in ordered(files)))


def ordered(paths: Mapping[str, Any] | tuple[str, ...]) -> tuple[str, ...]:
    """Return paths in the order of the rule: part by part, not letter by letter."""
    return tuple(sorted(paths, key=lambda path: PurePosixPath(path).parts))


def write(manifest: Manifest) -> bytes:
    """Return the blob of a manifest; equal ones give equal bytes."""
    body = {"schema": SCHEMA, "files": dict(manifest.files), "signed": list(ordered(manifest.signed))}
    return canonical.dumps(body)


def read(blob: bytes) -> Manifest:
    """Return the manifest in a blob.

    Raises:
        EvidenceError: If it is none, or signs a file that it does not list.
    """
    body = canonical.loads(blob)
    if not _FORM(body) or body["schema"] != SCHEMA or not all(map(hexadecimal, body["files"].values())):
        raise EvidenceError(Problem("manifest", "is no manifest of a model that this release reads"))
    signed = tuple(body["signed"])
    if not set(signed) <= body["files"].keys() or signed != ordered(signed) or len(set(signed)) != len(signed):
        raise EvidenceError(
            Problem("manifest", "the files that it calls the model are not files of its list, in order")
        )
    return Manifest(body["files"], signed)


_FORM = record(
    {
        "schema": lambda value: type(value) is int,
        "files": lambda value: isinstance(value, dict),
        "signed": each(text),
    }
)
