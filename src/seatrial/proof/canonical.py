"""Canonical JSON (RFC 8785): one value, one spelling, so that a digest names a value."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from seatrial.errors import EvidenceError

LARGEST = 2**53 - 1
"""The largest integer that every reader of JSON keeps exactly."""

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def digest(data: bytes) -> str:
    """Return `sha256:<64 hex>` of bytes.

    Examples:
        >>> digest(b"")
        'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return "sha256:" + hashlib.sha256(data).hexdigest()


def raw(digest: str) -> bytes:
    """Return the 32 bytes of a digest.

    Raises:
        EvidenceError: If the text is not `sha256:<64 lower-case hex>`.
    """
    if not _DIGEST.fullmatch(digest):
        raise EvidenceError(f"{digest[:80]!r} is not a digest; one is written sha256:<64 hex>")
    return bytes.fromhex(digest[7:])


def short(digest: str) -> str:
    """Return the beginning of a digest, for people: it tells models and decisions apart, and proves nothing."""
    return digest.removeprefix("sha256:")[:12]


def dumps(value: Any) -> bytes:
    """Return a value as RFC 8785 JSON.

    Args:
        value: None, booleans, integers within 2^53 - 1, finite floats, texts, lists, tuples, and mappings with
            text keys.

    Raises:
        ValueError: If a number cannot be read back exactly, or a text is not Unicode.
        TypeError: If something else is in it.

    Examples:
        >>> dumps({"b": 1.0, "a": [True, None, "é"]}).decode()
        '{"a":[true,null,"é"],"b":1}'
    """
    return _text(value).encode()


def loads(data: bytes) -> Any:
    """Return the value of RFC 8785 JSON, and of nothing else.

    Raises:
        EvidenceError: If the bytes are not JSON, not canonical, name a key twice, or hold a number that other readers
            would round.
    """
    try:
        value = json.loads(data.decode(), object_pairs_hook=_once, parse_int=_whole, parse_constant=_never)
        again = dumps(value)
    except (ValueError, RecursionError) as error:
        raise EvidenceError(f"not canonical JSON: {error}") from None
    if again != data:
        raise EvidenceError("not canonical JSON: it is spelled in another way than RFC 8785 does")
    return value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return _exact(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_basestring(k)}:{_text(value[k])}" for k in _ordered(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _ordered(value: Mapping[str, Any]) -> list[str]:
    """Return the keys in the order of their UTF-16 code units, which for ASCII is the order of the texts."""
    if not all(isinstance(key, str) for key in value):
        raise TypeError("a key of JSON is a text")
    if "".join(value).isascii():
        return sorted(value)
    return sorted(value, key=lambda key: key.encode("utf-16-be"))


def _exact(value: int) -> str:
    if abs(value) > LARGEST:
        raise ValueError(f"{value} is beyond 2^53 - 1: other readers would round it")
    return str(int(value))


def _number(value: float) -> str:
    """Return a float as ECMAScript prints it: the shortest digits that read back equal."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no place in JSON")
    if value.is_integer() and abs(value) < 1e21:
        return _exact(int(value))
    sign, mantissa, exponent = re.fullmatch(r"(-?)([0-9.]+)(?:e([-+]\d+))?", repr(value)).groups()  # type: ignore[union-attr]
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0").rstrip("0")
    leading = len(whole + part) - len((whole + part).lstrip("0"))
    point = len(whole) - leading + int(exponent or 0)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key appears twice in one object")
    return value


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise ValueError(f"{text[:40]} is beyond 2^53 - 1")
    return int(text)


def _never(text: str) -> float:
    raise ValueError(f"{text} has no place in JSON")
