"""The committed pages are what the code says today."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from seatrial import plugins
from seatrial.catalog.file import PACKAGED, read
from seatrial.cli.app import EXIT_CODES, app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = ("catalog", "reference")
ATTACKS = "explain/attacks.md"
STALE = "catalog/adversaries/evasion.gone.md"
"""Lies there before pages are written."""


def pages(place: Path) -> dict[str, bytes]:
    listed = [path for folder in WRITTEN for path in (place / folder).rglob("*.md")]
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in (*listed, place / ATTACKS)}


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> dict[str, bytes]:
    place = tmp_path_factory.mktemp("docs")
    for _ in range(2):
        (place / STALE).parent.mkdir(parents=True, exist_ok=True)
        (place / STALE).write_text("gone")
        subprocess.run([sys.executable, str(DOCS / "generate.py"), "--to", str(place)], check=True, capture_output=True)
    return pages(place)


def test_the_committed_pages_are_current(generated) -> None:
    committed = pages(DOCS)
    assert sorted(committed) == sorted(generated), "run `make docs` and commit"
    assert [name for name in generated if committed[name] != generated[name]] == [], "run `make docs` and commit"


def test_what_is_not_generated_any_more_is_removed(generated) -> None:
    assert STALE not in generated


@pytest.mark.parametrize("name", plugins.names("adversaries"))
def test_every_adversary_has_a_page_with_its_fields(name) -> None:
    if not plugins.origin("adversaries", name).startswith("seatrial "):
        pytest.skip("of another package")
    text = (DOCS / "catalog" / "adversaries" / f"{name}.md").read_text(encoding="utf-8")
    card = plugins.find("adversaries", name)
    fields = getattr(card.make, "__dataclass_fields__", {})
    assert [word for word in (card.title, card.oracle, *card.controls, *card.cites) if word not in text] == []
    assert [field for field in fields if f"| `{field}` |" not in text] == []
    empty = [line for line in text.splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert empty == [], "a field without a docstring"


@pytest.mark.parametrize("scenario", read(PACKAGED).latest, ids=lambda scenario: scenario.name)
def test_every_scenario_has_a_page_with_its_parameters(scenario) -> None:
    text = (DOCS / "catalog" / "scenarios" / f"{scenario.id.replace('/', '-')}.md").read_text(encoding="utf-8")
    assert scenario.digest in text
    assert [name for name in scenario.parameters if f"| `{name}` |" not in text] == []
    assert f"- {{use: {scenario.id}," in text or f"- {scenario.id}\n" in text


def test_every_command_and_option_is_documented_with_its_meaning() -> None:
    text = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    for name, command in walk(typer.main.get_command(app), "seatrial"):
        part = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert part, name
        assert command.help, name
        for option in command.params:
            assert option.help, (name, option.name)
            shown = option.name.upper() if option.param_type_name == "argument" else option.opts[0]
            assert f"| `{shown}`" in part, (name, shown)


def walk(command, name):
    for word, one in command.commands.items():
        if hasattr(one, "commands"):
            yield from walk(one, f"{name} {word}")
        else:
            yield f"{name} {word}", one


def test_the_walk_sees_commands_inside_commands() -> None:
    names = [name for name, _ in walk(typer.main.get_command(app), "seatrial")]
    assert "seatrial catalog diff" in names
    assert "seatrial gate" in names


def test_every_key_of_a_charter_has_a_meaning() -> None:
    ask = "import sys; sys.path.insert(0, 'docs'); from generator import reference; print(reference.unsaid())"
    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"


def test_every_exit_code_of_the_help_has_a_row() -> None:
    text = (DOCS / "reference" / "exit-codes.md").read_text(encoding="utf-8")
    codes = [part.split()[0] for part in EXIT_CODES.partition("Exit codes:")[2].split("·")]
    assert codes == ["0", "2", "3", "4", "5", "6", "130"]
    assert [code for code in codes if f"\n| {code} | " not in text] == []


def test_the_links_of_all_pages_lead_somewhere() -> None:
    broken = []
    for path in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("#") and not (path.parent / target.split("#")[0]).exists():
                broken.append(f"{path.relative_to(DOCS)}: {target}")
    assert broken == []
