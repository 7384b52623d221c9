"""The command `seatrial`: what it is made of, and what its exit codes mean."""

from __future__ import annotations

import errno
import shlex
import shutil
import sys
import traceback
from types import ModuleType
from typing import Annotated, Any

import typer

from seatrial.cli import (
    approve,
    attest,
    catalog,
    diff,
    doctor,
    env,
    export,
    finding,
    gate,
    harden,
    history,
    incident,
    init,
    judge,
    keys,
    lessons,
    lint,
    live,
    log,
    model,
    new,
    pause,
    plan,
    range_,
    rehearse,
    replay,
    report,
    resume,
    revoke,
    risk,
    rollback,
    run,
    show,
    status,
    verify,
    waive,
    where,
    witness,
)
from seatrial.cli.brief import BRIEF
from seatrial.cli.manners import Asked, LogJson, Quiet, Verbose, flowing, polite
from seatrial.cli.messages import LOGGER, current, err, installed, safe
from seatrial.cli.screen import show_problems
from seatrial.errors import Problem, SeatrialError

EXIT_CODES = flowing("""
Exit codes: 0 deploy, or done · 2 the charter or the command is wrong, nothing was run · 3 hold · 4 no decision could
be recorded · 5 the evidence does not verify, or a replay differs · 6 reject · 130 interrupted (type it again to go on).
""")

INTERRUPTED = 130
NARROW = 60
"""Columns under which help is plain text: boxes would cut the names of options."""
_KEPT = "type it again: what is finished is kept"
_DISK = {
    errno.ENOSPC: f"free some, and {_KEPT}",
    errno.EDQUOT: f"free some, and {_KEPT}",
    errno.EROFS: f"name a folder that can be written, or copy the project to one; then {_KEPT}",
    errno.EACCES: "is it another user's? see who may read and write it with ls -l",
}
"""What to do about a disk that does not do what is asked, by the system's error number."""

_Mistyped: type[Any] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What a mistyped command line raises: typer brings its own click, or uses the installed one, as its release has it."""

app = typer.Typer(
    name="seatrial",
    help="Sea trials for machine-learning models: try a model hard before live traffic does.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"seatrial {version('seatrial')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    version: Annotated[  # noqa: ARG001 - typer calls _version
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
    log_json: LogJson = False,
) -> None:
    """Sea trials for machine-learning models: try a model hard before live traffic does."""
    context.obj = Asked(verbose, quiet, log_json)


COMMANDS: dict[str, tuple[ModuleType, ...]] = {
    "First steps": (init, doctor, lint, plan),
    "Trials": (gate, run, judge, rehearse, harden, range_),
    "What came of them": (report, show, diff, where),
    "People": (status, approve, waive, revoke, history),
    "Rollout (a record; no traffic is moved)": (live, rollback, pause, resume),
    "Evidence": (verify, replay, export, attest),
}
"""Heading in the help -> the commands under it, each a module with `command`."""

GROUPS: dict[str, tuple[ModuleType, ...]] = {
    "Trials": (lessons,),
    "What came of them": (log,),
    "People": (risk, finding, incident),
    "Evidence": (env, keys, model, witness),
    "Library": (catalog, new),
}
"""Heading in the help -> the groups of commands under it, each a module with an `app`."""
APPS = [module.app for modules in GROUPS.values() for module in modules]

for panel, modules in COMMANDS.items():
    for module in modules:
        name = module.__name__.rpartition(".")[2].rstrip("_")
        app.command(name, short_help=BRIEF[name], rich_help_panel=panel)(module.command)
for panel, modules in GROUPS.items():
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        app.add_typer(module.app, name=name, short_help=BRIEF[name], rich_help_panel=panel)
for info in [*app.registered_commands, *(info for one in APPS for info in one.registered_commands)]:
    info.callback = polite(info.callback) if info.callback else None


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_app(sys.argv[1:]))


def run_app(words: list[str]) -> int:
    """Return the exit code of one command line; whatever is uncaught is 4, never 1."""
    safe(sys.stdout)
    safe(sys.stderr)
    narrow = shutil.get_terminal_size().columns < NARROW
    for one in (app, *APPS):
        one.rich_markup_mode = None if narrow else "rich"
    with installed() as messages:
        messages.settle(verbose=0, quiet=False, json="--log-json" in words)
        code = _run(words)
        if code == INTERRUPTED:
            _interrupted(words)
    return code


def _interrupted(words: list[str]) -> None:
    """Say how to go on."""
    command = shlex.join(["seatrial", *words])
    what = "interrupted: nothing finished is lost; type the same command to go on:"
    if current().json:
        LOGGER.warning("%s %s", what, command, extra={"event": {"name": "Interrupted", "command": command}})
        return
    err().print(what)
    err().print(f"  {command}", markup=False, soft_wrap=True)


def _run(words: list[str]) -> int:
    try:
        columns = shutil.get_terminal_size().columns
        width = {"terminal_width": columns} if columns < NARROW else {}
        return int(app(words, prog_name="seatrial", standalone_mode=False, **width) or 0)
    except SeatrialError as error:
        show_problems(error.problems)
        return error.exit_code
    except _Mistyped as error:
        return _mistyped(error)
    except (KeyboardInterrupt, typer.Abort) as error:
        return _unasked() if isinstance(error.__context__, EOFError) and not sys.stdin.isatty() else INTERRUPTED
    except SystemExit as error:
        return _left(error)
    except Exception as error:  # noqa: BLE001 - a crash must not look like a verdict
        return _crashed(error)


def _mistyped(error: Any) -> int:
    """Show the mistake, and how the command is typed."""
    from seatrial.evidence.environment import variable

    if current().json or variable("SEATRIAL_LOG_JSON"):
        current().json = True
        show_problems([Problem("", error.format_message())])
    else:
        error.show()
    return 2


def _unasked() -> int:
    """Say that nobody is there to answer a question."""
    show_problems([Problem("", "there is no terminal to ask at", "say it as an option: --help lists them")])
    return 2


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
        show_problems(
            [Problem(str(error.filename or ""), error.strerror or str(error), _DISK.get(error.errno or 0, ""))]
        )
        return 4
    if current().json:
        LOGGER.critical("%s", traceback.format_exc(), extra={"event": {"name": "Crashed"}})
    else:
        err().print(traceback.format_exc(), markup=False, soft_wrap=True)
    show_problems([Problem("", "this is a fault of seatrial", "please report it with the lines above")])
    return 4
