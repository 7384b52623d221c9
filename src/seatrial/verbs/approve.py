"""A person's word for a decision."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from seatrial.decision.licence import Licence, licence
from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.signers.keyfile import load
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.words import words
from seatrial.proof import statement
from seatrial.proof.binding import binding
from seatrial.proof.key import key_id
from seatrial.proof.people import APPROVER
from seatrial.verbs.project import open_log, opened, remember
from seatrial.verbs.reference import referred


def approve(
    path: Path | str,
    keys: Sequence[Path | str],
    *,
    passwords: Sequence[str] = (),
    decision: str | int | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Licence:
    """Sign a deploy decision as one person or several, and return whether it may be acted on now.

    The signature binds to the decision's signed bytes: model, charter, evidence and verdicts.  Another decision needs
    another approval.

    Args:
        path: The charter, or the folder that it lies in.
        keys: Files of personal keys, one per person.
        passwords: One per key; none if no key is encrypted.
        decision: `last`, `previous`, `deployed`, or an entry of the log; the last by default.
        log: Folder of the log, if not the default.
        now: The instant that is written down, and at which waivers are looked at; seconds UTC.

    Raises:
        InputError: If the decision is no deploy, or a key's owner may not approve it: with all reasons.
        LogError: If a key cannot be read.
    """
    project = opened(path)
    kept = open_log(project, log)
    entry = referred(kept, decision)
    said = kept.statements()[entry].predicate
    if said["decision"] != "deploy":
        hint = "mend what the report names, or have it waived; then approve the new decision"
        raise InputError(
            Problem("decision", f"entry {entry} is {said['decision']}, and only a deploy is approved", hint)
        )
    signers = named(kept, keys, passwords, APPROVER)
    people = words(kept)
    submitters = people.submitters(entry)
    if refused := [Problem(name, why) for name, _ in signers if (why := people.why_not(name, submitters))]:
        raise InputError(*refused)
    bound = binding(kept.origin, kept.entries(), entry)
    payload = statement.write("approval", said["model"], bound | {"at": int(now())})
    kept.append(payload, signers=[signer for _, signer in signers])
    remember(project, kept)
    return licence(kept, entry, now=int(now()))


def named(log: Log, keys: Sequence[Path | str], passwords: Sequence[str], role: str) -> tuple[tuple[str, Signer], ...]:
    """Return the people behind some key files, and their signers.

    Args:
        log: Its trust file says whose keys these are.
        keys: Files of personal keys.
        passwords: One per key, or none.
        role: What they sign as, for the hint.

    Raises:
        InputError: If there is no key, a key is nobody's, or two are of one person.
        LogError: If a key cannot be read.
    """
    if not keys:
        raise InputError(Problem("key", "no personal key was named", "--key FILE; `seatrial keys new` makes one"))
    words = [*passwords, *[""] * (len(keys) - len(passwords))]
    signers = [load(key, password=word.encode() or None) for key, word in zip(keys, words, strict=True)]
    ids, at = [key_id(signer.public) for signer in signers], len(log.entries())
    owners = [log.keyring.person(one, at) for one in ids]
    hint = f"`seatrial keys trust NAME KEY --role {role}` puts a key into trust.json"
    problems = [
        Problem(str(key), log.keyring.why_not(one, at) or "is nobody's key here", hint)
        for key, one, owner in zip(keys, ids, owners, strict=True)
        if owner is None
    ]
    people = [name for name in owners if name is not None]
    problems += [Problem(name, "signs twice", "one key per person") for name in {*people} if people.count(name) > 1]
    if problems:
        raise InputError(*problems)
    return tuple(zip(people, signers, strict=True))
