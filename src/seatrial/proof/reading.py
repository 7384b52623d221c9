"""What a verifier has in hand: the evidence, parsed once, each part when it is first asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import canonical, cosignature, envelope, merkle, note, observation, rules, statement
from seatrial.proof.bundle import Evidence
from seatrial.proof.checkpoint import Checkpoint, split
from seatrial.proof.checkpoint import read as read_checkpoint
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.envelope import Envelope
from seatrial.proof.keyring import EVENT, Keyring
from seatrial.proof.people import Words
from seatrial.proof.rests import Chain, chain, entry
from seatrial.proof.samples import Listed, listed
from seatrial.proof.statement import Statement
from seatrial.proof.trust import Trust

UNREADABLE = Statement("unreadable", "", {})
"""Stands where an entry cannot be read, so that the others keep their places."""


@dataclass(frozen=True, slots=True)
class Today:
    """A model's files as they are today."""

    files: Mapping[str, str]
    """Path -> SHA-256 in hexadecimal digits, or why it was not opened."""
    whole: bool
    """Whether they are everything that decides what is answered, the source and the canaries among them; else they are
    the files that are distributed as the model, and nothing else."""
    model: str = ""
    """Digest of the whole, with the target block; empty if only files are known."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the evidence."""

    decision: int | None = None
    """Entry of the decision; None is the last one."""
    remembered: tuple[bytes, ...] = ()
    """Leaf hashes that this verifier accepted before."""
    every_signature: bool = False
    """Also the log key's signature on each entry, which the checkpoint covers already."""
    now: int | None = None
    """When it is asked, seconds since 1970 in UTC; needed for a greatest age."""
    max_age: int | None = None
    """Seconds that may have passed since witnesses last saw the checkpoint; None asks nobody."""
    assurance: str = ""
    """The least assurance that will do, one of `assurance.WORDS`; empty asks for none."""
    approved: bool = False
    """Whether enough people must have approved the decision."""
    today: Today | None = None
    """The model's files as they are today; None compares none."""
    disclosed: tuple[bytes, ...] = ()
    """Samples that were withheld and are shown now, each with its salt."""
    attestations: tuple[bytes, ...] = ()
    """Envelopes of standard attestations that are said to follow from the decision."""


