"""`seatrial log witness`, `log timestamp` and `log key`: others vouch for the log."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seatrial.cli.screen import busy, out, show_json
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder
from seatrial.errors import InputError, Problem


def witness(
    urls: Annotated[
        list[str] | None, typer.Argument(help="Where witnesses listen; by default those of trust.json.")
    ] = None,
    charter: CharterOption = CHARTER,
    carry: Annotated[
        Path | None, typer.Option("--carry", help="Write proof and checkpoint into a folder, for one without a server.")
    ] = None,
    old: Annotated[
        int | None, typer.Option("--old", min=0, help="With --carry: entries that the witness saw last.")
    ] = None,
    answer: Annotated[Path | None, typer.Option("--answer", help="Keep the cosignature that it gave.")] = None,
    log: LogFolder = None,
    json: Json = False,
) -> None:
    """Have the log's checkpoint cosigned, and show who cosigned it; 5 if a witness saw another history."""
    from seatrial.verbs import cosign

    if carry:
        for file in cosign.carry(charter, carry, old=old, log=log):
            out().print(str(file), markup=False, soft_wrap=True)
        return
    if answer:
        found = cosign.accept(charter, answer, log=log)
    else:
        with busy("asking the witnesses"):
            found = cosign.cosign(charter, urls=urls or (), log=log)
    if json:
        show_json(found.to_json())
    else:
        out().print(str(found), markup=False, soft_wrap=True)
    if found.contradicted:
        raise typer.Exit(5)


def timestamp(
    url: Annotated[
        str | None, typer.Option("--url", help="Where a time-stamping authority answers (RFC 3161).")
    ] = None,
    request: Annotated[Path | None, typer.Option("--request", help="Write the request into a file instead.")] = None,
    response: Annotated[Path | None, typer.Option("--response", help="Keep the answer in this file.")] = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Have an authority say that the log's checkpoint was there at a time (needs the extra `timestamps`)."""
    from seatrial.proof.assurance import instant
    from seatrial.verbs import timestamp as stamping

    if sum(one is not None for one in (url, request, response)) != 1:
        raise InputError(Problem("timestamp", "name one of --url, --request and --response"))
    if request:
        stamping.ask(charter, request, log=log)
        out().print(str(request), markup=False, soft_wrap=True)
        return
    with busy("asking the authority"):
        stamp = (
            stamping.accept(charter, response, log=log) if response else stamping.timestamp(charter, url or "", log=log)
        )
    out().print(f"{stamp.authority}: there by {instant(stamp.time)}", markup=False, soft_wrap=True)


def key(charter: CharterOption = CHARTER, log: LogFolder = None) -> None:
    """Print the log's verifier key, for witnesses and for people without seatrial (C2SP signed-note)."""
    from seatrial.verbs.cosign import log_key

    out().print(log_key(charter, log=log), markup=False, soft_wrap=True)


def trusted(
    key: Annotated[str, typer.Argument(help="The witness's verifier key, as `seatrial witness init` printed it.")],
    url: Annotated[str, typer.Option("--url", help="Where it listens, if it has a server.")] = "",
    charter: CharterOption = CHARTER,
) -> None:
    """Put a witness into trust.json beside the charter; it should be run by somebody else, on another machine."""
    from seatrial.verbs.outsiders import witness

    found = witness(charter, key, url=url)
    needed = found.needed("witness")
    out().print(f"{len(found.witnesses)} trusted, {needed} must cosign: {', '.join(found.witnesses)}", markup=False)


def authority(
    certificate: Annotated[Path, typer.Argument(help="Its root certificate, PEM or DER.")],
    charter: CharterOption = CHARTER,
) -> None:
    """Pin the root certificate of a time-stamping authority in trust.json."""
    from seatrial.verbs.outsiders import authority as pinned

    count = len(pinned(charter, certificate).timestamps)
    out().print(f"{count} pinned", markup=False)


def keyless(
    file: Annotated[Path, typer.Argument(help="What was signed.")],
    bundle: Annotated[Path, typer.Option("--bundle", help="The sigstore bundle that came with it.")],
    root: Annotated[Path, typer.Option("--root", help="The trusted root (JSON) of the sigstore that you pinned.")],
    subject: Annotated[str, typer.Option("--subject", help="Who must have signed: an address, or the URI of a job.")],
    issuer: Annotated[str, typer.Option("--issuer", help="URL of who vouches for that identity.")],
) -> None:
    """Check offline that an identity without a key of its own signed a file (needs the extra `sigstore`)."""
    from seatrial.verbs.outsiders import keyless as checked

    found = checked(file, bundle, root, subject=subject, issuer=issuer)
    out().print(str(found), markup=False, soft_wrap=True)
