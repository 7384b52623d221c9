"""The runner: who signs what is submitted and run, besides the log key."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence import environment, place
from seatrial.evidence.log import Log
from seatrial.evidence.signers.signer import Signer
from seatrial.proof.key import key_id
from seatrial.proof.runners import RUNNER
from seatrial.verbs.project import login


def runner(key: Path | str | None, passwords: Sequence[str] = ()) -> Signer | None:
    """Return the signer of a runner's key, or of `SEATRIAL_RUNNER_KEY`; None if neither is there.

    Raises:
        LogError: If the key cannot be read.
    """
    return place.runner_signer(key, environment.variables(), password=next(iter(passwords), ""))


def submitter(log: Log, signer: Signer | None, named: str | None) -> str:
    """Return the name of who submits: the runner whose key signs, else the given or the login name.

    Raises:
        InputError: If the key is no runner's, or another name was given than its owner's.
    """
    if signer is None:
        return named or login()
    ring, seq = log.keyring, len(log.entries())
    id_ = key_id(signer.public)
    who = ring.person(id_, seq)
    hint = f"`seatrial keys trust NAME KEY --role {RUNNER}` puts a key into trust.json"
    if who is None:
        raise InputError(Problem("runner's key", ring.why_not(id_, seq) or f"{id_} is nobody's key here", hint))
    if RUNNER not in log.trust.people[who].roles:
        raise InputError(Problem("runner's key", f"{who} has not the role of a runner in trust.json", hint))
    if named is not None and named != who:
        what = f"{named!r} submits, and the runner's key is {who}'s"
        raise InputError(Problem("submitter", what, "leave --submitter out: the signature says who it is"))
    return who
