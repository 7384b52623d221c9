"""`seatrial revoke`: taking a word back."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli import complete
from seatrial.cli.passwords import asked_passwords
from seatrial.cli.screen import out
from seatrial.cli.words import CHARTER, CharterOption, LogFolder, PersonalKeys


def command(
    entry: Annotated[
        int, typer.Argument(help="Entry of the approval or waiver (`seatrial log`).", autocompletion=complete.given)
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it no longer stands; shown for good.")],
    key: PersonalKeys = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Withdraw an approval or a waiver: it no longer counts, and stays visible.

    Whoever signed it may, or as many people of its role as the quorum; the log key alone never.
    """
    from seatrial.verbs.revoke import revoke

    found = revoke(charter, entry, key or (), reason=reason, passwords=asked_passwords(key or ()), log=log)
    names = " and ".join(found.people)
    rests = (
        f" Decision {', '.join(map(str, found.resting))} rests on it: see `seatrial status`." if found.resting else ""
    )
    said = f"the {found.kind} of {names} (entry {found.of}) no longer stands (entry {found.entry}).{rests}"
    out().print(said, markup=False)
