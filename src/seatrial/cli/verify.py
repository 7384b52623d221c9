"""`seatrial verify`: is the record whole, and does the verdict follow from it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.screen import busy, out, show_json
from seatrial.cli.words import CHARTER, Json, LogFolder


def command(
    evidence: Annotated[
        Path, typer.Argument(help="A bundle (`seatrial export`), or a charter: then its log is verified.")
    ] = CHARTER,
    trust: Annotated[
        Path | None, typer.Option("--trust", help="The pinned trust.json; by default the one beside the evidence.")
    ] = None,
    decision: Annotated[
        int | None,
        typer.Option("--decision", help="Entry of the decision; the last by default.", autocompletion=complete.entries),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Check the log key's signature on each entry, too.")
    ] = False,
    remember: Annotated[
        Path | None, typer.Option("--remember", help="File of what you accepted before; brought up to date.")
    ] = None,
    disclosed: Annotated[
        Path | None,
        typer.Option("--disclosed", help="Samples that the bundle withholds and that you were shown later."),
    ] = None,
    attestation: Annotated[
        Path | None,
        typer.Option("--attestation", help="An in-toto attestation (`seatrial attest`) said to follow from it."),
    ] = None,
    approved: Annotated[bool, typer.Option("--approved", help="Require that enough people approved it, too.")] = False,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="Compare today's model: its charter, or a folder with its files alone."),
    ] = None,
    require: Annotated[
        str,
        typer.Option(
            "--require",
            help="The least assurance that will do: remembered, separate runner or witnessed.",
            autocompletion=complete.assurances,
        ),
    ] = "",
    max_age: Annotated[
        str | None, typer.Option("--max-age", help="How long ago witnesses may have seen the log last: 12h, 7d.")
    ] = None,
    log: LogFolder = None,
    checks: Annotated[
        bool, typer.Option("--checks", help="Print every check, and not only those that find something.")
    ] = False,
    json: Json = False,
) -> None:
    """Check signatures, inclusion, digests, attempts, nonces and slices, and recompute the verdict, offline.

    Exit code 0 if all of it holds, 5 if anything does not; every failure is named.
    """
    from seatrial.proof.outcome import plain, told
    from seatrial.verbs.verify import verify

    with busy("checking the record"):
        verified = verify(
            evidence,
            trust=trust,
            decision=decision,
            everything=everything,
            remembered=remember,
            disclosed=disclosed,
            attestation=attestation,
            approved=approved,
            model=model,
            assurance=require,
            max_age=max_age,
            log=log,
        )
    if json:
        show_json(plain(verified))
    else:
        out().print(told(verified, every=checks), markup=False, soft_wrap=True)
    if not verified.ok:
        raise typer.Exit(5)
