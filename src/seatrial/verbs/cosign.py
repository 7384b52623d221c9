"""Others vouch that a log shows everybody the same history: its checkpoint is cosigned by witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence import environment
from seatrial.evidence.log import Log
from seatrial.evidence.witness import kept, request
from seatrial.evidence.witness.ask import Told
from seatrial.proof import note
from seatrial.proof.assurance import instant
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.note import ED25519, VerifierKey
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.vouch import WITNESS, addresses

FILES = ("proof", "checkpoint")
"""What is carried to a witness that has no server."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """Who cosigned the log's checkpoint as it is now, and what was said meanwhile."""

    origin: str
    entries: int
    witnesses: tuple[Cosignature, ...]
    needed: int
    """How many make it witnessed."""
    told: tuple[Told, ...] = ()
    """What each witness that was asked said."""

    @property
    def witnessed(self) -> bool:
        """Whether enough trusted witnesses cosigned it."""
        return len(self.witnesses) >= self.needed

    @property
    def contradicted(self) -> bool:
        """Whether a witness says that it saw another history, or more of it."""
        return any(one.contradicts for one in self.told)

    def __str__(self) -> str:
        """Return who cosigned, and why others did not, a line each."""
        lines = [f"{one.name} cosigned at {instant(one.time)}" for one in self.witnesses]
        lines += [f"{one.url} {one.why}" for one in self.told if one.why]
        state = "is witnessed" if self.witnessed else f"is not witnessed: {self.needed} must cosign"
        return "\n".join([*lines, f"{self.origin}, {self.entries} entries, {state}"])

    def to_json(self) -> dict[str, Any]:
        """Return the same as JSON values."""
        told = [{"url": one.url, "why": one.why, "contradicts": one.contradicts} for one in self.told]
        who = [{**asdict(one), "at": instant(one.time)} for one in self.witnesses]
        said = {"origin": self.origin, "entries": self.entries, "witnesses": who, "needed": self.needed, "told": told}
        return {**said, "witnessed": self.witnessed}


def cosign(path: Path | str, *, urls: Sequence[str] = (), log: str | None = None) -> Cosigned:
    """Ask witnesses to cosign the log's checkpoint, keep what they say, and return who has cosigned it.

    Args:
        path: The charter, or the folder that it lies in.
        urls: Where witnesses listen; those of `SEATRIAL_WITNESS` or trust.json by default.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If no witness is named, or trust.json knows none.

    Examples:
        >>> from seatrial.verbs.outsiders import witness
        >>> said = witness("charter.yaml", "w.example+da1df02c+BNApXb8VLbw9ZRNS0uRGwWKe5/4i/Rsu0YCFSmVpG4be")
        >>> found = seatrial.cosign("charter.yaml", urls=["http://127.0.0.1:1"])
        >>> print(found)
        http://127.0.0.1:1 cannot be reached: ...
        ..., 0 entries, is not witnessed: 1 must cosign
    """
    found = open_log(opened(path), log)
    asked = tuple(urls) or addresses(found, environment.variables())
    if not asked:
        hint = f"name an address, set {WITNESS}, or `seatrial keys witness KEY --url URL`"
        raise InputError(Problem("witness", "no witness is known", hint))
    _trusting(found)
    return _cosigned(found, kept.gather(found, asked))


def carry(path: Path | str, folder: Path, *, old: int | None = None, log: str | None = None) -> tuple[Path, ...]:
    """Write what a witness without a server is to be shown into a folder, and return the files: proof and checkpoint.

    Args:
        path: The charter, or the folder that it lies in.
        folder: Made if it is not there.
        old: Entries that the witness cosigned last; what the log remembers by default.
        log: Folder of the log, if not the default.

    Raises:
        EvidenceError: If the log has fewer entries than the witness has seen.
    """
    found = open_log(opened(path), log, writing=False)
    asked = kept.asked(found, kept.size(found) if old is None else old)
    files = tuple(folder / name for name in FILES)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, data in zip(files, (request.proof_lines(asked), asked.checkpoint), strict=True):
            write_whole(file, data)
    except OSError as error:
        raise InputError(Problem(str(folder), f"cannot be written: {error.strerror}")) from error
    return files


def accept(path: Path | str, answer: Path, *, log: str | None = None) -> Cosigned:
    """Keep the lines that a witness without a server gave, and return who has cosigned the log's checkpoint.

    Args:
        path: The charter, or the folder that it lies in.
        answer: File that `seatrial witness sign` wrote.
        log: Folder of the log, if not the default.

    Raises:
        EvidenceError: If there is no good line of a trusted witness in it, over the checkpoint as it is now.
    """
    found = open_log(opened(path), log)
    _trusting(found)
    try:
        lines = note.lines(answer.read_bytes())
    except OSError as error:
        raise InputError(Problem(str(answer), f"cannot be read: {error.strerror}")) from error
    if not kept.take(found, lines):
        what = "holds no cosignature of a witness in trust.json over this checkpoint"
        raise EvidenceError(Problem(str(answer), what, "has the log grown since? then carry it over again"))
    return _cosigned(found, ())


def log_key(path: Path | str, *, log: str | None = None) -> str:
    """Return the log's verifier key as a line of text: what a witness needs to know of it."""
    found = open_log(opened(path), log, writing=False)
    return VerifierKey(found.origin, ED25519, found.keyring.checkpoint_key(len(found.entries()))).text


def _cosigned(log: Log, told: tuple[Told, ...]) -> Cosigned:
    return Cosigned(log.origin, len(log.entries()), kept.witnessed(log), log.trust.needed("witness"), told)


def _trusting(log: Log) -> None:
    if not log.trust.witnesses:
        hint = "`seatrial keys witness KEY` puts the key that `seatrial witness init` printed into trust.json"
        raise InputError(Problem("trust.json", "names no witness, so nobody's cosignature would count", hint))
