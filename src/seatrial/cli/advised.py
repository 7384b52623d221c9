"""How advice is shown: what to mend first, the remedies in their order, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from seatrial.cli.screen import lay, out
from seatrial.cli.sheet import Sheet

if TYPE_CHECKING:
    from seatrial.verbs.advise import Advice


def show_advice(advice: Advice) -> None:
    """Print advice."""
    from seatrial.verbs.advise import cells

    console = out()
    lay(console, escape(advice.sentence.partition("\n")[0]))
    if not advice.stakes:
        return
    if advice.best is not None:
        console.print(advice.best.command, markup=False, soft_wrap=True)
    console.print()
    for stake in advice.stakes:
        why = f" ({stake.why})" if stake.why else ""
        lay(console, escape(f"{stake.clause}: {stake.verdict}, {stake.severity}, risk {stake.risk:.2g}{why}"))
    console.print()
    table = Sheet("remedy", "clause", ">won", ">95 %", ">clean", ">minutes", ">risk/min", title=2)
    for one in advice.tips:
        table.add(*map(escape, cells(one)[:-1]))
    table.show(console)
    console.print()
    for one in advice.tips:
        console.print(one.command, markup=False, soft_wrap=True)
    for left in advice.untried:
        told = f"not tried: {left.remedy} for {', '.join(left.clauses)}: {left.why}"
        lay(console, f"[dim]{escape(told)}[/dim]")
    for note in (f"Pilots took {advice.spent:.0f} of {60 * advice.minutes:.0f} CPU seconds.", *advice.notes):
        lay(console, f"[dim]{escape(note)}[/dim]")
