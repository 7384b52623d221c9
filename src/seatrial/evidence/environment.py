"""What a run ran in: the fingerprint, and the only look at `os.environ`.

A fingerprint is flat: names in dotted form, values as text.  Two captures in one environment are equal; nothing in it
is a time, a name of the machine or its user, a path or a secret.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
import subprocess
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.evidence import installed, machine
from seatrial.evidence.drift import COMPUTE, FORM
from seatrial.proof import canonical

VARIABLES = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "CUDA_VISIBLE_DEVICES",
    "DNNL_MAX_CPU_ISA",
    "LD_PRELOAD",
    "MKL_CBWR",
    "MKL_NUM_THREADS",
    "NPY_DISABLE_CPU_FEATURES",
    "NVIDIA_TF32_OVERRIDE",
    "OMP_NUM_THREADS",
    "ONEDNN_MAX_CPU_ISA",
    "OPENBLAS_CORETYPE",
    "OPENBLAS_NUM_THREADS",
    "PYTHONHASHSEED",
    "PYTHONOPTIMIZE",
)
"""Variables that choose threads, instructions or code; recorded even if unset."""
FAMILIES = re.compile(
    r"(OMP|KMP|GOMP|MKL|OPENBLAS|BLIS|VECLIB|NUMEXPR|DNNL|ONEDNN|ATEN|CUDA|CUDNN|CUBLAS|NCCL|TORCH|TORCHINDUCTOR|PYTORCH|"
    r"NPY|XLA|JAX|TF|ORT|HIP|ROCR|MALLOC|TOKENIZERS)_[A-Z0-9_]+"
)
"""Names of further variables that are recorded if they are set."""
_SECRET = re.compile(r"key|token|secret|passw|credential|auth|cookie|session", re.IGNORECASE)
_PATH = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:[\\/]|~?/)[^\s:;,'\"]+")
_LONGEST = 200
_CI = {"GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab", "JENKINS_URL": "jenkins", "TF_BUILD": "azure", "CI": "some"}
_COMMITS = ("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT", "BUILD_SOURCEVERSION")
_OURS = ("checkpoint.txt", "trust.json")
"""What a run itself writes beside the charter: no change of the project."""
PACKED = "packages"
"""Field that names, by digest, the list of packages that do not stand in the record one by one."""


def variables() -> Mapping[str, str]:
    """Return the environment variables; every caller in seatrial gets them from here."""
    return os.environ


def variable(name: str) -> str | None:
    """Return one environment variable, or None; an empty one counts as unset."""
    return variables().get(name) or None


def fingerprint(
    *,
    project: Path | None = None,
    settings: Mapping[str, str] | None = None,
    given: Mapping[str, str] | None = None,
    thorough: bool = False,
) -> dict[str, str]:
    """Return what can change a byte of a result: names in dotted form, values as text, no host or user name.

    Args:
        project: A folder whose Git revision is recorded, if it has one.
        settings: What the caller knows and this room must not import: threads of a framework, device, determinism, and
            under `network.` what a target tells of its endpoint.
        given: What the user says of how it will be served (`stated`): `flag.name` and `window`.
        thorough: Whether to read every installed file and compare it with what was installed; takes half a minute.
    """
    told = {name if name.startswith("network.") else f"setting.{name}": text for name, text in (settings or {}).items()}
    found = {
        **machine.system(),
        **machine.python(),
        **machine.cpu(),
        **machine.memory(),
        **machine.accelerators(),
        **machine.container(variables()),
        **machine.place(),
        **{f"variable.{name}": value for name, value in _variables().items()},
        **told,
        **_continuous(),
        **(_project(project) if project else {}),
    }
    clean = _cleaner()
    plain = {name: clean(value) for name, value in found.items()}
    return dict(sorted({"form": FORM, **plain, **_packages(thorough=thorough), **(given or {})}.items()))


def stated(flags: Mapping[str, str], window: str = "") -> dict[str, str]:
    """Return what a user says of how the model will be served, as fields of a fingerprint.

    Args:
        flags: Feature flags, name -> value.
        window: When it will be live: `2027-03-01/2027-03-07`, two days or instants of ISO 8601.

    Raises:
        InputError: If a name looks like that of a secret, is none, or the window is no interval.
    """
    problems = [
        Problem("--flag", f"{name!r} looks like the name of a secret", "the record is for everybody to read")
        for name in flags
        if _SECRET.search(name)
    ]
    problems += [
        Problem("--flag", f"{name!r} cannot name a flag", "write --flag name=value: letters, digits, `.`, `-`, `_`")
        for name in flags
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", name)
    ]
    if window and not _is_window(window):
        problems.append(Problem("--window", f"{window!r} is no interval", "write 2027-03-01/2027-03-07"))
    if problems:
        raise InputError(*problems)
    return {**{f"flag.{name}": value for name, value in flags.items()}, **({"window": window} if window else {})}


def packed(fields: Mapping[str, str]) -> tuple[dict[str, str], bytes]:
    """Return a fingerprint as a statement holds it, and the blob of the packages that it names by digest.

    Packages in the compute path stand in the statement one by one; the long list is one blob, the same for every run
    in one environment.
    """
    listed = {name: text for name, text in fields.items() if name.startswith(("package.", "record."))}
    beside = {name: text for name, text in listed.items() if name.partition(".")[2] not in COMPUTE}
    blob = canonical.dumps(beside)
    kept = {name: text for name, text in fields.items() if name not in beside}
    return dict(sorted({**kept, **({PACKED: canonical.digest(blob)} if beside else {})}.items())), blob


def unpacked(fields: Mapping[str, str], get: Callable[[str], bytes]) -> dict[str, str]:
    """Return a whole fingerprint from what a statement holds.

    Args:
        fields: Of the statement.
        get: Blob by digest.

    Raises:
        StoreError: If the blob is not there.
        EvidenceError: If it cannot be read.
    """
    if PACKED not in fields:
        return dict(fields)
    kept = {name: text for name, text in fields.items() if name != PACKED}
    listed = canonical.loads(get(fields[PACKED]))
    if not isinstance(listed, dict) or not all(isinstance(text, str) for text in listed.values()):
        raise EvidenceError(Problem(fields[PACKED], "is no list of packages"))
    return dict(sorted({**listed, **kept}.items()))


def _is_window(window: str) -> bool:
    day = r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?"
    matched = re.fullmatch(rf"({day})/({day})", window)
    return matched is not None and matched[1] <= matched[5]


def _packages(*, thorough: bool) -> dict[str, str]:
    """Return every distribution with version and digest, and the digest of seatrial's own sources."""
    altered = installed.altered() if thorough else {}
    found: dict[str, str] = {}
    for one in installed.installed():
        found[f"package.{one.name}"] = one.version
        changed = f", {altered[one.name]} files differ from it" if one.name in altered else ""
        found[f"record.{one.name}"] = f"{one.record}{changed}"
    spec = find_spec("seatrial")
    if spec is not None and spec.origin:
        found["code.seatrial"] = installed.code(Path(spec.origin).parent)
    return found


