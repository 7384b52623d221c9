"""Days and instants as people write them, and as seconds UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

WRITTEN = "a day 2027-01-31 (to its end, UTC), an instant 2027-01-31T12:00:00Z, or `14 days`"


def instant(text: str, now: float) -> int:
    """Return the instant that a text names, seconds UTC: the last second of a day, an instant, or days from now.

    Raises:
        ValueError: If it names none.
        OverflowError: If it is too far away.
    """
    number, _, unit = text.strip().partition(" ")
    if unit in ("day", "days"):
        return int(now + timedelta(days=int(number)).total_seconds())
    made = datetime.fromisoformat(text.strip())
    if "T" not in text:
        return int((made.replace(tzinfo=UTC) + timedelta(days=1)).timestamp()) - 1
    if made.tzinfo is None:
        raise ValueError(text)
    return int(made.timestamp())


def today(now: float) -> str:
    """Return the day of an instant, seconds UTC, as `2027-01-31`."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%d")


def day(text: str) -> str:
    """Return a day as `2027-01-31`.

    Raises:
        ValueError: If the text is none.
    """
    return datetime.strptime(text.strip(), "%Y-%m-%d").replace(tzinfo=UTC).strftime("%Y-%m-%d")
