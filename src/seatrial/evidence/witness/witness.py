"""A witness: it cosigns the checkpoints of logs that it knows, if they only grew since the last one that it saw.

    witness.key    its key, Ed25519 or ML-DSA-44, mode 0600
    witness.json   its name, and the verifier keys of the logs that it witnesses
    seen/<hash>    the last checkpoint that it cosigned of each log, by SHA-256 of the log's origin
    seen/*.split   one of the same length and another root, signed by the log's key, too: proof of two histories
    lock           held while it compares, remembers and signs

What it saw is on disk before the cosignature leaves it: a crash in between costs an answer, never a second history.
Restoring the folder from an older copy does: a witness that was rolled back must get a new key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self, final

from filelock import FileLock, Timeout

from seatrial.errors import EvidenceError, LogError, Problem, meant
from seatrial.evidence.signers import ed25519, keyfile, mldsa
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.witness import request
from seatrial.proof import cosignature, merkle, note
from seatrial.proof.checkpoint import Checkpoint
from seatrial.proof.key import ALGORITHMS
from seatrial.proof.key import ED25519 as ED
from seatrial.proof.note import COSIGNATURE, ED25519, LENGTHS, SUBTREE, VerifierKey
from seatrial.stores.whole import write_whole

PATIENCE: Final = 10.0
"""Seconds to wait while another request is answered; one takes milliseconds."""
TEXT: Final = "text/plain; charset=utf-8"
SIZE: Final = "text/x.tlog.size"

_EMPTY: Final = merkle.root([])


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness says to a request, with the status code that C2SP tlog-witness gives it."""

    status: int
    body: bytes
    kind: str = TEXT
    """Media type of the body."""