def _variables() -> dict[str, str]:
    """Return the variables that matter; a path among them is no value that another machine could have."""
    known = variables()
    more = {name for name in known if FAMILIES.fullmatch(name) and not _SECRET.search(name) and known[name]}
    found = {name: known.get(name, "") for name in sorted({*VARIABLES, *more})}
    libraries = [part.rpartition("/")[2] for part in re.split(r"[\s:]+", found["LD_PRELOAD"]) if part]
    return {**found, "LD_PRELOAD": " ".join(libraries)}


def _continuous() -> dict[str, str]:
    """Return which continuous integration runs this, and the commit that it names."""
    known = variables()
    name = next((word for word in _CI if known.get(word)), "")
    if not name:
        return {}
    commit = next((known[word] for word in _COMMITS if re.fullmatch(r"[0-9a-f]{7,64}", known.get(word, ""))), "")
    return {"ci": _CI[name], "ci.commit": commit}


def _cleaner() -> Callable[[str], str]:
    """Return what takes paths and the names of machine and user out of a text."""
    names = {platform.node(), platform.node().partition(".")[0], Path.home().name}
    try:
        names.add(getpass.getuser())
    except (KeyError, OSError, ImportError):
        names.discard("")
    words = sorted((re.escape(name) for name in names if len(name) > 2), key=len, reverse=True)
    private = re.compile(rf"(?<![\w-])({'|'.join(words)})(?![\w-])") if words else None

    def clean(value: str) -> str:
        short = _PATH.sub("(a path)", value)
        return (private.sub("(withheld)", short) if private else short)[:_LONGEST]

    return clean


def _project(folder: Path) -> dict[str, str]:
    """Return the revision of a project, and what was changed since: as a digest, and untracked files by number."""
    ours = [f":(exclude){name}" for name in _OURS]
    revision = _git(folder, "rev-parse", "HEAD")
    difference = _git(folder, "diff", "HEAD", "--binary", "--no-ext-diff", "--no-color", "--", ":/", *ours)
    untracked = _git(folder, "ls-files", "--others", "--exclude-standard", "--", ":/", *ours)
    if revision is None or difference is None or untracked is None:
        return {}
    return {
        "project.revision": revision.decode().strip(),
        "project.state": "changed" if difference else "clean",
        "project.difference": f"sha256:{sha256(difference).hexdigest()}" if difference else "",
        "project.untracked": f"{len(untracked.splitlines())} files",
    }


def _git(folder: Path, *words: str) -> bytes | None:
    """Return what Git says, or None if there is no Git or no repository."""
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
