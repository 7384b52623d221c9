"""Writing down that what was live before is live again: a record, and no traffic is moved."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from seatrial.decision.licence import licence
from seatrial.decision.rollout import PRODUCTION, Rollout
from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.verbs.project import open_log, opened
from seatrial.verbs.reference import referred
from seatrial.verbs.rollouts import Recorded, odd, recorded, there
from seatrial.verbs.signing import author


def rollback(
    path: Path | str,
    *,
    reason: str,
    to: str | int | None = None,
    environment: str = PRODUCTION,
    by: str = "",
    key: Path | str | None = None,
    password: str = "",
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Recorded:
    """Write down that an environment fell back to what was live before, and return what that is.

    It moves no traffic, and asks for no licence: whether what is fallen back to has one is recorded.

    Args:
        path: The charter, or the folder that it lies in.
        reason: Why; recorded and shown for good.
        to: A decision that had all the traffic there; the last one before what is live by default.
        environment: Where.
        by: Who says so; the owner of the key, or whoever is logged in, by default.
        key: File of a personal key that signs it; without one `by` is no more than a name.
        password: Of the key, if it is encrypted.
        log: Address of the log, if not the default.
        now: The instant that is written down, seconds UTC.

    Raises:
        InputError: If nothing else was live there, there is no reason, or the key is nobody's.

    Examples:
        >>> seatrial.rollback("charter.yaml", reason="wrong digits after sunset")
        Traceback (most recent call last):
        ...
        seatrial.errors.InputError: production: nothing is live there (`seatrial pause` takes it out of service)
    """
    project = opened(path)
    kept, at = open_log(project, log), int(now())
    problems = [*odd(environment), *([] if reason.strip() else [Problem("reason", "is empty", "say why")])]
    if problems:
        raise InputError(*problems)
    target = _target(kept, there(kept, environment), to)
    fields = {"event": "rolled_back", "environment": environment, "share": 100, "reason": reason.strip(), "at": at}
    found = licence(kept, target, now=at)
    return recorded(project, kept, found, fields, author(kept, by, key, password))


def _target(log: Log, now: Rollout, to: str | int | None) -> int:
    """Return the decision that is fallen back to."""
    if to is None:
        if now.before is not None:
            return now.before.decision
        what = "nothing else was live there before" if now.serving else "nothing is live there"
        raise InputError(Problem(now.environment, what, "`seatrial pause` takes it out of service"))
    entry, known = referred(log, to, where="to"), [one.decision for one in now.past]
    if [one.decision for one in now.serving] == [entry]:
        raise InputError(Problem("to", f"decision {entry} is what is live"))
    if entry not in known:
        had = f"these had: {', '.join(map(str, dict.fromkeys(known)))}; " if known else ""
        what = f"decision {entry} never had all the traffic of {now.environment}"
        raise InputError(Problem("to", what, f"{had}`seatrial live` puts a decision live"))
    return entry
