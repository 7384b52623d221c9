"""Everything that a verifier checks, as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seatrial.errors import Problem
from seatrial.proof import (
    assurance,
    findings,
    history,
    identified,
    integrity,
    judgement,
    keyed,
    runners,
    standard,
    today,
    vouching,
)
from seatrial.proof.reading import Question, Reading


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so."""

    name: str
    says: str
    """What is true of the evidence if nothing is found."""
    finds: Callable[[Reading], Iterator[Problem]]
    asks: str = ""
    """Field of `reading.Question` without which there is nothing to find; empty if it always looks."""

    def asked(self, question: Question) -> bool:
        """Return whether it has something to look at."""
        return not self.asks or getattr(question, self.asks) != getattr(Question(), self.asks)


CHECKS: tuple[Check, ...] = (
    Check("blobs", "every blob has the digest that names it", integrity.blobs),
    Check("kept", "every kept sample is here, or is named as withheld", integrity.kept),
    Check(
        "disclosed", "samples that are shown later are those that were committed to", integrity.disclosed, "disclosed"
    ),
    Check("checkpoint", "the trusted log key signed the checkpoint", integrity.checkpoint),
    Check("root", "the entries are those that the checkpoint signs, in number and in bytes", integrity.root),
    Check("envelopes", "every entry is a well-formed envelope", integrity.envelopes),
    Check("signatures", "every entry is signed, by trusted keys only", integrity.signatures),
    Check("keys", "keys were changed by those who may, and the old log key vouches for what was before", keyed.keys),
    Check("statements", "every statement has exactly the fields of its kind", integrity.statements),
    Check(
        "memory", "the log holds everything that was accepted here before, unchanged", integrity.memory, "remembered"
    ),
    Check("witnesses", "every cosignature is by a trusted witness, over this checkpoint", assurance.witnesses),
    Check("age", "the checkpoint is no older than was asked for", assurance.age, "max_age"),
    Check("assurance", "what was asked for is reached", assurance.demanded, "assurance"),
    Check("references", "every entry refers to earlier entries of the right kind and model", history.references),
    Check("bindings", "approvals and waivers are of decisions and evidence of this log", vouching.bindings),
    Check(
        "approvals",
        "enough people approved the decision, and its waivers stand, where that was asked",
        vouching.approvals,
        "approved",
    ),
    Check("revocations", "words were taken back by those who gave them, or by a quorum", vouching.revocations),
    Check("rollouts", "what is said to have gone live with a licence had one", vouching.rollouts),
    Check("authors", "what people signed is filed under their names", vouching.authors),
    Check("findings", "findings are of what decisions found, and closed by what bears that out", findings.findings),
    Check("runners", "where a runner is named, one signed what was submitted and run", runners.runners),
    Check(
        "files", "the files of today, where they were given, are those that were decided about", today.files, "today"
    ),
    Check(
        "identity", "the model is that of its manifest, and nobody names other files as its own", identified.identity
    ),
    Check("attempts", "attempts are counted by the rule, and no earlier result is passed over", history.attempts),
    Check("nonces", "every nonce follows from the checkpoint that first held its submission", history.nonces),
    Check("slices", "cases were drawn by the nonce, from those that nobody had opened", history.slices),
    Check("plans", "plan and charter are those that were submitted before the run", judgement.plans),
    Check("results", "no done shard was changed, and the rows are those of the drawn cases", history.results),
    Check("stops", "where a clause stopped early, the shards before had settled it", history.stops),
    Check("waivers", "waivers cover what the decision rests on them for", judgement.waivers),
    Check("decision", "the decision, recomputed from the observations, is the recorded one", judgement.decision),
    Check(
        "attestation", "what is attested in other words follows from the decision", standard.attested, "attestations"
    ),
)
"""In the order in which they are carried out."""
