"""Which training cases are learned from and which are kept for choosing: by the digest of each case or unit alone.

Neither the seed nor the other cases matter.  So a set that grows makes nobody that was learned from a case for
choosing, and a model that is hardened once more is not chosen on what it has learned from.  Cases that belong together
by the charter (`cases.unit`) are shared out together, as between the pools; equal inputs are one case.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem
from seatrial.harden.batches.lot import Lot
from seatrial.proof.canonical import digest
from seatrial.proof.rules import unit_of
from seatrial.records.batch import Batch, plain
from seatrial.records.digest import group_name, group_texts

LABEL = b"seatrial/validation/v1\0"
"""Stands before the digest of a case; another label is another split."""
NOBODY: Mapping[bytes, bytes] = MappingProxyType({})
"""No case was made from another."""


def is_kept(case: bytes, share: float) -> bool:
    """Return whether a case is kept for choosing.

    Args:
        case: Its digest.
        share: Of the training cases, 0 to 1.
    """
    return number_of(case) < share * 2.0**64


def number_of(case: bytes) -> int:
    """Return the number below 2**64 by which a case is shared out: the lowest ones are kept."""
    return int.from_bytes(sha256(LABEL + case).digest()[:8], "big")


def kept_of(ids: Sequence[bytes], share: float) -> npt.NDArray[np.bool_]:
    """Return which of these cases or units are kept for choosing by their digests, `(n,)`."""
    return np.array([is_kept(case, share) for case in ids], dtype=bool)


def names_of(batch: Lot, unit: str, *, origins: Mapping[bytes, bytes] = NOBODY) -> list[bytes]:
    """Return the digests by which cases are shared out: of their units, of what they were made from, or their own."""
    if unit:
        return [unit_of(group_name(one)) for one in group_texts(Batch(batch.ids, None, groups=batch.groups))]
    return [origins.get(case, case) for case in batch.ids]


def parted(
    batch: Lot, share: float, *, unit: str = "", origins: Mapping[bytes, bytes] = NOBODY
) -> npt.NDArray[np.bool_]:
    """Return which training cases are kept for choosing, `(n,)`: whole units, and of each class one at least.

    Where the digests keep none of a class, the first of it by `number_of` is kept, unless it is the only one.  A set
    that grows can only replace it by another that is new.

    Args:
        batch: The training cases, with labels.
        share: Of the training cases, 0 to 1.
        unit: What a group of the batch is, if whole groups belong together; empty shares out case by case.
        origins: Case -> the case that an adversary made it from: it goes where that one goes, so that nobody learns
            from a case and is chosen on a copy of it.
    """
    names = names_of(batch, unit, origins=origins)
    kept, labels = kept_of(names, share), np.asarray(plain(batch.labels))
    if labels.ndim != 1:
        return kept
    first = set[bytes]()
    for one in set(labels.tolist()) - set(labels[kept].tolist()):
        there = {names[at] for at in np.flatnonzero(labels == one)}
        if len(there) > 1:
            first.add(min(there, key=number_of))
    for at, name in enumerate(names):
        kept[at] |= name in first
    return kept


def digest_of(ids: Sequence[bytes]) -> str:
    """Return the digest of a set of cases, whatever their order."""
    return f"sha256:{sha256(b''.join(sorted(ids))).hexdigest()}"


def contents(batch: Lot) -> dict[str, Any]:
    """Return how many cases there are, and digests of the inputs as a set and of their labels."""
    order = sorted(range(len(batch)), key=lambda at: batch.ids[at])
    labels = np.asarray(plain(batch.labels))[order].astype("<i8")
    return {"cases": len(batch), "digest": digest_of(batch.ids), "labels": digest(labels.tobytes())}


def missing(labels: npt.NDArray[Any], kept: npt.NDArray[np.bool_], classes: int | None) -> list[Problem]:
    """Return which classes have no case on one side of the split, or none at all.

    Args:
        labels: Of all training cases.
        kept: Which of them are kept for choosing.
        classes: How many classes the model knows; None if it does not say.
    """
    known = range(classes) if classes is not None else sorted(set(labels.tolist()))
    if absent := [one for one in known if one not in set(labels.tolist())]:
        hint = "a model that never meets a class forgets it: bring cases of it"
        return [Problem("cases", f"no training case of class {_listed(absent)}", hint)]
    sides = (("learned from", ~kept, "lower"), ("kept for choosing", kept, "raise"))
    return [
        Problem("cases", f"no case {what} of class {_listed(gone)}", f"bring more cases of it, or {how} `validation`")
        for what, side, how in sides
        if (gone := [one for one in known if one not in set(labels[side].tolist())])
    ]


def _listed(classes: Sequence[int]) -> str:
    return ", ".join(map(str, classes[:6])) + (f" and {len(classes) - 6} more" if len(classes) > 6 else "")
