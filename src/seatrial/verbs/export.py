"""One file for the auditor."""

from __future__ import annotations

from pathlib import Path

from seatrial.evidence.export import export as bundle
from seatrial.verbs.project import open_log, opened


def export(path: Path | str, *, decision: int | None = None, withhold: bool = False, log: str | None = None) -> bytes:
    """Return a bundle with everything that a decision rests on.

    Args:
        path: The charter, or the folder that it lies in.
        decision: Entry of the decision; the last one by default.
        withhold: Whether to leave the changed inputs out; their digests stay.
        log: Folder of the log, if not the default.

    Raises:
        EvidenceError: If there is no such decision, or a blob is missing.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> Path("evidence.tar").write_bytes(seatrial.export("charter.yaml")) > 10_000
        True
        >>> seatrial.verify("evidence.tar").ok
        True
    """
    kept = open_log(opened(path), log, writing=False)
    return bundle(kept, decision, stimuli=not withhold)
