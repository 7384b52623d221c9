"""What a gate needs on this machine, and whether it is there; nothing is changed, and no framework is imported."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

from seatrial.errors import LogError, SeatrialError
from seatrial.evidence import environment, place
from seatrial.evidence.tapes.address import is_remote
from seatrial.verbs.extras import extra_of, installed, parts
from seatrial.verbs.project import CHECKPOINT, SCRATCH, TRUST, Project, charter_file, open_log, opened

GOOD, NOTE, ABSENT, BROKEN = "good", "note", "absent", "broken"
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
ROOM = 1 << 30
"""Bytes that should be free where runs are written: a gate of pictures fills some hundred megabytes."""
_NEEDS = 2
"""Cores from which on `--executor processes` gains anything."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    group: str
    name: str
    state: str
    """`good`, `note` (works, and worth knowing), `absent` (can be added), `broken` (a gate would fail)."""
    found: str
    hint: str = ""
    """What to type or do; empty if nothing."""


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that was looked at."""

    checks: tuple[Check, ...]

    @property
    def exit_code(self) -> int:
        """4 if something that a gate needs is broken, else 0."""
        return 4 if any(one.state == BROKEN for one in self.checks) else 0

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        broken = [one.name for one in self.checks if one.state == BROKEN]
        return f"A gate would fail here: {', '.join(broken)}." if broken else "Nothing that a gate needs is broken."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"healthy": self.exit_code == 0, "checks": [asdict(one) for one in self.checks]}


def doctor(path: Path | str = ".", *, log: str | None = None) -> Examined:
    """Look at versions, extras, threads, folders, key, log and charter, and return what was found.

    Args:
        path: The charter, or the folder that it lies in; there need be none.
        log: Folder of the log, if not the default.
    """
    variables = environment.variables()
    charter = charter_file(path)
    project, promised = _charter(charter)
    return Examined(
        (
            *_versions(),
            *_extras(project),
            *_machine(),
            *_threads(variables),
            *_folders(charter.parent, project, log, variables),
            *promised,
            *(_records(project, log, variables) if project else ()),
            *_optional(),
        )
    )


def _versions() -> Iterator[Check]:
    system = f"{platform.system()} {platform.machine()}"
    yield Check("versions", "seatrial", GOOD, installed("seatrial"))
    yield Check("versions", "python", GOOD, f"{platform.python_implementation()} {platform.python_version()}")
    known = sys.platform.startswith("linux")
    yield Check("versions", "platform", GOOD if known else NOTE, system, "" if known else "seatrial was tried on Linux")
    lame = [part for part in parts("") if not part.fits]
    found = ", ".join(part.shown for part in lame) if lame else "all there"
    yield Check("versions", "requirements", BROKEN if lame else GOOD, found, "pip install seatrial" if lame else "")


def _extras(project: Project | None) -> Iterator[Check]:
    """Look at every extra; one that the charter needs and that is not there is broken."""
    needed = {extra_of(*pair) for pair in _kinds(project)}
    for name in ("torch", "sklearn", "data", "demo"):
        lame = [part for part in parts(name) if not part.fits]
        state = GOOD if not lame else BROKEN if name in needed else ABSENT
        shown = ", ".join(part.shown for part in (lame or parts(name)))
        yield Check("extras", name, state, shown, f"pip install 'seatrial[{name}]'" if lame else "")


def _kinds(project: Project | None) -> list[tuple[str, str]]:
    if project is None:
        return []
    charter = project.charter
    path = str(charter.cases.settings.get("path", ""))
    return [("targets", str(charter.target["kind"])), ("cases", charter.cases.kind), ("files", Path(path).suffix)]


def _machine() -> Iterator[Check]:
    cores = len(psutil.Process().cpu_affinity()) if hasattr(psutil.Process, "cpu_affinity") else os.cpu_count() or 1
    memory = psutil.virtual_memory()
    hint = "" if cores >= _NEEDS else "one core: --executor inline is as fast as processes"
    yield Check("machine", "processor", GOOD, f"{cores} cores, {platform.machine()}", hint)
    yield Check("machine", "memory", GOOD, f"{memory.available / 2**30:.1f} of {memory.total / 2**30:.1f} GiB free")
    yield _accelerator()


def _accelerator() -> Check:
    """Return what the driver says of its devices; whether torch can use them is read from the name of its build."""
    words = ["nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return Check("machine", "accelerator", GOOD, "none found: models compute on the processor")
    found = "; ".join(done.stdout.split("\n")).strip("; ")
    if any(part.name == "torch" and "cpu" in part.version for part in parts("torch")):
        return Check("machine", "accelerator", NOTE, found, "the installed torch is a build for processors only")
    return Check("machine", "accelerator", GOOD, found, "target.device: cuda:0 uses it")


def _threads(variables: Mapping[str, str]) -> Iterator[Check]:
    """Look at the variables that choose threads; models are asked on one thread whatever they say."""
    for name in THREADS:
        said = variables.get(name, "")
        if not said:
            yield Check("threads", name, GOOD, "unset: models are asked on one thread")
        elif not said.isdigit() or not int(said):
            yield Check("threads", name, NOTE, repr(said), f"no whole number from 1 on: export {name}=1")
        elif int(said) > 1:
            yield Check("threads", name, NOTE, said, f"training may spin on busy cores: export {name}=1")
        else:
            yield Check("threads", name, GOOD, said)


def _folders(home: Path, project: Project | None, named: str | None, variables: Mapping[str, str]) -> Iterator[Check]:
    yield _writable("scratch", home / SCRATCH)
    yield _writable("key", place.key_path(variables).parent)
    try:
        address = place.log_place(project.charter.system if project else None, named, variables)
        if is_remote(address):
            yield Check("folders", "log", GOOD, place.shown(address))
        else:
            yield _writable("log", Path(address))
    except LogError as error:
        yield Check("folders", "log", BROKEN, error.problems[0].what, error.problems[0].hint)


def _writable(name: str, folder: Path) -> Check:
    """Say whether a folder, or the nearest one above it that is there, can be written to and has room."""
    there = next((one for one in (folder, *folder.absolute().parents) if one.exists()), folder)
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = f"{folder} cannot be {'written to' if there == folder else 'made'}"
        return Check("folders", name, BROKEN, what, f"allow writing in {there}, or name another folder")
    free = shutil.disk_usage(there).free
    if free < ROOM:
        return Check("folders", name, NOTE, str(folder), f"only {free >> 20} MiB are free there")
    return Check("folders", name, GOOD, str(folder))


def _charter(path: Path) -> tuple[Project | None, list[Check]]:
    if not path.is_file():
        return None, [Check("project", "charter", ABSENT, f"there is no {path}", "seatrial init")]
    try:
        project = opened(path)
    except SeatrialError as error:
        count = len(error.problems)
        found = f"{count} mistake{'s' if count > 1 else ''}: {error.problems[0].what}"
        return None, [Check("project", "charter", BROKEN, found, f"seatrial lint {path}")]
    return project, [Check("project", "charter", GOOD, f"{path}, of {project.charter.system}")]


def _records(project: Project, named: str | None, variables: Mapping[str, str]) -> Iterator[Check]:
    """Look whether key, log and pin are there, and belong together."""
    make = "seatrial init"
    try:
        signer = place.log_signer(variables)
        yield Check(
            "project", "log key", GOOD, f"{place.key_shown(variables)}, {len(signer.public)} bytes of public key"
        )
    except LogError as error:
        absent = (
            place.key_in_file(variables)
            and not place.key_path(variables).exists()
            and not (project.folder / TRUST).is_file()
        )
        hint = make if absent else error.problems[0].hint
        yield Check("project", "log key", ABSENT if absent else BROKEN, error.problems[0].what, hint)
        return
    pinned = (project.folder / TRUST).is_file()
    try:
        log = open_log(project, named)
    except LogError as error:
        state = BROKEN if pinned else ABSENT
        yield Check("project", "log", state, error.problems[0].what, error.problems[0].hint if pinned else make)
        return
    except SeatrialError as error:
        yield Check("project", "log", BROKEN, error.problems[0].what, error.problems[0].hint)
        return
    yield Check("project", "log", GOOD, f"{len(log.entries())} entries, and it fits the key")
    for name in (TRUST, CHECKPOINT):
        there = (project.folder / name).is_file()
        yield Check(
            "project", name, GOOD if there else ABSENT, "fits the log" if there else "is missing", "" if there else make
        )


def _optional() -> Iterator[Check]:
    git = shutil.which("git")
    hint = "" if git else "with Git, evidence names the revision of the project"
    yield Check("optional", "git", GOOD if git else ABSENT, git or "is not installed", hint)
