"""Rollout events: a record of what serves, and no traffic is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.decision.licence import Licence, licence
from seatrial.decision.rollout import PRODUCTION, Rollout, rollout
from seatrial.errors import Problem
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import statement
from seatrial.verbs.project import Project, remember
from seatrial.verbs.signing import Author


@dataclass(frozen=True, slots=True)
class Recorded:
    """One rollout event, and what is live after it."""

    entry: int
    rollout: Rollout
    licence: Licence
    """Of the decision that the event is about, at that instant."""


def there(log: Log, environment: str) -> Rollout:
    """Return what is live in an environment."""
    return rollout(words(log), environment)


def odd(environment: str) -> Sequence[Problem]:
    """Return what is wrong with the name of an environment."""
    if environment.strip() and environment.isprintable():
        return ()
    return (Problem("environment", f"{environment!r} names none", f"{PRODUCTION}, staging ..."),)


def recorded(project: Project, log: Log, found: Licence, fields: Mapping[str, Any], author: Author) -> Recorded:
    """Append an event about a decision, and return it with what is live after it.

    Args:
        project: Its folder remembers the log's checkpoint.
        log: The system's log.
        found: Licence of the decision.
        fields: `event`, `environment`, `share`, `reason`, `at`.
        author: Who says so.
    """
    named = {"decision": words(log).digest(found.entry), "entry": found.entry, "by": author.name}
    payload = statement.write("rollout-event", found.model, {"licensed": found.granted, **fields, **named})
    seq = log.append(payload, signers=author.signers)
    remember(project, log)
    return Recorded(seq, there(log, fields["environment"]), found)


def stopped(log: Log, now: Rollout, at: int) -> Licence:
    """Return the licence of what serves the largest share: what a pause is about."""
    return licence(log, max(now.serving, key=lambda one: one.share).decision, now=at)
