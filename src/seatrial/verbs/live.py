"""Writing down that a model went live: a record, and no traffic is moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial.decision.licence import licence
from seatrial.decision.rollout import PRODUCTION, Rollout
from seatrial.errors import InputError, LicenceError, Problem
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred
from seatrial.verbs.rollouts import Recorded, odd, recorded, there
from seatrial.verbs.signing import author


def live(
    path: Path | str,
    *,
    decision: str | int | None = None,
    environment: str = PRODUCTION,
    share: int = 100,
    even_so: str = "",
    by: str = "",
    key: Path | str | None = None,
    password: str = "",
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Recorded:
    """Write down that a decision's model went live.  It moves no traffic: whoever does calls this.

    Args:
        path: The charter, or the folder that it lies in.
        decision: `last`, `previous`, `deployed`, or an entry of the log; the last by default.
        environment: Where.
        share: Per cent of the traffic; below 100 the rest stays with what had all of it.
        even_so: Why it goes live although its licence is not granted; recorded and shown for good.
        by: Who says so; the owner of the key, or whoever is logged in, by default.
        key: File of a personal key that signs it; without one `by` is no more than a name.
        password: Of the key, if it is encrypted.
        log: Address of the log, if not the default.
        now: The instant that is written down, seconds UTC.

    Raises:
        LicenceError: If the licence is not granted and no reason is given; with all that is lacking.
        InputError: If there is no such decision, the share is none, or the key is nobody's.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> seatrial.live("charter.yaml", even_so="a demonstration").rollout.serving[0].release
        '1.0'
    """
    project = opened(path)
    kept, at = open_log(project, log), int(now())
    entry = referred(kept, decision)
    if problems := [*odd(environment), *_share(share, there(kept, environment))]:
        raise InputError(*problems)
    found = licence(kept, entry, now=at)
    if not found.granted and not even_so.strip():
        hint = "mend it, or say why it goes live even so: --even-so REASON"
        raise LicenceError(*(Problem(f"decision {entry}", text, hint) for text in found.lacking))
    reason = "" if found.granted else even_so.strip()
    fields = {"event": "live", "environment": environment, "share": share, "reason": reason, "at": at}
    return recorded(project, kept, found, fields, author(kept, by, key, password))


def _share(share: int, now: Rollout) -> list[Problem]:
    if not 1 <= share <= 100:
        return [Problem("share", f"{share} is no per cent of the traffic", "from 1 to 100")]
    if share < 100 and not now.stack:
        what = f"nothing has the other {100 - share} per cent of {now.environment} yet"
        return [Problem("share", what, "the first one has all of it")]
    return []
