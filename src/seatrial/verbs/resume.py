"""Writing down that what was paused serves again: a record, and no traffic is moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial.decision.rollout import PRODUCTION
from seatrial.errors import InputError, Problem
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.rollouts import Recorded, odd, recorded, stopped, there
from seatrial.verbs.signing import author


def resume(
    path: Path | str,
    *,
    reason: str = "",
    environment: str = PRODUCTION,
    by: str = "",
    key: Path | str | None = None,
    password: str = "",
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Recorded:
    """Write down that what was paused in an environment serves again.

    It moves no traffic: whoever does calls this.

    Args:
        path: The charter, or the folder that it lies in.
        reason: Why; recorded and shown for good.
        environment: Where.
        by: Who says so; the owner of the key, or whoever is logged in, by default.
        key: File of a personal key that signs it; without one `by` is no more than a name.
        password: Of the key, if it is encrypted.
        log: Address of the log, if not the default.
        now: The instant that is written down, seconds UTC.

    Raises:
        InputError: If nothing is live there, it is not paused, or the key is nobody's.

    Examples:
        >>> seatrial.resume("charter.yaml")
        Traceback (most recent call last):
        ...
        seatrial.errors.InputError: production: is not paused (`seatrial status` shows what is live)
    """
    project = opened(path)
    kept, at = open_log(project, log), int(now())
    serving, problems = there(kept, environment), [*odd(environment)]
    if not serving.paused:
        problems.append(Problem(environment, "is not paused", "`seatrial status` shows what is live"))
    if problems:
        raise InputError(*problems)
    share = 100
    fields = {"event": "resumed", "environment": environment, "share": share, "reason": reason.strip(), "at": at}
    return recorded(project, kept, stopped(kept, serving, at), fields, author(kept, by, key, password))
