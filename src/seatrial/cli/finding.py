"""`seatrial finding`: what is not held, tracked until somebody closes it with evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from seatrial.cli import complete
from seatrial.cli.screen import out, show_json
from seatrial.cli.sheet import Sheet
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder

if TYPE_CHECKING:
    from seatrial.decision.findings import Tracked
    from seatrial.verbs.findings import Findings

app = typer.Typer(no_args_is_help=True, help="List, open, assign, work off and close what is not held.")

Id = Annotated[str, typer.Argument(help="Its id, or the beginning of it.", autocompletion=complete.findings)]
By = Annotated[str | None, typer.Option("--said-by", help="Who says so; your login name by default.")]
Evidence = Annotated[
    str, typer.Option("--evidence", help="A file, whose bytes are then kept beside the log; or the digest of such.")
]
Note = Annotated[str, typer.Option("--note", help="What was done, or why.")]
_MARKS = {"open": "red", "answered": "yellow", "waived": "yellow", "closed": "green"}


@app.command("list")
def listing(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    rank: Annotated[
        bool, typer.Option("--rank", help="First what takes most risk away for its cost, with the inputs of that.")
    ] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """List what is not held: who answers for it, until when, and what to do next."""
    from seatrial.verbs.findings import findings

    found = findings(charter, everything=everything, rank=rank, log=log)
    if json:
        show_json(found.to_json())
    else:
        _show_list(found)


@app.command()
def show(finding: Id, charter: CharterOption = CHARTER, log: LogFolder = None, json: Json = False) -> None:
    """Show one finding: its steps, what was done, and with what evidence."""
    from seatrial.verbs.findings import shown, told

    one = shown(charter, finding, log=log)
    if json:
        show_json(told(one))
    else:
        _show_one(one)


@app.command("open")
def opening(
    title: Annotated[str, typer.Argument(help="What was found, in a sentence.")],
    clause: Annotated[
        str, typer.Option("--clause", help="The clause that it is about.", autocompletion=complete.clauses)
    ] = "",
    severity: Annotated[str, typer.Option("--severity", help="critical, major or minor.")] = "major",
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Open a finding that no decision made: of an audit, an incident, a person."""
    from seatrial.verbs.finding import Said, open_finding

    _told(open_finding(charter, title, clause=clause, severity=severity, said=Said(by, log)))


@app.command()
def assign(
    finding: Id,
    to: Annotated[str, typer.Option("--to", help="A person or a role.")],
    within: Annotated[str, typer.Option("--within", help="Time from now: 30m, 24h, 7d or 2w.")] = "",
    note: Note = "",
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Give a finding to somebody, within a time."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.finding import assign as assigned

    _told(assigned(charter, finding, to=to, within=within, note=note, said=Said(by, log)))


@app.command()
def step(
    finding: Id,
    number: Annotated[int, typer.Argument(help="Which step of the playbook, from 1.")],
    evidence: Evidence = "",
    note: Note = "",
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Record that a step of the playbook was done, with what shows it."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.finding import step as stepped

    _told(stepped(charter, finding, number, evidence=evidence, note=note, said=Said(by, log)))


@app.command()
def close(
    finding: Id,
    entry: Annotated[
        str,
        typer.Option(
            "--by",
            help="What bears it out: a later decision that holds the clause (its entry, or `last`), or, where the risk "
            "is accepted, the entry of a waiver or of a risk.",
            autocompletion=complete.decisions,
        ),
    ] = "",
    evidence: Evidence = "",
    note: Note = "",
    by: By = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Close a finding with what bears that out; without it, it stays open."""
    from seatrial.verbs.finding import Said
    from seatrial.verbs.finding import close as closed

    _told(closed(charter, finding, by=entry, evidence=evidence, note=note, said=Said(by, log)))


def _told(one: Tracked) -> None:
    """Say how a finding stands now."""
    from seatrial.verbs.findings import due_of, step_of

    owner = f", {one.owner} answers for it" if one.owner else ""
    due = due_of(one)
    out().print(f"{one.id}: {one.state}{owner}{f', due {due}' if due else ''}", markup=False)
    if step_of(one):
        out().print(f"  next  {step_of(one)}", markup=False)


def _show_list(found: Findings) -> None:
    from seatrial.verbs.findings import RULE, due_of, step_of

    console = out()
    console.print(found.sentence)
    if not found.rows:
        return
    inputs = (">risk", "~because") if found.ranks else ()
    table = Sheet("finding", "state", "severity", "~owner", "~due", "~next", *inputs)
    for at, one in enumerate(found.rows):
        state = f"[{_MARKS[one.state]}]{one.state}[/]"
        told = (one.owner or "nobody", due_of(one, lambda: found.now), step_of(one))
        more = (f"{found.ranks[at].score:.2g}", str(found.ranks[at])) if found.ranks else ()
        table.add(escape(one.id), state, one.severity, *map(escape, told), *map(escape, more))
    table.show(console)
    if found.ranks:
        console.print(f"[dim]{escape(RULE)}[/dim]")


def _show_one(one: Tracked) -> None:
    from seatrial.decision import times
    from seatrial.verbs.findings import due_of

    console = out()
    console.print(f"[{_MARKS[one.state]}]{one.state}[/]  [bold]{escape(one.id)}[/bold]  {one.severity}")
    seen = ", ".join(f"entry {seq}" for seq in one.seen)
    rows = (
        ("about", one.title),
        ("found", f"{one.verdict} in {seen}, release {one.release}" if seen else "from outside"),
        ("answered", "" if one.answered is None else f"held in entry {one.answered}; nobody closed it yet"),
        ("owner", one.owner or "nobody"),
        ("due", due_of(one)),
    )
    for name, text in rows:
        if text:
            console.print(f"  {name:9} {text}", markup=False)
    for at, planned in enumerate(one.steps, 1):
        done = one.done.get(at)
        console.print(f"  {'[x]' if done else '[ ]'} {at}. {planned}", markup=False)
    for word in one.words:
        what = f"step {word.step}" if word.action == "step" else word.action
        rests = "" if word.rests_on is None else f", by entry {word.rests_on}"
        shown = f", evidence {word.evidence}" if word.evidence else ""
        note = f": {word.note}" if word.note else ""
        line = f"  {times.shown(word.at)}  {what} by {word.by} (entry {word.entry}{rests}{shown}){note}"
        console.print(line, markup=False)
