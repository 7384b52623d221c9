"""How results look on a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from seatrial.cli.screen import colored, out, show_json
from seatrial.cli.sheet import Sheet

if TYPE_CHECKING:
    from seatrial.catalog.diff import Diff
    from seatrial.catalog.scenario import Scenario
    from seatrial.reports.reporter import Dossier
    from seatrial.verbs.hardened import Hardened
    from seatrial.verbs.judge import Gated
    from seatrial.verbs.outputs import Output
    from seatrial.verbs.plan import Planned, Row
    from seatrial.verbs.range_ import Ranged
    from seatrial.verbs.rehearse import Rehearsed

WIDEST = 100
ROOMY = 110
"""Columns from which on a list of scenarios names the adversaries, too."""


def write_bytes(data: bytes) -> None:
    """Write a rendered report to standard output as it is."""
    sys.stdout.buffer.write(data)
    sys.stdout.flush()


def show_outputs(outputs: Sequence[Output], dossier: Dossier) -> bool:
    """Write reports to where they were asked for, and return whether one of them took standard output."""
    from seatrial.verbs.outputs import written

    for data in (shown := written(outputs, dossier)):
        write_bytes(data)
    return bool(shown)


def show_gated(gated: Gated, *, json: bool, outputs: Sequence[Output] = ()) -> None:
    """Show a decision: the text report, or the JSON one, or the one asked for; then where the files are."""
    if show_outputs(outputs, gated.dossier):
        return
    if json:
        show_json(gated.to_json())
        return
    show_text(gated.dossier)
    out().print(f"\nreport     {gated.folder / 'report.html'}", soft_wrap=True)
    out().print(f"exit code  {gated.exit_code}")


def show_text(dossier: Dossier) -> None:
    """Show the text report of a dossier, as wide as the terminal and in colours if it has some."""
    from seatrial import plugins

    console = out()
    width = min(WIDEST, shutil.get_terminal_size().columns)
    rendered: bytes = plugins.find("reports", "text").make(width=width, color=colored(console)).render(dossier)
    sys.stdout.write(rendered.decode("utf-8"))
    sys.stdout.flush()


def show_planned(planned: Planned) -> None:
    """Show what a gate would run, and how likely each verdict is."""
    console = out()
    console.print(planned.sentence)
    early = [">expected"] if any(row.expected is not None for row in planned.clauses) else []
    paid = [">money"] if any(row.money for row in planned.clauses) else []
    table = Sheet("clause", ">cases", *early, ">needs", ">rate", ">held", ">unproven", ">breached", ">time", *paid)
    for row in planned.clauses:
        chances = row.chances or {}
        shown = [_chance(chances[name]) if chances else "" for name in ("held", "unproven", "breached")]
        rate = "" if row.rate is None else f"{row.rate:.3f}"
        cost = [row.money or ""] if paid else []
        needed = "never" if row.needed is None else f"{row.alike or row.needed:,}"
        expected = ["" if row.expected is None else f"{row.expected:,.0f}"] if early else []
        table.add(row.name, f"{row.cases:,}", *expected, needed, rate, *shown, _time(row.minutes), *cost)
    table.show(console)
    if any(row.chances for row in planned.clauses):
        console.print("[dim]held, unproven, breached: how likely each verdict is[/dim]")
    if wide := [row for row in planned.clauses if row.ends and row.chances_at_ends]:
        console.print("[dim]A rate is an estimate. At the ends of its 95 % interval:[/dim]")
        for row in wide:
            console.print(f"[dim]  {escape(_ends(row))}[/dim]")
    for problem in planned.problems:
        console.print(f"[yellow]a gate would be refused now[/yellow]  {escape(str(problem))}")
    for note in planned.notes:
        console.print(f"[dim]{escape(note)}[/dim]")


def show_hardened(hardened: Hardened) -> None:
    """Show what a remedy made: what it is worth, beside its parent, and what a gate of it would be."""
    console = out()
    console.print(hardened.answer)
    if hardened.descent is not None:
        first, *rest = hardened.beside
        console.print(first)
        table = Sheet("clause", "parent", "child", ">lost", ">won", ">chance", "~")
        for one in hardened.descent.clauses:
            sides = [f"{side.verdict} {side.held:,}" for side in (one.parent, one.child)]
            pairs = one.pairs
            lost = ["", "", ""] if pairs is None else [str(pairs.lost), str(pairs.won), _rare(pairs.chance)]
            table.add(one.name, *sides, *lost, _toned(one.said, one.change))
        table.show(console)
        for line in rest:
            console.print(escape(line))
    else:
        for line in hardened.beside:
            console.print(escape(line))
    if hardened.planned is not None:
        show_planned(hardened.planned)
    console.print(hardened.next)


def _rare(chance: float) -> str:
    return "< 0.001" if chance < 0.001 else f"{chance:.3f}"


def _toned(said: str, change: str) -> str:
    tone = {"beyond": "red", "worse": "yellow", "open": "yellow", "better": "green"}.get(change)
    return f"[{tone}]{said}[/{tone}]" if tone else said


def show_rehearsed(rehearsed: Rehearsed) -> None:
    """Show what a rehearsal saw."""
    from seatrial.reports.wording import visible

    console = out()
    console.print(rehearsed.sentence)
    table = Sheet("clause", "~asks", ">held", ">cases", "would be")
    for row in rehearsed.clauses:
        table.add(row.name, row.require, f"{row.held:,}", f"{row.n:,}", row.verdict)
    table.show(console)
    for note in rehearsed.notes:
        console.print(escape(visible(note)))
    console.print("[dim]A rehearsal logs nothing, spends nothing and cannot deploy.[/dim]")


def show_ranged(ranged: Sequence[Ranged]) -> None:
    """Show which planted flaws were found."""
    table = Sheet("", "~adversary", "~control", ">flaw", ">least", ">twin", ">most", ">covered", title=2)
    for row in ranged:
        shares = [f"{value:.2f}" if value is not None else "?" for value in (row.flaw, row.least, row.twin, row.most)]
        table.add(
            "[green]✓ found[/green]" if row.found else "[red]✗ missed[/red]",
            row.adversary,
            row.control,
            *shares,
            _covered(row),
        )
    table.show(out())
    found = sum(row.found for row in ranged)
    out().print(f"{found} of {len(ranged)} planted flaws found, with their twins left alone")
    out().print("covered: how often the interval of 16 drawn cases held the share that can fall; 9 in 10 are due")
    for row in ranged:
        if row.reason:
            out().print(f"[red]{escape(row.adversary)} on {escape(row.control)}:[/red] {escape(row.reason)}")


def _covered(row: Ranged) -> str:
    return f"{row.covered} of {row.drawn}" if row.drawn else "-"


def show_scenarios(scenarios: Sequence[Scenario]) -> None:
    """Show a list of scenarios; on a narrow terminal without their adversaries, which `catalog show` names."""
    console = out()
    roomy = console.width >= ROOMY
    table = Sheet("scenario", "~title", *(("~against",) if roomy else ()), "cost")
    for one in scenarios:
        against = (", ".join(a.use for a in one.adversaries),) if roomy else ()
        table.add(one.name, escape(one.title), *against, one.cost)
    table.show(console)


def show_scenario(scenario: Scenario) -> None:
    """Show every field of one scenario."""
    import yaml

    out().print(yaml.safe_dump(_plain(scenario.text), sort_keys=False, allow_unicode=True, width=WIDEST), markup=False)
    out().print(f"digest: {scenario.digest}")


def show_diff(differences: Diff) -> None:
    """Show what changed between two catalogs."""
    console = out()
    for word, names in (("added", differences.added), ("removed", differences.removed)):
        for name in names:
            console.print(f"{word:9} {name}")
    for one in differences.changed:
        console.print(f"{'changed':9} {one.old} -> {one.new}: {', '.join(one.fields)}")
    for one in differences.rewritten:
        fields = ", ".join(one.fields)
        console.print(f"[red]{'rewritten':9}[/red] {one.new}: {fields} (a changed scenario must be a new version)")
    if not differences:
        console.print("nothing changed")


def _ends(row: Row) -> str:
    """Return a rate's interval and the chances at its ends, the smaller first, in words."""
    low, high = row.ends or (0.0, 1.0)
    told = []
    for name in ("held", "breached"):
        least, most = sorted(chances[name] for chances in row.chances_at_ends or ())
        told.append(f"{name} {_chance(least)} to {_chance(most)}" if most >= 0.0005 else f"{name} 0")
    return f"{row.name}: rate {low:.3f} to {high:.3f}, {', '.join(told)}"


def _chance(value: float) -> str:
    return f"{value:.3f}" if 0.0005 < value < 0.9995 else f"{value:.0f}"


def _time(minutes: float | None) -> str:
    if minutes is None:
        return ""
    return f"{60 * minutes:.0f} s" if minutes < 2 else f"{minutes:.0f} min"


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