class Reading:
    """The evidence as checks see it.  What cannot be parsed is kept as an error, and named by one check."""

    def __init__(self, evidence: Evidence, trust: Trust, question: Question) -> None:
        self.evidence = evidence
        self.trust = trust
        self.question = question
        self.json = cache(self._json)
        self.table = cache(self._table)
        self.pool = cache(self._pool)

    @cached_property
    def leaves(self) -> list[bytes]:
        """Leaf hash of each entry."""
        return [merkle.leaf_hash(data) for data in self.evidence.entries]

    @cached_property
    def checkpoint(self) -> Checkpoint | EvidenceError:
        """The checkpoint, if it is signed by the trusted key."""
        try:
            return read_checkpoint(
                split(self.evidence.checkpoint)[0],
                self.trust.origin,
                self.keyring.checkpoint_key(len(self.evidence.entries)),
            )
        except EvidenceError as error:
            return error

    @cached_property
    def cosignatures(self) -> tuple[Cosignature, ...] | EvidenceError:
        """Who witnessed the checkpoint, if every line that says so is good."""
        own, rest = split(self.evidence.checkpoint)
        try:
            lines = note.lines(rest) if rest else ()
            return cosignature.strict(lines, own.partition(b"\n\n")[0] + b"\n", self.trust.witnesses)
        except EvidenceError as error:
            return error

    @cached_property
    def envelopes(self) -> list[Envelope | EvidenceError]:
        """What each entry holds; its signatures are another question."""
        return [_envelope(data) for data in self.evidence.entries]

    @cached_property
    def said(self) -> list[Statement | EvidenceError]:
        """The statement in each entry."""
        return [UNREADABLE if isinstance(one, EvidenceError) else _statement(one.payload) for one in self.envelopes]

    @cached_property
    def statements(self) -> list[Statement]:
        """The same, with `UNREADABLE` in place of errors."""
        return [UNREADABLE if isinstance(one, EvidenceError) else one for one in self.said]

    @cached_property
    def keyring(self) -> Keyring:
        """Whose keys count at which entry: what the trust file and good key-events say."""
        return self._learned[0]

    @property
    def key_mistakes(self) -> tuple[Problem, ...]:
        """What is wrong with key-events; such a one changed nothing in the keyring."""
        return self._learned[1]

    @cached_property
    def _learned(self) -> tuple[Keyring, tuple[Problem, ...]]:
        keyring, mistakes = Keyring(self.trust), list[Problem]()
        for seq, said in self.of_kind(EVENT):
            wrong = keyring.learn(seq, said, self.key_ids(seq))
            mistakes += at(seq, EvidenceError(*wrong))
        return keyring, tuple(mistakes)

    @cached_property
    def asked(self) -> int:
        """Entry of the decision that is asked about."""
        decisions = [seq for seq, _ in self.of_kind("decision")]
        if self.question.decision is None and not decisions:
            raise EvidenceError("the log holds no decision")
        if self.question.decision is not None and self.question.decision not in decisions:
            raise EvidenceError(f"entry {self.question.decision} is not a decision; decisions are {decisions}")
        return decisions[-1] if self.question.decision is None else self.question.decision

    @cached_property
    def decision(self) -> Statement:
        """The decision that is asked about."""
        return self.statements[self.asked]

    @cached_property
    def chain(self) -> Chain:
        """The entries that it is over."""
        return chain(self.statements[: self.asked], self.decision.predicate["run_result"])

    @cached_property
    def samples(self) -> tuple[tuple[int, Mapping[str, Any], Listed], ...]:
        """Every sample that was kept for the decision: entry of the run-result, shard, and row of its index."""
        blobs, results = self.evidence.blobs, self.chain.run_results
        return tuple((seq, *one) for seq in results for one in listed(self.statements[seq].predicate, blobs))

    @cached_property
    def words(self) -> Words:
        """What people said in the log."""
        return Words(self.statements, self.names, self.digest, self.trust)

    def key_ids(self, seq: int) -> tuple[str, ...]:
        """Return the ids of the keys that an entry claims to be signed by; none if it cannot be read."""
        one = self.envelopes[seq]
        return () if isinstance(one, EvidenceError) else one.key_ids

    def names(self, seq: int) -> frozenset[str]:
        """Return the people who signed an entry: people, not keys."""
        return frozenset(name for key in self.key_ids(seq) if (name := self.keyring.person(key, seq)) is not None)

    def digest(self, seq: int) -> str:
        """Return the digest of the signed bytes of an entry; of no bytes, if it cannot be read."""
        one = self.envelopes[seq]
        return canonical.digest(b"" if isinstance(one, EvidenceError) else one.payload)

    def of_kind(self, kind: str) -> Iterator[tuple[int, Statement]]:
        """Yield the entries of one kind."""
        return ((seq, one) for seq, one in enumerate(self.statements) if one.kind == kind)

    def submission(self, run_plan: int) -> Mapping[str, Any]:
        """Return the submission of a run-plan."""
        seq = self.statements[run_plan].predicate["submission"]
        return entry(self.statements, seq, "submission", run_plan).predicate

    def plan(self, run_plan: int) -> Mapping[str, Any]:
        """Return the plan blob of a run-plan."""
        plan: Mapping[str, Any] = self.json(self.submission(run_plan)["plan"])
        return plan

    def has(self, digest: str) -> bool:
        """Return whether a blob is there."""
        return digest in self.evidence.blobs

    def blob(self, digest: str) -> bytes:
        """Return a blob.

        Raises:
            EvidenceError: If it is not there.
        """
        if digest not in self.evidence.blobs:
            raise EvidenceError(f"{digest} is needed and not there")
        return self.evidence.blobs[digest]

    def cases(self, digest: str) -> tuple[bytes, ...]:
        """Return the case digests that a blob concatenates."""
        data = self.blob(digest)
        cases = tuple(data[at : at + 32] for at in range(0, len(data), 32))
        if len(data) % 32 or len(set(cases)) != len(cases):
            raise EvidenceError(f"{digest} is not a list of distinct case digests")
        return cases

    def drawn(self, run_plan: int, count: int, members: int) -> tuple[bytes, ...]:
        """Return the cases of a clause in one slice: so many of the gate, and so many members."""
        predicate, plan = self.statements[run_plan].predicate, self.plan(run_plan)
        nonce = bytes.fromhex(predicate["nonce"])
        lent = rules.members_of(nonce, self.cases(plan["members"]), members) if members else ()
        return self.cases(predicate["slice"])[:count] + lent

    @cached_property
    def nominal(self) -> bool:
        """Whether a case that counts had been opened before, so that the confidence is nominal."""
        opened: set[bytes] = set()
        for seq, one in self.of_kind("run-plan"):
            if seq > self.chain.run_plans[-1] or not self.has(one.predicate["slice"]):
                continue
            cases = self.cases(one.predicate["slice"])
            if seq in self.chain.run_plans and not opened.isdisjoint(cases):
                return True
            opened.update(cases)
        return False

    def _json(self, digest: str) -> Any:
        return canonical.loads(self.blob(digest))

    def _pool(self, digest: str) -> rules.Pool:
        return rules.read_pool(self.blob(digest))

    def _table(self, digest: str) -> observation.Table:
        return observation.decode(self.blob(digest))


def at(seq: int, error: EvidenceError, hint: str = "") -> Iterator[Problem]:
    """Yield what an error says, with the entry where it was found; `hint` where it has none of its own."""
    for problem in error.problems:
        place = f"entry {seq}, {problem.where}" if problem.where else f"entry {seq}"
        yield Problem(place, problem.what, problem.hint or hint)


def reuses(plan: Mapping[str, Any]) -> bool:
    """Return whether a plan's charter declares that opened cases may be drawn again."""
    return plan["cases"].get("reuse") in (True, "declared")


def _envelope(data: bytes) -> Envelope | EvidenceError:
    try:
        return envelope.parsed(data)
    except EvidenceError as error:
        return error


def _statement(payload: bytes) -> Statement | EvidenceError:
    try:
        return statement.read(payload)
    except EvidenceError as error:
        return error
