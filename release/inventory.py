"""What an installation of seatrial brings along: the pinned packages behind the core and behind each extra.

The versions are those of `constraints.txt`; what needs what, and under which licence, is read from the metadata of the
packages installed here, which must be of just those versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

EXTRAS = ("torch", "sklearn", "data", "demo")
"""The extras of people who use seatrial; those of people who change it are no part of an inventory."""

PLATFORM = {
    "implementation_name": "cpython",
    "implementation_version": "3.11.0",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_system": "Linux",
    "platform_version": "",
    "python_full_version": "3.11.0",
    "python_version": "3.11",
    "sys_platform": "linux",
}
"""What `constraints.txt` was resolved for; markers are read for it, wherever this runs."""

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)")


class InventoryError(Exception):
    """The packages installed here are not those that were pinned; says all that differ."""


@dataclass(frozen=True, slots=True)
class Package:
    """One package and what is known of it."""

    name: str
    """As its author writes it."""
    version: str
    licence: str
    """An SPDX expression, or the words of its metadata; empty if they say nothing."""
    spdx: bool
    """Whether `licence` is an SPDX expression."""
    summary: str
    needs: tuple[str, ...]
    """Canonical names of what it needs, sorted."""
    wanted_by: tuple[str, ...] = field(default=())
    """`core` and the extras that bring it, in that order."""


def pins(text: str) -> dict[str, str]:
    """Return canonical name -> version of a constraints file."""
    found = [_PIN.match(line) for line in text.splitlines()]
    return {str(canonicalize_name(one.group(1))): one.group(2) for one in found if one}


def inventory(project: Mapping[str, Any], pinned: Mapping[str, str]) -> tuple[Package, ...]:
    """Return every package behind core and extras, sorted by name.

    Args:
        project: The table `project` of `pyproject.toml`.
        pinned: Canonical name -> version.

    Raises:
        InventoryError: If a package is not pinned, not installed, or installed in another version.
    """
    found, missing = dict[str, Package](), list[str]()
    wants = {"core": _reached(project["dependencies"], pinned, found, missing)}
    for extra in EXTRAS:
        lines = [*project["dependencies"], *_of_extra(project, extra)]
        wants[extra] = _reached(lines, pinned, found, missing) - wants["core"]
    if missing:
        raise InventoryError("\n".join(sorted(set(missing))))
    return tuple(
        Package(
            name=one.name,
            version=one.version,
            licence=one.licence,
            spdx=one.spdx,
            summary=one.summary,
            needs=one.needs,
            wanted_by=tuple(part for part, names in wants.items() if key in names),
        )
        for key, one in sorted(found.items())
    )


def direct(project: Mapping[str, Any]) -> set[str]:
    """Return the canonical names of what the core and the extras ask for themselves."""
    lines = [*project["dependencies"], *(line for extra in EXTRAS for line in _of_extra(project, extra))]
    return {str(canonicalize_name(Requirement(line).name)) for line in lines}


def _of_extra(project: Mapping[str, Any], extra: str) -> Iterator[str]:
    """Yield the requirements of an extra; one that names other extras of seatrial is opened up."""
    for line in project["optional-dependencies"][extra]:
        wanted = Requirement(line)
        if wanted.name != project["name"]:
            yield line
        for inner in sorted(wanted.extras) if wanted.name == project["name"] else ():
            yield from _of_extra(project, inner)


def _reached(
    lines: Iterable[str], pinned: Mapping[str, str], found: dict[str, Package], missing: list[str]
) -> set[str]:
    """Return the canonical names of everything that these requirements pull in; adds to `found` and `missing`."""
    seen, left = set[str](), list(_applying(lines, ()))
    while left:
        wanted = left.pop()
        key = str(canonicalize_name(wanted.name))
        installed = _installed(key, pinned, missing)
        if installed is None:
            continue
        inner = list(_applying(installed.requires or (), wanted.extras))
        names = sorted({str(canonicalize_name(one.name)) for one in inner})
        if key not in seen or wanted.extras:
            left += [one for one in inner if one.extras or str(canonicalize_name(one.name)) not in seen]
        before = found[key].needs if key in found else ()
        found[key] = _package(installed, pinned[key], tuple(sorted({*before, *names})))
        seen.add(key)
    return seen


def _applying(lines: Iterable[str], extras: Iterable[str]) -> Iterator[Requirement]:
    """Yield the requirements that hold on the platform, with these extras asked for."""
    for line in lines:
        wanted = Requirement(line)
        asked = ({**PLATFORM, "extra": extra} for extra in ("", *extras))
        if wanted.marker is None or any(wanted.marker.evaluate(place) for place in asked):
            yield wanted


def _installed(key: str, pinned: Mapping[str, str], missing: list[str]) -> Distribution | None:
    if key not in pinned:
        missing.append(f"{key} is not pinned in constraints.txt")
        return None
    try:
        found = distribution(key)
    except PackageNotFoundError:
        missing.append(f"{key}=={pinned[key]} is not installed here")
        return None
    if Version(found.version).public != Version(pinned[key]).public:
        missing.append(f"{key} is installed as {found.version}, pinned is {pinned[key]}")
        return None
    return found


def _package(installed: Distribution, version: str, needs: tuple[str, ...]) -> Package:
    told = installed.metadata
    licence, spdx = _licence(installed)
    summary = " ".join((told["Summary"] or "").split())
    return Package(told["Name"], version, licence, spdx, summary, needs)


def _licence(installed: Distribution) -> tuple[str, bool]:
    """Return what a package says of its licence, and whether that is an SPDX expression.

    Old metadata has free text, sometimes the whole licence; its first line then names it, or the classifiers do, or the
    first line of the licence file.
    """
    told = installed.metadata
    if expression := told["License-Expression"]:
        return expression, True
    written = (told["License"] or "").strip()
    if written and "\n" not in written and len(written) <= 80:
        return written, False
    lines = [line for line in told.get_all("Classifier") or [] if line.startswith("License :: ")]
    classified = [line.rpartition(" :: ")[2] for line in lines if not line.endswith(":: OSI Approved")]
    files = [installed.read_text(f"licenses/{name}") or "" for name in told.get_all("License-File") or []]
    heads = [text.strip().partition("\n")[0].strip() for text in (written, *files)]
    return " AND ".join(classified) or next(filter(None, heads), ""), False
