"""What is said in the log: in-toto Statements v1, and the table of fields of every kind.

A `seq` names an entry of the same log by its index, from 0.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical

PREDICATE = "https://github.com/seatrial/seatrial/{}/v1"
_TYPE = "https://in-toto.io/Statement/v1"
_KIND = re.compile(re.escape(PREDICATE).replace(r"\{\}", "([a-z-]+)"))

Check = Callable[[Any], bool]
"""Whether a value is one that a field can have."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said about a model."""

    kind: str
    model: str
    """Digest of the model's manifest."""
    predicate: Mapping[str, Any]
    """The fields that `FIELDS` lists for this kind, and no other."""


def _matches(pattern: str) -> Check:
    form = re.compile(pattern)
    return lambda value: isinstance(value, str) and form.fullmatch(value) is not None


def _either(*values: str) -> Check:
    return lambda value: isinstance(value, str) and value in values


def _or_null(check: Check) -> Check:
    return lambda value: value is None or check(value)


def _each(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _by_name(check: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(check, value.values()))


def _record(fields: Mapping[str, Check]) -> Check:
    return lambda value: (
        isinstance(value, dict) and value.keys() == fields.keys() and all(fields[k](value[k]) for k in fields)
    )


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _yes_no(value: Any) -> bool:
    return isinstance(value, bool)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _from_one(value: Any) -> bool:
    return _count(value) and value >= 1


def _base64(value: Any) -> bool:
    try:
        return isinstance(value, str) and base64.b64encode(base64.b64decode(value, validate=True)).decode() == value
    except ValueError:
        return False


_name = _matches(r"[^\x00-\x1f]+")
_digest = _matches(r"sha256:[0-9a-f]{64}")
_hex = _matches(r"[0-9a-f]{64}")
_instant = _matches(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")

_SHARD = {
    "clause": _name,
    "shard": _count,
    "status": _either("done", "failed", "not_done", "not_needed"),
    "computed": _or_null(_digest),
    "measured": _or_null(_digest),
    "stimuli": _or_null(_digest),
    "reason": _text,
}
_CLAUSE = {
    "verdict": _either("held", "breached", "unproven", "untried"),
    "n": _count,
    "held": _count,
    "unknown": _count,
    "total": _or_null(_matches(r"\d+\.\d{9}")),
    "waived": _yes_no,
}

FIELDS: Mapping[str, Mapping[str, Check]] = {
    "submission": {
        "release": _name,
        "model": _digest,
        "charter": _digest,
        "trial": _digest,
        "plan": _digest,
        "submitter": _name,
    },
    "run-plan": {
        "submission": _count,
        "attempt": _from_one,
        "nonce": _hex,
        "checkpoint": _base64,
        "slice": _digest,
        "members": _or_null(_digest),
        "continues": _or_null(_count),
    },
    "run-result": {
        "run_plan": _count,
        "shards": _each(_record(_SHARD)),
        "controls": _by_name(_either("found", "missed")),
        "control_of": _by_name(_each(_name)),
    },
    "environment": {"run_result": _count, "fields": _by_name(_text), "started": _instant, "ended": _instant},
    "decision": {
        "release": _name,
        "model": _digest,
        "charter": _digest,
        "run_result": _count,
        "clauses": _by_name(_record(_CLAUSE)),
        "decision": _either("deploy", "hold", "reject"),
        "weaker": _each(_name),
        "waivers": _each(_count),
        "as_of": _count,
    },
    "waiver": {"decision": _digest, "clause": _name, "model": _digest, "reason": _filled, "expires": _count},
    "approval": {"decision": _digest},
}
"""Kind -> field -> what it can hold.  A field more or less is refused, and so is a kind that is not here.

`total` is the sum of a mean's known values with nine decimals, rounded down, and null for a rate; `as_of` and
`expires` are seconds UTC; `started` and `ended` come from the runner's own, untrusted clock.
"""


def write(kind: str, model: str, predicate: Mapping[str, Any]) -> bytes:
    """Return the payload of a statement.

    Args:
        kind: A key of `FIELDS`.
        model: Digest of the model that it is about.
        predicate: Its fields.

    Raises:
        EvidenceError: If `read` would refuse it.
    """
    subject = [{"name": "model", "digest": {"sha256": canonical.raw(model).hex()}}]
    body = {"_type": _TYPE, "subject": subject, "predicateType": PREDICATE.format(kind), "predicate": predicate}
    payload = canonical.dumps(body)
    read(payload)
    return payload


def read(payload: bytes) -> Statement:
    """Return the statement in a payload.

    Raises:
        EvidenceError: If it is not canonical, of no known kind, or its fields are not those of the table; with all
            that is wrong.
    """
    body = canonical.loads(payload)
    if not isinstance(body, dict) or body.keys() != {"_type", "subject", "predicateType", "predicate"}:
        raise EvidenceError("not an in-toto statement with exactly its four fields")
    found = _KIND.fullmatch(body["predicateType"]) if _text(body["predicateType"]) else None
    if body["_type"] != _TYPE or not found or found.group(1) not in FIELDS:
        raise EvidenceError(f"{body['predicateType']!r} is no kind of statement that this version knows")
    kind, predicate = found.group(1), body["predicate"]
    problems = list(_wrong(kind, predicate))
    if not _SUBJECT(body["subject"]) or len(body["subject"]) != 1:
        problems.append(Problem("subject", "a statement is about exactly one model, by its SHA-256 digest"))
    if problems:
        raise EvidenceError(*problems)
    model = f"sha256:{body['subject'][0]['digest']['sha256']}"
    if predicate.get("model", model) != model:
        raise EvidenceError(Problem(f"{kind}.model", "is not the model that the statement is about"))
    return Statement(kind, model, predicate)


_SUBJECT = _each(_record({"name": _either("model"), "digest": _record({"sha256": _hex})}))


def _wrong(kind: str, predicate: Any) -> Iterator[Problem]:
    fields = FIELDS[kind]
    if not isinstance(predicate, dict):
        yield Problem(kind, "its predicate is not an object")
        return
    for name in sorted(predicate.keys() - fields.keys()):
        yield Problem(f"{kind}.{name}"[:120], "no such field")
    for name, fits in fields.items():
        if name not in predicate:
            yield Problem(f"{kind}.{name}", "is missing")
        elif not fits(predicate[name]):
            yield Problem(f"{kind}.{name}", f"cannot be {str(predicate[name])[:80]!r}")
