"""`seatrial witness`: vouch for the logs of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from seatrial.cli.screen import out, show_json
from seatrial.cli.words import Json

app = typer.Typer(
    no_args_is_help=True,
    help="Be a witness for the logs of others: cosign what only grows (C2SP tlog-witness).",
)

Folder: TypeAlias = Annotated[Path, typer.Argument(help="Folder of the witness.", show_default=False)]


@app.command()
def init(
    folder: Folder,
    name: Annotated[
        str, typer.Option("--name", prompt="Name", help="Its name, by custom an address: witness.example.com/w1.")
    ],
    algorithm: Annotated[str, typer.Option("--algorithm", help="ed25519, or ml-dsa-44 (post-quantum).")] = "ed25519",
) -> None:
    """Make a witness: a key, a name, an empty memory. Prints the key that others put into their trust.json."""
    from seatrial.verbs.witness import create

    out().print(create(folder, name, algorithm=algorithm).key.text, markup=False, soft_wrap=True)


@app.command()
def trust(
    folder: Folder,
    key: Annotated[str, typer.Argument(help="The log's verifier key, as `seatrial log key` prints it.")],
) -> None:
    """Witness a log from now on."""
    from seatrial.verbs.witness import seen
    from seatrial.verbs.witness import trust as trusted

    for origin, _ in seen(trusted(folder, key)):
        out().print(origin, markup=False, soft_wrap=True)


@app.command()
def show(folder: Folder, json: Json = False) -> None:
    """Show the witness's key, and how many entries it last saw of each log."""
    from seatrial.verbs.witness import opened, seen

    one = opened(folder)
    if json:
        show_json({"key": one.key.text, "logs": [{"origin": origin, "entries": size} for origin, size in seen(one)]})
        return
    out().print(one.key.text, markup=False, soft_wrap=True)
    for origin, size in seen(one):
        out().print(f"{origin}: {size} entries", markup=False, soft_wrap=True)


@app.command()
def sign(
    folder: Folder,
    checkpoint: Annotated[Path, typer.Option("--checkpoint", help="The log's checkpoint, as it was carried here.")],
    proof: Annotated[Path, typer.Option("--proof", help="The consistency proof that came with it.")],
    answer: Annotated[Path | None, typer.Option("--out", "-o", help="Write the cosignature into a file.")] = None,
) -> None:
    """Cosign a checkpoint that was carried here in files, without a server."""
    from seatrial.stores.whole import write_whole
    from seatrial.verbs.witness import sign as signed

    line = signed(folder, checkpoint, proof)
    if answer:
        write_whole(answer, line)
    else:
        out().print(line.decode(), end="", markup=False, soft_wrap=True)


@app.command()
def serve(
    folder: Folder,
    listen: Annotated[str, typer.Option("--listen", help="Address and port; port 0 takes a free one.")] = (
        "127.0.0.1:8080"
    ),
) -> None:
    """Answer add-checkpoint over HTTP until interrupted; put TLS in front of it."""
    from seatrial.verbs.witness import server

    with server(folder, listen) as serving:
        host, port = serving.server_address[:2]
        out().print(f"listening on http://{host!s}:{port}", markup=False, soft_wrap=True)
        out().file.flush()
        serving.serve_forever()
