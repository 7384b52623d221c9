"""`python -m release.dist`: sdist, wheel, verifier, bill of materials and their digests, into dist/.

Two builds of one tree by the same Python and setuptools are equal to the byte, whatever the folder, the hour, the
umask and who builds: the tree is copied to a fresh folder first, and what setuptools packs is packed again.
"""

# ruff: noqa: T201 - it is a command

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release import archives, tree, verifier
from release.inventory import InventoryError, inventory, pins
from release.sbom import NAME as SBOM
from release.sbom import sbom

ROOT = Path(__file__).parents[1]
SUMS = "SHA256SUMS"


class BuildError(Exception):
    """The build backend failed; says what it said."""


def main(arguments: list[str] | None = None) -> int:
    """Build what the command line asks for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m release.dist", description="Build the files of a release.")
    parser.add_argument("--source", type=Path, default=ROOT, help="the tree (default: this one)")
    parser.add_argument("--to", type=Path, default=ROOT / "dist", help="folder (default: dist/)")
    options = parser.parse_args(arguments)
    if not (options.source / "pyproject.toml").is_file():
        parser.error(f"{options.source} is no tree of seatrial: it has no pyproject.toml")
    if not os.environ.get("SOURCE_DATE_EPOCH", "0").isdecimal():
        parser.error("SOURCE_DATE_EPOCH must be seconds UTC, a whole number")
    if told := tree.changed(options.source):
        print(f"note: this is not what is committed:\n{told}", file=sys.stderr)
    try:
        made = build(options.source, tree.epoch(options.source, os.environ))
    except (BuildError, InventoryError) as error:
        print(f"nothing was built: {error}", file=sys.stderr)
        return 4
    write(made, options.to)
    print((options.to / SUMS).read_text(encoding="ascii"), end="")
    return 0


def build(source: Path, when: int) -> dict[str, bytes]:
    """Return the files of a release, by name.

    Args:
        source: The tree.
        when: The instant they carry, seconds UTC.

    Raises:
        BuildError: If setuptools fails.
        InventoryError: If other packages are installed here than were pinned.
    """
    project = project_of(source)
    with tempfile.TemporaryDirectory(prefix="seatrial-dist-") as name:
        place = Path(name)
        tree.stage(source, place / "tree", when)
        packed = _sdist(place, when)
        wheel_name, wheel = _wheel(place, packed, when)
        single = verifier.verifier(place / "tree", when)
        pinned = pins((place / "tree" / "constraints.txt").read_text(encoding="utf-8"))
    listed = sbom(project, inventory(project, pinned), hashlib.sha256(wheel).hexdigest(), when)
    sdist_name = f"{project['name']}-{project['version']}.tar.gz"
    made = {sdist_name: packed, wheel_name: wheel, verifier.NAME: single, SBOM.format(project["version"]): listed}
    return dict(sorted(made.items()))


def write(made: Mapping[str, bytes], to: Path) -> None:
    """Write the files and SHA256SUMS to a folder; what an earlier build left there goes."""
    to.mkdir(parents=True, exist_ok=True)
    for stale in to.iterdir():
        if stale.is_file() and (stale.name == SUMS or stale.name.startswith("seatrial-")):
            stale.unlink()
    for name, data in made.items():
        (to / name).write_bytes(data)
        (to / name).chmod(0o755 if name.endswith(".pyz") else 0o644)
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in made.items())
    (to / SUMS).write_text(sums, encoding="ascii")


def project_of(source: Path) -> dict[str, Any]:
    """Return the table `project` of a tree's `pyproject.toml`."""
    value: dict[str, Any] = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return value


def _sdist(place: Path, when: int) -> bytes:
    """Return the sdist of the staged tree, packed again."""
    made = _backend("build_sdist", place / "tree", place / "sdist", when)
    return archives.sdist(made.read_bytes(), when)


def _wheel(place: Path, packed: bytes, when: int) -> tuple[str, bytes]:
    """Return name and bytes of the wheel that the sdist makes: so an sdist that lacks a file is found here."""
    (place / "packed.tar.gz").write_bytes(packed)
    with tarfile.open(place / "packed.tar.gz") as archive:
        archive.extractall(place / "unpacked", filter="data")
    inner = next((place / "unpacked").iterdir())
    made = _backend("build_wheel", inner, place / "wheel", when)
    return made.name, archives.wheel(made.read_bytes(), when)


def _backend(hook: str, folder: Path, to: Path, when: int) -> Path:
    """Run a hook of setuptools (PEP 517) in a process of its own and return the file that it made."""
    to.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "VIRTUAL_ENV", "TMPDIR") if name in os.environ}
    fixed = {"SOURCE_DATE_EPOCH": str(when), "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}
    call = f"import sys; from setuptools import build_meta; build_meta.{hook}(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", call, str(to)],
        cwd=folder,
        env={**kept, **fixed},
        umask=0o022,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"{hook}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return next(path for path in to.iterdir() if path.suffix in (".gz", ".whl"))


if __name__ == "__main__":
    sys.exit(main())
