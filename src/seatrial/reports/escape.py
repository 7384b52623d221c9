"""Text of strangers inside Markdown: nothing that a charter, a model or a case says becomes markup or calls anybody."""

from __future__ import annotations

import html
import re

from seatrial.reports.wording import visible

_MARKUP = re.compile(r"[\\`*_\[\]<&|~$]|^[-+=#>]|:(?=[\w+-]+:)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_CALLS = re.compile(r"(?i)(?:[@#!]+(?=\w)|gh-(?=\d)|(?:https?|ftp|mailto)(?=:)|www(?=\.))+")


def prose(text: str, longest: int = 400) -> str:
    """Return text for a line of GitHub Markdown, in a table or not; line feeds become spaces.

    What would call a person or another issue (`@name`, `#12`, `!12`) or become a link stands between backticks.
    """
    return "".join(_piece(part) for part in _split(clipped(line(text), longest)))


def code(text: str, longest: int = 400, *, table: bool = False) -> str:
    """Return text as a code span: it is shown as it is, whatever it says.

    Args:
        text: Anything.
        longest: Characters that are shown.
        table: Whether it stands in a table, where even code must not hold a bare `|`.
    """
    shown = clipped(line(text), longest) or " "
    shown = shown.replace("|", "\\|") if table else shown
    ticks = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    pad = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{ticks}{pad}{shown}{pad}{ticks}"


def block(text: str, longest: int = 1500) -> str:
    """Return text as a fenced block of its own lines, which nothing inside can close."""
    shown = clipped(visible(text), longest)
    ticks = "`" * max(3, max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    return f"{ticks}text\n{shown}\n{ticks}"


def markup(text: str, longest: int = 400) -> str:
    """Return text inside an HTML element such as `<summary>`."""
    return html.escape(clipped(line(text), longest)).replace("@", "<code>@</code>")


def line(text: str) -> str:
    """Return visible text on one line."""
    return " ".join(visible(text).split())


def clipped(text: str, longest: int) -> str:
    """Return the beginning of a text, with a sign that there was more."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _split(text: str) -> list[tuple[bool, str]]:
    """Return the pieces of a text, each with whether it would call somebody or become a link."""
    found, at = [], 0
    for match in _CALLS.finditer(text):
        found += [(False, text[at : match.start()]), (True, match.group())]
        at = match.end()
    return [*found, (False, text[at:])]


def _piece(part: tuple[bool, str]) -> str:
    calls, text = part
    if calls:
        return f"`{text}`"
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(lambda found: f"\\{found.group()}", text))
