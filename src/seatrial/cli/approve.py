"""`seatrial approve`: a person's word for a decision."""

from __future__ import annotations

from seatrial.cli.passwords import asked_passwords
from seatrial.cli.screen import out
from seatrial.cli.words import CHARTER, CharterPath, DecisionEntry, LogFolder, PersonalKeys


def command(
    charter: CharterPath = CHARTER,
    key: PersonalKeys = None,
    decision: DecisionEntry = None,
    log: LogFolder = None,
) -> None:
    """Sign a deploy decision, and say what is still lacking before it may be acted on.

    The submitter, and whoever holds the log key, do not count.
    """
    from seatrial.cli.licensed import show_licence
    from seatrial.verbs.approve import approve

    found = approve(charter, key or (), passwords=asked_passwords(key or ()), decision=decision, log=log)
    show_licence(out(), found)
