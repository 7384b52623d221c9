"""What the site does with a page: links that leave `docs/` lead to the repository."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

REPOSITORY = "https://github.com/seatrial/seatrial/blob/main/"
_LINK = re.compile(r"(\]\()((?:\.\./)+[^)#\s]+)(#[^)]*)?\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page whose relative links stay inside the site, or name the repository."""
    folder = PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent
    return _LINK.sub(lambda found: _linked(found, folder), markdown)


def _linked(found: re.Match[str], folder: PurePosixPath) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(found.group(2)).parts):
        parts = parts[:-1] if part == ".." else [*parts, part]
    if parts[0] == "docs":
        return found.group(0)
    return f"{found.group(1)}{REPOSITORY}{'/'.join(parts)}{found.group(3) or ''})"
