"""A deterministic demo assistant on loopback, with a planted leak, for whoever writes conversation probes.

    with Assistant(leaks=True, canary="my-secret-word").serving() as url:
        target = Chat(url=url, model="demo")

It is the same one that the control `redteam.leak` plants.
"""

from __future__ import annotations

from seatrial.controls.redteam.assistant import CANARY, REFUSAL, Assistant

__all__ = ["CANARY", "REFUSAL", "Assistant"]
