"""What the site does with a page: links that leave `docs/` lead to the repository; notebooks become pages."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

import notebooks
from mkdocs.structure.files import File

REPOSITORY = "https://github.com/seatrial/seatrial/blob/main/"
_LINK = re.compile(r"(\]\()((?:\.\./)+[^)#\s]+)(#[^)]*)?\)")


_NOTEBOOK = re.compile(r"(\]\((?:\.\./)*notebooks/[\w-]+)\.ipynb\)")


def on_files(files: Any, config: Any, **_: Any) -> Any:
    """Add a page for each notebook."""
    for name in notebooks.names():
        files.append(File.generated(config, f"notebooks/{name}.md", content=notebooks.current(name)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return a page whose relative links stay inside the site, or name the repository."""
    folder = PurePosixPath("docs") / PurePosixPath(page.file.src_uri).parent
    return _LINK.sub(lambda found: _linked(found, folder), _NOTEBOOK.sub(r"\1.md)", markdown))


def _linked(found: re.Match[str], folder: PurePosixPath) -> str:
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(found.group(2)).parts):
        parts = parts[:-1] if part == ".." else [*parts, part]
    if parts[0] == "docs":
        return found.group(0)
    return f"{found.group(1)}{REPOSITORY}{'/'.join(parts)}{found.group(3) or ''})"
