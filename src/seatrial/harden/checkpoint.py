"""Checkpoints: named by the digest of their bytes, whole or not at all, no pickle.

A checkpoint is one safetensors file with every tensor that the next step depends on, and a record as JSON in its
metadata.  It lies in a store, as blobs of evidence do, and so does the weights file of every candidate.  An index names
the newest checkpoint and the one before with all that they need, and is written last: a crash at any moment leaves one
that is good.  Each run has a folder of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from seatrial.errors import EvidenceError, HardenError, Problem, StoreError
from seatrial.harden.budget.pace import Bend
from seatrial.proof.canonical import raw
from seatrial.stores.directory import DirectoryStore
from seatrial.stores.memory import MemoryStore
from seatrial.stores.whole import write_whole

INDEX, PLAN, BLOBS = "index.json", "plan.json", "checkpoints"
"""Names in the folder of a run."""
_HEAD = 8
T = TypeVar("T")


class Checkpoints:
    """What a run left in its folder; without a folder, candidates are kept in memory and nothing else is."""

    def __init__(self, folder: Path | None, *, run: str = "run") -> None:
        """Take the folder; it is made if it is not there.

        Args:
            folder: Where the folders of runs lie; None keeps nothing.
            run: Which run this is, as a name of a folder.

        Raises:
            HardenError: If it cannot be made.
        """
        self._top, self._folder = folder, None if folder is None else folder / run
        self._store: DirectoryStore | MemoryStore = MemoryStore()
        self._index: list[dict[str, Any]] = []
        if self._folder is not None:
            self._store = DirectoryStore(self._folder / BLOBS)
            _written(self._folder, lambda: (self._folder or Path()).mkdir(parents=True, exist_ok=True))

    def keep(self, weights: bytes) -> str:
        """Keep the weights file of a candidate; return its digest.

        Raises:
            HardenError: If it cannot be written.
        """
        return _written(self._folder, lambda: self._store.put(weights))

    def weights(self, digest: str) -> bytes:
        """Return the weights file of a candidate, checked against its digest."""
        return self._store.get(digest)

    def write(self, tensors: Mapping[str, Any], record: Mapping[str, Any], *, needs: Collection[str] = ()) -> str:
        """Write a checkpoint, and let go of what neither it nor the one before needs; return its digest.

        Args:
            tensors: All that the next step depends on.
            record: What goes with them, as plain JSON values.
            needs: Digests of the candidates that it speaks of.

        Raises:
            HardenError: If it cannot be written; nothing that was there is lost.
        """
        if self._folder is None:
            self._forget(needs)
            return ""
        text = json.dumps(record, sort_keys=True, allow_nan=False)
        digest = self.keep(save_tensors(dict(tensors), {"record": text}))
        self._index = [{"digest": digest, "needs": sorted(needs)}, *self._read_index()[:1]]
        place, told = self._folder / INDEX, json.dumps({"checkpoints": self._index}).encode()
        _written(place, lambda: write_whole(place, told))
        self._forget({one for entry in self._index for one in (entry["digest"], *entry["needs"])})
        return digest

    def read(self) -> bytes:
        """Return the bytes of the newest checkpoint that is whole, with all that it needs; none if there is none."""
        for at, entry in enumerate(self._read_index()):
            try:
                for digest in entry["needs"]:
                    self._store.get(digest)
                data = self._store.get(entry["digest"])
            except (StoreError, EvidenceError):
                continue
            self._index = self._index[at:]  # the next one is written beside a good one
            return data
        return b""

    def others(self) -> list[dict[str, Any]]:
        """Return the records of what other runs left beside this one's folder."""
        beside = [] if self._top is None or not self._top.is_dir() else sorted(self._top.iterdir())
        found = [Checkpoints(one.parent, run=one.name).read() for one in beside if one != self._folder and one.is_dir()]
        return [opened(data)[1] for data in found if data]

    def plan(self, bends: Sequence[Bend]) -> None:
        """Write down decisions about the length, before they count.

        Raises:
            HardenError: If they cannot be written.
        """
        if self._folder is None:
            return
        place, told = self._folder / PLAN, json.dumps({"bends": [asdict(bend) for bend in bends]}).encode()
        _written(place, lambda: write_whole(place, told))

    def planned(self) -> tuple[Bend, ...]:
        """Return the decisions that were written down by this run; none if what was written cannot be read."""
        file = None if self._folder is None else self._folder / PLAN
        if file is None or not file.is_file():
            return ()
        try:
            return tuple(Bend(**one) for one in json.loads(file.read_bytes())["bends"])
        except (ValueError, KeyError, TypeError):
            return ()

    def _read_index(self) -> list[dict[str, Any]]:
        """Return what the index names, newest first; nothing if it is not there or was torn."""
        if self._index or self._folder is None or not (self._folder / INDEX).is_file():
            return self._index
        try:
            told = json.loads((self._folder / INDEX).read_bytes())["checkpoints"]
            self._index = [{"digest": one["digest"], "needs": list(one["needs"])} for one in told]
        except (ValueError, KeyError, TypeError):
            self._index = []
        return self._index

    def _forget(self, needed: Collection[str]) -> None:
        """Let go of every blob but these."""
        if isinstance(self._store, MemoryStore):
            for digest in self._store.blobs.keys() - set(needed):
                del self._store.blobs[digest]
        elif self._store.path.is_dir():
            names = {raw(digest).hex() for digest in needed}
            for file in self._store.path.iterdir():
                if file.name not in names:
                    file.unlink(missing_ok=True)


def opened(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return tensors and record of a checkpoint.

    Raises:
        HardenError: If it is none.
    """
    try:
        length = int.from_bytes(data[:_HEAD], "little")
        told = json.loads(data[_HEAD : _HEAD + length])["__metadata__"]
        return load_tensors(data), json.loads(told["record"])
    except (SafetensorError, ValueError, KeyError) as error:
        raise HardenError(Problem("checkpoint", f"is none: {error}", "remove it, and begin anew")) from error


def _written(place: Path | None, work: Callable[[], T]) -> T:
    """Do some writing; translate what goes wrong."""
    try:
        return work()
    except StoreError as error:
        raise HardenError(*error.problems) from error
    except OSError as error:
        hint = "make room and give the same command again: it goes on from the last checkpoint"
        raise HardenError(Problem(str(place), f"cannot be written: {error.strerror or error}", hint)) from error
