"""The bill of materials: of the published schema, the same twice, and it lists what an installation brings."""

import json
from importlib.metadata import Distribution
from pathlib import Path

import cyclonedx
import pytest
from jsonschema import Draft7Validator
from packaging.utils import canonicalize_name
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7
from release.dist import ROOT, project_of
from release.sbom import sbom

from release import inventory

WHEN = 1_700_000_000
WHEEL = "0" * 64
SCHEMAS = Path(cyclonedx.__file__).parent / "schema" / "_res"
PINS = inventory.pins((ROOT / "constraints.txt").read_text())


@pytest.fixture(scope="module")
def packages():
    return inventory.inventory(project_of(ROOT), PINS)


@pytest.fixture(scope="module")
def listed(packages):
    return json.loads(sbom(project_of(ROOT), packages, WHEEL, WHEN))


def schema() -> Draft7Validator:
    names = ("bom-1.6", "spdx", "jsf-0.82")
    loaded = {name: json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text()) for name in names}
    resources = [(one["$id"], Resource(one, DRAFT7)) for one in loaded.values()]
    resources += [
        (f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", one)
        for name, (_, one) in zip(names, list(resources), strict=True)
    ]
    return Draft7Validator(loaded["bom-1.6"], registry=Registry().with_resources(resources))


def test_it_follows_the_published_schema(listed) -> None:
    assert [error.message for error in schema().iter_errors(listed)] == []
    assert list(schema().iter_errors({**listed, "components": [{"type": "library"}]}))
    assert list(schema().iter_errors({**listed, "specVersion": 1.6}))


def test_it_is_the_same_bytes_again_and_its_number_follows_from_what_it_says(packages, listed) -> None:
    project = project_of(ROOT)
    once = sbom(project, packages, WHEEL, WHEN)
    assert once == sbom(project, tuple(packages), WHEEL, WHEN)
    other = json.loads(sbom(project, packages, "1" * 64, WHEN))
    assert other["serialNumber"] != listed["serialNumber"]


def test_it_lists_what_core_and_extras_ask_for_and_what_those_need(packages, listed) -> None:
    refs = [part["bom-ref"] for part in listed["components"]]
    assert len(refs) == len(set(refs))
    asked = inventory.direct(project_of(ROOT))
    assert {"numpy", "torch", "scikit-learn", "pyarrow", "mlxtend"} <= asked
    assert "pytest" not in asked
    edges = {one["ref"]: one["dependsOn"] for one in listed["dependencies"]}
    assert edges[f"pkg:pypi/seatrial@{project_of(ROOT)['version']}"] == sorted(
        f"pkg:pypi/{name}@{PINS[name]}" for name in asked
    )
    reached, left = set(), [f"pkg:pypi/seatrial@{project_of(ROOT)['version']}"]
    while left:
        one = left.pop()
        left += [ref for ref in edges[one] if ref not in reached]
        reached |= set(edges[one])
    assert reached == set(refs)


def test_a_package_says_which_part_brings_it(packages) -> None:
    by_name = {canonicalize_name(one.name): one for one in packages}
    assert by_name["numpy"].wanted_by == ("core",)
    assert by_name["torch"].wanted_by == ("torch", "demo")
    assert by_name["pyarrow"].wanted_by == ("data",)
    assert by_name["pandas"].wanted_by == ("data", "demo")
    assert [one.name for one in packages if not one.licence] == []


def test_other_packages_than_pinned_ones_are_refused_all_at_once() -> None:
    project = {"name": "x", "dependencies": ["numpy", "scipy>=1", "absent-thing"], "optional-dependencies": {}}
    project["optional-dependencies"] = {extra: [] for extra in inventory.EXTRAS}
    with pytest.raises(inventory.InventoryError) as told:
        inventory.inventory(project, {"numpy": "1.0", "absent-thing": "2"})
    assert "numpy is installed as" in str(told.value)
    assert "scipy is not pinned" in str(told.value)
    assert "absent-thing==2 is not installed" in str(told.value)


@pytest.mark.parametrize(
    ("lines", "licence", "spdx"),
    [
        (["License-Expression: MIT OR Apache-2.0"], "MIT OR Apache-2.0", True),
        (["License: BSD 3-Clause"], "BSD 3-Clause", False),
        (["Classifier: License :: OSI Approved :: MIT License"], "MIT License", False),
        (
            ["License: MIT License", "        much more text", "Classifier: License :: OSI Approved"],
            "MIT License",
            False,
        ),
        (["Classifier: License :: OSI Approved", "License-File: COPYING"], "ISC License", False),
        ([], "", False),
    ],
)
def test_licences_are_read_from_old_and_new_metadata(tmp_path, lines, licence, spdx) -> None:
    folder = tmp_path / "thing-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", "Name: thing", "Version: 1.0", *lines, ""]))
    (folder / "licenses").mkdir()
    (folder / "licenses" / "COPYING").write_text("\n  ISC License\n\nPermission is ...\n")
    assert inventory._licence(Distribution.at(folder)) == (licence, spdx)
