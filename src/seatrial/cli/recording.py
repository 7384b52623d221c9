"""How a rollout event looks on a terminal once it is recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from seatrial.cli.screen import out

if TYPE_CHECKING:
    from seatrial.verbs.rollouts import Recorded


def show_recorded(found: Recorded) -> None:
    """Show what is live after an event, and that nothing was moved."""
    from seatrial.proof.canonical import short

    there = found.rollout
    where = escape(there.environment)
    for one in there.serving:
        share = 0 if there.paused else one.share
        named = f"release {escape(one.release)}, model {short(one.model)}, decision {one.decision}"
        out().print(f"recorded (entry {found.entry}): {where} {share} % {named}")
    if not there.paused and not found.licence.granted:
        for text in found.licence.lacking:
            out().print(f"  [yellow]not licensed: {escape(text)}[/yellow]")
    out().print("[dim]It is a record: no traffic was moved.[/dim]")
