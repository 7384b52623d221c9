"""The papers of a release agree with each other and with the code."""

import json
import re
from importlib.metadata import metadata
from pathlib import Path

import check_jsonschema
import jsonschema
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from release.dist import ROOT, project_of
from release.inventory import EXTRAS, pins

PROJECT = project_of(ROOT)
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_citation_follows_the_schema_of_its_format() -> None:
    vendored = Path(check_jsonschema.__file__).parent / "builtin_schemas" / "vendor" / "citation-file-format.json"
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    jsonschema.validate(CITATION, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**CITATION, "type": "poem"}, schema)


def test_the_citation_is_of_this_project() -> None:
    assert str(CITATION["version"]) == PROJECT["version"]
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert CITATION["repository-code"] == PROJECT["urls"]["Source"]


def test_the_changelog_keeps_its_form() -> None:
    heads = re.findall(r"^## (.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert heads[0] == "Unreleased"
    assert [head for head in heads[1:] if not re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", head)] == []
    versions = [Version(head.partition(" ")[0]) for head in heads[1:]]
    assert versions == sorted(versions, reverse=True)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.*)$", read("CHANGELOG.md"), re.MULTILINE)) <= kinds
    if versions:
        assert versions[0] <= Version(PROJECT["version"])


def test_every_requirement_is_pinned_at_a_version_that_it_allows() -> None:
    pinned = pins(read("constraints.txt"))
    lines = [*PROJECT["dependencies"], *(line for part in PROJECT["optional-dependencies"].values() for line in part)]
    wanted = [one for one in map(Requirement, lines) if one.name != PROJECT["name"]]
    assert [one.name for one in wanted if canonicalize_name(one.name) not in pinned] == []
    assert [str(one) for one in wanted if not one.specifier.contains(pinned[canonicalize_name(one.name)])] == []
    assert set(EXTRAS) <= set(PROJECT["optional-dependencies"])


def test_the_metadata_claims_no_python_that_was_not_tried() -> None:
    claimed = {line.rpartition(" ")[2] for line in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", line)}
    row = next(line for line in read("docs/explain/platforms.md").splitlines() if "| tried |" in line)
    assert claimed == set(re.findall(r"3\.\d+", row.split("|")[1])) == {"3.11"}
    assert "CPython 3.11, Linux x86-64" in read("constraints.txt")
    assert metadata("seatrial")["Requires-Python"] == PROJECT["requires-python"]


@pytest.mark.parametrize("page", ["SECURITY.md", "CODE_OF_CONDUCT.md", "VERSIONING.md", "CONTRIBUTING.md"])
def test_links_between_the_papers_lead_somewhere(page) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", read(page)):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_security_says_how_to_report_what_is_in_scope_and_which_versions_are_mended() -> None:
    heads = re.findall(r"^## (.*)$", read("SECURITY.md"), re.MULTILINE)
    assert {"Reporting", "What is in scope", "Supported versions"} <= set(heads)
    assert "security advisories" in read("SECURITY.md")


def test_the_files_that_the_makefile_starts_are_there() -> None:
    modules = re.findall(r"-m (release\.\w+)", read("Makefile"))
    assert set(modules) == {"release.dist", "release.empty"}
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").exists()] == []
