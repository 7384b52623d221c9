"""Is the record whole, and does the verdict follow from it?"""

from __future__ import annotations

from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence.export import export
from seatrial.proof import remember
from seatrial.proof import trust as trusts
from seatrial.proof.reading import Question
from seatrial.proof.verify import Verified, verify_bundle
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import TRUST, open_log, opened


def verify(
    evidence: Path | str,
    *,
    trust: Path | str | None = None,
    decision: int | None = None,
    everything: bool = False,
    remembered: Path | str | None = None,
    log: str | None = None,
) -> Verified:
    """Return what every check of the verifier found.

    Args:
        evidence: A bundle, or a charter (or its folder): then its log is verified.
        trust: The pinned `trust.json`; by default the one beside the evidence.
        decision: Entry of the decision to recompute; the last one by default.
        everything: Whether to check the log key's signature on each entry, too.
        remembered: File of what was accepted before, brought up to date if all is well; it need not exist yet.
        log: Folder of the log, if not the default; for a charter.

    Raises:
        InputError: If there is no such file, or no trust.json.
        EvidenceError: If the log cannot even be read as one.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> found = seatrial.verify("charter.yaml")
        >>> found.ok, found.assurance
        (True, 'self-attested')
    """
    place = Path(evidence)
    if not place.exists():
        raise InputError(Problem(str(place), "there is no such file", "name a bundle or a charter"))
    if place.is_dir() or place.suffix in (".yaml", ".yml"):
        project = opened(place)
        bundle = export(open_log(project, log, writing=False), decision)
        beside = project.folder
    else:
        bundle, beside = place.read_bytes(), place.parent
    pinned = Path(trust) if trust else beside / TRUST
    if not pinned.is_file():
        hint = "name it with --trust; it must come from the project, never from the bundle"
        raise InputError(Problem(str(pinned), "there is no pinned trust.json", hint))
    trusted = trusts.read(pinned.read_bytes())
    memory = None if remembered is None else Path(remembered)
    before = remember.read(memory.read_bytes(), trusted.origin) if memory is not None and memory.exists() else ()
    found = verify_bundle(bundle, trusted, question=Question(decision, before, everything))
    if memory is not None and found.ok:
        write_whole(memory, remember.write(trusted.origin, found.leaves))
    return found