@final
class Witness:
    """A witness in its folder.  Made by `Witness.create` and `Witness.open`.

    Attributes:
        folder: Where its key and its memory lie.
        key: What those who trust it put into their trust file.
    """

    def __init__(self, folder: Path, name: str, signer: Signer) -> None:
        self.folder: Final = folder
        kind = COSIGNATURE if len(signer.public) == LENGTHS[COSIGNATURE][0] else SUBTREE
        self.key: Final = VerifierKey(name, kind, signer.public)
        self._signer = signer

    @classmethod
    def create(cls, folder: Path, name: str, *, algorithm: str = ED) -> Self:
        """Make a key and an empty memory in a folder.

        Args:
            folder: Made if it is not there.
            name: How it signs; by custom where it can be reached, without the scheme: `witness.example.com/w1`.
            algorithm: `ed25519`, or `ml-dsa-44` (post-quantum; a cosignature has 3.3 KB).

        Raises:
            LogError: If there is a witness already, the name cannot stand in a note, or there is no such algorithm.
        """
        try:
            note.vkey(VerifierKey(name, COSIGNATURE, bytes(32)).text)
        except EvidenceError:
            hint = "use no spaces and no plus signs: witness.example.com/w1"
            raise LogError(Problem("name", f"{name!r} cannot name a witness", hint)) from None
        if algorithm not in ALGORITHMS:
            raise LogError(Problem("algorithm", f"no algorithm {algorithm!r}", meant(algorithm, ALGORITHMS)))
        signer: Signer = (ed25519 if algorithm == ED else mldsa).create(folder / "witness.key")
        (folder / "seen").mkdir(exist_ok=True)
        made = cls(folder, name, signer)
        made._keep({})
        return made

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return the witness in a folder.

        Raises:
            LogError: If there is none, or others may read its key.
        """
        if not (folder / "witness.json").is_file():
            raise LogError(Problem(str(folder), "there is no witness here", "`seatrial witness init` makes one"))
        return cls(folder, str(_said(folder)["name"]), keyfile.load(folder / "witness.key"))

    @property
    def logs(self) -> Mapping[str, tuple[VerifierKey, ...]]:
        """Origin of each log that it witnesses -> keys that may sign its checkpoints."""
        said = _said(self.folder)["logs"]
        return {origin: tuple(note.vkey(text) for text in texts) for origin, texts in said.items()}

    def trust(self, key: VerifierKey) -> None:
        """Witness a log from now on, or take one more key for it; the name of the key is the log's origin.

        Raises:
            LogError: If the key is a witness's, or the folder cannot be written.
        """
        if key.kind == COSIGNATURE or key == self.key:
            raise LogError(Problem(key.name, "is the key of a witness, not of a log", "`seatrial log key` prints one"))
        with self._held():
            logs = dict(self.logs)
            known = logs.get(key.name, ())
            self._keep({**logs, key.name: known if key in known else (*known, key)})

    def last(self, origin: str) -> bytes | None:
        """Return the last checkpoint of a log that it cosigned, with its cosignature; None if there is none."""
        try:
            return self._seen(origin).read_bytes()
        except FileNotFoundError:
            return None

    def by_hash(self, hashed: str) -> bytes | None:
        """Return the same by SHA-256 of the origin in hex, for those who ask by URL."""
        known = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in self.logs}
        return self.last(known[hashed]) if hashed in known else None

    def add(self, body: bytes, now: int) -> Answer:
        """Return the answer to an `add-checkpoint` request: a cosignature, or why there is none.

        Args:
            body: What was sent.
            now: Seconds since 1970, UTC: what the cosignature will say.

        Raises:
            LogError: If what it saw cannot be read or written; then nothing is signed.
        """
        try:
            asked = request.read(body)
            text, lines = note.parse(asked.checkpoint)
            said = cosignature.head(text)
        except EvidenceError as error:
            return _refused(400, str(error))
        if said.origin not in self.logs:
            return _refused(404, "this witness does not know that log")
        own = self._own(said, text, lines)
        if own is None:
            return _refused(403, "no key of that log has signed the checkpoint, or a signature is not good")
        if asked.old > said.size:
            return _refused(400, "the old size is larger than the checkpoint's")
        with self._held():
            return self._grown(asked, said, own) or self._signed(said, text, own, now)

    def _own(self, said: Checkpoint, text: bytes, lines: tuple[note.Line, ...]) -> bytes | None:
        """Return the checkpoint with the log's own signatures only; None if there is none or one is not good."""
        known = [(line, key) for line in lines for key in self.logs[said.origin] if line.by(key)]
        if not known or not all(_good(key, text, line) for line, key in known):
            return None
        return note.joined(text, dict.fromkeys(line for line, _ in known))

    def _grown(self, asked: request.Request, said: Checkpoint, own: bytes) -> Answer | None:
        """Return why a checkpoint is not cosigned; None if it follows the last one."""
        last = self.last(said.origin)
        before = Checkpoint(said.origin, 0, _EMPTY) if last is None else cosignature.head(note.parse(last)[0])
        if asked.old != before.size:
            return Answer(409, b"%d\n" % before.size, SIZE)
        if before.size == said.size and before.root != said.root:
            self._write(self._seen(said.origin).with_suffix(".split"), own)
            return _refused(422, "this witness has cosigned another history of the same length")
        if not _follows(before, said, asked.proof):
            return _refused(422, "the proof does not show that the log only grew since this witness last saw it")
        return None

    def _signed(self, said: Checkpoint, text: bytes, own: bytes, now: int) -> Answer:
        """Remember a checkpoint, then cosign it."""
        line = cosignature.write(self.key, text, now, self._signer.sign)
        self._write(self._seen(said.origin), own + line.data)
        return Answer(200, line.data)

    def _seen(self, origin: str) -> Path:
        return self.folder / "seen" / hashlib.sha256(origin.encode()).hexdigest()

    def _keep(self, logs: Mapping[str, tuple[VerifierKey, ...]]) -> None:
        listed = {origin: [key.text for key in keys] for origin, keys in sorted(logs.items())}
        data = json.dumps({"name": self.key.name, "logs": listed}, indent=2, ensure_ascii=False)
        self._write(self.folder / "witness.json", f"{data}\n".encode())

    def _write(self, path: Path, data: bytes) -> None:
        try:
            write_whole(path, data)
        except OSError as error:
            raise LogError(Problem(str(self.folder), f"cannot be written: {error.strerror}")) from error

    @contextmanager
    def _held(self) -> Iterator[None]:
        """Keep other threads and processes out until the end of the block."""
        try:
            with FileLock(self.folder / "lock", timeout=PATIENCE):
                yield
        except Timeout as error:
            raise LogError(Problem(str(self.folder), f"was busy for {PATIENCE:g} seconds", "try again")) from error


def _follows(before: Checkpoint, after: Checkpoint, proof: tuple[bytes, ...]) -> bool:
    """Return whether a log only grew; of the empty tree, which every tree begins with, there is nothing to prove."""
    if before.size == 0 < after.size:
        return not proof
    return merkle.check_consistency(before.size, after.size, before.root, after.root, proof)


def _good(key: VerifierKey, text: bytes, line: note.Line) -> bool:
    if key.kind == ED25519:
        return note.good(key, text, line.signature)
    try:
        cosignature.read(line, text, key)
    except EvidenceError:
        return False
    return True


def _said(folder: Path) -> dict[str, dict[str, list[str]]]:
    try:
        said: dict[str, dict[str, list[str]]] = json.loads((folder / "witness.json").read_bytes())
    except (OSError, ValueError) as error:
        raise LogError(Problem(str(folder / "witness.json"), f"cannot be read: {error}")) from error
    return said


def _refused(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n".encode())
