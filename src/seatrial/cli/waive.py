"""`seatrial waive`: taking a risk knowingly."""

from __future__ import annotations

from typing import Annotated

import typer

from seatrial.cli.passwords import asked_passwords
from seatrial.cli.screen import out
from seatrial.cli.words import CHARTER, CharterOption, DecisionEntry, LogFolder, PersonalKeys


def command(
    clause: Annotated[str, typer.Argument(help="The clause that shall not stand in the way.")],
    reason: Annotated[str, typer.Option("--reason", help="Why the risk is taken; shown wherever the clause is.")],
    until: Annotated[str, typer.Option("--until", help="2027-01-31 (to its end, UTC), an instant, or `14 days`.")],
    owner: Annotated[str, typer.Option("--owner", help="Who carries the risk; whoever signs first, by default.")] = "",
    key: PersonalKeys = None,
    charter: CharterOption = CHARTER,
    decision: DecisionEntry = None,
    log: LogFolder = None,
) -> None:
    """Waive one clause for one model until a day; `seatrial judge` then decides anew, and shows it as waived."""
    from seatrial.verbs.waive import waive

    seq = waive(
        charter,
        clause,
        key or (),
        reason=reason,
        until=until,
        owner=owner,
        passwords=asked_passwords(key or ()),
        decision=decision,
        log=log,
    )
    out().print(f"{clause} is waived (entry {seq}). Next: `seatrial judge` decides with it.", markup=False)
