"""A target that the user's own code builds: `{kind: built, load: "shop.app:target"}`.

`load` names a function without arguments that returns a `Target`: a whole system with its guard, a dependency that
can fail (`targets.faulty`), a client of one's own.  What it can do is read from its methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.errors import Problem, TargetError, blamed
from seatrial.records.card import Card
from seatrial.targets.importing import named, reachable
from seatrial.targets.probe import probed
from seatrial.targets.target import Face, Target


def make(block: Mapping[str, Any], folder: Path) -> Target[Any, Any]:
    """Return the target that the function builds, after one probe of it.

    Raises:
        TargetError: If the function cannot be imported, raises or returns no target, or its answers are malformed.
    """
    if unknown := sorted(set(block) - {"kind", "load"}):
        raise TargetError(*(Problem(f"target.{key}", "is unknown here", "there are kind, load") for key in unknown))
    builder = named(str(block.get("load", "")), folder)
    where = f"target.load {block['load']}"
    with reachable(folder), blamed(where, "raised"):
        target = builder()
    if not isinstance(target, Target) or not isinstance(target.face, Face):
        what = f"returned {type(target).__name__}, which is no target"
        raise TargetError(Problem(where, what, "it needs `face` and `respond(inputs)`"))
    with reachable(folder):
        probed(target, "target")
    return target


CARD: Card[Target[Any, Any]] = Card(make, "target built by the user's code")
