"""Controls run as the trial runs them."""

from collections.abc import Mapping
from typing import Any

from seatrial import plugins
from seatrial.plan.plan import Stage
from seatrial.trial.probation import Probation

NONCE = bytes(range(32))
TRIAL = "sha256:" + "17" * 32


def shares(name: str, tactics: Mapping[str, Any] | None = None, *, adversary: str = "") -> tuple[float, float]:
    """Return the share of the flaw's and of the twin's cases that fell, for an adversary of the control's name."""
    use = adversary or name
    oracle = plugins.find("adversaries", use).oracle
    probation = Probation(name, Stage(use, tactics or {}), oracle, {}, ())
    control = plugins.find("controls", name).make()
    assert probation.passed(NONCE, TRIAL)
    return probation.share(control.flaw(), NONCE, TRIAL), probation.share(control.twin(), NONCE, TRIAL)
