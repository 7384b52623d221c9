"""The runner's part: where the trust file names one, what is submitted and run bears a runner's signature."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seatrial.errors import Problem
from seatrial.proof.keyring import Keyring
from seatrial.proof.reading import Reading
from seatrial.proof.statement import Statement

RUNNER: Final = "runner"
SIGNED: Final = ("submission", "run-plan", "run-result")
"""Kinds that a runner signs besides the log key."""


def unsigned(keyring: Keyring, seq: int, said: Statement, key_ids: Sequence[str]) -> str:
    """Return what a runner's signature lacks under an entry; empty if nothing does, or none is asked for.

    It is asked for from the first entry on that a runner's key was valid for, also where that key ended since.
    """
    if said.kind not in SIGNED or not keyring.ever(RUNNER, seq):
        return ""
    runners = keyring.signers(RUNNER, key_ids, seq)
    if not runners:
        return f"no runner has signed this {said.kind}, and the trust file names one"
    if said.kind == "submission" and said.predicate["submitter"] not in runners:
        return f"is said to be submitted by {said.predicate['submitter']!r}, and is signed by {' and '.join(runners)}"
    return ""


def runners(reading: Reading) -> Iterator[Problem]:
    """Find submissions, run-plans and results that no runner signed, or another one than the submitter."""
    for seq, said in enumerate(reading.statements):
        if what := unsigned(reading.keyring, seq, said, reading.key_ids(seq)):
            yield Problem(f"entry {seq}", what)


def runners_of(reading: Reading) -> tuple[str, ...]:
    """Return who ran what the asked decision rests on, sorted: people with the role who do not hold the log key.

    Empty if a part of it bears no such signature: then nobody but the holder of the log key says how it was run.
    """
    rests = reading.chain
    submissions = (reading.statements[seq].predicate["submission"] for seq in rests.run_plans)
    signed = [
        set(reading.keyring.signers(RUNNER, reading.key_ids(seq), seq)) - {reading.trust.holder}
        for seq in (*submissions, *rests.run_plans, *rests.run_results)
    ]
    return tuple(sorted(set[str]().union(*signed))) if all(signed) else ()
