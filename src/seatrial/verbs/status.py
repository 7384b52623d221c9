"""Whether what was decided may be acted on now."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial.decision.licence import Licence, licence
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred


def status(
    path: Path | str,
    *,
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Licence:
    """Return the licence of a decision: who approved it, which waivers it rests on, and what is lacking now.

    Args:
        path: The charter, or the folder that it lies in.
        decision: `last`, `previous`, `deployed`, or an entry of the log; the last by default.
        log: Folder of the log, if not the default.
        now: The present, seconds UTC.

    Raises:
        InputError: If there is no such decision.
        EvidenceError: If the log was changed, or is older than what the project remembers.
    """
    kept = open_log(opened(path), log, writing=False)
    return licence(kept, referred(kept, decision), now=int(now()))
