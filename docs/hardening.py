"""Tables of the hardening benchmark: `python docs/hardening.py` prints them in Markdown.

They come from the claims that `benchmarks/hardening/run.py --out benchmarks/hardening/claims` wrote.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CLAIMS = Path(__file__).parents[1] / "benchmarks" / "hardening" / "claims"
HEAD = ("trained by", "seeds", "updates", "clean", "PGD-40", "standard set", "CPU s")


def table(name: str) -> list[str]:
    """Return the lines of a claim's table in Markdown; of several seeds the worst robust accuracy comes first."""
    rows: list[dict[str, Any]] = json.loads((CLAIMS / f"{name}.json").read_text(encoding="utf-8"))["rows"]
    lines = [f"| {' | '.join(HEAD)} |", "|---|" + "---:|" * (len(HEAD) - 1)]
    titles = dict.fromkeys(row["name"] for row in rows)
    cells = (_cells(title, [row for row in rows if row["name"] == title]) for title in titles)
    return [*lines, *(f"| {' | '.join(one)} |" for one in cells)]


def _cells(title: str, rows: list[dict[str, Any]]) -> list[str]:
    robust = ", ".join(f"{100 * one:.1f}" for one in sorted(row["pgd_40"] for row in rows))
    clean = ", ".join(f"{100 * row['clean']:.1f}" for row in rows)
    few = [row for row in rows if row["standard"] is not None]
    strong = ", ".join(f"{100 * row['standard']:.1f} ({100 * row['pgd_40_few']:.1f})" for row in few)
    steps, seconds = (", ".join(f"{row[key]:,.0f}" for row in rows) for key in ("steps", "seconds"))
    return [title, str(len(rows)), steps, clean, robust, strong, seconds]


def main() -> None:
    """Print the tables."""
    for file in sorted(CLAIMS.glob("*.json")):
        print(f"{file.stem}\n\n" + "\n".join(table(file.stem)) + "\n")


if __name__ == "__main__":
    main()
