"""Which model is it: its files, the digests that follow, and whether they are what somebody else says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence import modelsig, recorder
from seatrial.evidence.log import Log
from seatrial.proof import manifest as manifests
from seatrial.proof.manifest import CANARIES, Manifest
from seatrial.proof.rests import submission
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.targets.artifact import hashed, walked
from seatrial.targets.identity import ARTIFACT
from seatrial.targets.identity import identify as identified
from seatrial.verbs.project import charter_file, open_log, opened
from seatrial.verbs.reference import referred

SCHEMA = "seatrial/manifest/1"
"""The form of a manifest that `seatrial model manifest --json` prints."""
DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Identified:
    """A model and its files."""

    model: str
    """Digest of the whole: files, source and target block; empty where only files were looked at."""
    artifact: str
    """Digest of the model's files alone, as model signing has it; empty if the identity is declared."""
    files: Mapping[str, str]
    """Path -> SHA-256 in hexadecimal digits."""
    signed: tuple[str, ...]
    """Of these, the files of the artifact."""

    @property
    def declared(self) -> bool:
        """Whether the model is known by its block and its answers only."""
        return CANARIES in self.files

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        said = {"schema": SCHEMA, "identity": "declared" if self.declared else "files", "model": self.model}
        return {**said, "artifact": self.artifact, "files": dict(self.files), "signed": list(self.signed)}

    def _repr_html_(self) -> str:
        rows = tuple((name, code) for name, code in self.files.items())
        return sheet_card(Sheet(self.artifact or self.model, ("File", "SHA-256"), rows))


def identify(
    path: Path | str, *, weights: str | None = None, ignore: Sequence[str] = (), links: bool = False
) -> Identified:
    """Return which model a charter describes, or which one lies in a file or folder.

    Args:
        path: The charter, or the folder that it lies in; or the model itself, a file or a folder.
        weights: Of a charter: weights instead of its own.
        ignore: Of a model itself: paths that are left out, as the signature.
        links: Of a model itself: whether symbolic links are followed.

    Raises:
        InputError: If there is nothing of that name.
        TargetError: If a file cannot be read, or cannot be part of a model.

    Examples:
        >>> found = seatrial.identify("charter.yaml")
        >>> found.declared, found.artifact
        (True, '')
    """
    place = Path(path)
    if not place.exists() and not place.is_symlink():
        raise InputError(Problem(str(place), "there is no such file", "name a charter, or a model: a file or a folder"))
    file = charter_file(place)
    if file.is_file() and file.suffix in (".yaml", ".yml"):
        project = opened(place, weights=weights)
        found = identified(project.charter.target, project.folder)
        return Identified(found.digest, found.artifact, found.manifest.files, found.manifest.signed)
    files = hashed(walked(place, ignore=tuple(ignore), links=links))
    listed = {name: files[name] for name in manifests.ordered(files)}
    return Identified("", manifests.root(files), listed, tuple(listed))


@dataclass(frozen=True, slots=True)
class Same:
    """Whether a model is what somebody says it is."""

    against: str
    """What it was compared with, in words."""
    signer: str
    """What is known of who says so: `good signature`, `the log`, or why nothing is known."""
    problems: tuple[Problem, ...]
    """Every file that is extra, missing or changed; or that only the digests differ."""

    @property
    def ok(self) -> bool:
        """Whether nothing differs."""
        return not self.problems

    @property
    def sentence(self) -> str:
        """What was found, in words."""
        count = len(self.problems)
        differ = "is the model" if self.ok else f"is another model: {count} difference{'' if count == 1 else 's'}"
        return f"This {differ} ({self.against}; {self.signer})."

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        said = {"same": self.ok, "against": self.against, "signer": self.signer}
        return {**said, "problems": [{"where": one.where, "what": one.what} for one in self.problems]}


