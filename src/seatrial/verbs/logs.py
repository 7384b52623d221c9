"""What can be said of a log as a whole: that it is as it was signed, and its checkpoint."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seatrial.evidence import copying, place
from seatrial.evidence.copying import Copied
from seatrial.evidence.signed import said_in
from seatrial.evidence.witness import kept
from seatrial.proof import checkpoint as checkpoints
from seatrial.verbs.project import open_log, opened


@dataclass(frozen=True, slots=True)
class Examined:
    """A log that is as it was signed."""

    origin: str
    place: str
    """Where it is; without a password."""
    entries: int
    root: str
    """Merkle root over the entries, in hex."""
    witnesses: tuple[str, ...]
    """Trusted witnesses that cosigned this very checkpoint."""
    beyond: int
    """Entries that no checkpoint covers, left by a process that died; the next writer adopts them."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)


def examine(path: Path | str, *, log: str | None = None) -> Examined:
    """Return what a log is, after checking its checkpoint and every signature under every entry, the log key's too.

    Args:
        path: The charter, or the folder that it lies in.
        log: Place of the log, if not the default.

    Raises:
        LogError: If there is no log.
        EvidenceError: If it was changed or shortened, naming the first entry that is wrong.
    """
    found = open_log(opened(path), log, writing=False)
    entries, note = found.snapshot()
    for seq, entry in enumerate(entries):
        said_in(entry, seq, found.keyring, lambda seq: f"{found.place}, entry {seq}", covered=False)
    root = checkpoints.read(note, found.origin, found.keyring.checkpoint_key(len(entries))).root.hex()
    seen = tuple(one.name for one in kept.witnessed(found))
    beyond = len(place.tape(found.address).entries(0)) - len(entries)
    return Examined(found.origin, found.place, len(entries), root, seen, max(0, beyond))


def copy(path: Path | str, to: Path | str, *, log: str | None = None) -> Copied:
    """Copy the log to another place, every signature and digest checked on the way; a copy there gets what is new.

    Args:
        path: The charter, or the folder that it lies in.
        to: Where the copy goes: a folder, or a database; of one without a log's name, the system's is taken.
        log: Place of the log, if not the default.

    Raises:
        EvidenceError: If the log does not verify, or what is there is another log, another history, or newer.
        LogError: If a place cannot be read or written.
    """
    project = opened(path)
    target = place.log_place(project.charter.system, str(to), {})
    return copying.copy(open_log(project, log, writing=False), target)


def checkpoint(path: Path | str, *, log: str | None = None) -> bytes:
    """Return the log's signed checkpoint, with the lines of trusted witnesses: what to publish.

    Args:
        path: The charter, or the folder that it lies in.
        log: Place of the log, if not the default.
    """
    return kept.cosigned(open_log(opened(path), log, writing=False))
