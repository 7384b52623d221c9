"""`seatrial incident`: what went wrong in service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from seatrial.cli import complete
from seatrial.cli.screen import out, show_json
from seatrial.cli.sheet import Sheet
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder

if TYPE_CHECKING:
    from seatrial.decision.incidents import Incident

app = typer.Typer(no_args_is_help=True, help="Record what went wrong in service; each incident opens a finding.")

Id = Annotated[str, typer.Argument(help="Its id, like INC-1.", autocompletion=complete.incidents)]
By = Annotated[str | None, typer.Option("--said-by", help="Who says so; your login name by default.")]
Evidence = Annotated[
    list[str] | None,
    typer.Option("--evidence", help="A file, whose bytes are then kept beside the log, or a digest; may be repeated."),
]


@app.command("open")
def opening(
    what: Annotated[str, typer.Argument(help="What happened, in a sentence.")],
    severity: Annotated[str, typer.Option("--severity", help="critical, major or minor.")] = "major",
    since: Annotated[str, typer.Option("--since", help="2026-11-21, or 2026-11-21T14:00:00Z; now by default.")] = "",
    clause: Annotated[
        list[str] | None,
        typer.Option("--clause", help="A clause that it is about; may be repeated.", autocompletion=complete.clauses),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", help="A scenario; may be repeated.", autocompletion=complete.scenarios),
    ] = None,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", help="A case, by its digest; may be repeated.", autocompletion=complete.cases),
    ] = None,
    evidence: Evidence = None,
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Record that something went wrong in service, and open a finding for it."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.incident import Linked, open_incident

    linked = Linked(clause or (), scenario or (), case or (), evidence or ())
    one = open_incident(charter, what, severity=severity, since=since, linked=linked, said=Said(by, log))
    live = f"release {one.release} was live" if one.release else "no rollout event says which release was live"
    out().print(f"{one.id}: open, {one.severity}; {live}", markup=False)
    out().print(f"  next  seatrial finding show {one.finding}", markup=False)


@app.command()
def note(
    incident: Id,
    what: Annotated[str, typer.Argument(help="What became known.")],
    evidence: Evidence = None,
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Add what became known of an incident."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.incident import note as noted

    _told(noted(charter, incident, what, evidence=evidence or (), said=Said(by, log)))


@app.command()
def close(
    incident: Id,
    what: Annotated[str, typer.Argument(help="Why it is over.")],
    evidence: Evidence = None,
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Close an incident whose finding is closed."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.incident import close as closed

    _told(closed(charter, incident, what, evidence=evidence or (), said=Said(by, log)))


@app.command("list")
def listing(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """List incidents: what happened, when, under which release, and the finding that each opened."""
    from seatrial.decision.times import shown
    from seatrial.verbs.incidents import incidents

    found = incidents(charter, everything=everything, log=log)
    if json:
        show_json(found.to_json())
        return
    console = out()
    console.print(found.sentence)
    table = Sheet("incident", "state", "severity", "~since", "~release", "finding", "~what")
    for one in found.rows:
        state = "[green]closed[/]" if one.closed else "[red]open[/]"
        told = (shown(one.since), one.release or "not known", one.finding, one.what)
        table.add(one.id, state, one.severity, *map(escape, told))
    if found.rows:
        table.show(console)


def _told(one: Incident) -> None:
    """Say how an incident stands now."""
    state = "closed" if one.closed else "open"
    out().print(f"{one.id}: {state}, {len(one.notes)} entries in the log", markup=False)
