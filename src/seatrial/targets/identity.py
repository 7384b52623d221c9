"""Which model this is: a manifest of everything that decides what it answers.

The digest follows the rule of the OpenSSF model signing manifest: the raw SHA-256 digests of all files, in the
order of their names, one after the other, are hashed again.  Two things are added at the end, so that a renamed
file or a changed block is another model: the SHA-256 of the canonical JSON (RFC 8785) of
`{"paths": [names, sorted], "target": the target block}`, and, for a model without a file (a callable, an
endpoint), a pseudo-file `canaries` whose content are its answers to 16 fixed inputs: its *declared* identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.errors import Problem, TargetError, blamed
from seatrial.proof.canonical import digest, dumps
from seatrial.records.batch import plain
from seatrial.records.digest import column_digests
from seatrial.targets.importing import sources
from seatrial.targets.probe import canaries
from seatrial.targets.target import load_target

CANARIES = "canaries"
"""Name of the pseudo-file in the manifest of a model without a file."""


def manifest(block: Mapping[str, Any], folder: Path) -> tuple[list[dict[str, str]], str]:
    """Return the files behind a target block, and the digest of the whole.

    Args:
        block: The charter's `target` block.
        folder: Where relative paths start.

    Returns:
        `[{"path", "sha256"}, ...]` sorted by path (hexadecimal), and `sha256:<hex>`.

    Raises:
        TargetError: If a file is missing, or a model without a file cannot be asked.
    """
    paths, declared = _files(block, folder)
    hashes = {name: _hashed(path) for name, path in paths.items()}
    if declared:
        hashes[CANARIES] = sha256(_answers(block, folder)).digest()
    names = sorted(hashes)
    rest = sha256(dumps({"paths": names, "target": _plain(block)})).digest()
    whole = digest(b"".join([*(hashes[name] for name in names), rest]))
    return [{"path": name, "sha256": hashes[name].hex()} for name in names], whole


def _files(block: Mapping[str, Any], folder: Path) -> tuple[dict[str, Path], bool]:
    """Return every file that the block names, with the sources behind `load`; and whether there is no model file."""
    paths: dict[str, Path] = {}
    declared = True
    for key, value in _texts(block):
        if key == "load":
            paths |= sources(value, folder)
        elif key == "weights" or _is_file(folder / value):
            paths[value] = folder / value
            declared = False
    return paths, declared


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            # What stands in `input` names columns and their texts, never files.
            if name != "input":
                yield from _texts(part, str(name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part, key)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _hashed(path: Path) -> bytes:
    try:
        return sha256(path.read_bytes()).digest()
    except OSError as error:
        raise TargetError(Problem(str(path), f"cannot be read: {error.strerror}")) from error


def _answers(block: Mapping[str, Any], folder: Path) -> bytes:
    """Return the answers to the canaries as bytes; nothing for a target whose answers are drawn by chance."""
    target = load_target(block, folder)
    if target.face.sampled:
        return b""
    with blamed("target", "the model raised when it was asked the same again:"):
        given = plain(target.respond(target.face.home(canaries(target.face))))
    return b"".join(column_digests(given if isinstance(given, tuple) else np.asarray(given)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
