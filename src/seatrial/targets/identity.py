"""Which model this is: a manifest of everything that decides what it answers.

`proof.manifest` has the rule: two digests follow from the manifest.  *The model* is bound to its files, to the source
that `load` names and to the target block.  *The artifact* is of the files alone that are distributed as the model, and
equals the subject of a signature by model signing: of one file where the block names one, of several as if a folder
held exactly these, or of the folder that the block names as its `artifact`.  A model without a file (a callable, an
endpoint) has a *declared* identity: a pseudo-file `canaries` whose content are its answers to 16 fixed inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from seatrial.errors import Problem, TargetError, blamed
from seatrial.proof import manifest as manifests
from seatrial.proof.manifest import CANARIES, Manifest
from seatrial.records.batch import plain
from seatrial.records.digest import column_digests
from seatrial.targets.artifact import hashed, walked
from seatrial.targets.importing import sources
from seatrial.targets.probe import canaries
from seatrial.targets.target import load_target

ARTIFACT = "artifact"
"""Key of a target block: the file or folder that is distributed, and signed, as the model."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which model a target block describes."""

    digest: str
    """Of the whole: what a plan and a decision are about."""
    manifest: Manifest

    @property
    def artifact(self) -> str:
        """Digest of the model's files alone; empty where the identity is declared."""
        return self.manifest.artifact or ""

    @property
    def blob(self) -> bytes:
        """The manifest as it is stored."""
        return manifests.write(self.manifest)


def identify(block: Mapping[str, Any], folder: Path) -> Identity:
    """Return which model a target block describes.

    Args:
        block: The charter's `target` block.
        folder: Where relative paths start.

    Raises:
        TargetError: If a file is missing, a folder holds links, or a model without a file cannot be asked.
    """
    paths, signed = _files(block, folder)
    hashes = hashed(paths)
    if not signed:
        hashes[CANARIES] = sha256(_answers(block, folder)).hexdigest()
    found = Manifest(hashes, manifests.ordered(signed))
    return Identity(found.model(_plain(block)), found)


def manifest(block: Mapping[str, Any], folder: Path) -> tuple[list[dict[str, str]], str]:
    """Return the files behind a target block, and the digest of the whole.

    Args:
        block: The charter's `target` block.
        folder: Where relative paths start.

    Returns:
        `[{"path", "sha256"}, ...]` sorted by path (hexadecimal), and `sha256:<hex>`.

    Raises:
        TargetError: As `identify`.
    """
    found = identify(block, folder)
    files = found.manifest.files
    return [{"path": name, "sha256": files[name]} for name in sorted(files)], found.digest


def _files(block: Mapping[str, Any], folder: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Return every file that the block names, with the sources behind `load`; and which of them are the model."""
    paths: dict[str, Path] = {}
    named: dict[str, Path] = {}
    for key, value in _texts(block):
        if key == "load":
            paths |= sources(value, folder)
        elif key != ARTIFACT and (key == "weights" or _is_file(folder / value)):
            named[value] = folder / value
    if ARTIFACT not in block:
        return {**paths, **named}, tuple(named)
    signed = _distributed(str(block[ARTIFACT]), folder, named)
    return {**paths, **named, **signed}, tuple(signed)


def _distributed(value: str, folder: Path, named: Mapping[str, Path]) -> dict[str, Path]:
    """Return the files of the block's `artifact`; the weights must be among them.

    Raises:
        TargetError: If they are not, or something in it cannot be signed.
    """
    found = {str(PurePosixPath(value) / name): path for name, path in walked(folder / value).items()}
    inside = {path.resolve() for path in found.values()}
    outside = sorted(name for name, path in named.items() if path.resolve() not in inside)
    if outside:
        what = f"does not hold {', '.join(outside)}, which the model is loaded from"
        raise TargetError(Problem(f"target.{ARTIFACT}", what, "name the folder that is signed and shipped as a whole"))
    return found


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
