"""A charter to read, and to change."""

from seatrial.catalog.file import load
from seatrial.charter.charter import Charter
from seatrial.charter.file import read
from seatrial.errors import CharterError

TEXT = """\
charter: 1
system: {name: digits-reader, release: "2026.10", owner: ml-platform}
target:
  kind: torch
  load: "digits.model:build"
  weights: digits.safetensors
  input: {shape: [1, 28, 28], range: [0, 1]}
cases:
  kind: bundled
  name: mnist-5000
  gate: 40%
  rehearsal: 10%
  per_attempt: 900
clauses:
  stickers:
    because: a sticker must not change the digit that is read
    scenarios:
      - {use: evasion/pgd-linf, eps: 51/255}
      - corruption/occlusion@1
    require: held_rate>=.6 at 95 %
    severity: critical
    otherwise: training.pgd
  clean:
    because: safety must not cost the job
    scenarios: [baseline/clean]
    require: held_rate >= 0.90 at 95%
    advisory: true
budget: {minutes: 10}
"""
CATALOG = load()


def changed(*pairs: tuple[str, str]) -> bytes:
    """Return the text with parts of it replaced; every part must be there."""
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def charter(*pairs: tuple[str, str]) -> Charter:
    """Return the charter of the changed text."""
    return read(changed(*pairs), catalog=CATALOG)


def said(*pairs: tuple[str, str]) -> list[str]:
    """Return what is wrong with the changed text."""
    try:
        read(changed(*pairs), catalog=CATALOG)
    except CharterError as error:
        return [str(problem) for problem in error.problems]
    return []
