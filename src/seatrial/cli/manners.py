"""What every command takes beside its own options: how much it says, and in which form."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, TypeAlias

import typer

from seatrial.cli.messages import current

PANEL = "Messages"
"""Heading of these options in the help of a command."""

Verbose: TypeAlias = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        show_default=False,
        help="Log what is done; -vv also why and how far.",
        rich_help_panel=PANEL,
    ),
]
Quiet: TypeAlias = Annotated[
    bool, typer.Option("--quiet", "-q", help="Show no progress, only results and errors.", rich_help_panel=PANEL)
]
LogJson: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--log-json",
        envvar="SEATRIAL_LOG_JSON",
        help="Write messages and events to standard error as one JSON object a line.",
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asked for before the name of the command."""

    verbose: int = 0
    quiet: bool = False
    json: bool = False


EXTRA = {
    "verbose": inspect.Parameter("verbose", inspect.Parameter.KEYWORD_ONLY, default=0, annotation=Verbose),
    "quiet": inspect.Parameter("quiet", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Quiet),
    "log_json": inspect.Parameter("log_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=LogJson),
}


def polite(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that also takes `--verbose`, `--quiet` and `--log-json`, after its name or before it."""
    own = inspect.signature(command, eval_str=True)

    @wraps(command)
    def politely(context: typer.Context, **given: Any) -> Any:
        asked = context.obj if isinstance(context.obj, Asked) else Asked()
        settle(Asked(given["verbose"] + asked.verbose, given["quiet"] or asked.quiet, given["log_json"] or asked.json))
        return command(**{name: value for name, value in given.items() if name in own.parameters})

    added = [extra for name, extra in EXTRA.items() if name not in own.parameters]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    politely.__signature__ = own.replace(parameters=[context, *own.parameters.values(), *added])  # type: ignore[attr-defined]
    politely.__doc__ = flowing(command.__doc__ or "")
    politely.__annotations__ = {name: one.annotation for name, one in politely.__signature__.parameters.items()}  # type: ignore[attr-defined]
    return politely


def flowing(text: str) -> str:
    """Return a docstring with each paragraph on one line, so that help breaks it where the terminal ends."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))


def settle(asked: Asked) -> None:
    """Let the messages of this command line be as asked.

    Raises:
        BadParameter: If it is asked to be both silent and talkative.
    """
    if asked.quiet and asked.verbose:
        raise typer.BadParameter("--quiet and --verbose contradict each other; choose one")
    current().settle(verbose=asked.verbose, quiet=asked.quiet, json=asked.json)
