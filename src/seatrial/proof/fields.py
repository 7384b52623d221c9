"""What may be written in the log: the table of fields of every kind of statement.

A `seq` names an entry of the same log by its index, from 0.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from seatrial.proof.key import ALGORITHMS

Check = Callable[[Any], bool]
"""Whether a value is one that a field can have."""


LIKELIHOODS = ("rare", "unlikely", "possible", "likely", "almost certain")
IMPACTS = ("negligible", "minor", "moderate", "major", "severe")
TREATMENTS = ("mitigate", "transfer", "avoid", "accept")
"""What can be done about a risk (NIST AI RMF 1.0, MANAGE 1.3)."""


def matches(pattern: str) -> Check:
    """Return the check of a text that a pattern describes whole."""
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def either(*values: str) -> Check:
    """Return the check of one of these words."""
    return lambda value: isinstance(value, str) and value in values


def or_null(check: Check) -> Check:
    """Return the check that takes null, too."""
    return lambda value: value is None or check(value)


def each(check: Check) -> Check:
    """Return the check of a list."""
    return lambda value: isinstance(value, list) and all(map(check, value))


def by_name(check: Check) -> Check:
    """Return the check of an object whose values are alike."""
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def record(fields: Mapping[str, Check]) -> Check:
    """Return the check of an object with exactly these fields."""
    return lambda value: (
        isinstance(value, dict) and value.keys() == fields.keys() and all(fields[k](value[k]) for k in fields)
    )


def text(value: Any) -> bool:
    """Return whether it is a text."""
    return isinstance(value, str)


def filled(value: Any) -> bool:
    """Return whether it is a text that says something."""
    return isinstance(value, str) and bool(value.strip())


def yes_no(value: Any) -> bool:
    """Return whether it is true or false."""
    return isinstance(value, bool)


def count(value: Any) -> bool:
    """Return whether it is a natural number."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def from_one(value: Any) -> bool:
    """Return whether it is a natural number from 1."""
    return count(value) and value >= 1


def percent(value: Any) -> bool:
    """Return whether it is a natural number up to 100."""
    return count(value) and value <= 100


def encoded(value: Any) -> bool:
    """Return whether it is base64 without stray bits."""
    try:
        return isinstance(value, str) and base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
    except ValueError:
        return False


name = matches(r"[^\x00-\x1f]+")
digest = matches(r"sha256:[0-9a-f]{64}")
hexadecimal = matches(r"[0-9a-f]{64}")
instant = matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")

_SHARD = {
    "clause": name,
    "shard": count,
    "status": either("done", "failed", "not_done", "not_needed"),
    "computed": or_null(digest),
    "measured": or_null(digest),
    "stimuli": or_null(digest),
    "reason": text,
}
_CLAUSE = {
    "verdict": either("held", "breached", "unproven", "untried"),
    "n": count,
    "held": count,
    "unknown": count,
    "total": or_null(matches(r"\d+\.\d{9}")),
    "waived": yes_no,
}

_BOUND = {"decision": digest, "entry": count, "log": name, "root": hexadecimal}
_ID = r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*"

FIELDS: Mapping[str, Mapping[str, Check]] = {
    "submission": {
        "release": name,
        "model": digest,
        "charter": digest,
        "trial": digest,
        "plan": digest,
        "submitter": name,
    },
    "run-plan": {
        "submission": count,
        "attempt": from_one,
        "nonce": hexadecimal,
        "checkpoint": encoded,
        "slice": digest,
        "members": or_null(digest),
        "continues": or_null(count),
    },
    "run-result": {
        "run_plan": count,
        "shards": each(record(_SHARD)),
        "controls": by_name(either("found", "missed")),
        "control_of": by_name(each(name)),
    },
    "environment": {"run_result": count, "fields": by_name(text), "started": instant, "ended": instant},
    "decision": {
        "release": name,
        "model": digest,
        "charter": digest,
        "run_result": count,
        "clauses": by_name(record(_CLAUSE)),
        "decision": either("deploy", "hold", "reject"),
        "weaker": each(name),
        "waivers": each(count),
        "as_of": count,
    },
    "waiver": {
        **_BOUND,
        "clause": name,
        "model": digest,
        "reason": filled,
        "owner": name,
        "expires": count,
        "at": count,
    },
    "approval": {**_BOUND, "at": count},
    "revocation": {"entry": count, "of": digest, "reason": filled, "at": count},
    "lineage": {
        "parent": or_null(digest),
        "data": or_null(digest),
        "revision": text,
        "remedy": text,
        "record": or_null(digest),
        "answers": or_null(digest),
        "clause": text,
        "by": name,
        "at": count,
    },
    "finding": {
        "id": matches(_ID),
        "action": either("open", "assign", "step", "close"),
        "decision": or_null(digest),
        "clause": text,
        "severity": either("minor", "major", "critical"),
        "title": text,
        "step": or_null(from_one),
        "owner": text,
        "due": or_null(count),
        "evidence": or_null(digest),
        "rests_on": or_null(digest),
        "note": text,
        "by": name,
        "at": count,
    },
    "rollout-event": {
        "decision": digest,
        "entry": count,
        "event": either("live", "rolled_back", "paused", "resumed"),
        "environment": name,
        "share": percent,
        "licensed": yes_no,
        "reason": text,
        "by": name,
        "at": count,
    },
    "incident": {
        "id": matches(_ID),
        "action": either("open", "note", "close"),
        "what": filled,
        "severity": either("minor", "major", "critical"),
        "since": count,
        "decision": or_null(digest),
        "clauses": each(name),
        "scenarios": each(name),
        "cases": each(hexadecimal),
        "evidence": each(digest),
        "finding": matches(_ID),
        "by": name,
        "at": count,
    },
    "risk-entry": {
        "id": name,
        "title": filled,
        "exploit": filled,
        "likelihood": either(*LIKELIHOODS),
        "impact": either(*IMPACTS),
        "owner": name,
        "treatment": either(*TREATMENTS),
        "residual": text,
        "status": either("open", "closed"),
        "scenarios": each(name),
        "clauses": each(name),
        "findings": each(name),
        "review": matches(r"(\d{4}-\d\d-\d\d)?"),
        "note": text,
        "by": name,
        "at": count,
    },
    "key-event": {
        "action": either("add", "rotate", "revoke"),
        "role": either("person", "log"),
        "name": text,
        "key": or_null(encoded),
        "new": or_null(encoded),
        "algorithm": either(*ALGORITHMS),
        "checkpoint": or_null(encoded),
        "reason": filled,
        "at": count,
    },
}
"""Kind -> field -> what it can hold.  A field more or less is refused, and so is a kind that is not here.

`total` is the sum of a mean's known values with nine decimals, rounded down, and null for a rate; `as_of`, `expires`
and `at` are seconds UTC; `started`, `ended` and `at` come from the writer's own, untrusted clock; `of` and `decision`
are digests of signed payloads; `share` is per cent of the traffic.  What a person signs about a decision is bound to it
by four fields: `decision`, its `entry`, the origin of the `log` and the `root` of the log up to and with that entry.
"""

ABOUT_LOG = frozenset({"risk-entry", "key-event"})
"""Kinds that are about the log as a whole and not about a model: their subject is the log, by its origin."""
