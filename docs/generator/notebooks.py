"""Pages of notebooks: what a cell says, and what came of it when it was run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

SOURCES = Path(__file__).parents[1] / "notebooks"
BUILT = Path(__file__).parents[2] / "build" / "notebooks"
"""Where `docs/execute.py` writes the pages of notebooks that were run; they are not committed."""
LANGUAGES = {".py": "python", ".yaml": "yaml", ".csv": "text"}
_FILE = re.compile(r"%%writefile (\S+)\n")
_WROTE = re.compile(r"(?:Writing|Overwriting) \S+\n?")
_FRAMES = (
    "<style>.cell table.dataframe { border: 0; border-collapse: collapse; font-size: .7rem; }"
    ".cell table.dataframe th, .cell table.dataframe td { border: 0; padding: .2rem .6rem; text-align: right;"
    " border-top: 1px solid var(--md-default-fg-color--lightest); }</style>"
)
"""How tables of pandas look on the site."""
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def names() -> list[str]:
    """Return the notebooks, by the names of their guides."""
    return sorted(path.stem for path in SOURCES.glob("*.ipynb"))


def stamp(source: bytes) -> str:
    """Return the first line of the page of a notebook, by which a page of an earlier one is told from it."""
    return f"<!-- of notebook {sha256(source).hexdigest()} -->\n"


def current(name: str) -> str:
    """Return the page of a notebook: with outputs, if it was run as it is now."""
    source, built = (SOURCES / f"{name}.ipynb").read_bytes(), BUILT / f"{name}.md"
    if built.is_file() and (text := built.read_text(encoding="utf-8")).startswith(stamp(source)):
        return text
    return page(json.loads(source), name, stamp(source))


def page(notebook: Mapping[str, Any], name: str, head: str) -> str:
    """Return a notebook as Markdown.

    Args:
        notebook: As JSON, with or without outputs.
        name: Of its file, without the ending.
        head: The first line.
    """
    first, *cells = notebook["cells"]
    ran = any(cell.get("outputs") for cell in cells)
    how = "run when this site was built" if ran else "not run yet (`make docs` does)"
    about = f"*A notebook, {how}: [{name}.ipynb]({name}.ipynb).*"
    parts = [_source(first), about, _FRAMES, *(part for cell in cells for part in _parts(cell))]
    return head + "\n\n".join(parts) + "\n"


def _parts(cell: Mapping[str, Any]) -> Iterator[str]:
    source = _source(cell)
    if cell["cell_type"] != "code":
        yield source
        return
    yield _code(source)
    yield from filter(None, map(_output, cell["outputs"]))


def _source(cell: Mapping[str, Any]) -> str:
    return "".join(cell["source"])


def _code(source: str) -> str:
    file = _FILE.match(source)
    if file is None:
        return f"```python\n{source}\n```"
    language = LANGUAGES.get(Path(file[1]).suffix, "text")
    return f'```{language} title="{file[1]}"\n{source[file.end() :]}\n```'


def _output(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        return _text("".join(output["text"]))
    if output["output_type"] == "error":
        return _text("\n".join(output["traceback"]))
    shown = {kind: "".join(value) for kind, value in output["data"].items() if isinstance(value, str | list)}
    if "text/markdown" in shown:
        return shown["text/markdown"]
    drawn = shown.get("text/html") or shown.get("image/svg+xml")
    if drawn:
        lines = "\n".join(line for line in drawn.splitlines() if line.strip())
        return f'<div class="cell">\n{lines}\n</div>'
    return _text(shown.get("text/plain", ""))


def _text(text: str) -> str:
    plain = _COLOURS.sub("", text).rstrip()
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`{3,}", plain))])
    return "" if not plain or _WROTE.fullmatch(text) else f"{fence}text\n{plain}\n{fence}"
