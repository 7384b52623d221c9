"""Is the record whole, and does the verdict follow from it?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem, meant
from seatrial.evidence.export import export
from seatrial.evidence.witness import timestamps
from seatrial.evidence.witness.timestamps import Stamp
from seatrial.proof import assurance as assurances
from seatrial.proof import bundle as bundles
from seatrial.proof import checkpoint, remember, today
from seatrial.proof import trust as trusts
from seatrial.proof.assurance import instant
from seatrial.proof.checks import CHECKS, Check
from seatrial.proof.reading import Question, Reading, Today
from seatrial.proof.trust import Trust
from seatrial.proof.verify import STAMP, Verified, verify_bundle
from seatrial.stores.whole import write_whole
from seatrial.targets.identity import identify
from seatrial.verbs.project import TRUST, charter_file, open_log, opened


def verify(
    evidence: Path | str,
    *,
    trust: Path | str | None = None,
    decision: int | None = None,
    everything: bool = False,
    remembered: Path | str | None = None,
    disclosed: Path | str | None = None,
    attestation: Path | str | None = None,
    approved: bool = False,
    model: Path | str | None = None,
    assurance: str = "",
    max_age: str | None = None,
    log: str | None = None,
    now: Callable[[], float] = time.time,
) -> Verified:
    """Return what every check of the verifier found.

    Args:
        evidence: A bundle, or a charter (or its folder): then its log is verified.
        trust: The pinned `trust.json`; by default the one beside the evidence.
        decision: Entry of the decision to recompute; the last one by default.
        everything: Whether to check the log key's signature on each entry, too.
        remembered: File of what was accepted before, brought up to date if all is well; it need not exist yet.
        disclosed: File of samples that the bundle withholds and that were shown later (`seatrial export --disclose`).
        attestation: File of an in-toto attestation (`seatrial attest`) that is said to follow from the decision.
        approved: Whether to require that enough people approved the decision, too.
        model: What is there today, to be compared with what was decided about: a charter (or its folder), or a folder
            that holds the model's files and nothing else.
        assurance: The least that will do: `self-attested`, `remembered`, `separate runner` or `witnessed`.
        max_age: How long ago witnesses may have seen the log last: `12h`, `7d`.
        log: Folder of the log, if not the default; for a charter.
        now: The instant that an age is measured to, seconds UTC.

    Raises:
        InputError: If there is no such file, no trust.json, or no such assurance.
        EvidenceError: If the log cannot even be read as one.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> found = seatrial.verify("charter.yaml")
        >>> found.ok, found.assurance
        (True, 'self-attested')
    """
    if assurance and assurance not in assurances.WORDS:
        raise InputError(Problem("assurance", f"there is no {assurance!r}", meant(assurance, assurances.WORDS)))
    span = assurances.seconds(max_age) if max_age else None
    place = Path(evidence)
    if not place.exists():
        raise InputError(Problem(str(place), "there is no such file", "name a bundle or a charter"))
    if place.is_dir() or place.suffix in (".yaml", ".yml"):
        project = opened(place)
        bundle = export(open_log(project, log, writing=False), decision)
        beside = project.folder
    else:
        bundle, beside = _read(place, "a bundle"), place.parent
    pinned = Path(trust) if trust else beside / TRUST
    if not pinned.is_file():
        hint = "name it with --trust; it must come from the project, never from the bundle"
        raise InputError(Problem(str(pinned), "there is no pinned trust.json", hint))
    trusted = trusts.read(pinned.read_bytes())
    memory = None if remembered is None else Path(remembered)
    before = remember.read(memory.read_bytes(), trusted.origin) if memory is not None and memory.exists() else ()
    shown = bundles.disclosed(_read(Path(disclosed), "a file of samples")) if disclosed else ()
    question = Question(decision, before, everything, disclosed=shown, approved=approved)
    attested = (_read(Path(attestation), "an attestation"),) if attestation else ()
    question = replace(question, attestations=attested)
    question = replace(question, today=None if model is None else _today(Path(model)))
    question = replace(question, now=int(now()), max_age=span, assurance=assurance)
    found = stamped(bundle, trusted, question)
    if memory is not None and found.ok:
        write_whole(memory, remember.write(trusted.origin, found.leaves))
    return found


def stamped(bundle: bytes, trusted: Trust, question: Question) -> Verified:
    """Return what every check found in a bundle; its timestamp is checked, too, if the extra is there for it."""
    stamps: list[Stamp] = []

    def finds(reading: Reading) -> Iterator[Problem]:
        own = checkpoint.split(reading.evidence.checkpoint)[0]
        if reading.evidence.timestamp:
            stamps.append(timestamps.check(reading.evidence.timestamp, own, trusted.timestamps))
        yield from ()

    able = bool(trusted.timestamps) and timestamps.installed()
    mine = (Check(STAMP, "a timestamp is over this checkpoint, by a pinned authority", finds),) if able else ()
    found = verify_bundle(bundle, trusted, question=question, checks=(*CHECKS, *mine))
    told = (f"the checkpoint was there by {instant(one.time)}, on the word of {one.authority}" for one in stamps)
    seen = tuple(replace(one, asked=bool(stamps or one.problems)) if one.name == STAMP else one for one in found.checks)
    found = replace(found, checks=seen)
    return replace(found, notes=(*found.notes, *told)) if found.ok else found


def _today(place: Path) -> Today:
    """Return the model's files as they are now, by the charter's target block, or of a folder that holds them."""
    if place.suffix not in (".yaml", ".yml") and not charter_file(place).is_file():
        return today.files_of(place)
    project = opened(place)
    found = identify(project.charter.target, project.folder)
    links = {name: today.LINK for name in found.manifest.files if (project.folder / name).is_symlink()}
    return Today({**found.manifest.files, **links}, whole=True, model=found.digest)


def _read(place: Path, what: str) -> bytes:
    """Return what a file holds; one that is too large is not read."""
    if not place.is_file():
        raise InputError(Problem(str(place), "there is no such file", f"name {what}"))
    if place.stat().st_size > bundles.LIMIT:
        raise EvidenceError(Problem(str(place), f"is larger than {bundles.LIMIT} bytes, and is not looked at"))
    return place.read_bytes()
