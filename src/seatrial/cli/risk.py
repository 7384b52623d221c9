"""`seatrial risk`: the register of risks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer
from rich.markup import escape

from seatrial.cli import complete
from seatrial.cli.passwords import one_password
from seatrial.cli.screen import out, show_json
from seatrial.cli.sheet import Sheet
from seatrial.cli.words import CHARTER, By, CharterOption, Json, LogFolder, PersonalKey
from seatrial.errors import InputError, Problem, meant

if TYPE_CHECKING:
    from seatrial.decision.risks import Risk, Seen
    from seatrial.verbs.risk import Said

app = typer.Typer(no_args_is_help=True, help="Add, change, close, list and export the risks of a system.")

Id: TypeAlias = Annotated[str, typer.Argument(help="Its id.", autocompletion=complete.risks)]
Note: TypeAlias = Annotated[str, typer.Option("--note", help="What else is to be said; kept in its history.")]
Title: TypeAlias = Annotated[str | None, typer.Option("--title", help="What it is called.")]
Exploit: TypeAlias = Annotated[str | None, typer.Option("--exploit", help="How somebody would use it.")]
Likelihood: TypeAlias = Annotated[
    str | None, typer.Option("--likelihood", help="rare, unlikely, possible, likely or almost certain.")
]
Impact: TypeAlias = Annotated[
    str | None, typer.Option("--impact", help="negligible, minor, moderate, major or severe.")
]
Owner: TypeAlias = Annotated[str | None, typer.Option("--owner", help="Who answers for it.")]
Treatment: TypeAlias = Annotated[
    str | None,
    typer.Option("--treatment", help="mitigate, transfer, avoid, or accept (which takes the owner's --key)."),
]
Residual: TypeAlias = Annotated[str | None, typer.Option("--residual", help="What is left after it, and with whom.")]
Scenarios: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--scenario", help="A scenario that tries it; may be repeated.", autocompletion=complete.scenarios),
]
Clauses: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--clause", help="A clause about it; may be repeated.", autocompletion=complete.clauses),
]
Findings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--finding", help="A finding about it; may be repeated.", autocompletion=complete.findings),
]
Review: TypeAlias = Annotated[
    str | None, typer.Option("--review", help="Day on which it is to be looked at again: 2027-03-01.")
]
_COLOURS = {"extreme": "red", "high": "red", "medium": "yellow", "low": "dim"}
_VERDICTS = {"breached": "red", "untried": "yellow", "unproven": "yellow", "held": "green"}
FORMATS = ("csv", "json", "markdown")


@app.command()
def add(
    title: Annotated[str, typer.Argument(help="What it is called.")],
    exploit: Annotated[str, typer.Option("--exploit", help="How somebody would use it.")],
    owner: Annotated[str, typer.Option("--owner", help="Who answers for it.")],
    likelihood: Likelihood = None,
    impact: Impact = None,
    treatment: Treatment = None,
    residual: Residual = None,
    scenario: Scenarios = None,
    clause: Clauses = None,
    finding: Findings = None,
    review: Review = None,
    name: Annotated[str, typer.Option("--id", help="R-1, R-2 and so on by default.")] = "",
    note: Note = "",
    by: By = "",
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Put a risk into the register."""
    from seatrial.verbs.risk import add as added

    fields = _fields(
        title=title,
        exploit=exploit,
        owner=owner,
        likelihood=likelihood,
        impact=impact,
        treatment=treatment,
        residual=residual,
        scenarios=scenario,
        clauses=clause,
        findings=finding,
        review=review,
    )
    _told(added(charter, name, said=_said(by, key, note, log), **fields), "is on the register")


