"""The log as static files for a web server."""

from __future__ import annotations

from pathlib import Path

from seatrial.evidence.tiles import Tiled, tile
from seatrial.verbs.project import open_log, opened


def tiles(path: Path | str, folder: Path | str, *, log: str | None = None) -> Tiled:
    """Write the log as static files (C2SP tlog-tiles), and return how many are new.

    Everybody who gets the files can read every entry.  Writing again adds what is new; full tiles never change.

    Args:
        path: The charter, or the folder that it lies in.
        folder: Where the files go; made if it is not there.
        log: Place of the log, if not the default.

    Raises:
        LogError: If the folder cannot be written.
        EvidenceError: If the folder holds another log, or another history of this one.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> written = seatrial.tiles("charter.yaml", "public")
        >>> written.size > gated.seq
        True
    """
    return tile(open_log(opened(path), log, writing=False), Path(folder))
