"""Who else sees a log: its checkpoint goes to the witnesses of the trust file, or of `SEATRIAL_WITNESS`."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from seatrial.evidence import environment
from seatrial.evidence.log import Log
from seatrial.evidence.witness import kept
from seatrial.evidence.witness.ask import Told
from seatrial.verbs.told import fields

WITNESS = "SEATRIAL_WITNESS"
"""Environment variable: addresses of witnesses, spaces between, instead of those in trust.json; `none` asks nobody."""
LOGGER = logging.getLogger("seatrial.witness")


def addresses(log: Log, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return where the witnesses of a log listen."""
    named = variables.get(WITNESS, "").replace(",", " ").split()
    if named:
        return () if named == ["none"] else tuple(dict.fromkeys(named))
    return tuple(dict.fromkeys(log.trust.urls.values()))


def sought(log: Log) -> tuple[Told, ...]:
    """Ask the witnesses of a log to cosign its checkpoint, keep what they say, and return it.

    One that does not answer holds nothing up for more than some seconds: it is noted, and asked again next time.
    """
    urls = addresses(log, environment.variables())
    told = kept.gather(log, urls) if urls else ()
    for one in told:
        if one.why:
            level = logging.ERROR if one.contradicts else logging.WARNING
            said = fields("NotWitnessed", url=one.url, why=one.why, contradicts=one.contradicts)
            LOGGER.log(level, "the witness %s %s; the next command asks it again", one.url, one.why, extra=said)
    return told