@app.command()
def change(
    risk: Id,
    title: Title = None,
    exploit: Exploit = None,
    owner: Owner = None,
    likelihood: Likelihood = None,
    impact: Impact = None,
    treatment: Treatment = None,
    residual: Residual = None,
    scenario: Scenarios = None,
    clause: Clauses = None,
    finding: Findings = None,
    review: Review = None,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open it again, if it was closed.")] = False,
    note: Note = "",
    by: By = "",
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Say something else of a risk; what is not named stays, and what was said before stays in its history."""
    from seatrial.verbs.risk import change as changed

    fields = _fields(
        title=title,
        exploit=exploit,
        owner=owner,
        likelihood=likelihood,
        impact=impact,
        treatment=treatment,
        residual=residual,
        scenarios=scenario,
        clauses=clause,
        findings=finding,
        review=review,
    )
    _told(changed(charter, risk, said=_said(by, key, note, log), reopen=reopen, **fields), "is changed")


@app.command()
def close(
    risk: Id,
    note: Annotated[str, typer.Option("--note", help="Why it is over.")],
    key: PersonalKey = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Close a risk; its owner signs that, or somebody who may waive."""
    from seatrial.verbs.risk import close as closed

    _told(closed(charter, risk, said=_said("", key, note, log)), "is closed")


@app.command("list")
def listing(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are closed.")] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """List the risks, worst first, with what the last decision says of each."""
    from seatrial.verbs.risks import RULE, risks

    found = risks(charter, closed=everything, log=log)
    if json:
        show_json(found.to_json())
        return
    sheet = Sheet("risk", ">score", "band", "owner", "treatment", "last decision", "review", "~title")
    for one in found.rows:
        sheet.add(*_cells(one, found.day))
    out().print(found.sentence)
    if found.rows:
        sheet.show(out())
        about = f"verdicts of decision {found.decision}, release {found.release}" if found.decision is not None else ""
        out().print(f"[dim]{escape('. '.join(filter(None, (about, RULE))))}[/dim]")


@app.command()
def show(risk: Id, charter: CharterOption = CHARTER, log: LogFolder = None, json: Json = False) -> None:
    """Show one risk with its whole history."""
    from seatrial.verbs.risks import plain, risks, spoken

    found = risks(charter, closed=True, log=log)
    known = {one.risk.id: one for one in found.rows}
    if risk not in known:
        hint = meant(risk, known) if known else "`seatrial risk add` makes the first one"
        raise InputError(Problem("id", f"there is no risk {risk!r}", hint))
    if json:
        show_json(plain(known[risk], found.day))
    else:
        _show_one(known[risk].risk, spoken(known[risk]), found.day)


@app.command()
def export(
    format: Annotated[
        str, typer.Option("--format", help="csv, json or markdown.", autocompletion=complete.formats)
    ] = "csv",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; standard output by default.")] = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write the whole register, closed risks too, as CSV, JSON or Markdown."""
    from json import dumps

    from seatrial.stores.whole import write_whole
    from seatrial.verbs.risks import risks

    if format not in FORMATS:
        raise InputError(Problem("--format", f"no format {format!r}", meant(format, FORMATS)))
    found = risks(charter, closed=True, log=log)
    made = {"csv": found.to_csv, "json": lambda: dumps(found.to_json(), indent=2) + "\n", "markdown": found.to_markdown}
    text = made[format]()
    if output is None:
        print(text, end="")
    else:
        write_whole(output, text.encode("utf-8"))


def _fields(**named: Any) -> Any:
    """Return the fields that were named."""
    return {name: value for name, value in named.items() if value is not None}


def _said(by: str, key: Path | None, note: str, log: str | None) -> Said:
    from seatrial.verbs.risk import Said

    return Said(by, key, one_password(key), note, log)


def _told(risk: Risk, what: str) -> None:
    last = risk.changes[-1]
    signed = "signed by" if last.signed else "by the name"
    told = f"{risk.id} {risk.title} {what} (entry {last.entry}): {risk.score} {risk.band}, {signed} {last.by}"
    out().print(told, markup=False)


def _cells(one: Seen, day: str) -> list[str]:
    from seatrial.verbs.risks import spoken

    risk = one.risk
    band = f"[{_COLOURS[risk.band]}]{risk.band}[/{_COLOURS[risk.band]}]"
    said = f"[{_VERDICTS[one.verdict]}]{escape(spoken(one))}[/{_VERDICTS[one.verdict]}]"
    review = f"[yellow]{risk.review} overdue[/yellow]" if risk.overdue(day) else risk.review
    state = " (closed)" if risk.status == "closed" else ""
    texts = (escape(risk.owner), risk.treatment, said, review, f"{escape(risk.title)}{state}")
    return [escape(risk.id), str(risk.score), band, *texts]


def _show_one(risk: Risk, verdict: str, day: str) -> None:
    from seatrial.decision.times import shown

    out().print(f"[bold]{escape(risk.id)} {escape(risk.title)}[/bold]  {risk.status}")
    rows = (
        ("exploit", risk.exploit),
        ("score", f"{risk.score} {risk.band}: {risk.likelihood} (likelihood) times {risk.impact} (impact)"),
        ("owner", risk.owner),
        ("treatment", risk.treatment),
        ("left", risk.residual),
        ("says", f"the last decision: {verdict}"),
        ("scenarios", ", ".join(risk.scenarios)),
        ("clauses", ", ".join(risk.clauses)),
        ("findings", ", ".join(risk.findings)),
        ("review", f"{risk.review}{' (overdue)' if risk.overdue(day) else ''}"),
    )
    for name, text in rows:
        if text:
            out().print(f"  {name:10} {escape(text)}")
    for one in risk.changes:
        who = f"{one.by}{'' if one.signed else ', a name'}"
        what = ", ".join(one.changed) or ("first said" if one is risk.changes[0] else "a note")
        note = f": {one.note}" if one.note else ""
        out().print(f"  [dim]{shown(one.at)}  entry {one.entry}, {escape(f'{who}: {what}{note}')}[/dim]")
