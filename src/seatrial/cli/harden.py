"""`seatrial harden`: mend what failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import out, progress, show_json
from seatrial.cli.shown import show_gated, show_hardened
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder, Quiet, Weights
from seatrial.errors import InputError, Problem

if TYPE_CHECKING:
    from seatrial.verbs.hardened import Hardened


_WHAT, _LONG, _FROM, _AFTER, _CORES = "What to mend", "How long", "What to learn from", "Afterwards", "On several cores"


def command(
    charter: CharterPath = CHARTER,
    output: Annotated[Path, typer.Option("--out", "-o", help="File for the new weights.")] = Path(
        "hardened.safetensors"
    ),
    clause: Annotated[
        str | None,
        typer.Option(
            "--clause",
            help="Clause to answer; by default the worst that the last decision found.",
            autocompletion=complete.clauses,
            rich_help_panel=_WHAT,
        ),
    ] = None,
    weights: Weights = None,
    seed: Annotated[int, typer.Option("--seed", help="Another seed trains another model.")] = 1,
    minutes: Annotated[
        float,
        typer.Option(
            "--minutes",
            min=0,
            help="CPU minutes to end within; by default the remedy says how long.",
            show_default=False,
            rich_help_panel=_LONG,
        ),
    ] = 0.0,
    steps: Annotated[
        int,
        typer.Option(
            "--steps",
            min=0,
            help="Updates of the weights instead of minutes.",
            show_default=False,
            rich_help_panel=_LONG,
        ),
    ] = 0,
    money: Annotated[
        str | None,
        typer.Option(
            "--money", help="What it may cost instead: 0.50, by the charter's price of an hour.", rich_help_panel=_LONG
        ),
    ] = None,
    remedy: Annotated[
        str | None,
        typer.Option(
            "--remedy",
            help="Another remedy than the one that the clause names.",
            autocompletion=complete.plugins("remedies"),
            rich_help_panel=_WHAT,
        ),
    ] = None,
    spent: Annotated[
        bool,
        typer.Option("--spent", help="Learn from the gate cases, too, that attempts opened.", rich_help_panel=_FROM),
    ] = False,
    lessons: Annotated[
        str,
        typer.Option(
            "--lessons",
            help="Version of the project's lessons to learn from, too; the newest by default.",
            show_default=False,
            rich_help_panel=_FROM,
        ),
    ] = "",
    no_lessons: Annotated[
        bool, typer.Option("--no-lessons", help="Learn from training cases alone.", rich_help_panel=_FROM)
    ] = False,
    learn: Annotated[
        list[Path] | None,
        typer.Option(
            "--learn",
            help="Labelled file or folder to add to the lessons first; may be repeated.",
            rich_help_panel=_FROM,
        ),
    ] = None,
    cases: Annotated[
        int,
        typer.Option(
            "--cases",
            min=0,
            help="Cases on which it is compared with its parent; 0 compares nothing.",
            rich_help_panel=_AFTER,
        ),
    ] = 128,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=0,
            help="Processes that read training cases ahead; 0 reads in this one.",
            rich_help_panel=_CORES,
        ),
    ] = 0,
    processes: Annotated[
        int,
        typer.Option(
            "--processes", min=1, help="Processes that share every update of the weights.", rich_help_panel=_CORES
        ),
    ] = 1,
    launcher: Annotated[
        str, typer.Option("--launcher", help="Who starts them: local, or ray.", rich_help_panel=_CORES)
    ] = "local",
    advise: Annotated[
        bool,
        typer.Option(
            "--advise",
            help="Only say which remedy is worth most, from short pilots; nothing is written.",
            rich_help_panel=_WHAT,
        ),
    ] = False,
    then_gate: Annotated[
        bool,
        typer.Option(
            "--then-gate", help="Then gate it, unless it lost something beyond the charter.", rich_help_panel=_AFTER
        ),
    ] = False,
    log: LogFolder = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Apply the remedy that a clause names under `otherwise`, on training cases only, and write new weights.

    A run that was killed is gone on with by the same command.

    Then parent and child are compared clause by clause, and the gate of the child is planned: it has to pass like any
    other model. Exit code: 3 if a clause is lost beyond the charter; with `--then-gate` that of the gate.

    With `--advise` all remedies that fit get a short pilot, in `--minutes` together (2 by default).
    """
    if advise:
        given = {"--steps": steps, "--spent": spent, "--learn": learn, "--then-gate": then_gate}
        if wrong := [name for name, one in given.items() if one]:
            hint = "pilots take --minutes, on training cases and lessons, and write nothing"
            raise InputError(*(Problem(name, "does not go with --advise", hint) for name in wrong))
        version = _version(lessons, (), no_lessons=no_lessons)
        _advise(charter, clause, remedy, weights, (seed, minutes, money, version), log, json=json, quiet=quiet)
        return
    from seatrial.harden.ranks.place import here
    from seatrial.verbs.harden import harden

    first, version = here().rank == 0, _version(lessons, learn or (), no_lessons=no_lessons)
    if learn and first:
        _learn(charter, learn, log, json=json, quiet=quiet)
    with progress(quiet=quiet or not first) as hear:
        hardened = harden(
            charter, output, clause=clause, weights=weights, seed=seed, minutes=minutes, steps=steps, money=money,
            remedy=remedy, spent=spent, lessons=version, cases=cases, workers=workers, processes=processes,
            launcher=launcher, log=log, hear=hear,
        )  # fmt: skip
    if not first:
        return
    if json and not then_gate:
        show_json(hardened.to_json())
    elif not json:
        show_hardened(hardened)
    if hardened.exit_code or not then_gate:
        raise typer.Exit(hardened.exit_code)
    _gate(charter, hardened, log, json=json, quiet=quiet)


