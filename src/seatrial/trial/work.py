"""What a worker does with a shard: load target and cases by name, work it, leave the result as a file.

A result that is already there is returned: that is all of resume.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases, source
from seatrial.cases.pools import digests, fetch, truth
from seatrial.errors import CasesError, EvidenceError, Problem, StoreError, TargetError
from seatrial.plan.plan import Plan, Promise, Shard, Stage, Trying, plan_from
from seatrial.proof import rules
from seatrial.proof.canonical import digest, dumps, loads
from seatrial.proof.criterion import parse
from seatrial.records.batch import Batch, joined, positions
from seatrial.stores.whole import write_whole
from seatrial.targets.identity import manifest
from seatrial.targets.lent import identities, lent
from seatrial.targets.target import Target, load_target
from seatrial.trial.beside import beside
from seatrial.trial.shard import Sight, observe

PARTS = ("computed", "measured", "stimuli")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one shard: an entry of a run-result, and where its blobs are."""

    clause: str
    shard: int
    status: str
    """`done`, `failed`, `not_done`, or `not_needed` where the clause was settled before."""
    reason: str = ""
    blobs: Mapping[str, str] | None = None
    """`computed`, `measured`, `stimuli` -> digest; None unless done."""
    cases: int = 0
    held: int = 0
    seconds: float = 0.0
    """How long it took; measured, never compared."""
    file: Path | None = None
    """Where the blobs are."""

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the run-result."""
        blobs = self.blobs or {}
        entry = {"clause": self.clause, "shard": self.shard, "status": self.status, "reason": self.reason}
        return {**entry, **{part: blobs.get(part) for part in PARTS}}

    def parts(self) -> dict[str, bytes]:
        """Return `computed`, `measured`, `stimuli` -> blob, checked; empty unless done.

        Raises:
            StoreError: If the file is gone or damaged.
        """
        if not self.blobs:
            return {}
        found = None if self.file is None else _read(self.file)
        if found is None:
            raise StoreError(Problem(str(self.file), "the result of a shard is gone or damaged", "run again"))
        return found[1]


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that a shard needs, picklable in a few kB."""

    plan: bytes
    """The plan's blob."""
    home: Path
    """Folder of the charter, where relative paths start."""
    folder: Path
    """Where results are left."""
    nonce: bytes

    def __call__(self, shard: Shard) -> Result:
        """Return what became of a shard; the file is written whole or not at all.

        Raises:
            TargetError: If the target does not load, or is another one than the plan's.
            CasesError: If a case is not there.
            StoreError: If the result cannot be written.
        """
        if (known := self.known(shard)) is not None:
            return known
        promise = _plan(self.plan).promise(shard.clause)
        target, batch = self.scene(shard, promise)
        begun = perf_counter()
        sight = self._sight(shard, promise, target, batch)
        if parse(promise.require).baseline:
            sight = beside(sight, self._sight(shard, promise, _baseline(self.plan, self.home), batch))
        seconds = perf_counter() - begun
        result = Result(
            shard.clause, shard.index, sight.status, sight.reason, None, len(shard.cases), sight.held, seconds
        )
        if sight.status != "done":
            return result
        return _written(self.file(shard), result, {part: getattr(sight, part) for part in PARTS})

    def _sight(self, shard: Shard, promise: Promise, target: Target[Any, Any], batch: Batch[Any]) -> Sight:
        """Return what a shard shows of one model; candidate and baseline get the same seeds."""
        plan = _plan(self.plan)

        def seed(trying: Trying, stage: Stage) -> bytes:
            named = (promise.name, trying.scenario, stage.adversary, stage.tactics)
            return rules.seed(self.nonce, plan.trial, *named)

        return observe(shard, promise, target, batch, seed, helpers=_surrogates(self.plan, self.home))

    def known(self, shard: Shard) -> Result | None:
        """Return the result that an earlier run left of this very shard, or None."""
        found = _read(self.file(shard))
        return None if found is None else found[0]

    def file(self, shard: Shard) -> Path:
        """Return where the result of a shard is: its name holds all that the result depends on."""
        key = hashlib.sha256(self.plan + b"\x00" + self.nonce + shard.clause.encode() + b"\x00")
        key.update(shard.index.to_bytes(8, "little") + b"".join(shard.cases))
        return self.folder / f"{shard.index:06d}-{key.hexdigest()[:32]}.shard"

    def scene(self, shard: Shard, promise: Promise) -> tuple[Target[Any, Any], Batch[Any]]:
        """Return the target and the cases of a shard, in its order; where it has members, 1 is sealed to them."""
        cases = _cases(self.plan, self.home)
        batch = cases.lent(shard.cases) if promise.members else fetch(cases.own, shard.cases)
        return _target(self.plan, self.home), batch


