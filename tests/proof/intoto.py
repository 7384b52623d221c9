"""JSON Schemas of in-toto Statement v1, ResourceDescriptor, `test-result` v0.1 and `SVR` v0.2.

Written from the specifications (in-toto/attestation, `spec/v1` and `spec/predicates`), and stricter than they are where
a consumer would stumble: every digest is one, every instant is RFC 3339 in UTC.
"""

from typing import Any

DIGESTS = {
    "type": "object",
    "minProperties": 1,
    "properties": {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
    "additionalProperties": {"type": "string"},
}
URI = {"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:"}
DESCRIPTOR = {
    "type": "object",
    "anyOf": [{"required": ["uri"]}, {"required": ["digest"]}, {"required": ["content"]}],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "uri": URI,
        "digest": DIGESTS,
        "content": {"type": "string"},
        "downloadLocation": URI,
        "mediaType": {"type": "string", "pattern": "^[a-z]+/"},
        "annotations": {"type": "object"},
    },
    "additionalProperties": False,
}
NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}, "uniqueItems": True}


def statement(kind: str, predicate: dict[str, Any]) -> dict[str, Any]:
    """The schema of a statement whose predicate is of a kind; every subject has a digest."""
    subject = {**DESCRIPTOR, "required": ["digest"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["_type", "subject", "predicateType", "predicate"],
        "properties": {
            "_type": {"const": "https://in-toto.io/Statement/v1"},
            "subject": {"type": "array", "minItems": 1, "items": subject},
            "predicateType": {"const": kind},
            "predicate": predicate,
        },
        "additionalProperties": False,
    }


TEST_RESULT = statement(
    "https://in-toto.io/attestation/test-result/v0.1",
    {
        "type": "object",
        "required": ["result", "configuration"],
        "properties": {
            "result": {"enum": ["PASSED", "WARNED", "FAILED"]},
            "configuration": {"type": "array", "items": DESCRIPTOR},
            "url": URI,
            "passedTests": NAMES,
            "warnedTests": NAMES,
            "failedTests": NAMES,
        },
        "additionalProperties": False,
    },
)
SVR = statement(
    "https://in-toto.io/attestation/svr/v0.2",
    {
        "type": "object",
        "required": ["verifier", "timeCreated", "properties"],
        "properties": {
            "verifier": {
                "type": "object",
                "required": ["id", "policies"],
                "properties": {"id": URI, "policies": {"type": "array", "items": DESCRIPTOR}},
            },
            "timeCreated": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
            "properties": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[A-Z]"}},
        },
        "additionalProperties": False,
    },
)
