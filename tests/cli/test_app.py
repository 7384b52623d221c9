"""The command line as a whole: what it imports, what it says to what nobody meant, and its exit codes."""

import json
import subprocess
import sys

import pytest
import typer.main

from seatrial.charter.schema.file import PUBLISHED
from seatrial.cli.app import app, run_app
from seatrial.cli.brief import BRIEF
from seatrial.errors import CasesError, EvidenceError, Problem, TargetError

HEAVY = {"torch", "sklearn", "scipy", "numpy", "pandas", "yaml", "jinja2", "cryptography", "pydantic_settings"}
COMMANDS = sorted(typer.main.get_command(app).commands)
ASKED = """
import json, sys
from seatrial.cli.app import run_app
codes = [run_app(words) for words in json.loads(sys.argv[1])]
print("\\n" + json.dumps([codes, sorted(sys.modules)]))
"""


def test_help_imports_no_framework_and_little_else() -> None:
    lines = [["--help"], *([name, "--help"] for name in COMMANDS), ["catalog", "list", "--help"], ["--version"]]
    done = subprocess.run(
        [sys.executable, "-c", ASKED, json.dumps(lines)], capture_output=True, text=True, check=True, timeout=60
    )
    codes, modules = json.loads(done.stdout.splitlines()[-1])
    assert set(codes) == {0}
    assert HEAVY & set(modules) == set()
    assert {name for name in modules if name.startswith("seatrial.")} <= {
        "seatrial.errors",
        "seatrial.records",
        "seatrial.records.event",
        "seatrial.cli",
        *(name for name in modules if name.startswith("seatrial.cli.")),
    }
    assert len(modules) < 900


def test_help_says_what_every_exit_code_means(capsys) -> None:
    assert run_app(["--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for told in ("0 deploy", "2 the charter", "3 hold", "4 no decision", "5 the evidence", "6 reject", "130 interr"):
        assert told in said
    for name in COMMANDS:
        assert name in said


def test_help_has_one_line_for_each_command_on_eighty_columns(monkeypatch, capsys) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    assert run_app(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert set(BRIEF) == set(COMMANDS)
    for name, said in BRIEF.items():
        assert sum(line.strip("│ ") == f"{name:<8}  {said}" for line in lines) == 1, name


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("catalog", "keys")])
def test_every_option_of_every_command_is_explained(name, capsys) -> None:
    command = typer.main.get_command(app).commands[name]
    assert command.help
    for parameter in command.params:
        assert parameter.name == "help" or parameter.help, f"{name} {parameter.name}"
    assert run_app([name, "-h"]) == 0
    assert "Usage: seatrial " + name in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["gait"], "gait"),
        (["gate", "--agin"], "--agin"),
        (["gate", "--workers", "two"], "--workers"),
        (["gate", "--workers", "0"], "--workers"),
        (["gate", "one.yaml", "two.yaml"], "two.yaml"),
        (["catalog", "show"], "name"),
        (["verify", "--decision", "last"], "--decision"),
        ([], "Usage"),
        (["keys"], "Usage"),
    ],
)
def test_a_mistyped_command_line_is_2(words, says, capsys) -> None:
    assert run_app(words) == 2
    said = capsys.readouterr()
    assert says in said.out + said.err
    assert "Traceback" not in said.err


@pytest.fixture
def raising():
    """Adds a command `raising` that raises what a test gives it."""
    given = []

    @app.command("raising")
    def command() -> None:
        raise given[0]

    yield given.append
    app.registered_commands.pop()


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (ZeroDivisionError("by zero"), 4, "fault of seatrial"),
        (SystemExit(0), 4, "ended the program (exit code 0)"),
        (SystemExit(6), 4, "ended the program (exit code 6)"),
        (OSError(28, "No space left on device", "/full"), 4, "/full: No space left on device free some, and type it"),
        (OSError(13, "Permission denied", "/shut"), 4, "/shut: Permission denied is it another user's?"),
        (OSError(5, "Input/output error", "/bad"), 4, "/bad: Input/output error"),
        (BrokenPipeError(), 4, ""),
        (KeyboardInterrupt(), 130, "type the same command to go on"),
        (typer.Abort(), 130, "type the same command to go on"),
        (TargetError(Problem("a", "b", "c")), 4, "a: b c"),
        (EvidenceError(Problem("a", "b", "c")), 5, "a: b c"),
        (CasesError(Problem("a", "[b]", "[/c]")), 2, "a: [b] [/c]"),
    ],
)
def test_whatever_is_raised_has_its_exit_code_and_never_1_or_that_of_a_verdict(
    error, code, says, raising, capsys
) -> None:
    raising(error)
    assert run_app(["raising"]) == code
    said = " ".join(capsys.readouterr().err.split())
    assert says in said
    assert bool(said) == bool(says)


@pytest.mark.parametrize("words", [["catalog", "list", "--json"], ["catalog", "list"], ["--version"]])
def test_a_closed_pipe_is_silent(words) -> None:
    """Nobody listens, so nothing is explained; but a decision that was not heard must not look like a deploy."""
    command = [sys.executable, "-c", "from seatrial.cli.app import main; main()", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (4, "")


def test_the_schema_of_charters_is_printed_from_what_is_installed(capfdbinary) -> None:
    assert run_app(["lint", "--schema"]) == 0
    assert capfdbinary.readouterr().out == PUBLISHED.read_bytes()