def _gate(charter: Path, hardened: Hardened, log: str | None, *, json: bool, quiet: bool) -> None:
    """Gate what was made, and leave with the exit code of the gate."""
    from seatrial.verbs.gate import gate

    with progress(quiet=quiet) as hear:
        gated = gate(charter, weights=str(hardened.weights), log=log, hear=hear)
    if json:
        show_json({"hardened": hardened.to_json(), "gate": gated.to_json()})
    else:
        show_gated(gated, json=False, outputs=())
    raise typer.Exit(gated.exit_code)


def _version(lessons: str, learn: Sequence[Path], *, no_lessons: bool) -> str | None:
    """Return which lessons are learned from; None is none."""
    if no_lessons and (lessons or learn):
        where = "--lessons" if lessons else "--learn"
        raise InputError(Problem("--no-lessons", f"does not go with {where}", "leave one of them out"))
    if lessons and learn:
        raise InputError(Problem("--learn", "makes a new version, and --lessons names an old one", "leave one out"))
    return None if no_lessons else lessons


def _learn(charter: Path, files: Sequence[Path], log: str | None, *, json: bool, quiet: bool) -> None:
    """Add files to the lessons."""
    from seatrial.verbs.lessons import add

    with progress(quiet=quiet) as hear:
        added = add(charter, files, log=log, hear=hear)
    if not json:
        out().print(added.sentence, markup=False)


def _advise(
    charter: Path,
    clause: str | None,
    remedy: str | None,
    weights: str | None,
    more: tuple[int, float, str | None, str | None],
    log: str | None,
    *,
    json: bool,
    quiet: bool,
) -> None:
    """Say which remedy is worth most."""
    from seatrial.cli.advised import show_advice
    from seatrial.verbs.advise import MINUTES
    from seatrial.verbs.advise import advise as advised

    seed, minutes, money, lessons = more
    with progress(quiet=quiet) as hear:
        found = advised(
            charter, clause=clause, remedy=remedy, weights=weights, seed=seed, minutes=minutes or MINUTES, money=money,
            lessons=lessons, log=log, hear=hear,
        )  # fmt: skip
    if json:
        show_json(found.to_json())
    else:
        show_advice(found)
