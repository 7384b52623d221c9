"""Check of which model it is: digests follow from the manifest that the plan names, and nobody names other files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.errors import EvidenceError, Problem
from seatrial.proof import manifest
from seatrial.proof.reading import Reading


def identity(reading: Reading) -> Iterator[Problem]:
    """Find a model whose digest does not follow from its files, and statements that name other files as its own."""
    artifacts = {_artifact(reading.plan(seq), reading) for seq in reading.chain.run_plans}
    for seq in reading.chain.run_plans:
        plan, entry = reading.plan(seq), reading.statements[seq].predicate["submission"]
        if plan.get("manifest"):
            found = manifest.read(reading.blob(plan["manifest"]))
            if found.model(plan["target"]) != plan["model"]:
                yield Problem(f"entry {entry}", "the model's digest does not follow from its manifest and its block")
        if reading.statements[entry].artifact not in artifacts:
            yield Problem(f"entry {entry}", "names an artifact that the manifest of its plan does not give")
    if reading.decision.artifact not in artifacts:
        yield Problem(f"entry {reading.asked}", "names an artifact that is not the one that was submitted")
    for seq, one in enumerate(reading.statements):
        strange = one.artifact not in {"", *artifacts}
        if one.model == reading.decision.model and strange and seq != reading.asked and one.kind != "submission":
            yield Problem(f"entry {seq}", "names an artifact that is not that of its model")


def _artifact(plan: Mapping[str, Any], reading: Reading) -> str:
    """Return the artifact that a plan's manifest gives; empty where it has none."""
    if not plan.get("manifest"):
        return ""
    try:
        return manifest.read(reading.blob(plan["manifest"])).artifact or ""
    except EvidenceError as error:
        raise EvidenceError(Problem("manifest", f"cannot be read: {error}")) from None
