"""Sea trials for machine-learning models.

The verbs, each in a file of `seatrial.verbs`: `draft`, `initialise`, `lint`, `plan`, `gate`, `run`, `judge`,
`report`, `show`, `diff`, `history`, `state`, `where`, `status`, `approve`, `waive`, `revoke`, `live`, `rollback`,
`pause`, `resume`, `risks`, `findings`, `incidents`, `models`, `rehearse`, `replay`, `verify`, `export`, `prove`,
`tiles`, `attest`, `cosign`, `timestamp`, `capture`, `drift`, `identify`, `lineage`, `harden`, `advise`, `range_`,
`training`, `catalog`; `attack`, one model in one line and without a charter; `bar`, progress in a notebook; and
`SeatrialError`, the base of all errors. They are loaded when they are first used.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatrial.errors import SeatrialError
    from seatrial.verbs.advise import advise
    from seatrial.verbs.approve import approve
    from seatrial.verbs.attack import attack
    from seatrial.verbs.attest import attest
    from seatrial.verbs.bar import bar
    from seatrial.verbs.capture import capture
    from seatrial.verbs.catalog import catalog
    from seatrial.verbs.cosign import cosign
    from seatrial.verbs.diff import diff
    from seatrial.verbs.draft import draft
    from seatrial.verbs.drift import drift
    from seatrial.verbs.export import export
    from seatrial.verbs.findings import findings
    from seatrial.verbs.gate import gate
    from seatrial.verbs.harden import harden
    from seatrial.verbs.history import history
    from seatrial.verbs.identify import identify
    from seatrial.verbs.incidents import incidents
    from seatrial.verbs.initialise import initialise
    from seatrial.verbs.judge import judge
    from seatrial.verbs.lineage import lineage
    from seatrial.verbs.lint import lint
    from seatrial.verbs.live import live
    from seatrial.verbs.models import models
    from seatrial.verbs.pause import pause
    from seatrial.verbs.plan import plan
    from seatrial.verbs.prove import prove
    from seatrial.verbs.range_ import range_
    from seatrial.verbs.rehearse import rehearse
    from seatrial.verbs.replay import replay
    from seatrial.verbs.report import report
    from seatrial.verbs.resume import resume
    from seatrial.verbs.revoke import revoke
    from seatrial.verbs.risks import risks
    from seatrial.verbs.rollback import rollback
    from seatrial.verbs.run import run
    from seatrial.verbs.show import show
    from seatrial.verbs.state import state
    from seatrial.verbs.status import status
    from seatrial.verbs.tiles import tiles
    from seatrial.verbs.timestamp import timestamp
    from seatrial.verbs.training import training
    from seatrial.verbs.verify import verify
    from seatrial.verbs.waive import waive
    from seatrial.verbs.where import where

__all__ = [
    "SeatrialError",
    "advise",
    "approve",
    "attack",
    "attest",
    "bar",
    "capture",
    "catalog",
    "cosign",
    "diff",
    "draft",
    "drift",
    "export",
    "findings",
    "gate",
    "harden",
    "history",
    "identify",
    "incidents",
    "initialise",
    "judge",
    "lineage",
    "lint",
    "live",
    "models",
    "pause",
    "plan",
    "prove",
    "range_",
    "rehearse",
    "replay",
    "report",
    "resume",
    "revoke",
    "risks",
    "rollback",
    "run",
    "show",
    "state",
    "status",
    "tiles",
    "timestamp",
    "training",
    "verify",
    "waive",
    "where",
]


class _Verbs(ModuleType):
    """The package, whose public names are verbs even where a room has the same name (`plan`, `harden`, `catalog`).

    Importing `seatrial.plan` would otherwise replace the verb by the room (decision 0007).
    """

    def __getattribute__(self, name: str) -> Any:
        if name == "SeatrialError":
            return import_module("seatrial.errors").SeatrialError
        if name in __all__:
            return getattr(import_module(f"seatrial.verbs.{name}"), name)
        return super().__getattribute__(name)

    def __dir__(self) -> list[str]:
        """Return the public names before they are loaded, and what every module has."""
        return sorted({*__all__, *(name for name in super().__dir__() if name.startswith("__"))})


sys.modules[__name__].__class__ = _Verbs
