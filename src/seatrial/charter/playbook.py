"""The steps of a playbook as a page has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from seatrial.catalog.source.numbers import fractions, number
from seatrial.catalog.source.page import Page, Path
from seatrial.charter.steps import ACTIONS, Step, seconds


def listed(page: Page, path: Path) -> Iterator[tuple[int, Path]]:
    """Yield the position and the place of every step: the value itself where it is the name of a remedy."""
    value = page.at(path)
    if isinstance(value, str):
        yield 0, path
    elif isinstance(value, list):
        yield from ((at, (*path, at)) for at in range(len(value)))


def written(item: str | Mapping[str, Any]) -> Step:
    """Return the step that a well-formed item of a playbook says."""
    if isinstance(item, str):
        return Step("harden", item.strip())
    action = next(name for name in ACTIONS if name in item)
    said, hours = item[action], number((item.get("costs") or {}).get("hours"))
    whom = said if isinstance(said, Mapping) else {"to": said, "within": item.get("within")}
    return Step(
        action=action,
        what=" ".join(str(whom["to"]).split()),
        settings=fractions(item.get("settings") or {}),
        within=seconds(whom["within"].strip()) if whom["within"] else 0,
        hours=None if hours is None else float(hours),
    )
