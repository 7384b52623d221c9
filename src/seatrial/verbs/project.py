"""What stands around a charter: its folder, its log, its model, its cases."""

from __future__ import annotations

import getpass
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.cases.cases import Cases, source
from seatrial.cases.pools import Pools, digests, pools, truth
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load as load_catalog
from seatrial.charter.charter import CasesBlock, Charter
from seatrial.charter.file import NAME, OWN, read
from seatrial.errors import InputError, Problem, TargetError
from seatrial.evidence import environment, place
from seatrial.evidence.log import Log
from seatrial.evidence.signers.signer import Signer
from seatrial.plan.compile import Compiled, compile_plan
from seatrial.plan.subject import Rival, Subject
from seatrial.proof.rules import pool_blob
from seatrial.records.digest import group_texts
from seatrial.records.event import Listener, Phase, silent
from seatrial.stores.whole import write_whole
from seatrial.targets.identity import identify
from seatrial.targets.lent import identities, lent, unlike
from seatrial.targets.target import Target, load_target
from seatrial.verbs.rival import rival
from seatrial.verbs.suited import check
from seatrial.verbs.vouch import sought

LOGGER = logging.getLogger("seatrial.project")
SCRATCH = ".seatrial"
"""Folder beside the charter for runs and reports; git ignores it."""
TRUST = "trust.json"
"""Beside the charter, to be committed: whose log this is."""
CHECKPOINT = "checkpoint.txt"
"""Beside the charter, to be committed: what the log must still begin with."""


@dataclass(frozen=True, slots=True)
class Project:
    """A charter and the folder around it."""

    charter: Charter
    catalog: Catalog
    file: str = NAME
    """What the charter's file is called."""

    @property
    def folder(self) -> Path:
        """Where the charter lies."""
        return self.charter.folder

    def scratch(self, *names: str) -> Path:
        """Return a folder for runs or reports, made if it is not there, and ignored by git."""
        return scratch(self.folder, *names)


def scratch(folder: Path, *names: str) -> Path:
    """Return a folder for runs or reports beside a charter, made if it is not there, and ignored by git."""
    top = folder / SCRATCH
    top.mkdir(exist_ok=True)
    if not (top / ".gitignore").exists():
        write_whole(top / ".gitignore", b"*\n")
    wanted = top.joinpath(*names)
    wanted.mkdir(parents=True, exist_ok=True)
    return wanted


@dataclass(frozen=True, slots=True)
class Tried:
    """What is tried: the model, and the cases it is tried on."""

    target: Target[Any, Any]
    model: str
    """Digest of the model's manifest."""
    cases: Cases
    pools: Pools
    members: tuple[bytes, ...]
    """Digests of the charter's `cases.members`; empty if it names none."""
    truth: str
    """Digest of what the sources say of their cases: labels, groups."""
    baseline: Rival | None = None
    """What the charter's differences are taken to, if a clause compares."""
    grouped: bool = False
    """Whether the source names groups."""
    surrogates: Mapping[str, str] = field(default_factory=dict)
    """Name of each surrogate of the charter -> digest of its manifest."""
    manifest: bytes = b""
    """The model's manifest."""

    def subject(self, block: CasesBlock) -> Subject:
        """Return the same for the plan, which sees cases by digest only."""
        units = self.pools.units or None
        return Subject(
            target=self.target,
            model=self.model,
            pool=pool_blob(self.pools.index, block.gate, block.rehearsal, units=units),
            members=self.members,
            truth=self.truth,
            baseline=self.baseline,
            grouped=self.grouped,
            surrogates=self.surrogates,
            manifest=self.manifest,
        )


def opened(path: Path | str, *, weights: str | None = None) -> Project:
    """Return the project of a charter.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.

    Raises:
        CharterError: With everything that is wrong with the charter.
        CatalogError: With everything that is wrong with scenarios beside it.
    """
    file = charter_file(path)
    if not file.is_file():
        hint = "name one, or let `seatrial init` write one to fill in"
        raise InputError(Problem(str(path), "there is no such charter", hint))
    catalog = load_catalog(file.parent / OWN)
    charter = read(file, catalog=catalog)
    if weights is not None:
        charter = _with_weights(charter, weights)
    return Project(charter, catalog, file.name)


