"""What ARCHITECTURE.md says is there, is there; and no room is left out."""

import re
import tomllib

from tests.house.source import PACKAGE, ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| `")]


def test_every_room_has_a_row_and_every_row_is_a_room() -> None:
    named = [name for row in ROWS for name in re.findall(r"`([^`]+)`", row.split("|")[1])]
    rooms = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    files = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert sorted(named) == sorted(rooms | files)


def test_every_file_and_folder_that_it_names_is_there() -> None:
    for row in ROWS:
        rooms, said = row.split("|")[1:3]
        folders = [PACKAGE / name for name in re.findall(r"`([^`]+/)`", rooms)]
        for name in re.findall(r"`([a-z_]+(?:\.py|/)|[a-z_]+/[a-z_]+/)`", said):
            assert any((place / name).exists() for folder in folders for place in (folder, PACKAGE)), name
    prose = PAGE.replace("\n".join(ROWS), "")
    for name in re.findall(r"`([a-z_]+/[a-z_]+\.py)`", prose):
        assert (PACKAGE / name).is_file(), name


def test_every_record_that_it_names_is_a_class() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    for row in ROWS:
        for name in re.findall(r"`([A-Z][A-Za-z]+)`", row.split("|")[3]):
            assert re.search(rf"^(?:class {name}\b|{name}\b.* = )", source, re.MULTILINE), name


def test_every_fence_of_the_import_linter_is_said() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    said = " ".join(PAGE.split()).lower()
    assert [one["name"] for one in contracts if f"*{one['name'].lower()}*" not in said] == []


def test_every_engine_of_the_adversaries_is_on_their_map() -> None:
    shared = {path.name for path in (PACKAGE / "adversaries").glob("*.py")}
    rows = PAGE.split("| what for | files |")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+\.py)`", rows)) == shared - {"__init__.py", "adversary.py", "kinds.py"}


def test_every_file_on_the_map_of_the_evidence_is_there() -> None:
    rows = PAGE.split("The evidence, from the ground up:")[1].split("\n\n")[1].splitlines()[2:]
    assert len(rows) > 5
    for row in rows:
        room = PACKAGE
        for name in re.findall(r"`([a-z0-9_/]+(?:\.py|/))`", row):
            room = PACKAGE / name.partition("/")[0] if (PACKAGE / name.partition("/")[0]).is_dir() else room
            assert (PACKAGE / name).exists() or (room / name).exists(), name
