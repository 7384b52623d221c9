"""Who starts ranks, by the name that a user gives."""

from __future__ import annotations

from seatrial.errors import InputError, Problem, meant
from seatrial.harden.ranks.launch import Launcher, Local
from seatrial.harden.ranks.rayed import Rayed

LAUNCHERS: dict[str, type[Local | Rayed]] = {"local": Local, "ray": Rayed}
"""Name -> what starts them; Ray itself is looked for when it is asked."""


def launcher(name: str) -> Launcher:
    """Return a launcher by name.

    Raises:
        InputError: If there is none of that name.
    """
    if name not in LAUNCHERS:
        raise InputError(Problem("--launcher", f"there is no {name!r}", meant(name, LAUNCHERS)))
    return LAUNCHERS[name]()
