"""A scenario to write, and to change."""

from pathlib import Path

from seatrial.catalog.file import read_one
from seatrial.catalog.scenario import Scenario

TEXT = """\
scenario: 1
id: evasion/nudge
version: 1
title: A nudge
objective: Find a small change that matters.
authors: [A. Tester]
created: 2026-11-20
changed: 2026-11-21
origin: {kind: paper, ref: "arXiv:1706.06083"}
parameters:
  eps: {default: 8/255, low: 0.001, high: 1, unit: units of the input, note: small}
  restarts: {default: 1, low: 1, high: 5, kind: whole}
threat: {kind: ball, norm: linf, eps: $eps}
against:
  - {use: evasion.pgd, tactics: {steps: 3, step: 1/4, restarts: $restarts}}
oracle: same_label
metric: held_rate
expected: A sound model holds.
instruments: [margin]
rollback_trigger: Answers flip.
defences: [{use: training.pgd}]
tags: {atlas: [AML.T0043.000], nist: [NISTAML.022]}
cost: seconds
"""


def changed(*pairs: tuple[str, str]) -> bytes:
    """Return the text with parts of it replaced; every part must be there."""
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def scenario(*pairs: tuple[str, str]) -> Scenario:
    """Return the scenario of the changed text."""
    found, problems = read_one(changed(*pairs), "s.yaml")
    assert problems == []
    assert found is not None
    return found


def written(folder: Path, name: str, *pairs: tuple[str, str]) -> Path:
    """Write the changed text into a folder."""
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_bytes(changed(*pairs))
    return path
