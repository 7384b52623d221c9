"""How a licence looks on a terminal."""

from __future__ import annotations

from collections.abc import Container, Iterable

from rich.console import Console
from rich.markup import escape

from seatrial.decision.licence import Licence, Waived

_SHORT = 12
"""Hexadecimal digits of a digest that are shown."""


def show_licence(console: Console, found: Licence) -> None:
    """Show what was decided, by whom it is approved, what is waived until when, and what is lacking."""
    mark, colour = ("✓", "green") if found.granted else ("?", "yellow")
    word = "licensed to deploy" if found.granted else "not licensed to deploy"
    console.print(f"[{colour}]{mark} {word}[/{colour}]  release {escape(found.release)}, model {short(found.model)}")
    console.print(f"  decision   {found.decision} (entry {found.entry}), submitted by {escape(found.submitter)}")
    names = ", ".join(found.approved) or "nobody yet"
    console.print(f"  approved   {escape(names)} ({len(found.approved)} of {found.needed})")
    for name, why in found.uncounted:
        console.print(f"  not counted {escape(name)}: {why}")
    show_waivers(console, found.waivers)
    for text in found.lacking:
        console.print(f"  lacking    {escape(text)}")


def show_waivers(console: Console, waivers: Iterable[Waived], *, rested: Container[int] | None = None) -> None:
    """Show waivers, each with its end, its signers and its reason.

    Args:
        console: Where.
        waivers: The waivers.
        rested: Entries of those that a decision rests on; then it is said of the others that none does.
    """
    for one in waivers:
        colour = "yellow" if one.open else "dim"
        said = f"{escape(one.clause)} (entry {one.entry}) {escape(str(one))}: {escape(one.reason)}"
        said += "" if rested is None or one.entry in rested else " (what serves does not rest on it)"
        console.print(f"  [{colour}]waived     {said}[/{colour}]")


def short(digest: str) -> str:
    """Return the beginning of a digest."""
    return digest.removeprefix("sha256:")[:_SHORT]