def same(
    path: Path | str,
    against: str,
    *,
    charter: Path | str = "charter.yaml",
    key: Path | None = None,
    log: str | None = None,
) -> Same:
    """Return whether a model is the one that a signature, a manifest, a digest or a decision speaks of.

    Args:
        path: The model, a file or a folder; or a charter, for what it describes.
        against: A signature of model signing (`model.sig`), a manifest (`seatrial model manifest --json`), a digest,
            or a decision: `last`, `deployed`, an entry.
        charter: For a decision: whose log is meant.
        key: Of a signature: the signer's public key, PEM.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If there is nothing of that name, or the key is none.
        TargetError: If a file cannot be part of a model: a symbolic link, for one.
        EvidenceError: If the signature is not good, or does not hang together.
    """
    file = Path(against)
    if DIGEST.fullmatch(against):
        return _digest(identify(path), against)
    if not file.is_file():
        return _decided(identify(path), open_log(opened(charter), log, writing=False), against)
    data = file.read_bytes()
    said = _json(data, against)
    if "dsseEnvelope" in said:
        return _signature(Path(path), file, data, key)
    if said.get("schema") != SCHEMA:
        hint = "name a model.sig, what `seatrial model manifest --json` printed, a digest or a decision"
        raise InputError(Problem(against, "is neither a signature nor a manifest of a model", hint))
    files = {str(name): str(code) for name, code in dict(said["files"]).items()}
    return Same(f"the manifest {against}", "nobody signed it", tuple(differences(files, identify(path).files)))


def differences(said: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Problem]:
    """Yield every file that is extra, missing, or has other bytes than was said."""
    if len(said) == len(found) == 1:
        # A model of one file has no name in its manifest.
        said, found = ({next(iter(found)): next(iter(one.values()))} for one in (said, found))
    for name in manifests.ordered(tuple({*said, *found})):
        if name not in found:
            yield Problem(name, "is missing")
        elif name not in said:
            yield Problem(name, "is extra: it was not there")
        elif said[name] != found[name]:
            yield Problem(name, f"was changed: {said[name][:12]}... was said, {found[name][:12]}... is here")


def _digest(found: Identified, against: str) -> Same:
    matched = DIGEST.fullmatch(against)
    wanted = f"sha256:{matched[1]}" if matched else ""
    is_one = wanted in (found.model, found.artifact)
    what = f"its digests are {', '.join(filter(None, (found.model, found.artifact)))}"
    problems = () if is_one else (Problem("digest", what, "a digest does not tell which file differs"),)
    return Same(f"the digest {wanted[:19]}...", "a digest has no signer", problems)


def _signature(path: Path, file: Path, data: bytes, key: Path | None) -> Same:
    signed = modelsig.read(data)
    if key is not None:
        if not key.is_file():
            raise InputError(Problem(str(key), "there is no such file", "name the signer's public key"))
        signed.check(key.read_bytes())
    own = (file.resolve().relative_to(path.resolve()).as_posix(),) if _within(file, path) else ()
    found = identify(path, ignore=(*signed.ignored, *own), links=signed.links)
    who = "good signature" if key is not None else "the signature was not checked: name its key with --key"
    return Same(f"what {file} signs", who, tuple(differences(signed.files, found.files)))


def _within(file: Path, place: Path) -> bool:
    return place.is_dir() and file.resolve().is_relative_to(place.resolve())


def _decided(found: Identified, log: Log, word: str) -> Same:
    """Compare with the model of a decision, file by file where the plan kept the manifest."""
    statements, seq = log.statements(), referred(log, word, where="--against")
    one = statements[seq]
    plan = recorder.submitted(log, submission(statements, one.predicate["run_result"]))
    name, who = f"decision {seq}", "the log says so"
    if not plan.manifest:
        return Same(name, who, _digest(found, one.model).problems)
    kept = manifests.read(log.store.get(plan.manifest))
    problems = tuple(differences(*_comparable(kept, plan.target, found)))
    if not problems and found.model and found.model != one.model:
        problems = (Problem("target", "the files are the same, and the target block is another"),)
    return Same(name, who, problems)


def _comparable(kept: Manifest, target: Mapping[str, Any], found: Identified) -> tuple[Mapping[str, str], ...]:
    """Return two lists of files that speak of the same: of a charter all files, of a model itself the artifact's."""
    if found.model:
        return kept.files, found.files
    top = PurePosixPath(str(target.get(ARTIFACT, ".")))
    if str(top) in kept.signed:
        top = top.parent
    return {str(PurePosixPath(name).relative_to(top)): kept.files[name] for name in kept.signed}, found.files


def _json(data: bytes, where: str) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise InputError(Problem(where, "is no signature and no manifest: it holds no JSON object"))
    return said
