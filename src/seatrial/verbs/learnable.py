"""Which cases a model may learn from: the training cases and, if asked for, gate cases that were opened before."""

from __future__ import annotations

from collections.abc import Sequence

from seatrial.charter.charter import Charter
from seatrial.errors import CasesError, Problem
from seatrial.evidence.history import seqs, slice_at
from seatrial.evidence.log import Log


def learnable(
    charter: Charter, training: Sequence[bytes], known: Sequence[bytes], log: Log | None
) -> tuple[bytes, ...]:
    """Return the digests of the cases that a model may learn from.

    A gate case that an attempt has opened is spent: no later attempt draws it, so a model may learn from it.  One that
    nobody has opened may not be learned from, or the gate would ask what it has taught.

    Args:
        charter: Says whether opened cases may be drawn again; then none of them may be learned from.
        training: The training cases.
        known: Every case that the source holds.
        log: The system's log, if opened cases are asked for; None for training cases alone.

    Raises:
        CasesError: If opened cases are asked for and the charter declares reuse.
    """
    if log is None:
        return tuple(training)
    if charter.cases.reuse:
        what = "opened gate cases may be drawn again, as the charter declares: learning from them would spoil the gate"
        raise CasesError(Problem("cases.reuse", what, "train without them, or take the declaration back"))
    statements, there, mine = log.statements(), frozenset(known), frozenset(training)
    opened = {case for seq in seqs(statements, "run-plan") for case in slice_at(log, statements[seq])}
    return (*training, *sorted((opened & there) - mine))
