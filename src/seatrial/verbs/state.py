"""What stood on a day: what was live, on whose word, with which waivers open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from seatrial.decision.rollout import PRODUCTION
from seatrial.decision.state import State
from seatrial.decision.state import state as read
from seatrial.decision.times import shown
from seatrial.errors import InputError, Problem
from seatrial.verbs.days import instant
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.status import serving

_HINT = "a day 2027-03-03 (its last second, UTC), or an instant 2027-03-03T12:00:00Z"


def state(
    path: Path | str,
    *,
    on: str = "",
    environment: str = PRODUCTION,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> State:
    """Return what stood at an instant, answered from the log alone.

    The order of a log is certain.  Its times are those of the writers' own clocks: an entry counts from the time that
    it says, and never before an entry that it stands behind.

    Args:
        path: The charter, or the folder that it lies in.
        on: A day (its last second, UTC) or an instant; the present by default.
        environment: Where it was live.
        log: Address of the log, if not the default.
        now: The present, seconds UTC: later clocks are not believed.

    Raises:
        InputError: If the time cannot be read, or is still to come.
        EvidenceError: If the log was changed, or is older than what the project remembers.

    Examples:
        >>> seatrial.state("charter.yaml", on="2021-03-03").rollout.serving
        ()
    """
    present = now()
    try:
        wanted = instant(on, present) if on.strip() else int(present)
    except (ValueError, OverflowError):
        raise InputError(Problem("on", f"{on!r} is no time", _HINT)) from None
    if wanted > present + 86_400:
        raise InputError(Problem("on", f"{on!r} is still to come", "a log tells what was; `seatrial status` what is"))
    return read(open_log(opened(path), log, writing=False), on=wanted, now=int(present), environment=environment)


def plain(found: State) -> dict[str, Any]:
    """Return what stood at an instant as plain JSON values."""
    return {
        "on": shown(found.on),
        "environment": found.rollout.environment,
        "entries": found.entries,
        "licensed": found.licensed,
        **serving(found),
        "licences": {str(entry): asdict(one) for entry, one in found.licences.items()},
        "waivers": [{**asdict(one), "state": one.state} for one in found.waivers],
        "risks": [
            {"id": one.id, "title": one.title, "score": one.score, "band": one.band, "treatment": one.treatment}
            for one in found.risks
        ],
        "findings": [{"id": one.id, "state": one.state, "severity": one.severity} for one in found.findings],
        "incidents": [
            {name: getattr(one, name) for name in ("id", "what", "severity", "since")}
            | {"entries": [note.entry for note in one.notes]}
            for one in found.incidents
        ],
        "decided": found.decided,
        "doubts": list(found.doubts),
        "bounds": [asdict(one) for one in found.bounds],
    }
