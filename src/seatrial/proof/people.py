"""Whose word counts: people who approved or waived, and those who took their word back.

People are counted, and not keys.  Whoever submitted the model, and whoever holds the log key, never approves it.  The
word of a person ends where that person takes it back, or as many people of the same role as the quorum asks for do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from functools import cache
from typing import Any, Final, final

from seatrial.proof.statement import Statement
from seatrial.proof.trust import Trust

APPROVER: Final = "approver"
WAIVER: Final = "waiver"
REVOCABLE: Final = {"approval": (APPROVER, "approve"), "waiver": (WAIVER, "waive")}
"""Kind that can be taken back -> the role whose people may together, and the quorum that says how many."""


@final
class Words:
    """What people said in a log, or in the beginning of one."""

    def __init__(
        self,
        statements: Sequence[Statement],
        signers: Callable[[int], Collection[str]],
        digest: Callable[[int], str],
        trust: Trust,
    ) -> None:
        """Take what the log says.

        Args:
            statements: Of its entries.
            signers: Entry -> the people whose good signatures it bears.
            digest: Entry -> digest of its payload.
            trust: Roles and quorums.
        """
        self.statements: Final = statements
        self.signers: Final = cache(signers)
        self.digest: Final = cache(digest)
        self.trust: Final = trust
        self.size = len(statements)
        """So many entries are looked at."""
        self._about: dict[tuple[str, int], list[int]] = {}
        self._takes: dict[int, tuple[str, frozenset[str]]] = {}
        """Revocation -> why it takes nothing back, and whose word it does."""
        self._gone: dict[int, dict[str, int]] = {}
        """Entry -> who took it back -> the first entry in which they did."""
        self._submitted: dict[str, list[tuple[int, str]]] = {}
        for seq, said in enumerate(statements):
            if said.kind == "submission":
                self._submitted.setdefault(said.model, []).append((seq, said.predicate["submitter"]))
            if said.kind in (*REVOCABLE, "revocation"):
                self._about.setdefault((said.kind, said.predicate["entry"]), []).append(seq)

    def upto(self, size: int) -> Words:
        """Return what was said in the first so many entries."""
        fewer = copy(self)
        fewer.size = size
        return fewer

    def about(self, kind: str, entry: int) -> tuple[int, ...]:
        """Return the entries of a kind (approval, waiver, revocation) that name an entry before them."""
        found = self._about.get((kind, entry), [])
        return tuple(found[bisect_right(found, entry) : bisect_left(found, self.size)])

    def of_kind(self, kind: str) -> Iterator[tuple[int, Statement]]:
        """Yield the entries of one kind."""
        return ((seq, said) for seq, said in enumerate(self.statements[: self.size]) if said.kind == kind)

    def submitter(self, decision: int) -> str:
        """Return who submitted the model that a decision is about; a name is no proof."""
        run_plan = self.statements[self.statements[decision].predicate["run_result"]].predicate["run_plan"]
        submission = self.statements[run_plan].predicate["submission"]
        return str(self.statements[submission].predicate["submitter"])

    def submitters(self, decision: int) -> frozenset[str]:
        """Return everybody who submitted the decided model up to the decision, in whichever attempt."""
        model = self.statements[decision].model
        submitted = self._submitted.get(model, ())
        return frozenset(name for seq, name in submitted if seq < decision)

    def has(self, name: str, role: str) -> bool:
        """Return whether a person of the trust file has a role."""
        return name in self.trust.people and role in self.trust.people[name].roles

    def idle(self, seq: int) -> str:
        """Return why a revocation takes nothing back; empty if it does."""
        return self._taking(seq)[0]

    def taken(self, seq: int) -> frozenset[str]:
        """Return whose word a revocation takes back."""
        return self._taking(seq)[1]

    def _taking(self, seq: int) -> tuple[str, frozenset[str]]:
        if seq not in self._takes:
            self._takes[seq] = self._weighed(seq, self.statements[seq].predicate)
        return self._takes[seq]

    def _weighed(self, seq: int, said: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
        at, nobody = said["entry"], frozenset[str]()
        if at >= seq or self.statements[at].kind not in REVOCABLE:
            return f"entry {at} is no approval or waiver before it", nobody
        if self.digest(at) != said["of"] or self.statements[at].model != self.statements[seq].model:
            return f"it is of other words than those at entry {at}", nobody
        mine, theirs = frozenset(self.signers(seq)), frozenset(self.signers(at))
        role, quorum = REVOCABLE[self.statements[at].kind]
        together = sum(self.has(name, role) and name != self.trust.holder for name in mine)
        gone = theirs if together >= self.trust.quorum[quorum] else mine & theirs
        return "" if gone else f"it is signed neither by who signed entry {at} nor by a quorum of their role", gone

    def revocations(self, entry: int) -> tuple[int, ...]:
        """Return the entries that take back an approval or a waiver, or somebody's part in it."""
        return tuple(seq for seq in self.about("revocation", entry) if not self.idle(seq))

    def withdrawn(self, entry: int) -> frozenset[str]:
        """Return who signed an entry and no longer stands by it."""
        if entry not in self._gone:
            every = reversed(self._about.get(("revocation", entry), []))
            self._gone[entry] = {name: seq for seq in every if seq > entry for name in self.taken(seq)}
        return frozenset(name for name, seq in self._gone[entry].items() if seq < self.size)

    def approved(self, decision: int) -> dict[str, str]:
        """Return everybody who approved a decision -> why that does not count; empty where it does."""
        said: dict[str, list[bool]] = {}
        for seq in self.about("approval", decision):
            gone = self.withdrawn(seq)
            for name in self.signers(seq):
                said.setdefault(name, []).append(name not in gone)
        submitters = self.submitters(decision)
        return {
            name: self.why_not(name, submitters) or ("" if any(said[name]) else "took the approval back")
            for name in sorted(said)
        }

    def why_not(self, name: str, submitters: Collection[str]) -> str:
        """Return why a person's approval of what these people submitted would not count; empty if it would."""
        if not self.has(name, APPROVER):
            return "has not the role of an approver in trust.json"
        if name == self.trust.holder:
            return "holds the log key"
        return "submitted the model" if name in submitters else ""

    def waived(self, waiver: int, needed: int) -> bool:
        """Return whether enough people who may waive signed a waiver, and all who signed stand by it.

        Args:
            waiver: Its entry.
            needed: People; a waiver is one word of all who signed it, so that it ends when one of them takes it back.
        """
        people = [name for name in self.signers(waiver) if self.has(name, WAIVER)]
        return len(people) >= needed and not self.withdrawn(waiver)
