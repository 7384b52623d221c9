"""Attestations of a decision in forms that other tools read, signed by the log key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seatrial.errors import InputError, Problem
from seatrial.evidence import environment, place
from seatrial.evidence.export import asked, export
from seatrial.evidence.signers.signer import Signer
from seatrial.proof import bundle, envelope, standard
from seatrial.proof.reading import Question, Reading
from seatrial.stores.whole import write_whole
from seatrial.verbs.project import open_log, opened

SUFFIX = ".intoto.json"


@dataclass(frozen=True, slots=True)
class Attested:
    """Attestations of one decision."""

    decision: int
    """Entry of the log."""
    envelopes: dict[str, bytes]
    """Short name -> DSSE envelope: `decision`, `test-result`, and of a deploy `svr`."""

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write each into a file of a folder, and return the files.

        Raises:
            InputError: If the folder cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(Problem(str(folder), f"cannot be made: {error.strerror}")) from error
        files = {folder / f"{name}{SUFFIX}": data for name, data in self.envelopes.items()}
        for file, data in files.items():
            write_whole(file, data + b"\n")
        return tuple(files)


def attest(
    path: Path | str, *, decision: int | None = None, log: str | None = None, signer: Signer | None = None
) -> Attested:
    """Return the attestations of a decision: `test-result`, `svr` of a deploy, and the decision as the log has it.

    They are derived: equal logs and keys give equal bytes, and `seatrial verify --attestation` makes them again.

    Args:
        path: The charter, or the folder that it lies in.
        decision: Entry of the decision; the last one by default.
        log: Folder of the log, if not the default.
        signer: Who signs; the log key by default.

    Raises:
        InputError: If there is no such decision.
        LogError: If there is no log, or its key is not here.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> sorted(seatrial.attest("charter.yaml").envelopes)
        ['decision', 'svr', 'test-result']
    """
    kept = open_log(opened(path), log, writing=False)
    entry = asked(kept, decision)
    by = signer or place.log_signer(environment.variables())
    evidence = bundle.read(export(kept, entry), bundle.LIMIT)
    made = standard.payloads(standard.facts(Reading(evidence, kept.trust, Question(entry))))
    sealed = {name: envelope.seal(payload, [(by.public, by.sign)]) for name, payload in made.items()}
    return Attested(entry, {"decision": kept.entries()[entry], **sealed})
