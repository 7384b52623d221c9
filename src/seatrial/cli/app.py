"""The command `seatrial`: what it is made of, and what its exit codes mean."""

from __future__ import annotations

import sys
import traceback
from typing import Annotated, Any

import typer

from seatrial.cli import (
    catalog,
    doctor,
    export,
    gate,
    harden,
    init,
    judge,
    keys,
    lint,
    plan,
    range_,
    rehearse,
    replay,
    report,
    run,
    verify,
)
from seatrial.cli.screen import err, show_problems
from seatrial.errors import Problem, SeatrialError

EXIT_CODES = """
Exit codes: 0 deploy, or done · 2 the charter or the command is wrong, nothing was run · 3 hold · 4 no decision could
be recorded · 5 the evidence does not verify, or a replay differs · 6 reject · 130 interrupted (type it again to go on).
"""

INTERRUPTED = 130

_Mistyped: type[Any] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What a mistyped command line raises: typer brings its own click, or uses the installed one, as its release has it."""

app = typer.Typer(
    name="seatrial",
    help="Sea trials for machine-learning models: try a model hard before live traffic does.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"seatrial {version('seatrial')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Sea trials for machine-learning models: try a model hard before live traffic does."""


for module in (init, doctor, lint, plan, gate, run, judge, report, rehearse, replay, verify, export, harden, range_):
    app.command(module.__name__.rpartition(".")[2].rstrip("_"))(module.command)
app.add_typer(catalog.app, name="catalog")
app.add_typer(keys.app, name="keys")


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_app(sys.argv[1:]))


def run_app(words: list[str]) -> int:
    """Return the exit code of one command line; whatever is uncaught is 4, never 1."""
    code = _run(words)
    if code == INTERRUPTED:
        err().print("interrupted: nothing finished is lost; type the same command to go on")
    return code


def _run(words: list[str]) -> int:
    try:
        return int(app(words, prog_name="seatrial", standalone_mode=False) or 0)
    except SeatrialError as error:
        show_problems(error.problems)
        return error.exit_code
    except _Mistyped as error:
        error.show()
        return 2
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except SystemExit as error:
        return _left(error)
    except Exception as error:  # noqa: BLE001 - a crash must not look like a verdict
        return _crashed(error)


def _left(error: SystemExit) -> int:
    """Return 4 where somebody else's code wanted to end the program: its code must not look like a verdict."""
    from seatrial.evidence.environment import variable

    if variable("_SEATRIAL_COMPLETE"):
        return int(error.code or 0)
    if isinstance(error.__context__, BrokenPipeError):
        return 4
    show_problems([Problem("", f"the code of a model or a plugin ended the program (exit code {error.code})")])
    return 4


def _crashed(error: Exception) -> int:
    """Say what nobody foresaw, and return 4."""
    if isinstance(error, BrokenPipeError):
        return 4
    if isinstance(error, OSError):
        show_problems([Problem(str(error.filename or ""), error.strerror or str(error))])
        return 4
    err().print(traceback.format_exc(), markup=False)
    show_problems([Problem("", "this is a fault of seatrial", "please report it with the lines above")])
    return 4
