"""Proofs of RFC 6962 and spoiled ones, by the RFC's recursive definitions alone.

    python -m tests.proof.vectors       writes tests/proof/vectors.json

The cases are of the kinds that transparency-dev/merkle publishes (shifted index, doubled size, truncated, extended,
swapped, modified, the empty tree and the empty hash); the bytes are our own.  Nothing here uses `seatrial`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("vectors.json")
INPUTS = [b"", b"\x00", b"sea", b"trial", b"harbour" * 5, b"\x01" * 64, b"log", b"tide" * 300, b"buoy", b"anchor", b"9"]
SIZES = (1, 2, 5, 7, 8)
EMPTY = hashlib.sha256(b"").digest()
GARBAGE = b"garbage"
OTHER = hashlib.sha256(b"somebody else's").digest()


def leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def split(count: int) -> int:
    """Return k, the largest power of two with k < n <= 2k."""
    return next(1 << power for power in range(64) if (1 << power) < count <= 2 << power)


def mth(data: list[bytes]) -> bytes:
    """Return MTH(D[n]) (RFC 6962, 2.1)."""
    if not data:
        return EMPTY
    if len(data) == 1:
        return leaf(data[0])
    k = split(len(data))
    return hashlib.sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """Return PATH(m, D[n]) (RFC 6962, 2.1.1)."""
    if len(data) == 1:
        return []
    k = split(len(data))
    return [*path(m, data[:k]), mth(data[k:])] if m < k else [*path(m - k, data[k:]), mth(data[:k])]


def subproof(m: int, data: list[bytes], whole: bool) -> list[bytes]:
    """Return SUBPROOF(m, D[n], b) (RFC 6962, 2.1.2)."""
    if m == len(data):
        return [] if whole else [mth(data)]
    k = split(len(data))
    if m <= k:
        return [*subproof(m, data[:k], whole), mth(data[k:])]
    return [*subproof(m - k, data[k:], False), mth(data[:k])]


def spoiled(proof: list[bytes], *roots: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Yield what may be done to a path."""
    for name, more in (("root", roots[-1]), ("garbage", GARBAGE), ("empty root", EMPTY), ("nothing", b"")):
        yield f"{name} before it", [more, *proof]
        yield f"{name} after it", [*proof, more]
    for at in range(len(proof)):
        yield f"part {at} removed", [*proof[:at], *proof[at + 1 :]]
        yield f"part {at} twice", [*proof[: at + 1], *proof[at:]]
        for bit in (0, 251):
            changed = bytearray(proof[at])
            changed[bit // 8] ^= 1 << bit % 8
            yield f"bit {bit} of part {at} changed", [*proof[:at], bytes(changed), *proof[at + 1 :]]
        yield f"part {at} cut short", [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
    for at in range(len(proof) - 1):
        yield f"parts {at} and {at + 1} swapped", [*proof[:at], proof[at + 1], proof[at], *proof[at + 2 :]]
    if proof:
        yield "no path", []
        yield "no first part, a wrong last one", [*proof[1:], OTHER]


def inclusions() -> Iterator[dict[str, Any]]:
    for size in SIZES:
        data = INPUTS[:size]
        root = mth(data)
        for index in sorted({0, size // 2, size - 1}):
            true: dict[str, Any] = {"leaf": leaf(data[index]), "index": index, "size": size, "root": root}
            true["path"] = path(index, data)
            yield {"says": "as it is", **true, "good": True}
            changed: list[tuple[str, dict[str, Any]]] = [(what, {"path": p}) for what, p in spoiled(true["path"], root)]
            changed += [("index one less", {"index": index - 1}), ("index one more", {"index": index + 1})]
            changed += [("index with another bit", {"index": index ^ 2}), ("size doubled", {"size": size * 2})]
            changed += [("size halved", {"size": size // 2}), ("size 0", {"size": 0}), ("size negative", {"size": -1})]
            changed += [("another leaf", {"leaf": OTHER}), ("another root", {"root": OTHER})]
            changed += [
                ("root of the empty tree", {"root": EMPTY}),
                ("no root", {"root": b""}),
                ("no leaf", {"leaf": b""}),
            ]
            changed += [("leaf that is the root", {"leaf": root})] if size > 1 else []
            yield from ({"says": what, **true, **more, "good": False} for what, more in changed)
    nothing = {"leaf": b"", "index": 0, "size": 1, "root": b"", "path": []}
    yield {"says": "neither leaf nor root", **nothing, "good": False}
    yield {"says": "empty hash in the empty tree", **nothing, "leaf": EMPTY, "root": EMPTY, "size": 0, "good": False}


def consistencies() -> Iterator[dict[str, Any]]:
    for size in SIZES[1:]:
        new = mth(INPUTS[:size])
        for before in sorted({1, size // 2, size - 1}):
            old = mth(INPUTS[:before])
            true: dict[str, Any] = {"old_size": before, "size": size, "old_root": old, "root": new}
            true["path"] = subproof(before, INPUTS[:size], True)
            yield {"says": "as it is", **true, "good": True}
            changed: list[tuple[str, dict[str, Any]]] = [
                (what, {"path": p}) for what, p in spoiled(true["path"], old, new)
            ]
            changed += [("old root before it", {"path": [old, *true["path"]]})]
            changed += [("old root after it", {"path": [*true["path"], old]})]
            changed += [
                ("old size one less", {"old_size": before - 1}),
                ("old size one more", {"old_size": before + 1}),
            ]
            changed += [("old size with another bit", {"old_size": before ^ 2}), ("size doubled", {"size": size * 2})]
            changed += [("size halved", {"size": size // 2}), ("sizes swapped", {"old_size": size, "size": before})]
            changed += [("roots swapped", {"old_root": new, "root": old}), ("another old root", {"old_root": OTHER})]
            changed += [("another root", {"root": OTHER}), ("old root of the empty tree", {"old_root": EMPTY})]
            changed += [("root of the empty tree", {"root": EMPTY}), ("no roots", {"old_root": b"", "root": b""})]
            yield from ({"says": what, **true, **more, "good": False} for what, more in changed)
    yield from _sizes()


def _sizes() -> Iterator[dict[str, Any]]:
    """Yield trees of size zero and of equal size, with and without a path."""
    one = mth(INPUTS[:1])
    for says, old_size, size, old_root, root, proof, good in (
        ("two empty trees", 0, 0, EMPTY, EMPTY, [], True),
        ("two empty trees and a path", 0, 0, EMPTY, EMPTY, [EMPTY], False),
        ("two empty trees with other roots", 0, 0, OTHER, OTHER, [], False),
        ("two empty trees, one with another root", 0, 0, EMPTY, OTHER, [], False),
        ("the empty tree proves nothing", 0, 1, EMPTY, one, [], False),
        ("the empty tree with a path", 0, 1, EMPTY, EMPTY, [EMPTY], False),
        ("shrunk to nothing", 1, 0, one, EMPTY, [], False),
        ("shrunk", 2, 1, mth(INPUTS[:2]), one, [], False),
        ("equal", 1, 1, one, one, [], True),
        ("equal, with a path", 1, 1, one, one, [one], False),
        ("equal sizes, other roots", 1, 1, one, OTHER, [], False),
        ("negative sizes", -1, -1, EMPTY, EMPTY, [], False),
    ):
        case = {"old_size": old_size, "size": size, "old_root": old_root, "root": root, "path": proof}
        yield {"says": says, **case, "good": good}


def written() -> str:
    """Return the file: one case a line, bytes in hex."""
    kinds = {"inclusion": list(inclusions()), "consistency": list(consistencies())}
    lines = [json.dumps({"kind": kind, **case}, default=bytes.hex) for kind, cases in kinds.items() for case in cases]
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    FILE.write_text(written(), encoding="ascii")
