"""The files of a new adversary or scenario, filled in from skeletons that work as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).with_name("skeletons")
MODALITIES = {"array": ("ball", (16,), 0), "image": ("ball", (1, 8, 8), 3), "text": ("edits", (), 0)}
"""Modality -> the threat that its skeleton plays by, the shape of one case of its control, the card's `rank`."""
THREATS = {
    "ball": ("{kind: ball, norm: linf, eps: $eps}", "eps", (0.03, 0.0001, 1), "units of the input"),
    "corruption": ("{kind: corruption, severity: $severity}", "severity", (3, 1, 5), "1 (light) to 5 (heavy)"),
    "patch": ("{kind: patch, share: $share}", "share", (0.05, 0.001, 0.5), "share of the image"),
    "motion": ("{kind: motion, degrees: $degrees, shift: 0.1}", "degrees", (15, 0, 180), "degrees to either side"),
    "flow": ("{kind: flow, pixels: $pixels, smooth: 0.5}", "pixels", (1.5, 0, 10), "pixels along each side"),
    "colour": (
        "{kind: colour, brightness: $brightness, contrast: 0.1}",
        "brightness",
        (0.1, 0, 1),
        "share of the range",
    ),
    "groups": ("{kind: groups, count: $count, unit: row}", "count", (1, 1, 100), "groups of pixels"),
    "edits": ("{kind: edits, share: $share}", "share", (0.1, 0.01, 0.5), "share of the characters"),
    "missing": ("{kind: missing, fields: $fields}", "fields", (1, 1, 50), "fields of a row"),
    "company": ("{kind: company, rows: $rows}", "rows", (16, 2, 256), "rows of a call"),
    "outage": ("{kind: outage, seconds: $seconds}", "seconds", (1, 0.1, 60), "seconds"),
    "turns": ("{kind: turns, count: $count}", "count", (1, 1, 10), "user turns"),
    "untouched": ("{kind: untouched}", "", (), ""),
    "malformed": ("{kind: malformed}", "", (), ""),
    "knowledge": ("{kind: knowledge}", "", (), ""),
}
"""Threat -> how a scenario writes it, its parameter with default and range, and what one is."""
_WHOLE = ("severity", "fields", "rows", "count")

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER),
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 - it writes Python, TOML and YAML, from names that were checked
)


def rendered(name: str, **values: Any) -> bytes:
    """Return a skeleton filled in."""
    return _ENVIRONMENT.get_template(f"{name}.j2").render(**values).encode("utf-8")


def parameters(threat: str) -> str:
    """Return the block of parameters of a scenario, ready to stand after `parameters:`."""
    _, name, numbers, unit = THREATS[threat]
    if not name:
        return " {}"
    default, low, high = numbers
    kind = ", kind: whole" if name in _WHOLE else ""
    return f'\n  {name}: {{default: {default}, low: {low}, high: {high}, unit: "{unit}"{kind}}}'


def written(threat: str) -> str:
    """Return a threat as a scenario writes it."""
    return THREATS[threat][0]
