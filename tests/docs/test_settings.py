"""The table of environment variables is that of the code."""

import ast
import re
from pathlib import Path

import typer.main

from seatrial.cli.app import app
from seatrial.evidence import place

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guides" / "settings.md").read_text(encoding="utf-8")
OTHERS = {"CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"}
"""Not ours, and heeded."""
OWN = re.compile(r"SEATRIAL_[A-Z_]+")


def rows() -> dict[str, tuple[str, str]]:
    """Return variable -> the flag and the default that the table gives it."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line[:3] == "| `"]
    return {row[0].strip("`"): (row[2].strip("`"), row[3].strip("`")) for row in cells}


def named_in_code() -> set[str]:
    """Return the variables of seatrial that the code names in texts that are no docstrings and no help."""
    found = set()
    for path in (ROOT / "src" / "seatrial").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and OWN.fullmatch(node.value):
                found.add(node.value)
    return found


def options() -> list:
    command = typer.main.get_command(app)
    groups = [command, *(one for one in command.commands.values() if hasattr(one, "commands"))]
    return [
        parameter
        for group in groups
        for one in [group, *group.commands.values()]
        for parameter in one.params
        if getattr(parameter, "envvar", None)
    ]


def test_every_variable_of_the_code_is_in_the_table_and_no_other() -> None:
    assert set(rows()) == named_in_code() | OTHERS


def test_the_table_names_the_flag_and_the_default_of_every_option() -> None:
    assert options()
    for one in options():
        flag, default = rows()[one.envvar]
        assert flag in one.opts
        if isinstance(one.default, str | int) and not isinstance(one.default, bool):
            assert default == str(one.default)
    assert rows()[place.LOG][0] == "--log"


def test_the_order_of_the_strong_is_written_as_it_is_tested() -> None:
    """`tests/stories/test_manners.py` and `test_looking.py` try each pair."""
    assert "the flag goes before the environment,\nthe environment before the charter" in PAGE
