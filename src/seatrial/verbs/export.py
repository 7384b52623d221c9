"""One file for the auditor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from seatrial.evidence.export import asked
from seatrial.evidence.export import export as bundle
from seatrial.evidence.withhold import disclosure
from seatrial.verbs.project import open_log, opened


def export(
    path: Path | str, *, decision: int | None = None, withhold: Iterable[str] | str = (), log: str | None = None
) -> bytes:
    """Return a bundle with everything that a decision rests on.

    Args:
        path: The charter, or the folder that it lies in.
        decision: Entry of the decision; the last one by default.
        withhold: Kept samples that are left out: `texts`, `stimuli` (all of them), or the first digits of cases.  Their
            salted digests stay, so that the rest verifies and `disclose` can show one later.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If there is no such decision, or no sample of such a case was kept.
        StoreError: If a blob is missing.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> Path("evidence.tar").write_bytes(seatrial.export("charter.yaml")) > 10_000
        True
        >>> seatrial.verify("evidence.tar").ok
        True
    """
    kept = open_log(opened(path), log, writing=False)
    return bundle(kept, decision, withhold=[withhold] if isinstance(withhold, str) else withhold)


def disclose(path: Path | str, case: str, *, decision: int | None = None, log: str | None = None) -> bytes:
    """Return a file with the kept samples of one case, which `verify` compares with what a bundle withheld.

    Args:
        path: The charter, or the folder that it lies in.
        case: The first digits of the case.
        decision: Entry of the decision; the last one by default.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If there is no such decision, or not exactly one such case with a kept sample.
        StoreError: If the sample was withheld from this copy of the log.
    """
    kept = open_log(opened(path), log, writing=False)
    return disclosure(kept, asked(kept, decision), case)
