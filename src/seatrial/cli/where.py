"""`seatrial where`: what is where, and who decided that."""

from __future__ import annotations

from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterPath, Json, LogFolder, Weights


def command(charter: CharterPath = CHARTER, log: LogFolder = None, weights: Weights = None, json: Json = False) -> None:
    """Say where charter, runs, reports, log and key are, whether they are there, and what decided it.

    A flag goes before the environment, the environment before the charter, the charter before the default.
    """
    from seatrial.verbs.where import where

    found = where(charter, log=log, weights=weights)
    if json:
        show_json(found.to_json())
        return
    from seatrial.cli.places import show_places

    show_places(out(), found)
