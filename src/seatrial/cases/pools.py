"""Which cases may be used for what: by the digest of each case alone, so that a growing set moves nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.errors import CasesError, Problem
from seatrial.proof.rules import pool_of, unit_of
from seatrial.records.batch import Batch, joined
from seatrial.records.digest import case_digest, column_digests, group_name, group_texts

__all__ = ["Pools", "case_digest", "digests", "fetch", "part", "pools", "read_through", "truth"]

_SAID = "labels", "groups", "sealed"
"""What a source says of a case besides its input."""

_WINDOW = 4096
"""Cases read at once."""
_GAP = 16
"""Cases that are not wanted and yet read, rather than to ask the source once more."""


@dataclass(frozen=True, slots=True)
class Pools:
    """The distinct cases of a source, shared out."""

    gate: tuple[bytes, ...]
    """Sorted."""
    rehearsal: tuple[bytes, ...]
    training: tuple[bytes, ...]
    index: Mapping[bytes, int] = field(repr=False)
    """Digest -> position of its first occurrence in the source."""
    duplicates: tuple[tuple[bytes, tuple[int, ...]], ...] = ()
    """Inputs that occur more than once, with all their positions: each is one case."""
    contradictions: tuple[tuple[bytes, tuple[int, ...]], ...] = ()
    """Those of them whose labels differ; the label of the first is the one that counts."""
    units: Mapping[bytes, bytes] = field(default_factory=dict, repr=False)
    """Case -> digest of its unit, where a unit is declared."""


def pools(cases: Cases, gate: int, rehearsal: int, *, unit: str = "") -> Pools:
    """Return the pools of a source.

    Args:
        cases: Any source.
        gate: Share of the gate pool, per mille.
        rehearsal: Share of the rehearsal pool, per mille; what is left is for training.
        unit: What a group of cases is, if whole groups are shared out: all of one go into the same pool.

    Raises:
        CasesError: If the source names a case by anything but the digest of its content, or names no groups where
            a unit is declared, or puts equal inputs into two groups.
    """
    kept = _read(cases)
    units = _units(kept, unit) if unit else {}
    places: dict[bytes, list[int]] = {}
    for at, case in enumerate(kept.ids):
        places.setdefault(case, []).append(at)
    shared: dict[str, list[bytes]] = {"gate": [], "rehearsal": [], "training": []}
    for case in sorted(places):
        shared[pool_of(units.get(case, case), gate, rehearsal)].append(case)
    twice = tuple((case, tuple(at)) for case, at in sorted(places.items()) if len(at) > 1)
    return Pools(
        **{name: tuple(members) for name, members in shared.items()},
        index={case: at[0] for case, at in places.items()},
        duplicates=twice,
        contradictions=tuple(entry for entry in twice if len({kept.said[at][:32] for at in entry[1]}) > 1),
        units=units,
    )


def _units(kept: _Kept, unit: str) -> dict[bytes, bytes]:
    """Return case -> digest of its unit."""
    if not any(kept.units):
        hint = "name it: `groups: column` under `cases`, where the source can have one"
        raise CasesError(Problem("cases.unit", f"is {unit}, and the source has no column of groups", hint))
    found: dict[bytes, bytes] = {}
    for case, one in zip(kept.ids, kept.units, strict=True):
        if found.setdefault(case, one) != one:
            what = f"the same input belongs to more than one {unit}, the first case {case.hex()[:12]}"
            raise CasesError(Problem("cases.unit", what, "leave such cases out: nobody can say whose they are"))
    return found


def read_through(cases: Cases, look: Callable[[Batch[Any], int], None] = lambda _batch, _first: None) -> None:
    """Read a source once for all that is asked of it here later: names, pools, truth, places.

    Args:
        cases: Any source.
        look: Is shown every window of cases and the position of its first; what it raises stops the reading.

    Raises:
        CasesError: If the source names a case by anything but the digest of its content.
    """
    _kept(cases).fill(cases, look)  # type: ignore[arg-type]  # any object has a hash; a protocol does not say so


def digests(cases: Cases) -> tuple[bytes, ...]:
    """Return the digest of every case, in the source's order, computed from its content.

    Raises:
        CasesError: If the source itself says otherwise.
    """
    return _read(cases).ids


def truth(*sources: Cases) -> str:
    """Return the digest of all that sources say of their cases: labels, groups, sealed facts.

    A case is named by its input alone; this binds the rest, so that a label that was changed is another trial.  Of
    equal inputs the first counts; the order of the others does not matter.
    """
    whole = sha256(b"seatrial/truth/v1\0")
    for cases in sources:
        kept = _read(cases)
        for case, at in sorted(kept.places().items()):
            whole.update(case + kept.said[at])
        whole.update(bytes(32))
    return f"sha256:{whole.hexdigest()}"


class _Kept:
    """What is kept of a source that was read: the name of every case, and what is said of it."""

    def __init__(self) -> None:
        self.ids: tuple[bytes, ...] = ()
        self.said: list[bytes] = []
        """Of every case, the digests of label, group and sealed facts; equal ones are one object."""
        self.units: list[bytes] = []
        """Of every case, the digest of its group as a unit of inference; empty where it has none."""
        self._whole = False
        self._places: dict[bytes, int] = {}

    def fill(self, cases: Cases, look: Callable[[Batch[Any], int], None] | None = None) -> None:
        """Read the source, unless that was done and nobody looks."""
        if self._whole and look is None:
            return
        ids, said, known = list[bytes](), list[bytes](), dict[bytes, bytes]()
        units, named = list[bytes](), dict[str, bytes]()
        for first in range(0, len(cases), _WINDOW):
            batch = cases.take(first, min(first + _WINDOW, len(cases)))
            ids += _named(batch, first)
            columns = [getattr(batch, name) for name in _SAID]
            parts = [repeat(bytes(32)) if column is None else column_digests(column) for column in columns]
            joint = (b"".join(of) for _, *of in zip(batch.ids, *parts, strict=False))
            said += (known.setdefault(one, one) for one in joint)
            units += [named.setdefault(one, unit_of(group_name(one)) if one else b"") for one in group_texts(batch)]
            if look is not None:
                look(batch, first)
        self.ids, self.said, self.units, self._whole = tuple(ids), said, units, True

    def places(self) -> Mapping[bytes, int]:
        """Return where each case first stands."""
        if len(self._places) == 0:
            for at, case in enumerate(self.ids):
                self._places.setdefault(case, at)
        return self._places


@lru_cache(maxsize=8)
def _kept(cases: Cases) -> _Kept:  # noqa: ARG001 - sources are told apart by identity
    return _Kept()


def _read(cases: Cases) -> _Kept:
    kept = _kept(cases)  # type: ignore[arg-type]  # any object has a hash; a protocol does not say so
    kept.fill(cases)
    return kept


def _named(batch: Batch[Any], first: int) -> tuple[bytes, ...]:
    """Return the digests of cases, from their content."""
    true = column_digests(batch.inputs)
    if wrong := [first + at for at, (said, is_) in enumerate(zip(batch.ids, true, strict=True)) if said != is_]:
        what = f"{len(wrong)} cases are named by something else than their content, the first at {wrong[0]}"
        raise CasesError(Problem("cases", what, "ids must be records.digest.column_digests(inputs)"))
    return true


def fetch(cases: Cases, wanted: Sequence[bytes]) -> Batch[Any]:
    """Return the cases of these digests, in this order.

    Raises:
        CasesError: Naming the first that the source does not have.
    """
    return _gathered(cases, _places(cases, wanted))


def part(cases: Cases, wanted: Sequence[bytes]) -> Cases:
    """Return the cases of these digests, in this order, as a source of their own.

    Raises:
        CasesError: Naming the first that the source does not have.
    """
    return _Part(cases, tuple(wanted))


class _Part:
    """A view of a source; nothing is read before it is taken."""

    def __init__(self, cases: Cases, wanted: tuple[bytes, ...]) -> None:
        self._cases = cases
        self._wanted = wanted
        _places(cases, wanted)

    def __len__(self) -> int:
        return len(self._wanted)

    def take(self, first: int, last: int, /) -> Batch[Any]:
        return fetch(self._cases, self._wanted[first:last])


def _places(cases: Cases, wanted: Sequence[bytes]) -> npt.NDArray[np.intp]:
    """Return the positions of cases in a source, or refuse those that it does not have."""
    index = _read(cases).places()
    if missing := [case for case in wanted if case not in index]:
        what = f"{len(missing)} of {len(wanted)} cases are not there, the first {missing[0].hex()}"
        raise CasesError(Problem("cases", what, "has the data changed since the plan was made?"))
    return np.array([index[case] for case in wanted], dtype=np.intp)


def _gathered(cases: Cases, positions: Any) -> Batch[Any]:
    """Return the cases at these positions, reading few windows that are close together."""
    if not len(positions):
        return cases.take(0, 0)
    order = np.argsort(positions, kind="stable")
    ranked = positions[order]
    batches = []
    for run in np.split(ranked, np.flatnonzero(np.diff(ranked) > _GAP) + 1):
        for at in range(0, len(run), _WINDOW):
            piece = run[at : at + _WINDOW]
            window = cases.take(int(piece[0]), int(piece[-1]) + 1)
            batches.append(window.take(piece - piece[0]))
    back = np.empty(len(order), dtype=np.intp)
    back[order] = np.arange(len(order))
    return joined(batches).take(back)
