"""What is said in the log: in-toto Statements v1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical
from seatrial.proof.fields import ABOUT_LOG, FIELDS, each, either, hexadecimal, record

PREDICATE = "https://github.com/seatrial/seatrial/{}/v1"
ARTIFACT = "artifact"
"""Name of the second subject of a statement about a model that is made of files."""
_TYPE = "https://in-toto.io/Statement/v1"
_KIND = re.compile(re.escape(PREDICATE).replace(r"\{\}", "([a-z-]+)"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that was said."""

    kind: str
    model: str
    """Digest of the manifest of the model that it is about; of a kind of `ABOUT_LOG`, `log_digest` of the log."""
    predicate: Mapping[str, Any]
    """The fields that `FIELDS` lists for this kind, and no other."""
    artifact: str = ""
    """Digest of the model's files alone, by the rule of model signing (`manifest.root`); empty if none is named."""


def write(kind: str, model: str, predicate: Mapping[str, Any], *, artifact: str = "") -> bytes:
    """Return the payload of a statement.

    Args:
        kind: A key of `FIELDS`.
        model: Digest of the model that it is about, or `log_digest` where it is about the log.
        predicate: Its fields.
        artifact: Digest of the model's files alone, as a second subject: tools that know the signed model find it.

    Raises:
        EvidenceError: If `read` would refuse it.
    """
    named = {_subject(kind): model, **({ARTIFACT: artifact} if artifact else {})}
    subject = [{"name": name, "digest": {"sha256": canonical.raw(one).hex()}} for name, one in named.items()]
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
    found = _KIND.fullmatch(body["predicateType"]) if isinstance(body["predicateType"], str) else None
    if body["_type"] != _TYPE or not found or found.group(1) not in FIELDS:
        raise EvidenceError(f"{body['predicateType']!r} is no kind of statement that this version knows")
    kind, predicate = found.group(1), body["predicate"]
    problems = list(_wrong(kind, predicate))
    about = _subject(kind)
    named = [one["name"] for one in body["subject"]] if _SUBJECT(body["subject"]) else []
    if named not in ([about], [about, ARTIFACT]) or (kind in ABOUT_LOG and len(named) > 1):
        problems.append(Problem("subject", f"the statement is about exactly one {about}, by its SHA-256 digest"))
    if problems:
        raise EvidenceError(*problems)
    model, *artifact = (f"sha256:{one['digest']['sha256']}" for one in body["subject"])
    if predicate.get("model", model) != model:
        raise EvidenceError(Problem(f"{kind}.model", "is not the model that the statement is about"))
    return Statement(kind, model, predicate, *artifact)


def log_digest(origin: str) -> str:
    """Return the subject of statements about a log: the SHA-256 of its origin."""
    return canonical.digest(origin.encode())


def _subject(kind: str) -> str:
    return "log" if kind in ABOUT_LOG else "model"


_SUBJECT = each(record({"name": either("model", "log", ARTIFACT), "digest": record({"sha256": hexadecimal})}))


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
