"""`seatrial log`: what ran, newest first; and what can be shown of the log to others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from seatrial.cli import outside
from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterOption, CharterPath, Json, LogFolder
from seatrial.errors import InputError, Problem


class Listing(TyperGroup):
    """A group whose command is `list` where none is named: `seatrial log --limit 5`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `list` before words that name no command of the group."""
        named = args and (args[0] in self.commands or args[0] in ctx.help_option_names)
        return super().parse_args(ctx, args if named else ["list", *args])


app = typer.Typer(
    cls=Listing,
    help="List what ran (`seatrial log` alone does that); prove an entry; check, publish and show the log.",
)


@app.command("list")
def listing(
    charter: CharterPath = CHARTER,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="At most so many rows; 0 shows all.")] = 20,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """List what ran, newest first: decisions with their exit codes, abandoned attempts, waivers, approvals."""
    from seatrial.verbs.history import history

    found = history(charter, limit=limit or None, log=log)
    if json:
        show_json(found.to_json())
        return
    from seatrial.cli.places import show_history

    show_history(out(), found)


@app.command()
def prove(
    entry: Annotated[int, typer.Argument(min=0, help="Number of the entry, as `seatrial log` shows it.")],
    to: Annotated[Path | None, typer.Option("--out", help="File for the proof; by default it is printed.")] = None,
    bare: Annotated[bool, typer.Option("--bare", help="Leave the entry itself out.")] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write the proof that an entry is in the log: a few lines that anybody can check offline (C2SP tlog-proof)."""
    from seatrial.verbs.prove import prove

    proof = prove(charter, entry, bare=bare, log=log)
    if to is None:
        typer.echo(proof.decode(), nl=False)
        return
    _written(to, proof)
    out().print(f"proof of entry {entry}, {len(proof):,} bytes: {to}", markup=False, soft_wrap=True)


@app.command("check-proof")
def check_proof(
    proof: Annotated[Path, typer.Argument(help="The proof, as `seatrial log prove` wrote it.")],
    trust: Annotated[Path, typer.Option("--trust", help="The keys that you pinned.")] = Path("trust.json"),
    entry: Annotated[
        Path | None, typer.Option("--entry-file", help="The entry, where the proof does not hold it.")
    ] = None,
    json: Json = False,
) -> None:
    """Check the proof of one entry, offline: whose log holds it, what it says, and who signed it."""
    from seatrial.proof import outcome
    from seatrial.verbs.prove import check_proof

    found = check_proof(proof, trust, entry=entry)
    if json:
        show_json(outcome.entry_plain(found))
    else:
        out().print(outcome.entry_told(found), markup=False, soft_wrap=True)


@app.command()
def check(charter: CharterOption = CHARTER, log: LogFolder = None, json: Json = False) -> None:
    """Check the whole log: the checkpoint, and every signature under every entry."""
    from seatrial.verbs.logs import examine

    found = examine(charter, log=log)
    if json:
        show_json(found.to_json())
        return
    seen = f"cosigned by {', '.join(found.witnesses)}" if found.witnesses else "not witnessed"
    out().print(f"{found.origin}: {found.entries:,} entries, as they were signed; {seen}", markup=False, soft_wrap=True)
    out().print(f"root  {found.root}\nplace {found.place}", markup=False, soft_wrap=True)
    if found.beyond:
        hint = "a process died before it signed for them; the next command that writes adopts them"
        out().print(f"{found.beyond} more beyond the checkpoint: {hint}", markup=False, soft_wrap=True)


@app.command()
def tiles(
    folder: Annotated[Path, typer.Argument(help="Where the files go; what is there of this log stays.")],
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Write the log as static files for a web server (C2SP tlog-tiles); everybody can read every entry then."""
    from dataclasses import asdict

    from seatrial.verbs.tiles import tiles

    found = tiles(charter, folder, log=log)
    if json:
        show_json(asdict(found))
        return
    told = f"{found.size:,} entries: {found.new} new tiles, {found.kept} as they were"
    out().print(f"{told}, in {folder}", markup=False, soft_wrap=True)
    if found.long:
        some = ", ".join(map(str, found.long[:5])) + (", ..." if len(found.long) > 5 else "")
        what = f"too long for a bundle of entries: {some}; what would stand in theirs stands in entry/, one by one"
        out().print(what, markup=False, soft_wrap=True)


@app.command()
def copy(
    to: Annotated[str, typer.Argument(help="Where the copy goes: a folder, or postgresql://host/db#log.")],
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Copy the log to another place, checked on the way; into a copy that is there goes what is new."""
    from dataclasses import asdict

    from seatrial.verbs.logs import copy

    found = copy(charter, to, log=log)
    if json:
        show_json(asdict(found))
        return
    new = "" if found.new == found.entries else f", {found.new} of them new,"
    told = f"{found.entries:,} entries{new} and {found.blobs:,} blobs, checked: {found.place}"
    out().print(told, markup=False, soft_wrap=True)


@app.command()
def checkpoint(charter: CharterOption = CHARTER, log: LogFolder = None) -> None:
    """Print the log's signed checkpoint, with the lines of trusted witnesses: what to publish."""
    from seatrial.verbs.logs import checkpoint

    typer.echo(checkpoint(charter, log=log).decode(), nl=False)


app.command("key")(outside.key)
app.command("witness")(outside.witness)
app.command("timestamp")(outside.timestamp)


def _written(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be written: {error.strerror}")) from None
