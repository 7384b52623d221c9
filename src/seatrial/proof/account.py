"""What a reader wants to know of evidence that verifies: who signed and approved it, and what was withheld from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import canonical
from seatrial.proof.assurance import instant
from seatrial.proof.reading import Reading

LOG = "the log key"


@dataclass(frozen=True, slots=True)
class Waived:
    """One waiver that the decision rests on."""

    entry: int
    clause: str
    who: tuple[str, ...]
    """People who signed it."""
    withdrawn: tuple[str, ...]
    """Those of them who took it back, or whose word a quorum took back."""
    expires: int
    """Seconds UTC."""


@dataclass(frozen=True, slots=True)
class Account:
    """What is known besides the checks; all of it follows from the evidence."""

    signed: Mapping[str, tuple[tuple[str, ...], int]] = field(default_factory=dict)
    """The log key and people -> their roles, and how many entries they signed."""
    approved: tuple[str, ...] = ()
    """People whose approval of the decision counts."""
    needed: int = 1
    """How many the trust file asks for."""
    uncounted: Mapping[str, str] = field(default_factory=dict)
    """Other people who approved it -> why that does not count."""
    waivers: tuple[Waived, ...] = ()
    kept: int = 0
    """Samples that shards of this decision kept."""
    withheld: int = 0
    """Of them, those that are not here."""
    disclosed: int = 0
    """Of those, the ones that were shown beside the bundle."""


def account(reading: Reading) -> Account:
    """Return what is known of the decision that is asked about."""
    said = reading.words
    people = said.approved(reading.asked)
    shown = {canonical.digest(data) for data in reading.question.disclosed}
    listed = [one.commitment for _, _, one in reading.samples]
    missing = [one for one in listed if not reading.has(one)]
    return Account(
        signed=dict(_signed(reading)),
        approved=tuple(name for name, why in people.items() if not why),
        needed=reading.trust.quorum["approve"],
        uncounted={name: why for name, why in people.items() if why},
        waivers=tuple(_waived(reading, seq) for seq in reading.decision.predicate["waivers"]),
        kept=len(listed),
        withheld=len(missing),
        disclosed=sum(one in shown for one in missing),
    )


def lines(found: Account) -> Iterator[str]:
    """Yield it in words; a name is shown as it stands in the trust file."""
    told = {name: f" ({', '.join(roles)})" if roles else "" for name, (roles, _) in found.signed.items()}
    yield "entries signed: " + ", ".join(f"{name}{told[name]} {count}" for name, (_, count) in found.signed.items())
    enough = len(found.approved) >= found.needed
    who = f" by {', '.join(found.approved)}" if enough else f": only {', '.join(found.approved)}" * bool(found.approved)
    yield f"{'approved' if enough else 'not approved'}{who} ({len(found.approved)} of {found.needed})"
    yield from (f"  the approval of {name} does not count: {why}" for name, why in found.uncounted.items())
    for one in found.waivers:
        gone = f"; withdrawn by {', '.join(one.withdrawn)}" if one.withdrawn else ""
        yield f"waived: {one.clause} by {', '.join(one.who)} (entry {one.entry}), until {instant(one.expires)}{gone}"
    if found.withheld:
        shown = f"; {found.disclosed} of them disclosed" if found.disclosed else ""
        yield f"{found.withheld} of {found.kept} kept samples withheld: only their salted digests are here{shown}"


def plain(found: Account) -> dict[str, Any]:
    """Return it as JSON values."""
    return {
        "signed": {name: {"roles": list(roles), "entries": n} for name, (roles, n) in found.signed.items()},
        "approved": list(found.approved),
        "needed": found.needed,
        "uncounted": dict(found.uncounted),
        "waivers": [
            {
                "entry": one.entry,
                "clause": one.clause,
                "by": list(one.who),
                "withdrawn": list(one.withdrawn),
                "expires": one.expires,
            }
            for one in found.waivers
        ],
        "samples": {"kept": found.kept, "withheld": found.withheld, "disclosed": found.disclosed},
    }


def _signed(reading: Reading) -> Iterator[tuple[str, tuple[tuple[str, ...], int]]]:
    """Yield the log key and everybody who signed an entry, with their roles in the trust file."""
    count: Counter[str] = Counter()
    for seq, one in enumerate(reading.envelopes):
        keys = () if isinstance(one, EvidenceError) else one.key_ids
        count.update({reading.keyring.person(key, seq) or LOG for key in keys})
    for name in sorted(count, key=lambda name: (name != LOG, name)):
        person = reading.trust.people.get(name)
        yield name, (() if person is None else tuple(person.roles), count[name])


def _waived(reading: Reading, seq: int) -> Waived:
    said, words = reading.statements[seq].predicate, reading.words
    return Waived(
        seq,
        said["clause"],
        tuple(sorted(words.signers(seq))),
        tuple(sorted(words.withdrawn(seq))),
        said["expires"],
    )
