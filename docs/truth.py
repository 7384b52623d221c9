"""Tables and a picture of the truth table: `python docs/truth.py` writes `docs/pictures/truth.svg` and prints tables.

They come from the claims that `benchmarks/truth/run.py --out benchmarks/truth/claims` wrote.
"""

# ruff: noqa: INP001, T201 - a script

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
CLAIMS = DOCS.parent / "benchmarks" / "truth" / "claims"
PICTURE = DOCS / "pictures" / "truth.svg"
DRAWN = "standard-linf"
Rows = list[dict[str, Any]]
COLOURS = {"reference AutoAttack": "#5b6470", "torchattacks AutoAttack": "#a8742a"}
OURS = "#0b6e78"
WIDTH, PANEL, TOP, LEFT, RIGHT, BOTTOM = 720, 190, 34, 54, 14, 34


def rows_of(name: str) -> Rows:
    """Return the rows of a claim."""
    made: Rows = json.loads((CLAIMS / f"{name}.json").read_text(encoding="utf-8"))["rows"]
    return made


def table(name: str) -> list[str]:
    """Return the lines of a claim's table in Markdown."""
    rows, median = rows_of(name), name.startswith("minimal")
    last = "median size" if median else "missed / more"
    head = ["network", "attack", "robust", "CPU s", "times cheaper", "forwards / backwards per case", last]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|---|---|---|---|"]
    return lines + [f"| {' | '.join(_cells(row, median=median))} |" for row in rows]


def _cells(row: dict[str, Any], *, median: bool) -> list[str]:
    if "error" in row:
        return [row["model"], row["name"], "failed", "", "", "", ""]
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.2g}" if row["ratio"] < 10 else f"{row['ratio']:.0f}"
    size = row.get("median")
    told = (
        ("none" if size in (None, math.inf) else f"{size:.4g}") if median else f"{len(row['missed'])} / {row['more']}"
    )
    passes = f"{row['forwards']:,.0f} / {row['backwards']:,.0f}"
    return [row["model"], row["name"], f"{row['robust']:.3f}", f"{row['seconds']:.1f}", ratio, passes, told]


def picture(rows: Rows) -> str:
    """Return robust accuracy over CPU seconds, a panel for each network, as SVG."""
    models = list(dict.fromkeys(row["model"] for row in rows))
    high = TOP + PANEL * len(models)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12">'
        ),
        "<title>Robust accuracy over CPU seconds</title>",
        (
            "<desc>For each network, what each attack set leaves standing, over what it cost; lower and "
            "further left is stronger and cheaper. The numbers are in the table.</desc>"
        ),
        f'<rect width="{WIDTH}" height="{high}" fill="#ffffff"/>',
        (
            '<text x="12" y="20" font-size="13" fill="#222">robust accuracy over CPU seconds (logarithmic): '
            "lower and further left is stronger and cheaper</text>"
        ),
    ]
    seconds = [row["seconds"] for row in rows if "error" not in row]
    span = math.floor(math.log10(min(seconds)) * 2) / 2, math.ceil(math.log10(max(seconds)) * 2) / 2
    for at, model in enumerate(models):
        parts += _panel(model, [r for r in rows if r["model"] == model and "error" not in r], span, TOP + at * PANEL)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(model: str, rows: Rows, span: tuple[float, float], top: int) -> list[str]:
    least, most = min(row["robust"] for row in rows), max(row["robust"] for row in rows)
    room = max(most - least, 0.01)
    least, most = least - 0.35 * room, most + 0.35 * room
    floor, deep = top + PANEL - BOTTOM, PANEL - BOTTOM - 16

    def x(value: float) -> float:
        return LEFT + (math.log10(value) - span[0]) / (span[1] - span[0]) * (WIDTH - LEFT - RIGHT)

    def tick(power: int) -> float:
        return min(x(10**power), WIDTH - 24)

    def y(value: float) -> float:
        return floor - (value - least) / (most - least) * deep

    parts = [f'<text x="{LEFT}" y="{top + 8}" font-weight="600" fill="#222">{model}</text>']
    for value in (min(row["robust"] for row in rows), max(row["robust"] for row in rows)):
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#e3e6ea"/>'
        )
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end" fill="#555">{value:.3f}</text>')
    parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{floor}" y2="{floor}" stroke="#9aa2ab"/>')
    parts += [
        f'<text x="{tick(power):.1f}" y="{floor + 15}" text-anchor="middle" fill="#555">{10**power} s</text>'
        for power in range(math.ceil(span[0]), math.floor(span[1]) + 1)
    ]
    for row in rows:
        across, down = x(row["seconds"]), y(row["robust"])
        colour, name = COLOURS.get(row["name"], OURS), row["name"].replace(" AutoAttack", "")
        end = ' text-anchor="end"' if across > WIDTH - 140 else ""
        shift = -8 if end else 8
        parts.append(f'<circle cx="{across:.1f}" cy="{down:.1f}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{across + shift:.1f}" y="{down - 7:.1f}"{end} fill="{colour}">{name}</text>')
    return parts


def main() -> None:
    """Write the picture, and print the tables."""
    PICTURE.write_text(picture(rows_of(DRAWN)), encoding="utf-8")
    for file in sorted(CLAIMS.glob("*.json")):
        print(f"{file.stem}\n\n" + "\n".join(table(file.stem)) + "\n")


if __name__ == "__main__":
    main()
