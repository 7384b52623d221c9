"""Taking a word back: an approval or a waiver that no longer stands."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.evidence.words import words
from seatrial.proof import statement
from seatrial.proof.people import REVOCABLE
from seatrial.verbs.approve import named
from seatrial.verbs.project import open_log, opened, remember


@dataclass(frozen=True, slots=True)
class Revoked:
    """A word that was taken back."""

    entry: int
    """Of the revocation."""
    of: int
    """Entry of the approval or waiver."""
    kind: str
    """`approval` or `waiver`."""
    people: tuple[str, ...]
    """Whose word no longer stands."""
    resting: tuple[int, ...]
    """Decisions that rest on it: nobody is licensed to act on them any more."""


def revoke(
    path: Path | str,
    entry: int,
    keys: Sequence[Path | str],
    *,
    reason: str,
    passwords: Sequence[str] = (),
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Revoked:
    """Sign that an approval or a waiver no longer stands; it stays visible, with the reason, for good.

    Whoever signed it may, each for themselves, and as many people of its role together as the quorum of trust.json
    asks for; the log key alone never.  A waiver is one word of all who signed it: it ends when one of them takes it
    back.  What was decided on it before keeps its verdict, and its licence lacks it from now on.

    Args:
        path: The charter, or the folder that it lies in.
        entry: Of the approval or waiver, as `seatrial log` shows it.
        keys: Files of personal keys, one per person.
        reason: Why.
        passwords: One per key; none if no key is encrypted.
        log: Address of the log, if not the default.
        now: The instant that is written down, seconds UTC.

    Raises:
        InputError: If the entry is no such word, it is taken back already, or these people may not: with all reasons.
        LogError: If a key cannot be read.

    Examples:
        >>> seatrial.revoke("charter.yaml", 12, ["ada.key"], reason="the test set was wrong")
        Traceback (most recent call last):
        ...
        seatrial.errors.InputError: entry: the log has no entry 12 (there is none yet)
    """
    project = opened(path)
    kept = open_log(project, log)
    problems = list(_unfit(kept, entry))
    if not reason.strip():
        problems.append(Problem("reason", "is empty", "say why it no longer stands"))
    if problems:
        raise InputError(*problems)
    signers = named(kept, keys, passwords, REVOCABLE[kept.statements()[entry].kind][0])
    _allowed(kept, entry, [name for name, _ in signers])
    model = kept.statements()[entry].model
    fields = {"entry": entry, "of": words(kept).digest(entry), "reason": reason.strip(), "at": int(now())}
    seq = kept.append(statement.write("revocation", model, fields), signers=[signer for _, signer in signers])
    remember(project, kept)
    return _revoked(kept, seq)


def _unfit(log: Log, entry: int) -> Sequence[Problem]:
    statements = log.statements()
    known = [seq for seq, said in enumerate(statements) if said.kind in REVOCABLE]
    hint = f"approvals and waivers are entries {', '.join(map(str, known))}" if known else "there is none yet"
    if not 0 <= entry < len(statements):
        return (Problem("entry", f"the log has no entry {entry}", hint),)
    if entry not in known:
        return (Problem("entry", f"entry {entry} is a {statements[entry].kind}, and no approval or waiver", hint),)
    people = words(log)
    gone, kind = people.withdrawn(entry), statements[entry].kind
    if gone >= set(people.signers(entry)) or (gone and kind == "waiver"):
        back = ", ".join(map(str, people.revocations(entry)))
        return (Problem("entry", f"the {kind} at entry {entry} is taken back already, by entry {back}"),)
    return ()


def _allowed(log: Log, entry: int, names: Sequence[str]) -> None:
    """Refuse people who neither signed it nor are a quorum of its role."""
    people = words(log)
    role, quorum = REVOCABLE[log.statements()[entry].kind]
    signed, needed = sorted(people.signers(entry)), log.trust.quorum[quorum]
    together = [name for name in names if people.has(name, role) and name != log.trust.holder]
    if set(names) & set(signed) or len(together) >= needed:
        return
    what = f"entry {entry} was signed by {' and '.join(signed) or 'nobody'}, and not by {' and '.join(names)}"
    hint = f"who signed it may take it back, or {needed} with the role {role}, who do not hold the log key, together"
    raise InputError(Problem("key", what, hint))


def _revoked(log: Log, seq: int) -> Revoked:
    statements, people = log.statements(), words(log)
    of = statements[seq].predicate["entry"]
    decisions = [at for at, said in enumerate(statements) if said.kind == "decision"]
    if statements[of].kind == "approval":
        resting = [statements[of].predicate["entry"]]
    else:
        resting = [at for at in decisions if of in statements[at].predicate["waivers"]]
    return Revoked(seq, of, statements[of].kind, tuple(sorted(people.taken(seq))), tuple(resting))
