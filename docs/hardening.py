"""Tables of the hardening benchmark: `python docs/hardening.py` prints them in Markdown.

They come from the claims that `benchmarks/hardening/run.py --out benchmarks/hardening/claims` wrote.  Of several seeds
the worst comes first and the mean behind it.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

CLAIMS = Path(__file__).parents[1] / "benchmarks" / "hardening" / "claims"
RACE = ("trained by", "seeds", "updates", "clean", "PGD-40", "standard set", "AutoAttack", "CPU s")
SCORES = ("trained by", "clean", "ECE", "Brier", "NLL", "under PGD-40", "ECE", "Brier", "NLL", "CPU s")
TABLES = ("minute", "four-minutes", "small-batch", "recipes", "half-off", "collapse")
Rows = Sequence[dict[str, Any]]


def claim(name: str) -> list[dict[str, Any]]:
    """Return the rows of a claim that was recorded, else none."""
    file = CLAIMS / f"{name}.json"
    return list(json.loads(file.read_text(encoding="utf-8"))["rows"]) if file.is_file() else []


def race(name: str) -> list[str]:
    """Return the lines of the table of who is how robust in a claim."""
    return _table(RACE, [_raced(title, rows) for title, rows in _by_name(claim(name))])


def scores(*names: str) -> list[str]:
    """Return the lines of the table of what the confidence of those in some claims is worth, means over the seeds."""
    found = [{**row, "name": f"{row['name']}, 240 s"} if name == "four-minutes" else row
             for name in names for row in claim(name) if "calibration" in row]  # fmt: skip
    return _table(SCORES, [_scored(title, rows) for title, rows in _by_name(found)])


def _table(head: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(head)} |", "|---|" + "---:|" * (len(head) - 1)]
    return [*lines, *(f"| {' | '.join(one)} |" for one in cells)]


def _by_name(rows: Rows) -> list[tuple[str, Rows]]:
    return [(title, [row for row in rows if row["name"] == title]) for title in dict.fromkeys(r["name"] for r in rows)]


def _worst(rows: Rows, key: str) -> str:
    """Return the worst figure in per cent, and the mean of several."""
    values = [100 * row[key] for row in rows if row.get(key) is not None]
    if not values:
        return ""
    return f"{min(values):.1f} ({mean(values):.1f})" if len(values) > 1 else f"{values[0]:.1f}"


def _raced(title: str, rows: Rows) -> list[str]:
    steps, seconds = (f"{mean(row[key] for row in rows):,.0f}" for key in ("steps", "seconds"))
    told = [_worst(rows, key) for key in ("clean", "pgd_40", "standard")]
    second = [
        f"{100 * row['autoattack']:.1f} / {100 * row['standard_same']:.1f}" for row in rows if "autoattack" in row
    ]
    return [title, str(len(rows)), steps, *told, ", ".join(second), seconds]


def _scored(title: str, rows: Rows) -> list[str]:
    cells = [title]
    for side, right in (("clean", "clean"), ("attacked", "pgd_40")):
        cells.append(f"{100 * mean(row[right] for row in rows):.1f}")
        told = [mean(row["calibration"][side][key] for row in rows) for key in ("ece", "brier", "nll")]
        cells += [f"{100 * told[0]:.1f}", f"{told[1]:.3f}", f"{told[2]:.3f}"]
    return [*cells, f"{mean(row['seconds'] for row in rows):.0f}"]


def main() -> None:
    """Print the tables."""
    for name in TABLES:
        if claim(name):
            print(f"{name}\n\n" + "\n".join(race(name)) + "\n")
    print("confidence\n\n" + "\n".join(scores("minute", "recipes", "four-minutes")) + "\n")
    for row in claim("overhead"):
        print(f"{row['name']}: {row['ratio']:.3f} ({min(row['ratios']):.3f} to {max(row['ratios']):.3f})")


if __name__ == "__main__":
    main()
