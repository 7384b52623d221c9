"""The bill of materials of a release: CycloneDX 1.6, JSON, with nothing in it that differs between two builds."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from packaging.utils import canonicalize_name

from release.inventory import EXTRAS, Package, direct

NAME = "seatrial-{}.cdx.json"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/seatrial/seatrial")
_LAW = {"MIT", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "ISC", "PSF-2.0", "MPL-2.0", "0BSD", "Zlib"}
"""Licence ids that old metadata often has in its free text, just so."""


def sbom(project: Mapping[str, Any], packages: Iterable[Package], wheel: str, when: int) -> bytes:
    """Return the bill of materials of a wheel.

    Args:
        project: The table `project` of `pyproject.toml`.
        packages: What core and extras bring.
        wheel: SHA-256 of the wheel, in hex.
        when: Seconds UTC.
    """
    known = tuple(packages)
    about = _about(project, wheel)
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
            "lifecycles": [{"phase": "build"}],
            "component": about,
            "properties": [
                {"name": "seatrial:resolved-for", "value": "CPython 3.11, Linux, x86-64"},
                {"name": "seatrial:resolved-from", "value": "constraints.txt"},
                {"name": "seatrial:extras", "value": " ".join(EXTRAS)},
            ],
        },
        "components": [_component(one) for one in known],
        "dependencies": _dependencies(about["bom-ref"], direct(project), known),
    }
    text = json.dumps(body, sort_keys=True)
    body = {**body, "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, text)}"}
    return (json.dumps(body, indent=2, sort_keys=True) + "\n").encode()


def _about(project: Mapping[str, Any], wheel: str) -> dict[str, Any]:
    ref = _purl(project["name"], project["version"])
    return {
        "type": "library",
        "bom-ref": ref,
        "name": project["name"],
        "version": project["version"],
        "description": project["description"],
        "purl": ref,
        "licenses": [{"expression": project["license"]}],
        "hashes": [{"alg": "SHA-256", "content": wheel}],
    }


def _component(package: Package) -> dict[str, Any]:
    ref = _purl(package.name, package.version)
    described = {"description": package.summary} if package.summary else {}
    return {
        "type": "library",
        "bom-ref": ref,
        "name": package.name,
        "version": package.version,
        "purl": ref,
        **described,
        "scope": "required" if "core" in package.wanted_by else "optional",
        "licenses": _licences(package),
        "properties": [{"name": "seatrial:wanted-by", "value": part} for part in package.wanted_by],
    }


def _licences(package: Package) -> list[dict[str, Any]]:
    if package.spdx:
        return [{"expression": package.licence}]
    if package.licence in _LAW:
        return [{"license": {"id": package.licence}}]
    return [{"license": {"name": package.licence}}] if package.licence else []


def _dependencies(top: str, asked: set[str], packages: tuple[Package, ...]) -> list[dict[str, Any]]:
    """Return who needs whom, seatrial itself first."""
    refs = {str(canonicalize_name(one.name)): _purl(one.name, one.version) for one in packages}
    inner = [
        {
            "ref": _purl(one.name, one.version),
            "dependsOn": sorted(refs[name] for name in one.needs if name in refs),
        }
        for one in packages
    ]
    return [{"ref": top, "dependsOn": sorted(refs[name] for name in asked)}, *inner]


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{canonicalize_name(name)}@{version}"
