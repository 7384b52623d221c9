"""How far the word of others than the log-key holder goes: who witnessed the log, how old it is, and what was reached.

Each step of `WORDS` closes what the one before leaves open.  `self-attested`: the holder of the log key could have
written anything.  `remembered`: not a history other than the one that you saw.  `separate runner`: not results that
nobody else signed.  `witnessed`: not another history for somebody else, and not one that was rolled back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from seatrial.errors import EvidenceError, InputError, Problem
from seatrial.proof.cosignature import Cosignature
from seatrial.proof.reading import Reading
from seatrial.proof.runners import runners_of

WORDS = ("self-attested", "remembered", "separate runner", "witnessed")
"""In rising order."""
CLOCKS = 300
"""Seconds by which the clocks of a witness and of a verifier may differ."""


@dataclass(frozen=True, slots=True)
class Assurance:
    """What was reached, and what was not."""

    word: str
    """The highest of `WORDS` that was reached; empty if the evidence does not verify."""
    says: str
    """The same as a sentence."""
    lacks: tuple[str, ...]
    """What was not reached, each in words."""


NONE = Assurance("", "", ())
"""That of evidence that does not verify."""


def witnesses(reading: Reading) -> Iterator[Problem]:
    """Find cosignatures that no trusted witness gave to this checkpoint."""
    if isinstance(reading.cosignatures, EvidenceError):
        yield from reading.cosignatures.problems


def age(reading: Reading) -> Iterator[Problem]:
    """Find a checkpoint that was last seen by witnesses longer ago than was asked for.

    A token of a time-stamping authority does not count: it says that the checkpoint was there, not that it was the
    last one.
    """
    now, most = reading.question.now, reading.question.max_age
    if most is None:
        return
    if now is None:
        yield Problem("now", "a greatest age was asked for, and not what time it is")
        return
    seen = attested(reading)
    if seen is None:
        why = f"nobody but the log key says how old it is: {_unwitnessed(reading)}"
        yield Problem("checkpoint", why, "ask for a bundle that was exported after `seatrial log witness`")
    elif now - seen > most:
        what = f"was last seen by witnesses on {instant(seen)}, {_duration(now - seen)} ago"
        yield Problem("checkpoint", what, f"the log may have more since; at most {_duration(most)} was asked for")
    elif seen > now + CLOCKS:
        yield Problem("checkpoint", f"is cosigned for {instant(seen)}, which has not come", "compare the clocks")


def demanded(reading: Reading) -> Iterator[Problem]:
    """Find evidence that reaches less than was asked for."""
    wanted = reading.question.assurance
    if wanted not in reaches(reading) and wanted:
        hint = "ask for a bundle that has it, or verify without --require"
        yield Problem("assurance", f"{wanted!r} was asked for: {_missing(reading, wanted)}", hint)


def reached(reading: Reading) -> Assurance:
    """Return what verified evidence reached."""
    there = reaches(reading)
    word = there[-1]
    lacks = tuple(_missing(reading, one) for one in WORDS if one not in there)
    return Assurance(word, _says(reading, word), lacks)


def reaches(reading: Reading) -> tuple[str, ...]:
    """Return every one of `WORDS` that holds, in rising order."""
    found = {
        "self-attested": True,
        "remembered": bool(reading.question.remembered),
        "separate runner": bool(runners_of(reading)),
        "witnessed": attested(reading) is not None,
    }
    return tuple(word for word in WORDS if found[word])


def attested(reading: Reading) -> int | None:
    """Return the time at which a quorum of witnesses had last seen the checkpoint; None if no quorum did."""
    given = reading.cosignatures
    times = [] if isinstance(given, EvidenceError) else sorted((one.time for one in given), reverse=True)
    needed = reading.trust.needed("witness")
    return times[needed - 1] if len(times) >= needed else None


def seconds(text: str) -> int:
    """Return how many seconds `45m`, `12h` or `7d` are.

    Raises:
        InputError: If the text is no such span.
    """
    found = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    if not found:
        raise InputError(Problem("max-age", f"{text!r} is no span of time", "write 45m, 12h or 7d"))
    return int(found.group(1)) * {"s": 1, "m": 60, "h": 3600, "d": 86400}[found.group(2)]


def moment(text: str) -> int:
    """Return an instant like `2027-01-31T12:00:00Z` as seconds since 1970, UTC.

    Raises:
        InputError: If the text is no instant, or says no time zone.
    """
    try:
        made = datetime.fromisoformat(text)
        if made.tzinfo is not None:
            return int(made.timestamp())
    except (ValueError, OverflowError):
        pass
    raise InputError(Problem("now", f"{text!r} is no instant", "write 2027-01-31T12:00:00Z"))


def instant(time: int) -> str:
    """Return seconds since 1970 as ISO text in UTC."""
    try:
        return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"second {time}"


def _says(reading: Reading, word: str) -> str:
    if word == "witnessed":
        return f"{_named(reading.cosignatures)} saw this log grow to this checkpoint"
    return {
        "self-attested": "the holder of the log key vouches for it; nobody else has",
        "remembered": "and it agrees with the log that you accepted before",
        "separate runner": f"{', '.join(runners_of(reading))} signed what was run, and does not hold the log key",
    }[word]


def _missing(reading: Reading, word: str) -> str:
    return {
        "self-attested": "it does not verify",
        "remembered": "not remembered: you have accepted nothing of this log before",
        "separate runner": "no separate runner: nobody but the holder of the log key signed what was run",
        "witnessed": f"not witnessed: {_unwitnessed(reading)}",
    }[word]


def _unwitnessed(reading: Reading) -> str:
    if not reading.trust.witnesses:
        return "your trust file names no witness"
    given = reading.cosignatures
    count = 0 if isinstance(given, EvidenceError) else len(given)
    needed = reading.trust.needed("witness")
    return f"{count or 'none'} of the {len(reading.trust.witnesses)} witnesses that you trust cosigned, {needed} must"


def _named(given: tuple[Cosignature, ...] | EvidenceError) -> str:
    listed = () if isinstance(given, EvidenceError) else given
    return ", ".join(f"{one.name} ({instant(one.time)})" for one in listed)


def _duration(seconds: int) -> str:
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"