@dataclass(frozen=True)
class Sources:
    """Where the cases of a plan are."""

    own: Cases
    members: Cases | None
    judging: frozenset[bytes]
    """Cases that are not for training: gate and rehearsal."""

    def lent(self, wanted: tuple[bytes, ...]) -> Batch[Any]:
        """Return cases, some of which are members, in this order, with `sealed` `(n,)` int8: 1 is a member."""
        trained = np.array([case not in self.judging for case in wanted], dtype=np.int8)
        halves = [fetch(self.own, [case for case in wanted if case in self.judging])]
        if self.members is not None:
            halves.append(fetch(self.members, [case for case in wanted if case not in self.judging]))
        batch = joined([replace(half, sealed=None) for half in halves if len(half)])
        there = positions(batch.ids)
        return replace(batch.take([there[case] for case in wanted]), sealed=trained)


@lru_cache(maxsize=2)
def _plan(blob: bytes) -> Plan:
    return plan_from(blob)


@lru_cache(maxsize=1)
def _target(plan: bytes, home: Path) -> Target[Any, Any]:
    """Return the target of a plan, loaded once per process, if its files are those that the plan names."""
    block, model = _plan(plan).target, _plan(plan).model
    if "weights" in block and manifest(block, home)[1] != model:
        raise TargetError(Problem("target", "its files have changed since the plan was made", "make a new plan"))
    return load_target(block, home)


@lru_cache(maxsize=1)
def _baseline(plan: bytes, home: Path) -> Target[Any, Any]:
    """Return the model that differences are taken to, loaded once per process, if it is the one that the plan names."""
    block, model = _plan(plan).baseline["target"], _plan(plan).baseline["model"]
    if "weights" in block and manifest(block, home)[1] != model:
        raise TargetError(Problem("baseline", "its files have changed since the plan was made", "make a new plan"))
    return load_target(block, home)


@lru_cache(maxsize=1)
def _surrogates(plan: bytes, home: Path) -> dict[str, Target[Any, Any]]:
    """Return the attacker's own models, loaded once per process, if their files are those that the plan names."""
    named = _plan(plan).surrogates
    blocks = {name: one["target"] for name, one in named.items()}
    found = identities({name: block for name, block in blocks.items() if "weights" in block}, home)
    if changed := [name for name, model in found.items() if model != named[name]["model"]]:
        what = "its files have changed since the plan was made"
        raise TargetError(*(Problem(f"surrogates.{name}", what, "make a new plan") for name in changed))
    return lent(blocks, home)


@lru_cache(maxsize=1)
def _cases(plan: bytes, home: Path) -> Sources:
    block = _plan(plan).cases
    own, lent = source(block["kind"], block["settings"], home), block.get("members")
    members = source(lent["kind"], lent, home) if lent else None
    promised = _plan(plan).truth
    if promised and truth(own, *([members] if members is not None else [])) != promised:
        what = "labels or groups have changed since the plan was made"
        raise CasesError(Problem("cases", what, "gate again: with them this is another trial"))
    judging = frozenset[bytes]()
    if members is not None:
        shares = int(block["gate"]), int(block["rehearsal"])
        judging = frozenset(case for case in digests(own) if rules.pool_of(case, *shares) != "training")
    return Sources(own, members, judging)


def _written(file: Path, result: Result, parts: Mapping[str, bytes]) -> Result:
    """Leave a result as a file: one line of canonical JSON, then the blobs.

    Raises:
        StoreError: If it cannot be written.
    """
    blobs = {part: digest(data) for part, data in parts.items()}
    made = replace(result, blobs=blobs, file=file)
    fields = ("clause", "shard", "status", "reason", "cases", "held", "seconds")
    sizes = {part: len(data) for part, data in parts.items()}
    head = dumps({**{name: getattr(made, name) for name in fields}, "blobs": blobs, "sizes": sizes})
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, b"\n".join([head, b"".join(parts[part] for part in PARTS)]))
    except OSError as error:
        raise StoreError(Problem(str(file), f"cannot be written: {error.strerror}", "free some space")) from error
    return made


def _read(file: Path) -> tuple[Result, dict[str, bytes]] | None:
    """Return a result and its blobs by part; None if there is none, or it is damaged and must be made again."""
    try:
        line, _, rest = file.read_bytes().partition(b"\n")
        head = dict(loads(line))
    except (OSError, EvidenceError):
        return None
    sizes, at, blobs = head.pop("sizes"), 0, {}
    for part in PARTS:
        data = rest[at : at + sizes[part]]
        at += sizes[part]
        if digest(data) != head["blobs"][part]:
            return None
        blobs[part] = data
    return Result(**head, file=file), blobs
