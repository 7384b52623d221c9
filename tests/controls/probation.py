"""Controls run as the trial runs them."""

from collections.abc import Mapping
from typing import Any

from seatrial import plugins
from seatrial.plan.plan import Stage
from seatrial.trial.probation import Probation

NONCE = bytes(range(32))
TRIAL = "sha256:" + "17" * 32


def probation(name: str, adversary: str, tactics: Mapping[str, Any] | None = None) -> Probation:
    """Return a control as an adversary tries it, with the oracle that the adversary's card names."""
    return Probation(name, Stage(adversary, tactics or {}), plugins.find("adversaries", adversary).oracle, {}, ())


def shares(name: str, tactics: Mapping[str, Any] | None = None, *, adversary: str = "") -> tuple[float, float]:
    """Return the share of the flaw's and of the twin's cases that fell, for an adversary of the control's name."""
    one, control = probation(name, adversary or name, tactics), plugins.find("controls", name).make()
    return one.share(control.flaw(), NONCE, TRIAL), one.share(control.twin(), NONCE, TRIAL)
