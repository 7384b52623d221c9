"""How what stood at an instant looks on a terminal: what was live, on whose word, and what was open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.markup import escape

from seatrial.cli.licensed import row, show_waivers
from seatrial.decision.rollout import Live, Rollout
from seatrial.decision.state import State
from seatrial.decision.times import shown
from seatrial.proof.canonical import short

CLAIMED = "Times are the writers' own clocks; the order of the log is certain."


def show_state(console: Console, found: State) -> None:
    """Show what stood at an instant: what served and on whose word, waivers, risks, findings, incidents."""
    console.print(f"[bold]{shown(found.on)}[/bold], {escape(found.rollout.environment)}, by {found.entries} entries")
    show_serving(console, found, words=True)
    for name, rows in _open(found):
        for said in rows:
            row(console, name, said)
        if not rows:
            row(console, name, "none open", "dim")
    for doubt in found.doubts:
        row(console, "doubt", doubt, "yellow")
    for bound in found.bounds:
        which = (
            "all of these entries" if found.entries <= bound.entries else f"the first {bound.entries} of these entries"
        )
        row(console, "witnessed", f"{which} were there by {shown(bound.by)}, says {bound.witness}", "dim")
    console.print(f"[dim]{CLAIMED}[/dim]")


def show_serving(console: Console, found: State, *, words: bool = False) -> None:
    """Show what is live in one environment; with `words` also on whose."""
    there = found.rollout
    if not there.serving:
        decided = "" if found.decided is None else f"; the last decision was entry {found.decided}"
        row(console, "live", f"nothing is recorded to serve {there.environment}{decided}")
    for one in there.serving:
        licence = found.licences[one.decision]
        state = "" if licence.granted else "; not licensed"
        row(console, "live", f"{_served(one, there)}{state}", "" if licence.granted else "yellow")
        if words:
            names = ", ".join(licence.approved) or "nobody"
            row(console, "decision", f"{licence.decision} (entry {one.decision}), submitted by {licence.submitter}")
            row(console, "approved", f"{names} ({len(licence.approved)} of {licence.needed} as asked for today)")
            for text in licence.lacking:
                row(console, "lacking", text)
    if there.paused:
        row(console, "paused", f"since {shown(there.paused.since)}: {there.paused.reason}", "yellow")
    if words:
        rested = {waiver.entry for licence in found.licences.values() for waiver in licence.waivers}
        show_waivers(console, found.waivers, rested=rested)


def show_open(console: Console, found: State, outlived: Iterable[str]) -> None:
    """Show how much is open, and what is over its day."""
    counts = (("risk", found.risks), ("finding", found.findings), ("incident", found.incidents))
    told = ", ".join(f"{len(rows)} {name}{'' if len(rows) == 1 else 's'}" for name, rows in counts)
    row(console, "open", told)
    for text in outlived:
        row(console, "overdue", text, "yellow")


def _served(one: Live, there: Rollout) -> str:
    how = "back on" if one.back else "since"
    said = "" if one.signed else ", a name"
    why = f": {one.reason}" if one.reason else ""
    share = "0 %" if there.paused else f"{one.share} %"
    return (
        f"release {one.release} ({share} of {there.environment}), model {short(one.model)}, {how} "
        f"{shown(one.since)}, recorded by {one.by}{said} (entry {one.entry}){why}"
    )


def _open(found: State) -> Iterator[tuple[str, list[str]]]:
    yield "risks", [f"{one.id} {one.title} ({one.score} {one.band}, {one.treatment})" for one in found.risks]
    yield "findings", [f"{one.id} {one.state}, {one.severity}: {one.title}" for one in found.findings]
    yield "incidents", [f"{one.id} {one.severity}: {one.what}" for one in found.incidents]