def charter_file(path: Path | str) -> Path:
    """Return the charter that a path names: itself, or the one in that folder; it need not be there."""
    return Path(path) / NAME if Path(path).is_dir() else Path(path)


def compiled(project: Project, model: Tried) -> Compiled:
    """Return the plan of a charter, and the blobs that it names.

    Raises:
        PlanError: With everything that does not fit.
    """
    return compile_plan(project.charter, project.catalog, model.subject(project.charter.cases))


def tried(project: Project, *, hear: Listener = silent, log: Log | None = None) -> Tried:
    """Load the model and the cases of a charter; `hear` is told of each phase.

    Args:
        project: The charter.
        hear: Is told what happens.
        log: Where the last deploy stands, if the baseline is that; the system's own log by default.

    Raises:
        TargetError: If the model does not load, or is not what the charter says.
        CasesError: If the cases are missing or malformed, or not what the target takes.
    """
    charter = project.charter
    hear(Phase("opening the cases"))
    cases = source(charter.cases.kind, charter.cases.settings, charter.folder)
    hear(Phase("loading the model"))
    target = load_target(charter.target, charter.folder)
    hear(Phase(f"reading {len(cases):,} cases"))
    check(cases, target.face)
    if problems := list(unlike(target.face, lent(charter.surrogates, charter.folder))):
        raise TargetError(*problems)
    found = identify(charter.target, charter.folder)
    members = charter.cases.members
    training = source(str(members["kind"]), members, charter.folder) if members else None
    return Tried(
        target=target,
        model=found.digest,
        cases=cases,
        pools=pools(cases, charter.cases.gate, charter.cases.rehearsal, unit=charter.cases.unit),
        members=tuple(sorted(set(digests(training)))) if training is not None else (),
        truth=truth(cases, *([training] if training is not None else [])),
        baseline=rival(charter, found.digest, lambda: log or open_log(project, None, writing=False)),
        grouped=any(group_texts(cases.take(0, 1))) if len(cases) else False,
        surrogates=identities(charter.surrogates, charter.folder),
        manifest=found.blob,
    )


def open_log(project: Project, named: str | None, *, writing: bool = True, runner: Signer | None = None) -> Log:
    """Return the system's log, checked against the project's pin and its last checkpoint.

    Args:
        project: The charter names the system.
        named: Place of the log, if one was named on the command line.
        writing: Whether something will be appended; then the key is needed.
        runner: Who signs what is submitted and run, besides the log key.

    Raises:
        LogError: If there is no log or no key.
        EvidenceError: If the log was changed or shortened, or is not the pinned one.
    """
    variables = environment.variables()
    address = place.log_place(project.charter.system, named, variables)
    shown = place.shown(address)
    LOGGER.debug("the log is %s", shown, extra={"event": {"name": "LogOpened", "place": shown}})
    signer = place.log_signer(variables) if writing else None
    return Log.open(address, signer, pinned=pin(project), remembered=_bytes(project.folder / CHECKPOINT), runner=runner)


def pin(project: Project) -> bytes | None:
    """Return the trust file beside the charter, or None if the project pins no log yet."""
    return _bytes(project.folder / TRUST)


def remember(project: Project, log: Log, *, seek: bool = True) -> None:
    """Write the log's checkpoint beside the charter, to be committed, and have it cosigned if the log has witnesses.

    Args:
        project: Where it is written.
        log: The system's log.
        seek: Whether to ask the witnesses; not between the steps of one verb.
    """
    write_whole(project.folder / CHECKPOINT, log.checkpoint)
    if seek:
        sought(log)


def login() -> str:
    """Return the name of who is logged in, for the submission."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def instant(now: datetime | None = None) -> str:
    """Return an instant in UTC as ISO text; the wall clock by default."""
    return (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _with_weights(charter: Charter, weights: str) -> Charter:
    path = Path(weights)
    shown = path.absolute().relative_to(charter.folder.absolute()) if _inside(path, charter.folder) else path.absolute()
    block = {**charter.target, "weights": shown.as_posix()}
    return replace(charter, target=block, text={**charter.text, "target": block})


def _inside(path: Path, folder: Path) -> bool:
    return path.absolute().is_relative_to(folder.absolute())


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
