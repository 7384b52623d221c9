"""How a licence looks on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape

from seatrial.decision.licence import Licence

_SHORT = 12
"""Hexadecimal digits of a digest that are shown."""


def show_licence(console: Console, found: Licence) -> None:
    """Show what was decided, by whom it is approved, what is waived until when, and what is lacking."""
    mark, colour = ("✓", "green") if found.granted else ("?", "yellow")
    word = "licensed to deploy" if found.granted else "not licensed to deploy"
    model = found.model.removeprefix("sha256:")[:_SHORT]
    console.print(f"[{colour}]{mark} {word}[/{colour}]  release {escape(found.release)}, model {model}")
    console.print(f"  decision   {found.decision} (entry {found.entry}), submitted by {escape(found.submitter)}")
    names = ", ".join(found.approved) or "nobody yet"
    console.print(f"  approved   {escape(names)} ({len(found.approved)} of {found.needed})")
    for name, why in found.uncounted:
        console.print(f"  not counted {escape(name)}: {why}")
    for one in found.waivers:
        until = datetime.fromtimestamp(one.expires, UTC).strftime("%Y-%m-%d %H:%M UTC")
        state = "expired" if one.expired else "until"
        who = ", ".join(one.who)
        console.print(f"  waived     {escape(one.clause)}, {state} {until}, by {escape(who)}: {escape(one.reason)}")
    for text in found.lacking:
        console.print(f"  lacking    {escape(text)}")
