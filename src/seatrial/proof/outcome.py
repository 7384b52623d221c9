"""A verification in words and as JSON, the same from `python -m seatrial.proof` and from `seatrial verify`."""

from __future__ import annotations

from seatrial.proof.__main__ import _plain as plain
from seatrial.proof.__main__ import _told as told

__all__ = ["plain", "told"]
