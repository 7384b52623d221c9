"""Which training cases are learned from and which are kept for choosing: by the digest of each case alone.

Neither the seed nor the other cases matter.  So a set that grows moves nobody, and a model that is hardened once more
is never chosen on what it has learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.errors import Problem
from seatrial.proof.canonical import digest
from seatrial.records.batch import Batch, plain

LABEL = b"seatrial/validation/v1\0"
"""Stands before the digest of a case; another label is another split."""


def is_kept(case: bytes, share: float) -> bool:
    """Return whether a case is kept for choosing.

    Args:
        case: Its digest.
        share: Of the training cases, 0 to 1.
    """
    return int.from_bytes(sha256(LABEL + case).digest()[:8], "big") < share * 2.0**64


def kept_of(ids: Sequence[bytes], share: float) -> npt.NDArray[np.bool_]:
    """Return which of these cases are kept for choosing, `(n,)`."""
    return np.array([is_kept(case, share) for case in ids], dtype=bool)


def digest_of(ids: Sequence[bytes]) -> str:
    """Return the digest of a set of cases, whatever their order."""
    return f"sha256:{sha256(b''.join(sorted(ids))).hexdigest()}"


def contents(batch: Batch[Any]) -> dict[str, Any]:
    """Return how many cases there are, and digests of the inputs as a set and of their labels."""
    order = sorted(range(len(batch)), key=lambda at: batch.ids[at])
    labels = np.asarray(plain(batch.labels))[order].astype("<i8")
    return {"cases": len(batch), "digest": digest_of(batch.ids), "labels": digest(labels.tobytes())}


def missing(labels: npt.NDArray[np.int64], kept: npt.NDArray[np.bool_], classes: int | None) -> list[Problem]:
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
