"""Which decision is meant: by its entry in the log, or by a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seatrial.errors import InputError, Problem, meant
from seatrial.evidence.history import seqs
from seatrial.evidence.log import Log
from seatrial.proof.statement import Statement
from seatrial.verbs.undecided import undecided

WORDS: Mapping[str, str] = {
    "last": "the last decision",
    "previous": "the one before the last",
    "deployed": "the last one that said deploy",
}
"""Words that name a decision."""
_NEXT = {"submission": "run-plan", "run-plan": "run-result", "run-result": "decision"}
_FIELD = {"submission": "submission", "run-plan": "run_plan", "run-result": "run_result"}


def referred(log: Log, word: str | int | None, *, where: str = "decision") -> int:
    """Return the entry of a decision.

    Args:
        log: The system's log.
        word: `last` (None is the same), `previous`, `deployed`, the entry of a decision, or that of a submission,
            run-plan or run-result: then the last decision that rests on it.
        where: What a mistake is reported about.

    Raises:
        InputError: If there is no such decision.
    """
    statements = log.statements()
    known = seqs(statements, "decision")
    if not known:
        raise InputError(undecided(log, where))
    text = "last" if word is None else str(word).strip()
    if text in WORDS:
        return _worded(statements, known, text, where)
    if not text.isascii() or not text.isdigit():
        hint = meant(text, WORDS) if len(text) > 2 else f"write {', '.join(WORDS)}, or the entry of a decision"
        raise InputError(Problem(where, f"{text!r} names no decision", hint))
    found = _resting(statements, int(text))
    if found is None and int(text) < len(statements) and statements[int(text)].kind in _NEXT:
        raise InputError(undecided(log, where, _submission(statements, int(text))))
    if found is None:
        there = int(text) < len(statements)
        what = f"no decision rests on entry {text}" if there else f"the log has no entry {text}"
        raise InputError(Problem(where, what, f"decisions are entries {', '.join(map(str, known))}"))
    return found


def _submission(statements: Sequence[Statement], seq: int) -> int:
    """Return the submission that an entry belongs to."""
    back = {"run-plan": "submission", "run-result": "run_plan"}
    while statements[seq].kind in back:
        seq = statements[seq].predicate[back[statements[seq].kind]]
    return seq


def _worded(statements: Sequence[Statement], known: Sequence[int], word: str, where: str) -> int:
    if word == "last":
        return known[-1]
    if word == "previous":
        if len(known) < 2:
            raise InputError(Problem(where, "there is only one decision yet", "the next gate makes another"))
        return known[-2]
    deployed = [seq for seq in known if statements[seq].predicate["decision"] == "deploy"]
    if not deployed:
        raise InputError(Problem(where, "no decision said deploy yet", "`seatrial log` lists what was decided"))
    return deployed[-1]


def _resting(statements: Sequence[Statement], seq: int) -> int | None:
    """Return an entry if it is a decision, else the last decision that rests on it; None if there is none."""
    while seq < len(statements):
        kind = statements[seq].kind
        if kind == "decision":
            return seq
        if kind not in _NEXT:
            return None
        later = seqs(statements, _NEXT[kind], **{_FIELD[kind]: seq})
        if not later:
            return None
        seq = later[-1]
    return None
