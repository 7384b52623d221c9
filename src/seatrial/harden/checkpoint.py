"""Checkpoints: whole or not at all, checksummed, no pickle.

One safetensors file holds every tensor that the next step depends on; a record, as JSON, stands in its metadata with a
digest over both.  The one before is kept until the next is there, so a crash at any moment leaves one that is good.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from seatrial.errors import HardenError, Problem
from seatrial.harden.pace import Bend
from seatrial.stores.whole import write_whole

LAST, BEFORE, PLAN = "last.safetensors", "before.safetensors", "plan.json"
"""Names in the folder of a run."""
_HEAD = 8


class Checkpoints:
    """What a run left in a folder; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, *, run: str = "") -> None:
        """Take the folder; it is made if it is not there.

        Args:
            folder: Where they lie; None keeps nothing.
            run: Which run this is; decisions of another one are not followed.

        Raises:
            HardenError: If it cannot be made.
        """
        self._folder, self._run = folder, run
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise _unwritten(folder, error) from error

    def write(self, tensors: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        """Write a checkpoint; until it is whole on disk, the last one stays.

        Raises:
            HardenError: If it cannot be written; nothing that was there is lost.
        """
        if self._folder is None:
            return
        text = json.dumps(record, sort_keys=True, allow_nan=False)
        data = save_tensors(dict(tensors), {"record": text, "digest": _digest(tensors, text)})
        last = self._folder / LAST
        try:
            if last.exists():
                last.replace(self._folder / BEFORE)
            write_whole(last, data)
        except OSError as error:
            raise _unwritten(last, error) from error

    def read(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return tensors and record of the newest checkpoint that is whole, or None if there is none."""
        if self._folder is None:
            return None
        found = (_opened(self._folder / name) for name in (LAST, BEFORE))
        return next((one for one in found if one is not None), None)

    def plan(self, bends: Sequence[Bend]) -> None:
        """Write down decisions about the length, before they count.

        Raises:
            HardenError: If they cannot be written.
        """
        if self._folder is None:
            return
        try:
            told = {"run": self._run, "bends": [asdict(bend) for bend in bends]}
            write_whole(self._folder / PLAN, json.dumps(told).encode())
        except OSError as error:
            raise _unwritten(self._folder / PLAN, error) from error

    def planned(self) -> tuple[Bend, ...]:
        """Return the decisions that were written down by this run."""
        file = None if self._folder is None else self._folder / PLAN
        if file is None or not file.is_file():
            return ()
        told = json.loads(file.read_bytes())
        return tuple(Bend(**one) for one in told["bends"]) if told["run"] == self._run else ()

    def clear(self) -> None:
        """Remove them all: the run is over, and what it made lies elsewhere."""
        for name in (LAST, BEFORE, PLAN):
            if self._folder is not None:
                (self._folder / name).unlink(missing_ok=True)
        if self._folder is not None and self._folder.is_dir() and not any(self._folder.iterdir()):
            self._folder.rmdir()


def _opened(file: Path) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return what a checkpoint holds, or None if it is not there, torn or changed."""
    if not file.is_file():
        return None
    data = file.read_bytes()
    try:
        length = int.from_bytes(data[:_HEAD], "little")
        told = json.loads(data[_HEAD : _HEAD + length])["__metadata__"]
        tensors, record = load_tensors(data), json.loads(told["record"])
    except (SafetensorError, ValueError, KeyError):
        return None
    return (tensors, record) if told.get("digest") == _digest(tensors, told["record"]) else None


def _digest(tensors: Mapping[str, Any], text: str) -> str:
    """Return the digest of tensors and record."""
    whole = sha256(b"seatrial/checkpoint/v1\0" + text.encode())
    for name in sorted(tensors):
        one = tensors[name].detach().cpu().contiguous()
        whole.update(f"\0{name}\0{one.dtype}\0{tuple(one.shape)}\0".encode())
        whole.update(memoryview(one.reshape(-1).view(torch.uint8).numpy()))
    return whole.hexdigest()


def _unwritten(place: Path, error: OSError) -> HardenError:
    hint = "make room and give the same command again: it goes on from the last checkpoint"
    return HardenError(Problem(str(place), f"cannot be written: {error.strerror or error}", hint))
