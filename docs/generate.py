"""Write the pages that follow from the code: the catalog, the reference, and the attacks on evidence.

`python docs/generate.py` writes them below docs/; with `--to DIR`, somewhere else, to compare.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import argparse
from pathlib import Path

from generator import attacks, library, python, reference

HERE = Path(__file__).parent
FOLDERS = ("catalog", "catalog/scenarios", "catalog/adversaries", "reference")
"""Folders whose Markdown is all written here: what is there and is not written any more is removed."""


def main() -> None:
    """Write all pages."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--to", type=Path, default=HERE, help="folder (default: docs/)")
    place: Path = parser.parse_args().to
    pages = {**library.pages(), **python.pages(), **reference.pages(), **attacks.pages()}
    for folder in FOLDERS:
        for stale in (place / folder).glob("*.md"):
            if stale.relative_to(place).as_posix() not in pages:
                stale.unlink()
    for name, text in sorted(pages.items()):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(pages)} pages in {place}")


if __name__ == "__main__":
    main()
