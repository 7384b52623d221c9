"""What is done where a promise is not kept: the ordered steps of a playbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from seatrial.catalog.source import forms

ACTIONS = ("harden", "guard", "narrow", "pause", "rollback", "escalate", "do")
"""What a step may be, as a charter writes it."""
_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60}
LAST = "last deploy"
"""What a rollback goes to where no release is named."""
_UNITS = ((604_800, "week", 1_209_600), (86_400, "day", 172_800), (3_600, "hour", 3_600))
"""Size, name, and from where on it is used."""
_SAID = {
    "harden": "harden with {what}{settings}",
    "guard": "put the guard {what}{settings} in front of it",
    "narrow": "narrow what is served: {what}",
    "pause": "pause {what}",
    "rollback": "roll back to {what}",
    "escalate": "escalate to {what}",
    "do": "{what}",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done."""

    action: str
    """One of `ACTIONS`."""
    what: str
    """Id of a remedy, name of a guard, inputs that are no longer served, feature, release, role, or free text."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of a remedy or a guard: the fields that the charter chooses."""
    within: int = 0
    """Seconds in which it shall be done; 0 if the charter does not say."""
    hours: float | None = None
    """What it is expected to cost, in hours of work; None if nobody said."""

    def __str__(self) -> str:
        """Return it in words, without a full stop."""
        chosen = ", ".join(f"{name} {_short(value)}" for name, value in self.settings.items())
        what = f"the {self.what}" if self.what == LAST else self.what
        said = _SAID[self.action].format(what=what, settings=f" ({chosen})" if chosen else "")
        return f"{said} within {spoken(self.within)}" if self.within else said

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values; what nobody said is left out."""
        return {
            "action": self.action,
            "what": self.what,
            **({"settings": dict(self.settings)} if self.settings else {}),
            **({"within": self.within} if self.within else {}),
            **({"hours": self.hours} if self.hours is not None else {}),
        }


def to_plain(steps: Sequence[Step]) -> str | list[dict[str, Any]]:
    """Return a playbook as plain JSON: the id of a remedy where that is all, an empty text where there is nothing.

    Examples:
        >>> to_plain((Step("harden", "training.pgd"),))
        'training.pgd'
    """
    if not steps:
        return ""
    if len(steps) == 1 and steps[0] == Step("harden", steps[0].what):
        return steps[0].what
    return [step.to_json() for step in steps]


def from_plain(value: str | Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the playbook that `to_plain` wrote."""
    if isinstance(value, str):
        return (Step("harden", value),) if value else ()
    return tuple(Step(**one) for one in value)


def remedy(steps: Sequence[Step]) -> Step | None:
    """Return the first step that hardens the model; None if none does."""
    return next((step for step in steps if step.action == "harden"), None)


def remedy_id(steps: Sequence[Step]) -> str:
    """Return the id of the first remedy of a playbook; empty if it has none."""
    found = remedy(steps)
    return found.what if found else ""


def seconds(span: str) -> int:
    """Return how many seconds a time is.

    Raises:
        ValueError: If it is not written like `30m`, `24h`, `7d` or `2w`.

    Examples:
        >>> seconds("24h")
        86400
    """
    if not re.fullmatch(forms.SPAN, span):
        raise ValueError(f"{span!r} is no time")
    return int(span[:-1]) * _SECONDS[span[-1]]


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def brief(span: int) -> str:
    """Return seconds as a command line takes them: `24h`, `7d`.

    Examples:
        >>> brief(86400), brief(604800)
        ('1d', '1w')
    """
    unit = next((name for name, size in _SECONDS.items() if span % size == 0), "m")
    return f"{max(1, -(-span // _SECONDS[unit]))}{unit}"


def roughly(span: int) -> str:
    """Return how long something is away or over, in the largest unit of which there are two, rounded down.

    Examples:
        >>> roughly(86399), roughly(90)
        ('23 hours', '1 minute')
    """
    size = next((size for size in (604_800, 86_400, 3_600, 60) if span >= 2 * size), 60)
    return spoken(max(60, span // size * size))


def spoken(span: int) -> str:
    """Return seconds as people say them: `24 hours`, `7 days`, `1 minute`.

    Examples:
        >>> spoken(86400), spoken(90)
        ('24 hours', '2 minutes')
    """
    size, name = next(
        ((size, name) for size, name, least in _UNITS if span >= least and span % size == 0),
        (60, "minute"),
    )
    count = -(-span // size)
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
